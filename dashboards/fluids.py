"""How much urine in eight hours, and how much water does the body hold?

The volume is the protocol's own sum, by the engine's own function, over the hours before each dose was decided.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.domain.baseline import baseline_of
from app.domain.course import Cycle
from app.domain.decision import DecisionRecord
from app.domain.explain import why_words
from app.domain.facts import Facts
from app.domain.observation import Observation, Reading, current
from app.domain.protocol import Row, WindowKind
from app.domain.situation import AHEAD, Situation
from app.domain.windows_volume import charted_volume
from dashboards.doses import DueDose
from dashboards.limits import Limit, Words, limits
from dashboards.numeric import beside, framed, number, numeric_pane
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Point, Track, observations, tracks
from dashboards.scene import Scene
from dashboards.theme import GREY, INK, SCALES, coordinate
from dashboards.words import HOVER, escape, length_words, rounded_words, wrapped

_URINE, _WEIGHT = "urine_volume", "weight"
_FULL = 18
"""More bars than this in a view stand too close for their numbers."""


def _tracks(scene: Scene) -> tuple[Track, ...]:
    """The sums, the change of weight, and the two as they were charted."""
    charted = tracks(scene.flowsheet, scene.protocol, scene.view, (_URINE, _WEIGHT))
    return (_sums(charted[0], scene), _changes(charted[1], scene), *(replace(one, drawn=False) for one in charted))


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    urine, change, *_ = found
    row = _row(scene)
    if row is None:
        return [numeric_pane(change, scene)]
    scale, edges = SCALES[_URINE], limits(scene.protocol, _URINE, urine.ucum)
    bars = _bars(urine, row.window.span, edges, scene)
    remarks = (f"Each bar: the {length_words(row.window.span)} up to the decision on a dose, or to its due time.",)
    pane = framed(urine, scale, edges, scene, [bars, *beside(urine, scale, scene)], remarks, Words.OVER)
    return [pane, numeric_pane(change, scene)]


def _row(scene: Scene) -> Row | None:
    """The protocol's row for the volume of one period; None where it has none, and then there is nothing to sum."""
    rows = (row for row in scene.protocol.rows if row.measure == _URINE and row.window.kind is WindowKind.SUM)
    return next(rows, None)


def _sums(charted: Track, scene: Scene) -> Track:
    row = _row(scene)
    if row is None:
        return Track(_URINE, charted.label, charted.ucum, ())
    rows = current(tuple(observations(scene.flowsheet, (_URINE,))[_URINE]))
    edges = [limit.edge for limit in limits(scene.protocol, _URINE, charted.ucum)]
    tried = (
        [[_sum(row, rows, end, one, scene, edges) for end in _ends(one, scene)] for one in scene.due] if rows else []
    )
    found = [next((point for point in points if point.value is not None), points[0]) for points in tried if points]
    return Track(
        name=_URINE,
        label=f"{charted.label} in {length_words(row.window.span)}",
        ucum=charted.ucum,
        points=tuple(point for point in found if point.value is not None),
        missed=tuple(point for point in found if point.value is None),
    )


def _ends(one: DueDose, scene: Scene) -> list[datetime]:
    """When a dose was last decided for dosing, then its due time: a volume may be known at one and not at the other."""
    decided = [row.at for row in scene.flowsheet.decisions if row.dose_id == one.dose.id and _for_dosing(row)]
    return [end for end in (*decided[-1:], one.at) if scene.view.holds(end) and end <= scene.view.at]


def _for_dosing(row: DecisionRecord) -> bool:
    return not row.provisional and row.reviews is None


def _sum(
    row: Row, rows: Iterable[Observation], end: datetime, one: DueDose, scene: Scene, edges: list[Decimal]
) -> Point:
    """What the engine answers on the volume at `end`, from what it would know of then inside the hours it sums."""
    cycle = scene.flowsheet.cycle(one.dose.cycle_id)
    since = max(_from(cycle, scene), end - row.window.span)
    known = (
        Reading(seen.id, seen.measure, seen.value, seen.observed_at, seen.start_at)
        for seen in rows
        if seen.value is not None and since <= seen.observed_at <= (end + AHEAD if seen.recorded_at <= end else end)
    )
    situation = Situation(
        at=end,
        due_at=one.at,
        dose_number=one.dose.number,
        cycle_number=one.cycle,
        admitted_at=cycle.admitted_at,
        last_given_at=None,
        baseline=(),
        held_doses=0,
        previous=None,
        unresolved=(),
        readings=tuple(known),
    )
    found = charted_volume(row, Facts(situation, scene.protocol))
    note = f"from {scene.clock.label(end - row.window.span)}"
    if isinstance(found, Decimal | Fraction):
        return Point(end, Fraction(found), rounded_words(Fraction(found), edges), note, "")
    _, _, _, _, why, _ = found
    return Point(end, None, "no volume" if why is None else why_words(why), note, "")


def _changes(charted: Track, scene: Scene) -> Track:
    """The change from each cycle's baseline, in percent: the last weight at or before its first dose."""
    rows = current(tuple(observations(scene.flowsheet, (_WEIGHT,))[_WEIGHT]))
    weights = [reading for row in rows if (reading := row.reading()) is not None]
    edges = [limit.edge for limit in limits(scene.protocol, _WEIGHT, "%")]
    cycles = sorted(scene.flowsheet.cycles, key=lambda cycle: cycle.admitted_at)
    bounds = [_from(cycle, scene) for cycle in cycles]
    bases = [_baseline(cycle, weights, scene) for cycle in cycles]
    found = []
    for point in charted.points:
        index = bisect_right(bounds, point.at)
        found.append(_change(point, bases[index - 1] if index else None, edges))
    return Track(
        name=_WEIGHT,
        label="Weight change",
        ucum="%",
        points=tuple(point for point in found if point.value is not None),
        missed=tuple(point for point in (*found, *charted.missed) if point.value is None),
        gap_after=charted.gap_after,
    )


def _from(cycle: Cycle, scene: Scene) -> datetime:
    return cycle.admitted_at - scene.protocol.timing.admission_lookback


def _baseline(cycle: Cycle, weights: list[Reading], scene: Scene) -> Decimal | None:
    first = scene.doses.first(cycle.number)
    until = scene.view.at if first is None else first
    found = baseline_of(weight for weight in weights if _from(cycle, scene) <= weight.at <= until)
    return found if isinstance(found, Decimal) else None


def _change(point: Point, base: Decimal | None, edges: list[Decimal]) -> Point:
    kilograms = f"{point.text} kg"
    if base is None:
        return point._replace(value=None, text=f"{kilograms}, no weight before dose 1 to compare with")
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


PANEL = Panel("fluids", "Urine and weight", _tracks, _panes)
