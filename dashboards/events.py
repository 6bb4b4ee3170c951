"""What was done or put right besides the doses: corrections, orders against a decision, fluids given?"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from app.domain.decision import goes_against
from app.domain.observation import Observation
from app.domain.tongue import mark, worded
from app.domain.units import unit_words
from dashboards.matrix import Line, Mark, lines_pane
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Point, Track
from dashboards.scene import Scene
from dashboards.theme import INK, MUTED
from dashboards.words import charted_words, inline, length_words, with_unit

_INTAKE = "fluid_intake"
_CORRECTION, _OVERRIDE, _FLUID = mark("Correction"), mark("Order against a decision"), mark("Fluid given")
_LOOKS = {_CORRECTION: ("circle-open", MUTED), _OVERRIDE: ("star", INK), _FLUID: ("diamond-wide", INK)}


def _tracks(scene: Scene) -> tuple[Track, ...]:
    """One of each kind that happened in the view, each event at its own moment."""
    found = {
        _CORRECTION: [*_corrections(scene), *_weights(scene)],
        _OVERRIDE: _overrides(scene),
        _FLUID: _fluids(scene),
    }
    return tuple(
        Track(name, worded(name), None, tuple(sorted(points, key=lambda one: one.at)))
        for name, points in found.items()
        if points
    )


def _corrections(scene: Scene) -> list[Point]:
    """When a value was corrected or taken back, which is later than when it was measured."""
    rows = {row.id: row for row in scene.flowsheet.observations}
    return [
        Point(
            row.recorded_at,
            "amended",
            _amended(rows[row.supersedes], row, scene),
            row.reason or "",
            row.recorded_by,
        )
        for row in rows.values()
        if row.supersedes is not None and scene.view.holds(row.recorded_at)
    ]


def _weights(scene: Scene) -> list[Point]:
    """When the doses of a cycle began to be made of another weight."""
    sheet = scene.flowsheet
    known = [pair for cycle in sheet.cycles for pair in pairwise(sheet.dosing_weights(cycle))]
    return [
        Point(event.recorded_at, "amended", _reweighed(before, weight), event.reason, event.recorded_by)
        for (_, before), (event, weight) in known
        if event is not None and scene.view.holds(event.recorded_at)
    ]


def _reweighed(before: Decimal, weight: Decimal) -> str:
    return worded("dosing weight {was} kg to {value} kg", was=f"{before:f}", value=f"{weight:f}")


def _amended(old: Observation, new: Observation, scene: Scene) -> str:
    measure = scene.protocol.measures.get(new.measure)
    label = new.measure if measure is None else inline(measure.label)
    was = worded("no value") if old.value is None else charted_words(old.value)
    if new.retracts or new.value is None:
        return worded("{label} {was} taken back", label=label, was=was)
    if new.value == old.value:
        return worded(
            "{label} {was} of {at} moved to {at2}",
            label=label,
            was=was,
            at=scene.clock.label(old.observed_at),
            at2=scene.clock.label(new.observed_at),
        )
    return worded("{label} {was} to {value}", label=label, was=was, value=charted_words(new.value))


def _overrides(scene: Scene) -> list[Point]:
    decisions = {row.id: row for row in scene.flowsheet.decisions}
    doses = {one.dose.id: scene.doses.name(one.cycle, one.dose.number) for one in scene.due}
    return [
        Point(
            order.ordered_at,
            "ordered",
            f"{worded(order.choice)} {inline(doses[order.dose_id])}",
            order.reason,
            order.ordered_by,
        )
        for order in scene.flowsheet.orders
        if scene.view.holds(order.ordered_at)
        and order.dose_id in doses
        and order.decision_id in decisions
        and goes_against(decisions[order.decision_id].action, order.choice)
    ]


def _fluids(scene: Scene) -> list[Point]:
    """Every volume that went in, at the end of its hours."""
    return [
        Point(row.observed_at, "given", _given(row), "", row.recorded_by)
        for row in scene.flowsheet.charted()
        if row.measure == _INTAKE and row.value is not None and row.value != 0 and scene.view.holds(row.observed_at)
    ]


def _given(row: Observation) -> str:
    volume = "" if row.value is None else with_unit(charted_words(row.value), unit_words(row.unit))
    return (
        volume
        if row.start_at is None
        else worded("{volume} over {length}", volume=volume, length=length_words(row.observed_at - row.start_at))
    )


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    lines = [
        Line(track.label, tuple(_mark(track, point, scene) for point in track.points), track.label) for track in found
    ]
    return [lines_pane(PANEL.title, _last(scene, found), lines, ())]


def _mark(track: Track, point: Point, scene: Scene) -> Mark:
    symbol, fill = _LOOKS[track.name]
    return Mark(scene.clock.x(point.at), scene.hover(track, point), symbol, fill)


def _last(scene: Scene, found: tuple[Track, ...]) -> str:
    """The last event in words, where there is room for them."""
    last = max(((point.at, point.text) for track in found for point in track.points), default=None)
    if last is None:
        return ""
    at, text = last
    return worded("{text} at {at}", text=text, at=scene.clock.brief(at))


PANEL = Panel("events", mark("Events"), _tracks, _panes)
