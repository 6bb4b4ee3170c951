"""Which ladder does a ward's unanswered alert climb, and who may write another?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import InvalidInput, NotFound, ProtocolRefused
from app.domain.ids import new_id
from app.domain.ladder import Ladder, parse_ladder
from app.services.acting import Acting, Permission
from app.services.looking import wards_of
from app.store import ladders, ledger
from app.store.database import Transaction
from app.store.ladders import WrittenLadder


@dataclass(frozen=True, slots=True)
class WardLadder:
    """The ladder that holds on a ward; when and by whom it was written, None for the shipped one."""

    ward_id: str
    ladder: Ladder
    recorded_at: datetime | None
    recorded_by: str | None


def ward_ladder(tx: Transaction, acting: Acting, ward_id: str) -> WardLadder:
    """The ladder that holds on a ward now; raises NotFound, Forbidden."""
    _require(tx, acting, ward_id, Permission.READ)
    own = ladders.written(tx, ward_id)
    if own is None:
        return WardLadder(ward_id, ladders.shipped(), None, None)
    return WardLadder(ward_id, ladders.ladder(tx, ward_id), own.recorded_at, own.recorded_by)


def write_ladder(tx: Transaction, acting: Acting, ward_id: str, document: str, reason: str) -> WardLadder:
    """A ward's own ladder, for every alert raised, worse or woken from now on; those before it stay in the record.

    Raises NotFound, Forbidden, InvalidInput naming the key: a level without a rung, or a rung earlier than another.
    """
    _require(tx, acting, ward_id, Permission.WRITE_LADDER)
    if not reason.strip():
        raise InvalidInput.at("/reason", "reason_needed", "Changing a ladder needs a reason.")
    try:
        parsed = parse_ladder(document.encode())
    except ProtocolRefused as refusal:
        raise InvalidInput.at("/document", "ladder_refused", refusal.sentence) from refusal
    before = ladders.written(tx, ward_id)
    new = WrittenLadder(new_id(acting.at), ward_id, document.encode(), acting.at, acting.person_id)
    ladders.add(tx, new)
    replaced = () if before is None else (before.id,)
    ledger.append(tx, (acting.act("write_ladder", None, (new.id, ward_id), reason.strip(), before=replaced),))
    return WardLadder(ward_id, parsed, acting.at, acting.person_id)


def _require(tx: Transaction, acting: Acting, ward_id: str, permission: Permission) -> None:
    """A ward elsewhere answers like one that is not there."""
    if ward_id not in {ward.id for ward in wards_of(tx, acting)}:
        raise NotFound("ward_not_found", "There is no such ward.")
    acting.require(permission, ward_id)
