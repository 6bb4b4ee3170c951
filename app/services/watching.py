"""What does a course wait for that nobody may forget, and who is told when it does not come?

Every act on a course ends here: what it has brought clears its alert, and what is waited for next is armed. Nothing is
waited for outside a running cycle (`app.domain.deadlines`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from app.domain.alert import Alert, AlertEvent, answer_to
from app.domain.deadlines import KINDS, NO_DECISION, OBSERVATIONS, RECHECK, Deadline, Waiting, running, waiting
from app.domain.flowsheet import Flowsheet
from app.domain.ids import new_id
from app.domain.protocol import Protocol
from app.domain.vocabulary import Action, AlertKind, Level
from app.services.announcing import announce
from app.store import alerts, timers
from app.store.database import Transaction
from app.store.timers import Timer, TimerKind

_LOOK = "look"
_MOMENT = timedelta(microseconds=1)


def watch(
    tx: Transaction,
    sheet: Flowsheet,
    protocol: Protocol,
    armed: Mapping[str, str],
    at: datetime,
    before: Flowsheet | None = None,
) -> None:
    """Clears the alerts about what is waited for no longer, says those again that are, and arms what will be.

    A deadline comes back when what had met it is taken back: its timer was spent when it first passed. The course is
    locked; `armed` are the ids of the timers that are armed for its deadlines, by step; `before` is the sheet as the
    act in hand found it, None where nobody acted.
    """
    waited = waiting(sheet, protocol, at)
    late = {one.key: one for one in waited.deadlines if one.at <= at}
    known = _open(tx, sheet.course.id)
    over = [alert for alert in known if alert.cleared is None and alert.key not in late]
    cleared = [answer_to(alert, AlertKind.CLEARED, new_id(at), at, None) for alert in over]
    unarmed = [step for one in late.values() if (step := _step_of(one)) not in armed]
    spent = timers.steps_done(tx, TimerKind.DEADLINE, sheet.course.id, unarmed)
    passed = [one for one in late.values() if _step_of(one) in spent]
    announce(tx, (*cleared, *_told_again(sheet, protocol, passed, known, at, before)))
    _arm(tx, sheet.course.id, _steps(waited), armed, spent, at)


def _told_again(
    sheet: Flowsheet,
    protocol: Protocol,
    passed: Sequence[Deadline],
    known: Iterable[Alert],
    at: datetime,
    before: Flowsheet | None,
) -> Iterator[AlertEvent]:
    """What of the deadlines whose timers are spent has come back: open alerts that had cleared, or new ones.

    Whoever ended an alert answered for the deadline while it stood. Once something has met it they answer no longer.
    """
    if not passed:
        return
    opened = {alert.key: alert for alert in known}
    stood = None if before is None else {_step_of(one) for one in waiting(before, protocol, at).deadlines}
    for one in passed:
        alert = opened.get(one.key)
        if alert is None and stood is not None and _step_of(one) not in stood:
            yield _event(sheet, protocol, sheet.ward_of(sheet.cycles[-1]), one, None, at)
        elif alert is not None and alert.cleared is not None:
            yield _event(sheet, protocol, alert.ward_id, one, alert, at)


def overdue(
    tx: Transaction, sheet: Flowsheet, protocol: Protocol, ward_id: str, timer: Timer, at: datetime
) -> tuple[AlertEvent, ...]:
    """Raises what this timer was armed for, where it is late now; one that is open already is told again."""
    waited = {_step_of(one): one for one in waiting(sheet, protocol, at).deadlines if one.at <= at}
    late = waited.get(timer.step)
    if late is None:
        return ()
    known = next((alert for alert in _open(tx, sheet.course.id) if alert.key == late.key), None)
    event = _event(sheet, protocol, ward_id, late, known, at)
    announce(tx, (event,))
    return (event,)


def _open(tx: Transaction, course_id: str) -> tuple[Alert, ...]:
    """The open alerts about what is waited for."""
    return tuple([one for one in alerts.raised(tx, course_id) if one.open and one.key.startswith(KINDS)])


def _steps(waited: Waiting) -> dict[str, datetime]:
    """What is to be done when, by step: each deadline, and a look when time alone changes what is waited for."""
    steps, change = {_step_of(one): one.at for one in waited.deadlines}, waited.changes_at
    return steps if change is None else steps | {_step(_LOOK, change): change + _MOMENT}


def _step(what: str, at: datetime) -> str:
    return f"{what} {at.isoformat()}"


def _step_of(deadline: Deadline) -> str:
    return _step(deadline.key, deadline.at)


def _arm(
    tx: Transaction,
    course_id: str,
    steps: Mapping[str, datetime],
    armed: Mapping[str, str],
    spent: frozenset[str],
    at: datetime,
) -> None:
    """Leaves alone what is armed already: another process may have read it."""
    over = [timer_id for step, timer_id in armed.items() if step not in steps]
    wanted = [one for one in steps.items() if one[0] not in armed and one[0] not in spent]
    timers.rearm(tx, over, [Timer(new_id(at), course_id, TimerKind.DEADLINE, course_id, *one) for one in wanted])


def _event(
    sheet: Flowsheet, protocol: Protocol, ward_id: str, late: Deadline, known: Alert | None, at: datetime
) -> AlertEvent:
    cycle, event_id = running(sheet), new_id(at)
    return AlertEvent(
        id=event_id,
        alert_id=event_id if known is None else known.id,
        course_id=sheet.course.id,
        cycle_id=None if cycle is None else cycle.id,
        dose_id=late.dose_id,
        decision_id=None,
        ward_id=ward_id,
        kind=AlertKind.RAISED if known is None else AlertKind.REPEATED,
        key=late.key,
        level=Level.PRIORITY,
        action=Action.INCOMPLETE,
        summary=_summary(sheet, protocol, late),
        at=at,
        by=None,
        reason=None,
    )


def _summary(sheet: Flowsheet, protocol: Protocol, late: Deadline) -> str:
    if late.kind == OBSERVATIONS:
        hours = protocol.fresh_for["vital"] / timedelta(hours=1)
        return f"Observations are overdue: no vital signs for {hours:g} hours."
    number = sheet.dose(late.dose_id or "").number
    if late.kind == RECHECK:
        return f"Dose {number} is held, and the time to look again has passed: observe, then it is decided anew."
    if late.kind == NO_DECISION:
        return f"Dose {number} is due, and there is no decision on it that stands: observe, then decide."
    return f"Dose {number} is overdue: it was decided that it may be given, and nothing is recorded since."
