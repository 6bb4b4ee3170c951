"""What happens when the time of a timer has come?

One transaction per timer: lock the course, take the timer, write down its step, act, and say so in the ledger. Killed
anywhere in between nothing has happened, and the next run does all of it; done by another process, nothing is left.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.domain.alert import Alert, AlertEvent, answer_to
from app.domain.ids import new_id
from app.domain.vocabulary import AlertKind, Duty
from app.protocols.library import Library
from app.services.acting import by_itself
from app.services.announcing import announce
from app.services.cases import sheet_ward
from app.services.pins import pinned
from app.services.watching import overdue, watch
from app.store import alerts, flowsheets, ledger, timers
from app.store.database import Transaction
from app.store.left import left
from app.store.timers import Timer, TimerKind


class Overtaken(Exception):
    """Somebody answered, or another process did it: nothing is left to do, and the transaction is to be given up."""


def fire(tx: Transaction, library: Library, timer: Timer, at: datetime) -> tuple[AlertEvent, ...]:
    """Does what a timer stands for, once; raises Overtaken, and IntegrityError where its step was done before."""
    patient_id = _taken(tx, timer)
    timers.done(tx, timer, at)
    return _act(tx, library, timer, at, patient_id)


def fire_again(tx: Transaction, library: Library, timer: Timer, at: datetime) -> tuple[AlertEvent, ...]:
    """What a timer stands for whose step was done before, as when the clock ran ahead and back; raises Overtaken.

    A deadline is waited for again until it has really come: whatever the early call became, it is told now. A step of
    an alert was done for good.
    """
    patient_id = _taken(tx, timer)
    return _act(tx, library, timer, at, patient_id) if timer.kind is TimerKind.DEADLINE else ()


def _taken(tx: Transaction, timer: Timer) -> str | None:
    """The patient whose timer was taken, their course locked; raises Overtaken."""
    patient_id = None
    if timer.course_id is None:
        ledger.lock(tx)
    else:
        patient_id = flowsheets.lock_course(tx, timer.course_id).patient_id
    if not timers.take(tx, timer):
        raise Overtaken
    return patient_id


def _act(
    tx: Transaction, library: Library, timer: Timer, at: datetime, patient_id: str | None
) -> tuple[AlertEvent, ...]:
    if timer.kind is TimerKind.DEADLINE:
        events = _late(tx, library, timer, at)
    else:
        events = _events(alerts.alert(tx, timer.subject), timer, at)
        announce(tx, events)
    subjects = (timer.subject, *(event.id for event in events))
    ledger.append(tx, (by_itself(at, f"timer_{timer.kind}", timer.course_id, subjects, patient_id=patient_id),))
    return events


def _late(tx: Transaction, library: Library, timer: Timer, at: datetime) -> tuple[AlertEvent, ...]:
    """Tells what is late, and arms what is waited for next."""
    sheet = flowsheets.load_bare(tx, timer.subject)
    protocol, ward_id = pinned(tx, library, sheet.course.protocol), sheet_ward(sheet)
    events = () if ward_id is None else overdue(tx, sheet, protocol, ward_id, timer, at)
    watch(tx, sheet, protocol, left(tx, timer.subject).armed, at)
    return events


def _events(alert: Alert, timer: Timer, at: datetime) -> tuple[AlertEvent, ...]:
    """A condition that has cleared calls nobody; the timer of such an alert is spent in silence."""
    if not alert.open or alert.cleared is not None:
        return ()
    if timer.kind is TimerKind.WAKE:
        return (replace(answer_to(alert, AlertKind.WOKEN, new_id(at), at, None), until=min(timer.due_at, at)),)
    duty = Duty(timer.step.rpartition(" ")[2])
    return (replace(answer_to(alert, AlertKind.ESCALATED, new_id(at), at, None), duty=duty),)
