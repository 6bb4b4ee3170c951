"""Was it right to break the glass?

Somebody else says so afterwards: the charge nurse of the ward, or an auditor; never the one who did it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.services.acting import Acting, Permission
from app.store import courses, emergency, ledger, wards
from app.store.database import Transaction
from app.store.emergency import BreakGlass, Opened

REVIEW_WITHIN: Final = timedelta(hours=72)
KEPT: Final = timedelta(days=30)
"""For so long a reviewed one stays in the queue, at its end."""


class Verdict(StrEnum):
    """What was found."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


def overdue(one: Opened, now: datetime) -> bool:
    """True when nobody has reviewed it for longer than anybody should wait."""
    return one.reviewed_at is None and now - one.glass.at > REVIEW_WITHIN


def access_queue(tx: Transaction, acting: Acting) -> tuple[Opened, ...]:
    """What is to be reviewed on the actor's wards, the oldest first, and what was reviewed lately."""
    acting.require(Permission.REVIEW_ACCESS, None)
    mine = [ward.id for ward in wards.wards(tx) if acting.may(Permission.REVIEW_ACCESS, ward.id)]
    found = emergency.opened_on(tx, mine, acting.at - KEPT)
    return (*(one for one in found if one.reviewed_at is None), *(one for one in found if one.reviewed_at is not None))


def review_access(tx: Transaction, acting: Acting, access_id: str, finding: Verdict, note: str) -> None:
    """Keeps what was found; raises NotFound, Forbidden for one's own, InvalidInput without a note, Conflict."""
    if not note.strip():
        raise InvalidInput("note_needed", "Say what was found.")
    one = reviewable(tx, acting, access_id)
    if one.glass.person_id == acting.person_id:
        raise Forbidden("own_access", "Nobody reviews their own emergency access: ask a colleague.")
    if one.reviewed_at is not None:
        raise Conflict("reviewed_already", "Somebody has reviewed this already.")
    emergency.add_review(tx, access_id, acting.at, acting.person_id, finding, note.strip())
    patient_id = courses.course(tx, one.glass.course_id).patient_id
    subjects = (access_id,)
    act = acting.act(f"access_{finding}", one.glass.course_id, subjects, note.strip(), patient_id=patient_id)
    ledger.append(tx, (act,))


def reviewable(tx: Transaction, acting: Acting, access_id: str) -> Opened:
    """One of them, on a ward where the actor reviews; raises NotFound, Forbidden."""
    one = emergency.opened(tx, access_id)
    acting.require(Permission.REVIEW_ACCESS, one.glass.ward_id)
    return one


def require_not_own(tx: Transaction, acting: Acting, break_glass_id: str) -> None:
    """Raises Forbidden for who broke the glass: the notice of it is not theirs to answer."""
    glass: BreakGlass = emergency.opened(tx, break_glass_id).glass
    if glass.person_id == acting.person_id:
        raise Forbidden("own_access", "This tells the ward of your own emergency access: somebody else answers it.")
