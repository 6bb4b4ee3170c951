"""Which PIN unlocks for whom, and how often was it mistyped?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

_OF = t.pin.c.person_id == bindparam("of")
_FIND = Statement(select(t.pin.c.pin_hash, t.pin.c.wrong, t.pin.c.set_at).where(_OF))
_TAKE = Statement(update(t.pin).where(_OF, t.pin.c.wrong < bindparam("most")).values(wrong=t.pin.c.wrong + 1))
_GIVE_BACK = Statement(update(t.pin).where(_OF, t.pin.c.wrong > 0).values(wrong=t.pin.c.wrong - 1))
_RESET = Statement(update(t.pin).where(_OF).values(wrong=0))
_DROP = Statement(delete(t.pin).where(_OF))
_ADD = Statement(insert(t.pin))


def put(tx: Transaction, person_id: str, pin_hash: str, at: datetime) -> None:
    """A person's PIN, in place of any before, with all its tries."""
    _DROP.run(tx, of=person_id)
    _ADD.run(tx, person_id=person_id, pin_hash=pin_hash, wrong=0, set_at=at)


def find(tx: Transaction, person_id: str) -> tuple[str, int, datetime] | None:
    """The hash, the wrong tries since the last full sign-in, and when it was set; None without a PIN."""
    row = _FIND.maybe(tx, of=person_id)
    return None if row is None else (row[0], row[1], row[2])


def take_try(tx: Transaction, person_id: str, most: int) -> bool:
    """Counts a try as wrong before it is looked at, so that no two count as one; False when `most` are used up."""
    return _TAKE.run(tx, of=person_id, most=most) == 1


def give_back(tx: Transaction, person_id: str) -> None:
    """The try turned out right."""
    _GIVE_BACK.run(tx, of=person_id)


def reset(tx: Transaction, person_id: str) -> None:
    """All tries are there again; nothing happens without a PIN."""
    _RESET.run(tx, of=person_id)
