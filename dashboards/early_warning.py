"""How ill is the patient by the early-warning score, on its own axis?

Scored at the last moment of each charted set from every value fresh then, as the alert and the verdict are: a set may
be charted in parts. What is incomplete stands hollow at what it adds up to already, and is a gap where that is nothing.
It decides no dose.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.band import Band
from app.domain.observation import current
from app.domain.scores.book import early_warning
from app.domain.scores.moments import moments
from app.domain.scores.news2 import News2
from app.domain.tongue import mark, worded
from app.domain.vocabulary import Action, SpO2Scale
from dashboards.limits import Limit, shapes
from dashboards.numeric import beside, framed, line, marks, number
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Point, Track, observations
from dashboards.scene import Scene
from dashboards.theme import INK, SCALES
from dashboards.words import escape, inline

_NAME = "news2"


def _tracks(scene: Scene) -> tuple[Track, ...]:
    found = [_point(at, by, scene) for at, by in sorted(_moments(scene).items())]
    points = [point for point in found if point.value is not None]
    missed = tuple(point for point in found if point.value is None and scene.view.holds(point.at))
    inside = tuple(point for point in points if scene.view.holds(point.at))
    earlier = [point for point in points if point.at < scene.view.start]
    gap = scene.protocol.fresh_for["vital"] * 3 / 2
    return (Track(_NAME, "NEWS2", None, inside, (), missed, earlier[-1] if earlier else None, gap),)


def _moments(scene: Scene) -> dict[datetime, str]:
    """The last moment of each charted set in which something of the score was measured, and who charted it."""
    rows = [row for rows in observations(scene.flowsheet, scene.view.chart.measures).values() for row in rows]
    measured = [row for row in current(tuple(rows)) if row.value is not None]
    return {at: row.recorded_by for at, row in moments(measured, {row.id: row for row in rows}).items()}


def _point(at: datetime, by: str, scene: Scene) -> Point:
    measures = scene.protocol.measures
    news2 = early_warning(scene.view.chart, scene.protocol, scene.flowsheet, at)
    if news2.score is not None:
        return Point(at, Decimal(news2.score), str(news2.score), _parts(news2, scene), by)
    names = ", ".join(inline(measures[name].label) for name in news2.missing)
    note = worded("missing or too old: {names}", names=names)
    if news2.least == 0:
        return Point(at, None, worded("incomplete"), note, by)
    text = worded("at least {score}", score=news2.least)
    return Point(at, Decimal(news2.least), text, f"{_parts(news2, scene)}; {note}", by, least=True)


def _parts(news2: News2, scene: Scene) -> str:
    """`high: respiratory rate 2, temperature 1`; scale 2 is said."""
    measures = scene.protocol.measures
    parts = ", ".join(
        f"{inline(measures[part.measure].label)} {part.points}" for part in news2.parts if part.points > 0
    )
    level = "" if news2.level is None else worded(news2.level.replace("_", " to "))
    if news2.scale is SpO2Scale.TWO:
        level = worded("{level}, SpO2 scale 2", level=level) if level else worded("SpO2 scale 2")
    return ": ".join(words for words in (level, parts) if words)


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    scale, (track,) = SCALES[_NAME], found
    # On the zero line a cross would read as a score of 0: what is incomplete only cuts the line.
    shown = replace(track, missed=()) if track.points else track
    whole = tuple(point for point in track.points if not point.least)
    least = tuple(point for point in track.points if point.least)
    cut = replace(track, points=whole, missed=(*track.missed, *least))
    traces = [line(cut, (), scene), _hollow(track, least, scene), *beside(shown, scale, scene)]
    pane = framed(shown, scale, (), scene, traces, (worded(_SOURCE),))
    return [replace(pane, shapes=tuple(shapes(_responses(scene), scale, scene.clock.ends())))]


def _hollow(track: Track, least: tuple[Point, ...], scene: Scene) -> dict[str, Any]:
    """What incomplete sets add up to, each with its words beside it."""
    drawn = marks(track, [(point, number(point)) for point in least], "circle-open", scene)
    ink = {"symbol": "circle-open", "size": 9, "color": INK, "line": {"width": 2, "color": INK}}
    words = {"text": [escape(point.text) for point in least], "textposition": "top center"}
    return {**drawn, **words, "mode": "markers+text", "textfont": {"size": 12, "color": INK}, "marker": ink}


def _responses(scene: Scene) -> list[Limit]:
    """The scores from which the chart calls for an urgent and for an emergency response."""
    return [
        Limit(
            action=Action.INCOMPLETE,
            band=Band(Decimal(least), low_open=False, high=None, high_open=False),
            edge=Decimal(least),
            upward=True,
            first=place == 1,
            always=True,
            lane=0,
            words=worded("{what} from {least}", what=worded(response.partition(":")[0]).lower(), least=least),
        )
        for place, (least, _, response) in enumerate(scene.view.chart.responses[:2])
    ]


_SOURCE = mark("NEWS2 of all that was fresh at each set; hollow: incomplete, at least so much. It decides no dose.")

PANEL = Panel("news2", mark("Early warning (NEWS2)"), _tracks, _panes)
