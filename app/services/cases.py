"""How does an act on a course begin and end?

It begins by locking the course and loading its sheet; it ends with the ledger, last in the lock order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.domain.canary import is_canary
from app.domain.course import Course, Cycle, Dose
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.auditing import note_read
from app.services.pins import pinned
from app.services.summarising import keep_summaries
from app.services.watching import watch
from app.store import emergency as emergencies
from app.store import flowsheets, ledger, wards
from app.store.database import Transaction
from app.store.left import NOTHING, Left, left


@dataclass(frozen=True, slots=True)
class Case:
    """What every act on a course works with: the open transaction, the rules, the sheet as it is now, who acts.

    `left` is what the act before this one left to be replaced, `found` the sheet as it left it; a reader has no need of
    either.
    """

    tx: Transaction
    library: Library
    protocol: Protocol
    sheet: Flowsheet
    acting: Acting
    left: Left = NOTHING
    found: Flowsheet | None = None

    @property
    def course(self) -> Course:
        """The course acted on."""
        return self.sheet.course


def open_case(tx: Transaction, library: Library, acting: Acting, course_id: str, permission: Permission) -> Case:
    """Locks the course and loads what an act on it needs; raises NotFound, Forbidden.

    The case's `acting` acts after all that is written of the course (`Flowsheet.moment`), whatever their clock says.
    """
    protocol = pinned(tx, library, flowsheets.lock_course(tx, course_id, acting.reach).protocol)
    sheet = flowsheets.load_bare(tx, course_id)
    acting = allowed(tx, acting, course_id, sheet_ward(sheet), permission)
    acting = replace(acting, at=sheet.moment(acting.at))
    return Case(tx, library, protocol, sheet, acting, left(tx, course_id), sheet)


def read_case(tx: Transaction, library: Library, acting: Acting, course_id: str) -> Case:
    """The whole course for a reader, unlocked, and noted; raises NotFound where the person has no business."""
    sheet = flowsheets.load(tx, course_id, acting.reach)
    acting = allowed(tx, acting, course_id, sheet_ward(sheet), Permission.READ)
    note_read(tx, acting, sheet.course)
    return Case(tx, library, pinned(tx, library, sheet.course.protocol), sheet, acting)


def allowed(tx: Transaction, acting: Acting, course_id: str, ward_id: str | None, permission: Permission) -> Acting:
    """The actor as they stand towards a course that was within reach; raises NotFound, Forbidden.

    Where they have no ward in common it was an emergency that let them in: then their own roles hold there.
    """
    wards = acting.wards()
    if ward_id is not None and wards is not None and ward_id not in wards:
        emergency = emergencies.let_in(tx, acting.person_id, course_id, acting.at)
        acting = acting if emergency is None else acting.let_in(emergency, ward_id)
    acting.require(permission, ward_id)
    return acting


def close_case(
    case: Case, action: str, subjects: Iterable[str], reason: str | None = None, before: Iterable[str] = ()
) -> None:
    """Writes what the act leaves: summaries, what is waited for, then feed and audit rows, the last statements.

    The sheet must hold what the act recorded; `before` are the ids of what it replaces.
    """
    course = case.course
    keep_summaries(case.tx, case.sheet, case.protocol, case.left.summaries)
    if not is_canary(sheet_ward(case.sheet)):
        watch(case.tx, case.sheet, case.protocol, case.left.armed, case.acting.at, case.found)
    act = case.acting.act(action, course.id, subjects, reason, patient_id=course.patient_id, before=before)
    ledger.append(case.tx, (act,))


def sheet_ward(sheet: Flowsheet) -> str | None:
    """The ward of the newest cycle, None before the first admission."""
    return sheet.ward_of(sheet.cycles[-1]) if sheet.cycles else None


def ward_zone(case: Case, cycle: Cycle) -> ZoneInfo:
    """The time zone of the ward the cycle is on now."""
    return ZoneInfo(wards.ward(case.tx, case.sheet.ward_of(cycle)).time_zone)


def dose_of(case: Case, dose_id: str) -> Dose:
    """The dose with this id; raises NotFound when it is not of this course, whoever's it is."""
    try:
        return case.sheet.dose(dose_id)
    except KeyError as fault:
        raise NotFound("unknown_dose", "This course has no such dose.") from fault
