"""By when must somebody have observed, decided or given, so that nobody is forgotten?

Every deadline follows from the sheet and the protocol; one that has passed is a concern until what it waits for is
recorded.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from app.domain.course import Cycle
from app.domain.decision import Standing, newest_order, standing
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress, pending
from app.domain.protocol import Protocol
from app.domain.vocabulary import Action

OBSERVATIONS, NO_DECISION, OVERDUE = "observations_overdue", "no_decision", "dose_overdue"
RECHECK = "recheck_overdue"
KINDS = (OBSERVATIONS, NO_DECISION, OVERDUE, RECHECK)
"""How the keys of alerts about something late begin."""
_GROUP = "vital"


class Deadline(NamedTuple):
    """What is waited for (`kind`), under which alert key, until when, and for which dose."""

    kind: str
    key: str
    at: datetime
    dose_id: str | None


class Waiting(NamedTuple):
    """What is waited for, passed or to come; after `changes_at` another dose is, with nobody doing anything."""

    deadlines: tuple[Deadline, ...]
    changes_at: datetime | None


def waiting(sheet: Flowsheet, protocol: Protocol, now: datetime) -> Waiting:
    """What is being waited for at `now` in the running cycle; nothing outside one."""
    cycle = running(sheet)
    if cycle is None:
        return Waiting((), None)
    found = [Deadline(OBSERVATIONS, f"{OBSERVATIONS}:{cycle.id}", _observed(sheet, cycle, protocol, now), None)]
    due = pending(sheet, cycle, protocol, now)
    if due is not None:
        found += _of_dose(sheet, due, now)
    found.sort(key=lambda one: one.at)
    return Waiting(tuple(found), None if due is None else due.window.closes_at)


def running(sheet: Flowsheet) -> Cycle | None:
    """The newest cycle while its patient is in the house and its doses have not been ended."""
    if not sheet.cycles:
        return None
    cycle = sheet.cycles[-1]
    return cycle if sheet.ended(cycle.id) is None else None


def _observed(sheet: Flowsheet, cycle: Cycle, protocol: Protocol, now: datetime) -> datetime:
    """When the vital signs turn stale: so long after the last of them, or after admission."""
    held = sheet.held()
    vital = [held.true_by(name, now) for name in protocol.freshness if protocol.measures[name].group == _GROUP]
    return max([cycle.admitted_at, *(rows[-1].at for rows in vital if rows)]) + protocol.fresh_for[_GROUP]


def _of_dose(sheet: Flowsheet, due: DoseProgress, now: datetime) -> list[Deadline]:
    """A decision by the due time, a new one once that has expired; what may be given, half-way through its delay.

    What is held is decided anew by the time that was ordered for it.
    """
    dose, times, record = due.dose, due.window, due.decision
    undecided = Deadline(NO_DECISION, f"{NO_DECISION}:{dose.id}", times.due_at, dose.id)
    order = None if record is None else newest_order(sheet.orders, record.id)
    if order is not None and order.recheck_at is not None:
        return [Deadline(RECHECK, f"{RECHECK}:{dose.id}", order.recheck_at, dose.id)]
    # What could not be evaluated is not decided, unless a prescriber has ordered something on it.
    if record is None or record.provisional or (record.action is Action.INCOMPLETE and order is None):
        return [undecided]
    stands = standing(record, record.id, sheet.orders, now)
    if stands not in (Standing.STANDS, Standing.EXPIRED) or record.valid_until is None:
        return []
    again = undecided._replace(at=max(times.due_at, record.valid_until))
    if stands is Standing.EXPIRED:
        return [again]
    half = times.due_at + (times.closes_at - times.due_at) / 2
    return [Deadline(OVERDUE, f"{OVERDUE}:{dose.id}", half, dose.id), again]
