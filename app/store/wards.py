"""Which wards and beds are there?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from app.domain.canary import WARD
from app.domain.errors import NotFound
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Ward:
    """A place with beds; `time_zone` is an IANA name and rules what its clocks show."""

    id: str
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Bed:
    """A bed of a ward; a closed one takes no patient."""

    ward_id: str
    name: str
    open: bool


_ANY_WARD = select(*t.ward.c["id", "name", "time_zone"]).order_by(t.ward.c.name)
_WARDS = Statement(_ANY_WARD.where(t.ward.c.id != WARD))
_WARD = Statement(_ANY_WARD.where(t.ward.c.id == bindparam("id")))
_BEDS = Statement(
    select(*t.bed.c["ward_id", "name", "open"]).where(t.bed.c.ward_id == bindparam("of")).order_by(t.bed.c.name)
)
_BED = Statement(
    select(*t.bed.c["ward_id", "name", "open"])
    .where(t.bed.c.ward_id == bindparam("of"), t.bed.c.name == bindparam("named"))
    .with_for_update()
)
_LYING = Statement(
    select(t.active_cycle.c.course_id).where(
        t.active_cycle.c.ward_id == bindparam("of"), t.active_cycle.c.bed == bindparam("named")
    )
)
_ADD_WARD = Statement(insert(t.ward))
_ADD_BED = Statement(insert(t.bed))
_SET_BED = Statement(
    update(t.bed)
    .where(t.bed.c.ward_id == bindparam("of"), t.bed.c.name == bindparam("named"))
    .values(open=bindparam("is_open", type_=t.bed.c.open.type))
)


def add_ward(tx: Transaction, ward: Ward, at: datetime) -> None:
    """A ward; a name used twice breaks uq_ward_name."""
    _ADD_WARD.run(tx, id=ward.id, name=ward.name, time_zone=ward.time_zone, created_at=at)


def ward(tx: Transaction, ward_id: str) -> Ward:
    """One ward; raises NotFound."""
    row = _WARD.maybe(tx, id=ward_id)
    if row is None:
        raise NotFound("ward_not_found", "There is no such ward.")
    return Ward(*row)


def ids(tx: Transaction) -> tuple[str, ...]:
    """The ids of all of them, by name."""
    return tuple([ward.id for ward in wards(tx)])


def wards(tx: Transaction) -> tuple[Ward, ...]:
    """Every ward of the house, by name."""
    return tuple([Ward(*row) for row in _WARDS.all(tx)])


def has_canary(tx: Transaction) -> bool:
    """True once there is a place for the canary (`domain.canary`)."""
    return _WARD.maybe(tx, id=WARD) is not None


def add_bed(tx: Transaction, bed: Bed) -> None:
    """A bed; a name used twice on a ward breaks pk_bed."""
    _ADD_BED.run(tx, ward_id=bed.ward_id, name=bed.name, open=bed.open)


def beds(tx: Transaction, ward_id: str) -> tuple[Bed, ...]:
    """The beds of a ward, by name."""
    return tuple([Bed(*row) for row in _BEDS.all(tx, of=ward_id)])


def lock_bed(tx: Transaction, ward_id: str, name: str) -> Bed | None:
    """The bed of that name, ours until the transaction ends, so that two patients are not laid in it; None without one.

    Locked after the course, before the ledger.
    """
    row = _BED.maybe(tx, of=ward_id, named=name)
    return None if row is None else Bed(*row)


def lying_in(tx: Transaction, bed: Bed) -> frozenset[str]:
    """The courses of whoever lies in it now."""
    return frozenset([row[0] for row in _LYING.all(tx, of=bed.ward_id, named=bed.name)])


def set_bed(tx: Transaction, bed: Bed) -> None:
    """Opens or closes a bed; raises NotFound."""
    if _SET_BED.run(tx, of=bed.ward_id, named=bed.name, is_open=bed.open) == 0:
        raise NotFound("bed_not_found", "There is no such bed.")
