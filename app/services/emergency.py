"""How does somebody reach a patient of a ward that is not theirs, when it cannot wait?

They break the glass: with a reason and a fresh proof of who they are, for one course, for an hour. The ward hears of it
at once, everything done carries the name of the emergency, and somebody else looks at it afterwards
(`app.services.access_reviews`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from app.domain.alert import AlertEvent
from app.domain.course import Cycle
from app.domain.errors import Conflict, InvalidInput
from app.domain.ids import new_id
from app.domain.vocabulary import Action, AlertKind, Level
from app.services.acting import Acting, Permission
from app.services.announcing import announce
from app.services.cases import sheet_ward
from app.store import courses, emergency, flowsheets, ledger
from app.store.database import Transaction
from app.store.emergency import BreakGlass

LASTS: Final = timedelta(minutes=60)
"""Long enough for an emergency, short enough to be asked again (reliability.md 3)."""
SHORTEST_REASON: Final = 10
"""Characters: `urgent` is none."""
NOTICE: Final = "break_glass:"
"""How the key of the alert begins that tells the ward."""


def break_glass(tx: Transaction, acting: Acting, course_id: str, reason: str) -> BreakGlass:
    """Opens one course to somebody of another ward, and tells the ward.

    Raises ProofNeeded, Forbidden, InvalidInput, NotFound, Conflict when they may see it anyway.
    """
    _check(acting, reason)
    return _open(tx, acting, course_id, reason.strip())


def break_glass_for(
    tx: Transaction, acting: Acting, mrn: str, reason: str, course_id: str | None = None
) -> BreakGlass | None:
    """The same for the patient with this record number: their newest course elsewhere, or just the one named.

    None when there is none, and only then is that known: asking leaves a line in the trail either way.
    """
    _check(acting, reason)
    found = courses.patient_by_mrn(tx, mrn)
    every = () if found is None else courses.courses_of_patient(tx, found.id)
    near = () if found is None else courses.courses_of_patient(tx, found.id, acting.reach)
    if near and course_id in (None, *near):
        raise _no_need()
    closed = [one for one in every if one not in near and course_id in (None, one)]
    if closed:
        return _open(tx, acting, closed[-1], reason.strip())
    ledger.append(tx, (acting.act("break_glass_nobody", None, (), reason.strip()),))
    return None


def end_emergency(tx: Transaction, acting: Acting, course_id: str) -> None:
    """Gives the access back before its time; nothing happens when it is over already."""
    held = emergency.let_in(tx, acting.person_id, course_id, acting.at)
    if held is None:
        return
    course = flowsheets.lock_course(tx, course_id)
    emergency.add_end(tx, held.id, acting.at)
    ledger.append(tx, (acting.act("end_break_glass", course_id, (held.id,), patient_id=course.patient_id),))


def _check(acting: Acting, reason: str) -> None:
    acting.require(Permission.BREAK_GLASS, None)
    acting.require_proof()
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput("reason_needed", f"Say why, in at least {SHORTEST_REASON} characters.")


def _open(tx: Transaction, acting: Acting, course_id: str, reason: str) -> BreakGlass:
    course = flowsheets.lock_course(tx, course_id)
    sheet = flowsheets.load_bare(tx, course_id)
    ward_id, wards = sheet_ward(sheet), acting.wards()
    if ward_id is None or wards is None or ward_id in wards:
        raise _no_need()
    if emergency.let_in(tx, acting.person_id, course_id, acting.at) is not None:
        raise Conflict("already_open", "You have opened this chart in an emergency already.")
    row = BreakGlass(new_id(acting.at), acting.person_id, course_id, ward_id, reason, acting.at, acting.at + LASTS)
    emergency.add_break_glass(tx, row)
    announce(tx, (_notice(acting, row, sheet.cycles[-1]),))
    ledger.append(tx, (acting.act("break_glass", course_id, (row.id,), reason, patient_id=course.patient_id),))
    return row


def _notice(acting: Acting, row: BreakGlass, cycle: Cycle) -> AlertEvent:
    """It calls for nothing at the bedside; `incomplete` is the mildest word that never reads as a go-ahead."""
    alert_id = new_id(acting.at)
    return AlertEvent(
        id=alert_id,
        alert_id=alert_id,
        course_id=row.course_id,
        cycle_id=cycle.id,
        dose_id=None,
        decision_id=None,
        ward_id=row.ward_id,
        kind=AlertKind.RAISED,
        key=f"{NOTICE}{row.id}",
        level=Level.PRIORITY,
        action=Action.INCOMPLETE,
        summary=f"{acting.name}, of another ward, has opened this chart in an emergency. It is to be reviewed.",
        at=acting.at,
        by=acting.person_id,
        reason=None,
    )


def _no_need() -> Conflict:
    return Conflict("no_need", "You may see this chart without emergency access: it lies on a ward of yours.")
