"""What was decided for each dose, and what was done with it?"""

from __future__ import annotations

from itertools import groupby

from app.domain.course import Administration
from app.domain.decision import DecisionRecord
from app.domain.explain import shown_as
from app.domain.progress import DoseProgress, dose_progress
from app.domain.tongue import mark, worded
from app.domain.vocabulary import Action, DoseState, SkipReason
from dashboards.doses import DueDose
from dashboards.matrix import Line, Mark, lines_pane
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Point, Track
from dashboards.scene import Scene
from dashboards.theme import ACTIONS, GREY, INK, PAPER
from dashboards.words import inline

DECISION, REVIEW, ORDER, DONE = "decision", "review", "order", "dose"

_STATES = {
    DoseState.GIVEN: mark("Given"),
    DoseState.INTERRUPTED: mark("Given in part"),
    DoseState.SKIPPED: mark("Not given"),
    DoseState.CANCELLED: mark("Not given"),
    DoseState.OVERDUE: mark("Overdue"),
    DoseState.DUE: mark("Due"),
    DoseState.SCHEDULED: mark("Due"),
}
_LINES = tuple(dict.fromkeys(_STATES.values()))
"""What was done, from the first line down."""
_REASONS = {
    SkipReason.CRITERION: mark("a criterion was met"),
    SkipReason.NOT_EVALUABLE: mark("could not be evaluated"),
    SkipReason.MISSED: mark("missed"),
    SkipReason.ORDERED: mark("by order"),
}
_DONE = {
    DoseState.GIVEN: ("diamond-tall", INK),
    DoseState.INTERRUPTED: ("diamond-tall", GREY),
    DoseState.SKIPPED: ("line-ew-open", INK),
    DoseState.CANCELLED: ("line-ew-open", INK),
    DoseState.OVERDUE: ("diamond-tall", PAPER),
    DoseState.DUE: ("diamond-tall", PAPER),
    DoseState.SCHEDULED: ("diamond-tall", PAPER),
}
_ORDER = ("pentagon", GREY)


def _tracks(scene: Scene) -> tuple[Track, ...]:
    """Decisions, their later reviews, orders and administrations, each at its dose's due time."""
    decisions, reviews, orders, done = [], [], [], []
    for one in scene.due:
        if not scene.view.holds(one.at):
            continue
        records = [row for row in scene.flowsheet.decisions if row.dose_id == one.dose.id and not row.provisional]
        taken = [row for row in records if row.reviews is None]
        decisions += [_decision(one, row, scene) for row in taken[-1:]]
        reviews += [_review(one, row, scene) for row in records if row.reviews is not None]
        orders += [
            Point(
                one.at,
                str(order.choice),
                worded("Ordered: {choice}", choice=worded(order.choice)),
                order.reason,
                order.ordered_by,
                _name(one, scene),
            )
            for order in scene.flowsheet.orders
            if order.dose_id == one.dose.id
        ]
        done.append(_done(one, dose_progress(scene.flowsheet, one.dose, scene.protocol, scene.view.at), scene))
    return (
        Track(DECISION, worded("Decision"), None, tuple(decisions)),
        Track(REVIEW, worded("Decision on corrected data"), None, tuple(reviews)),
        Track(ORDER, worded("Order"), None, tuple(orders)),
        Track(DONE, worded("Outcome"), None, tuple(done)),
    )


def _name(one: DueDose, scene: Scene) -> str:
    return scene.doses.name(one.cycle, one.dose.number)


def _decision(one: DueDose, row: DecisionRecord, scene: Scene) -> Point:
    note = worded("decided at {at}", at=scene.clock.label(row.at))
    return Point(one.at, str(row.action), shown_as(row.action), note, row.recorded_by, _name(one, scene))


def _review(one: DueDose, row: DecisionRecord, scene: Scene) -> Point:
    note = worded("on data corrected at {at}", at=scene.clock.label(row.recorded_at))
    return Point(one.at, str(row.action), shown_as(row.action), note, row.recorded_by, _name(one, scene))


def _done(one: DueDose, dose: DoseProgress, scene: Scene) -> Point:
    row, reason = dose.administration, "" if dose.skip_reason is None else worded(_REASONS[dose.skip_reason])
    note = ", ".join(words for words in (reason, "" if row is None else _went(row, scene)) if words)
    by = "" if row is None else row.recorded_by
    return Point(one.at, str(dose.state), worded(_STATES[dose.state]), note, by, _name(one, scene))


def _went(row: Administration, scene: Scene) -> str:
    units = (
        worded("{number} units at {at}", number=f"{row.units.normalize():,f}", at=scene.clock.label(row.started_at))
        if row.units > 0
        else ""
    )
    return ", ".join(words for words in (units, row.deviation or "") if words)


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    """A line for each word that occurs: decisions from the mildest down, then orders, then what was done."""
    decisions, reviews, orders, done = found
    points = sorted((*decisions.points, *reviews.points), key=lambda point: (Action(str(point.value)).rank, point.at))
    lines = [
        Line(action, tuple(_action_mark(point, scene, hollow=point in reviews.points) for point in group))
        for action, group in groupby(points, key=lambda point: point.text)
    ]
    ordered = sorted(orders.points, key=lambda point: point.text)
    lines += [
        Line(word, tuple(_other_mark(point, scene, _ORDER) for point in group))
        for word, group in groupby(ordered, key=lambda point: point.text)
    ]
    lines += [
        Line(worded(word), tuple(_other_mark(point, scene, _DONE[_state(point)]) for point in group))
        for word, group in groupby(sorted(done.points, key=_line), key=lambda point: _STATES[_state(point)])
    ]
    remarks = (worded("Hollow: decided again on data corrected since."),) if reviews.points else ()
    return [lines_pane(PANEL.title, _reading(decisions, done, scene), lines, remarks)]


def _line(point: Point) -> int:
    return _LINES.index(_STATES[_state(point)])


def _state(point: Point) -> DoseState:
    return DoseState(str(point.value))


def _action_mark(point: Point, scene: Scene, *, hollow: bool) -> Mark:
    style = ACTIONS[Action(str(point.value))]
    symbol = f"{style.symbol}-open" if hollow else style.symbol
    return Mark(scene.clock.x(point.at), _text(point, scene), symbol, style.fill)


def _other_mark(point: Point, scene: Scene, look: tuple[str, str]) -> Mark:
    return Mark(scene.clock.x(point.at), _text(point, scene), *look)


def _text(point: Point, scene: Scene) -> str:
    words = worded("{dose} due {at}, {text}", dose=point.dose, at=scene.clock.label(point.at), text=inline(point.text))
    return f"{words}, {point.note}" if point.note else words


def _reading(decisions: Track, done: Track, scene: Scene) -> str:
    if not decisions.points:
        return ""
    last = decisions.points[-1]
    outcome = next(point.text.lower() for point in done.points if point.at == last.at)
    return worded(
        "{dose} due {at}: {text}; {outcome}",
        dose=last.dose,
        at=scene.clock.brief(last.at),
        text=last.text,
        outcome=outcome,
    )


PANEL = Panel("doses", mark("Doses"), _tracks, _panes)
