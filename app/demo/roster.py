"""Who is on duty on the demo ward, so that an alert nobody answers reaches somebody?

Shifts of twelve hours, this one and the next, written ahead as the time passes. Visitors are on duty beside the
simulated staff: signed in as one of them, somebody sees what was escalated to them. What a visitor takes off stays off.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.demo.people import Staff, acting
from app.domain.errors import Conflict
from app.domain.vocabulary import Duty
from app.services import rostering
from app.store import board, duty, people
from app.store.database import Database, Transaction

ON_DUTY: Final = (
    (Duty.NURSE, "nurse"),
    (Duty.NURSE, "simulated-nurse"),
    (Duty.CHARGE_NURSE, "charge"),
    (Duty.ATTENDING, "prescriber"),
    (Duty.SECOND_ATTENDING, "prescriber2"),
)
"""By login; the nurses share the patients out, bed by bed."""
_BEGIN: Final = (time(7), time(19))
_AHEAD: Final = 2


@dataclass(frozen=True, slots=True)
class _Shift:
    begins: datetime
    ends: datetime


def keep_on_duty(database: Database, staff: Staff, at: datetime) -> None:
    """Puts everybody on duty for this shift and the next, and gives each patient a nurse; what is there stays."""
    with database.reading() as tx:
        ids = {login: found[0].id for _, login in ON_DUTY if (found := people.person_by_login(tx, login)) is not None}
        shifts = [*_shifts(at, ZoneInfo(staff.ward.time_zone))]
        missing = _missing(tx, staff, ids, shifts)
        unassigned = _unassigned(tx, staff, ids, shifts)
    charge = acting(staff.charge, at)
    for meant, person_id, shift in missing:
        # A visitor may have put them on duty at part of that time.
        with suppress(Conflict), database.transaction() as tx:
            rostering.add_shift(tx, charge, staff.ward.id, person_id, meant, shift.begins, shift.ends)
    for cycle_id, person_id, shift in unassigned:
        with suppress(Conflict), database.transaction() as tx:
            rostering.assign(tx, charge, cycle_id, person_id, shift.begins, shift.ends)


def _missing(
    tx: Transaction, staff: Staff, ids: dict[str, str], shifts: list[_Shift]
) -> list[tuple[Duty, str, _Shift]]:
    written = {(row.person_id, row.begins) for row in duty.shifts(tx, (staff.ward.id,), shifts[0].begins)}
    every = [(meant, ids[login], shift) for shift in shifts for meant, login in ON_DUTY if login in ids]
    return [one for one in every if (one[1], one[2].begins) not in written]


def _unassigned(
    tx: Transaction, staff: Staff, ids: dict[str, str], shifts: list[_Shift]
) -> list[tuple[str, str, _Shift]]:
    stays = board.board(tx, [staff.ward.id])
    rows = duty.assignments(tx, [one.cycle_id for one in stays], shifts[0].begins)
    written = {(row.cycle_id, row.begins) for row in rows}
    nurses = [ids[login] for meant, login in ON_DUTY if meant is Duty.NURSE and login in ids]
    every = [(one.cycle_id, nurses[place % len(nurses)]) for place, one in enumerate(stays)]
    return [(*one, shift) for shift in shifts for one in every if (one[0], shift.begins) not in written]


def _shifts(at: datetime, zone: ZoneInfo) -> Iterator[_Shift]:
    """This shift and those that follow it, at seven by the ward's clock."""
    today = at.astimezone(zone).date()
    days = [today + timedelta(days=day) for day in range(-1, 3)]
    begin = [datetime.combine(day, clock, zone).astimezone(UTC) for day in days for clock in _BEGIN]
    now = max(place for place, begins in enumerate(begin) if begins <= at)
    return (_Shift(begin[now + ahead], begin[now + ahead + 1]) for ahead in range(_AHEAD))
