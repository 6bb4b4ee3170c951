"""Which ladder does a ward's unanswered alert climb, and who may write another?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import Conflict, InvalidInput, ProtocolRefused
from app.domain.ids import new_id
from app.domain.ladder import Ladder, parse_ladder
from app.services.acting import Acting, Permission
from app.services.looking import chosen_ward, require_ward, wards_of
from app.store import ladders, ledger, people
from app.store.database import Transaction
from app.store.ladders import WrittenLadder
from app.store.wards import Ward

_GONE_BACK = b""


@dataclass(frozen=True, slots=True)
class WardLadder:
    """The ladder that holds on a ward; `own` is False of the shipped one.

    When and by whom that was written down, None where nobody ever wrote one for this ward.
    """

    ward_id: str
    ladder: Ladder
    own: bool
    recorded_at: datetime | None
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class LadderPage:
    """All that the page of a ward's ladder shows; `history` is newest first, `may_write` for who may change it."""

    ward: Ward
    wards: tuple[Ward, ...]
    shipped: Ladder
    holds: WardLadder
    history: tuple[WrittenLadder, ...]
    names: Mapping[str, str]
    may_write: bool


def ward_ladder(tx: Transaction, acting: Acting, ward_id: str) -> WardLadder:
    """The ladder that holds on a ward now; raises NotFound, Forbidden."""
    require_ward(tx, acting, ward_id, Permission.READ)
    return _holding(tx, ward_id)


def ladder_page(tx: Transaction, acting: Acting, ward_id: str | None) -> LadderPage:
    """The ladder of a ward this person reads, of the first of them without one named; raises NotFound."""
    readable = wards_of(tx, acting)
    ward = chosen_ward(readable, ward_id)
    return LadderPage(
        ward=ward,
        wards=readable,
        shipped=ladders.shipped(),
        holds=_holding(tx, ward.id),
        history=ladders.history(tx, ward.id),
        names=people.all_names(tx),
        may_write=acting.may(Permission.WRITE_LADDER, ward.id),
    )


def write_ladder(
    tx: Transaction, acting: Acting, ward_id: str, document: str, reason: str, seen: str | None = None
) -> WardLadder:
    """A ward's own ladder, for every alert raised, worse or woken from now on; those before it stay in the record.

    `seen` is the id of what was written last when the writer looked, "" for nothing. Raises NotFound, Forbidden,
    Conflict, InvalidInput naming the key: a level without a rung, or a rung earlier than another.
    """
    require_ward(tx, acting, ward_id, Permission.WRITE_LADDER)
    try:
        parse_ladder(document.encode())
    except ProtocolRefused as refusal:
        raise InvalidInput.at("/document", "ladder_refused", refusal.sentence) from refusal
    return _write(tx, acting, ward_id, document.encode(), reason, seen)


def remove_ladder(tx: Transaction, acting: Acting, ward_id: str, reason: str, seen: str | None = None) -> WardLadder:
    """From now on the shipped ladder holds again; raises what `write_ladder` does, Conflict where it holds already."""
    require_ward(tx, acting, ward_id, Permission.WRITE_LADDER)
    return _write(tx, acting, ward_id, _GONE_BACK, reason, seen)


def _write(tx: Transaction, acting: Acting, ward_id: str, document: bytes, reason: str, seen: str | None) -> WardLadder:
    if not reason.strip():
        raise InvalidInput.at("/reason", "reason_needed", "Changing a ladder needs a reason.")
    ledger.lock(tx)
    before = ladders.written(tx, ward_id)
    if seen is not None and seen != ("" if before is None else before.id):
        raise Conflict("ladder_changed", "Somebody has changed this ladder meanwhile: read it again.")
    if document == _GONE_BACK and (before is None or not before.own):
        raise Conflict("shipped_already", "The shipped ladder holds on this ward already.")
    new = WrittenLadder(new_id(acting.at), ward_id, document, acting.at, acting.person_id)
    ladders.add(tx, new)
    replaced = () if before is None else (before.id,)
    action = "write_ladder" if new.own else "remove_ladder"
    ledger.append(tx, (acting.act(action, None, (new.id, ward_id), reason.strip(), before=replaced),))
    return WardLadder(ward_id, new.ladder, new.own, acting.at, acting.person_id)


def _holding(tx: Transaction, ward_id: str) -> WardLadder:
    last = ladders.written(tx, ward_id)
    if last is None:
        return WardLadder(ward_id, ladders.shipped(), False, None, None)
    return WardLadder(ward_id, last.ladder, last.own, last.recorded_at, last.recorded_by)
