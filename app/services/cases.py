"""How does an act on a course begin and end?

It begins by locking the course and loading its sheet; it ends with the ledger, last in the lock order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.domain.course import Course, Cycle, Dose
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.pins import pinned
from app.store import flowsheets, ledger, wards
from app.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Case:
    """What every act on a course works with: the open transaction, the rules, the sheet as it is now, who acts."""

    tx: Transaction
    library: Library
    protocol: Protocol
    sheet: Flowsheet
    acting: Acting

    @property
    def course(self) -> Course:
        """The course acted on."""
        return self.sheet.course


def open_case(tx: Transaction, library: Library, acting: Acting, course_id: str, permission: Permission) -> Case:
    """Locks the course and loads what an act on it needs; raises NotFound, Forbidden."""
    protocol = pinned(tx, library, flowsheets.lock_course(tx, course_id).protocol)
    sheet = flowsheets.load_bare(tx, course_id)
    acting.require(permission, sheet_ward(sheet))
    return Case(tx, library, protocol, sheet, acting)


def read_case(tx: Transaction, library: Library, acting: Acting, course_id: str) -> Case:
    """The whole course for a reader, unlocked; raises NotFound for a ward the person has no business with."""
    sheet = flowsheets.load(tx, course_id)
    acting.require(Permission.READ, sheet_ward(sheet))
    return Case(tx, library, pinned(tx, library, sheet.course.protocol), sheet, acting)


def close_case(case: Case, action: str, subjects: Iterable[str], reason: str | None = None) -> None:
    """Writes feed and audit rows: the last statements of every act."""
    ledger.append(case.tx, (case.acting.act(action, case.course.id, subjects, reason),))


def sheet_ward(sheet: Flowsheet) -> str | None:
    """The ward of the newest cycle, None before the first admission."""
    return ward_of(sheet, sheet.cycles[-1]) if sheet.cycles else None


def ward_of(sheet: Flowsheet, cycle: Cycle) -> str:
    """The ward the cycle is on now."""
    moved = [event.ward_id for event in sheet.events_of(cycle.id) if event.ward_id is not None]
    return moved[-1] if moved else cycle.ward_id


def ward_zone(case: Case, cycle: Cycle) -> ZoneInfo:
    """The time zone of the ward the cycle is on now."""
    return ZoneInfo(wards.ward(case.tx, ward_of(case.sheet, cycle)).time_zone)


def dose_of(case: Case, dose_id: str) -> Dose:
    """The dose with this id; raises NotFound when it is not of this course, whoever's it is."""
    try:
        return case.sheet.dose(dose_id)
    except KeyError as fault:
        raise NotFound("unknown_dose", "This course has no such dose.") from fault
