"""How much urine in eight hours, and how much water does the body hold?

The volume is the protocol's own sum, by the engine's own function, over the hours before each dose was decided.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.domain.baseline import baseline_of, baseline_until
from app.domain.course import Cycle
from app.domain.observation import Reading, current
from app.domain.protocol import Row
from app.domain.tongue import mark, worded
from dashboards.limits import Limit, Words, limits
from dashboards.numeric import beside, framed, number, numeric_pane, whose_limits
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Point, Track, observations, tracks
from dashboards.scene import Scene
from dashboards.theme import GREY, INK, SCALES, coordinate
from dashboards.volumes import BALANCE, INTAKE, STOOL, URINE, WEIGHT, balance, ends, period_row, since, summed
from dashboards.words import HOVER, escape, length_words, rounded_words, wrapped

_FULL = 18
"""More bars than this in a view stand too close for their numbers."""


def _tracks(scene: Scene) -> tuple[Track, ...]:
    """The sums, the change of weight, the balance where intake was charted, and all of them as they were charted."""
    charted = tracks(scene.flowsheet, scene.protocol, scene.view, (URINE, WEIGHT, INTAKE, STOOL))
    shown = [one for one in charted if one.name in (URINE, WEIGHT) or one.points or one.struck]
    found = balance(scene)
    both = (found,) if found.points or found.missed else ()
    return (_sums(charted[0], scene), _changes(charted[1], scene), *both, *(replace(one, drawn=False) for one in shown))


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    urine, change, *others = found
    balances = [track for track in others if track.name == BALANCE]
    row = period_row(scene)
    if row is None:
        return [numeric_pane(change, scene)]
    hours = length_words(row.window.span)
    each = worded("Each bar: the {hours} up to the decision on a dose, or to its due time.", hours=hours)
    remarks = (each, *_by_weight(row, scene))
    silent = () if balances else (worded("Fluid intake: not charted here."),)
    what = (worded("Balance: in minus urine and charted stool."),)
    panes = [_volumes(urine, row.window.span, scene, remarks)]
    panes += [_volumes(one, row.window.span, scene, what) for one in balances]
    return [*panes, numeric_pane(change, scene, silent)]


def _by_weight(row: Row, scene: Scene) -> tuple[str, ...]:
    """The limits of a volume per kilogram: no line in millilitres is one, for the weight changes from dose to dose."""
    if row.window.per is None:
        return ()
    words = "; ".join(limit.words for limit in limits(scene.protocol, row.measure, row.unit))
    return worded("No line, for it goes by the weight: {limits}.", limits=words), whose_limits(scene)


def _volumes(track: Track, span: timedelta, scene: Scene, remarks: tuple[str, ...]) -> Pane:
    scale, edges = SCALES[track.name], limits(scene.protocol, track.name, track.ucum)
    bars = _bars(track, span, edges, scene)
    return framed(track, scale, edges, scene, [bars, *beside(track, scale, scene)], remarks, Words.OVER)


def _sums(charted: Track, scene: Scene) -> Track:
    row = period_row(scene)
    if row is None:
        return Track(URINE, charted.label, charted.ucum, (), drawn=False)
    rows = current(tuple(observations(scene.flowsheet, (URINE,))[URINE]))
    edges = [limit.edge for limit in limits(scene.protocol, URINE, charted.ucum)]
    tried = (
        [[summed(row, rows, end, one, scene, edges) for end in ends(one, scene)] for one in scene.due] if rows else []
    )
    found = [next((point for point in points if point.value is not None), points[0]) for points in tried if points]
    return Track(
        name=URINE,
        label=worded("{label} in {length}", label=charted.label, length=length_words(row.window.span)),
        ucum=charted.ucum,
        points=tuple(point for point in found if point.value is not None),
        missed=tuple(point for point in found if point.value is None),
    )


def _changes(charted: Track, scene: Scene) -> Track:
    """The change from each cycle's baseline, in percent: the last weight at or before its first dose."""
    rows = current(tuple(observations(scene.flowsheet, (WEIGHT,))[WEIGHT]))
    weights = [reading for row in rows if (reading := row.reading()) is not None]
    edges = [limit.edge for limit in limits(scene.protocol, WEIGHT, "%")]
    cycles = sorted(scene.flowsheet.cycles, key=lambda cycle: cycle.admitted_at)
    bounds = [since(cycle, scene) for cycle in cycles]
    bases = [_baseline(cycle, weights, scene) for cycle in cycles]
    found = []
    for point in charted.points:
        index = bisect_right(bounds, point.at)
        found.append(_change(point, bases[index - 1] if index else None, edges))
    return Track(
        name=WEIGHT,
        label=worded("Weight change"),
        ucum="%",
        points=tuple(point for point in found if point.value is not None),
        missed=tuple(point for point in (*found, *charted.missed) if point.value is None),
        gap_after=charted.gap_after,
    )


def _baseline(cycle: Cycle, weights: list[Reading], scene: Scene) -> Decimal | None:
    first = scene.doses.first(cycle.number)
    until = baseline_until(scene.flowsheet, cycle, scene.protocol.timing, [] if first is None else [first])
    found = baseline_of(weight for weight in weights if since(cycle, scene) <= weight.at <= until)
    return found if isinstance(found, Decimal) else None


def _change(point: Point, base: Decimal | None, edges: list[Decimal]) -> Point:
    kilograms = f"{point.text} kg"
    if base is None:
        return point._replace(
            value=None, text=worded("{kilograms}, no weight before dose 1 to compare with", kilograms=kilograms)
        )
    change = (Fraction(number(point)) - Fraction(base)) * 100 / Fraction(base)
    words = rounded_words(change, edges, 1)
    text = f"+{words}" if change > 0 else words
    return point._replace(value=change, text=text, note=", ".join(note for note in (kilograms, point.note) if note))


def _bars(urine: Track, span: timedelta, found: tuple[Limit, ...], scene: Scene) -> dict[str, Any]:
    roomy = len(urine.points) <= _FULL
    return {
        "type": "bar",
        "name": escape(urine.label),
        "x": [scene.clock.x(point.at - span / 2) for point in urine.points],
        "y": [coordinate(number(point)) for point in urine.points],
        "width": span * 9 / 10 // timedelta(milliseconds=1),
        "text": [point.text for point in urine.points] if roomy else [],
        "textposition": "outside",
        "textfont": {"size": 12, "color": INK},
        "hovertext": [wrapped(scene.hover(urine, point, found), HOVER) for point in urine.points],
        "hoverinfo": "name+text",
        "marker": {"color": GREY, "opacity": 0.5, "line": {"width": 1.5, "color": INK}},
        "cliponaxis": False,
    }


PANEL = Panel("fluids", mark("Urine and weight"), _tracks, _panes)
