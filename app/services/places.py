"""Which wards and beds does the house have?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.domain.errors import Conflict, InvalidInput
from app.domain.ids import new_id
from app.services.accounts import require_administrator
from app.services.acting import Acting
from app.store import ledger, wards
from app.store.database import Transaction
from app.store.wards import Bed, Ward


def add_ward(tx: Transaction, acting: Acting, name: str, time_zone: str) -> Ward:
    """A ward, its clocks by an IANA time zone; raises Forbidden, Conflict for a taken name, InvalidInput."""
    require_administrator(acting, None)
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as fault:
        raise InvalidInput("unknown_time_zone", "There is no such time zone: name one like Europe/Berlin.") from fault
    if any(ward.name == name for ward in wards.wards(tx)):
        raise Conflict("ward_taken", "There is a ward of that name already.")
    ward = Ward(new_id(acting.at), name, time_zone)
    wards.add_ward(tx, ward, acting.at)
    ledger.append(tx, (acting.act("add_ward", None, (ward.id,)),))
    return ward


def take_bed(tx: Transaction, ward_id: str, name: str, course_id: str) -> None:
    """Makes sure that the course's patient can lie in this bed; raises NotFound for the ward, InvalidInput, Conflict.

    The course is locked already.
    """
    ward = wards.ward(tx, ward_id)
    bed = wards.lock_bed(tx, ward_id, name)
    if bed is None:
        raise InvalidInput.at("/bed", "unknown_bed", f"{ward.name} has no bed of that name.")
    if not bed.open:
        raise Conflict("bed_closed", f"Bed {bed.name} of {ward.name} is closed. Choose another.")
    if not wards.lying_in(tx, bed) <= {course_id}:
        raise Conflict("bed_taken", f"Somebody lies in bed {bed.name} of {ward.name} now. Choose another.")


def add_bed(tx: Transaction, acting: Acting, ward_id: str, name: str) -> Bed:
    """An open bed; raises NotFound for the ward, Forbidden, Conflict for a taken name."""
    require_administrator(acting, ward_id)
    wards.ward(tx, ward_id)
    if any(bed.name == name for bed in wards.beds(tx, ward_id)):
        raise Conflict("bed_taken", "This ward has a bed of that name already.")
    bed = Bed(ward_id, name, open=True)
    wards.add_bed(tx, bed)
    ledger.append(tx, (acting.act("add_bed", None, (ward_id,)),))
    return bed
