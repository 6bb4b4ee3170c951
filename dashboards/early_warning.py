"""How ill is the patient by the early-warning score, on its own axis?

The score of each charted set that is complete; an incomplete set has none. It decides no dose.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from app.domain.band import Band
from app.domain.measure import Value
from app.domain.observation import Observation, current
from app.domain.scores.news2 import News2
from app.domain.scores.scale import scale_at
from app.domain.tongue import mark, worded
from app.domain.vocabulary import Action, SpO2Scale
from dashboards.limits import Limit, shapes
from dashboards.numeric import beside, framed, line
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Point, Track, observations
from dashboards.scene import Scene
from dashboards.theme import SCALES
from dashboards.words import inline

_NAME = "news2"


def _tracks(scene: Scene) -> tuple[Track, ...]:
    chart = scene.view.chart
    sets: dict[str, dict[str, Observation]] = {}
    for name, rows in observations(scene.flowsheet, (*chart.bands, *chart.choices)).items():
        by_id = {row.id: row for row in rows}
        for row in current(tuple(rows)):
            sets.setdefault(_charted_with(row, by_id), {})[name] = row
    points = sorted((point for rows in sets.values() if (point := _point(rows, scene)) is not None), key=lambda p: p.at)
    inside = tuple(point for point in points if scene.view.holds(point.at))
    earlier = [point for point in points if point.at < scene.view.start]
    gap = scene.protocol.fresh_for["vital"] * 3 / 2
    return (Track(_NAME, "NEWS2", None, inside, earlier=earlier[-1] if earlier else None, gap_after=gap),)


def _charted_with(row: Observation, by_id: dict[str, Observation]) -> str:
    """The set a value was charted in: a correction belongs to the set of the row it corrects."""
    while row.supersedes is not None and row.supersedes in by_id:
        row = by_id[row.supersedes]
    return row.set_id


def _point(rows: dict[str, Observation], scene: Scene) -> Point | None:
    values: dict[str, Value] = {name: row.value for name, row in rows.items() if row.value is not None}
    last = max(rows.values(), key=lambda row: row.observed_at)
    news2 = scene.view.chart.score(values, _scale(scene, last.observed_at))
    if news2.score is None:
        return None
    return Point(last.observed_at, Decimal(news2.score), str(news2.score), _parts(news2, scene), last.recorded_by)


def _scale(scene: Scene, at: datetime) -> SpO2Scale:
    """The saturation scale of the admission the moment lies in."""
    begun = [cycle.id for cycle in scene.flowsheet.cycles if cycle.admitted_at <= at]
    return scale_at(scene.flowsheet.events, begun[-1] if begun else None, at)


def _parts(news2: News2, scene: Scene) -> str:
    """`high: respiratory rate 2, temperature 1`; scale 2 is said."""
    measures = scene.protocol.measures
    parts = [f"{inline(measures[part.measure].label)} {part.points}" for part in news2.parts if part.points > 0]
    level = worded((news2.level or "").replace("_", " to "))
    if news2.scale is SpO2Scale.TWO:
        level = worded("{level}, SpO2 scale 2", level=level)
    return f"{level}: {', '.join(parts)}" if parts else level


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    scale, (track,) = SCALES[_NAME], found
    pane = framed(track, scale, (), scene, [line(track, (), scene), *beside(track, scale, scene)], (worded(_SOURCE),))
    return [replace(pane, shapes=tuple(shapes(_responses(scene), scale, scene.clock.ends())))]


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


_SOURCE = mark("A score for each complete set; it decides no dose.")

PANEL = Panel("news2", mark("Early warning (NEWS2)"), _tracks, _panes)
