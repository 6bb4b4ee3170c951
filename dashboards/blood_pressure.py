"""How is the blood pressure, and what holds it up?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.domain.tongue import mark, worded
from dashboards.limits import Words, limits
from dashboards.matrix import findings_pane
from dashboards.numeric import beside, framed, marks, notes, number, numeric_pane
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Point, Track, tracks
from dashboards.scene import Scene
from dashboards.theme import INK, SCALES, coordinate
from dashboards.words import HOVER, escape, with_unit, wrapped

_CAP = "line-ew"
_WIDE, _NARROW, _FEW = 6, 3, 30
"""Half the width of an end cap in pixels, and up to how many bars the wider one keeps them apart."""

_RATES = ("norepinephrine_rate", "dopamine_rate")
_FINDINGS = ("other_vasopressor", "fluid_refractory_hypotension")
_NAMES = ("systolic_bp", "diastolic_bp", "phenylephrine_rate", *_RATES, *_FINDINGS)


def _tracks(scene: Scene) -> tuple[Track, ...]:
    return tracks(scene.flowsheet, scene.protocol, scene.view, _NAMES)


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    """Pressure, phenylephrine, and below them whatever else was running in the view."""
    systolic, diastolic, phenylephrine, *others = found
    running = [track for track in others if _running(track)]
    remarks = tuple(_remark(track, scene) for track in others if not _running(track))
    panes = [_pressure(systolic, diastolic, scene), numeric_pane(phenylephrine, scene, remarks)]
    panes += [numeric_pane(track, scene) for track in running if track.name in _RATES]
    findings = [track for track in running if track.name in _FINDINGS]
    return [*panes, findings_pane(worded("Circulation findings"), findings, scene)] if findings else panes


def _running(track: Track) -> bool:
    """True when something was charted as running or present in the view, even if corrected since."""
    values = [point.value for point in (*track.points, *track.struck)]
    return any(value is True or (isinstance(value, Decimal) and value > 0) for value in values)


def _remark(track: Track, scene: Scene) -> str:
    """What a panel that is not drawn would say: charted as none all along, or not charted at all."""
    if not track.points:
        return worded("{label}: not charted here.", label=track.label)
    last = track.points[-1]
    return worded(
        "{label}: {value} at {at}.",
        label=track.label,
        value=with_unit(last.text, track.unit),
        at=scene.clock.brief(last.at),
    )


def _pressure(systolic: Track, diastolic: Track, scene: Scene) -> Pane:
    """Each pair as one bar with end caps, from diastolic to systolic; a lone diastolic as a cap of its own."""
    pairs = _pairs(systolic.points, diastolic.points)
    paired = [low for _, low in pairs]
    joined = replace(systolic, label=worded("Blood pressure"), points=tuple(_joined(*pair) for pair in pairs))
    scale, found = SCALES[systolic.name], limits(scene.protocol, systolic.name, systolic.ucum)
    lone = marks(diastolic, [(point, number(point)) for point in diastolic.points if point not in paired], _CAP, scene)
    bars = _bars(joined, paired, scene)
    edges = [*beside(joined, scale, scene), *beside(diastolic, scale, scene)]
    besides = tuple(note for note in notes(diastolic) if note not in notes(joined))
    pane = framed(joined, scale, found, scene, [bars, lone, *edges], besides, Words.ASIDE)
    return pane if joined.points or not diastolic.points else replace(pane, annotations=())


def _pairs(highs: Iterable[Point], lows: Iterable[Point]) -> list[tuple[Point, Point | None]]:
    """Each systolic with the diastolic that was charted with it, else with one of its moment that no other has."""
    free = {(low.at, low.of): low for low in lows}
    own = [(high, free.pop((high.at, high.of), None)) for high in highs]
    rest = {low.at: low for low in free.values()}
    return [(high, rest.pop(high.at, None) if low is None else low) for high, low in own]


def _joined(high: Point, low: Point | None) -> Point:
    if low is None:
        return high._replace(text=worded("{text} systolic", text=high.text))
    notes = dict.fromkeys(note for note in (high.note, low.note) if note)
    return high._replace(text=f"{high.text}/{low.text}", note=", ".join(notes))


def _bars(joined: Track, lows: list[Point | None], scene: Scene) -> dict[str, Any]:
    found = limits(scene.protocol, joined.name, joined.ucum)
    cap = _WIDE if len(joined.points) <= _FEW else _NARROW
    highs = [coordinate(number(point)) for point in joined.points]
    lengths = [0 if low is None else high - coordinate(number(low)) for high, low in zip(highs, lows, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": escape(joined.label),
        "x": [scene.clock.x(point.at) for point in joined.points],
        "y": highs,
        "hovertext": [wrapped(scene.hover(joined, point, found), HOVER) for point in joined.points],
        "hoverinfo": "name+text",
        "marker": {"symbol": _CAP, "size": cap * 2, "line": {"width": 2, "color": INK}},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [0] * len(lengths),
            "arrayminus": lengths,
            "color": INK,
            "thickness": 2,
            "width": cap,
        },
    }


PANEL = Panel("blood-pressure", mark("Blood pressure and vasopressors"), _tracks, _panes)
