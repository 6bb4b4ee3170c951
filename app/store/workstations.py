"""Which shared machines has a ward enrolled?

Only hashes are kept: whoever reads the database cannot make another machine pass for one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.types import TypeEngine

from app.domain.errors import NotFound
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Workstation:
    """A machine on a ward."""

    id: str
    name: str
    ward_id: str | None
    enrolled_at: datetime
    enrolled_by: str
    revoked_at: datetime | None


_MOMENT: TypeEngine[datetime] = t.workstation.c.enrolled_at.type
_ANY = select(*t.workstation.c["id", "name", "ward_id", "enrolled_at", "enrolled_by", "revoked_at"])
_ALL = Statement(_ANY.order_by(t.workstation.c.name, t.workstation.c.id))
_ONE = Statement(_ANY.where(t.workstation.c.id == bindparam("id")))
_BY_HASH = Statement(_ANY.where(t.workstation.c.hash == bindparam("hash"), t.workstation.c.revoked_at.is_(None)))
_ADD = Statement(insert(t.workstation))
_REVOKE = Statement(
    update(t.workstation)
    .where(t.workstation.c.id == bindparam("of"), t.workstation.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at", type_=_MOMENT), revoked_by=bindparam("by"))
)


def add(tx: Transaction, workstation: Workstation, secret_hash: str) -> None:
    """A machine; `secret_hash` is the SHA-256 of what its cookie holds, in hex."""
    _ADD.run(
        tx,
        id=workstation.id,
        hash=secret_hash,
        name=workstation.name,
        ward_id=workstation.ward_id,
        enrolled_at=workstation.enrolled_at,
        enrolled_by=workstation.enrolled_by,
    )


def workstations(tx: Transaction) -> tuple[Workstation, ...]:
    """Every machine there ever was, by name."""
    return tuple(Workstation(*row) for row in _ALL.all(tx))


def workstation(tx: Transaction, workstation_id: str) -> Workstation:
    """One machine; raises NotFound."""
    row = _ONE.maybe(tx, id=workstation_id)
    if row is None:
        raise NotFound("workstation_not_found", "There is no such workstation.")
    return Workstation(*row)


def standing_with(tx: Transaction, secret_hash: str) -> Workstation | None:
    """The machine that holds this secret; None when it is unknown or revoked."""
    row = _BY_HASH.maybe(tx, hash=secret_hash)
    return None if row is None else Workstation(*row)


def revoke(tx: Transaction, workstation_id: str, at: datetime, by: str) -> None:
    """Ends a machine's enrolment for good; raises NotFound when it stands no longer."""
    if _REVOKE.run(tx, of=workstation_id, at=at, by=by) == 0:
        raise NotFound("workstation_not_found", "There is no such workstation.")
