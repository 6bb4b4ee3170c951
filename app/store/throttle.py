"""How often was something tried, and when last?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import TypeEngine

from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement


class Tally(NamedTuple):
    """So many tries, the last of them at `last_at`."""

    failures: int
    last_at: datetime


_MOMENT: TypeEngine[datetime] = t.throttle.c.last_at.type
_ONE: ColumnElement[int] = literal_column("1")
_KEYED = (
    select(*t.throttle.c["key", "failures", "last_at"])
    .where(t.throttle.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(t.throttle.c.key)
)
_LOOK = Statement(_KEYED)
_LOCK = Statement(_KEYED.with_for_update())
_THERE = t.throttle.c.key == bindparam("of")

# Both databases have the same clause and SQLAlchemy compiles it for either; only its home is PostgreSQL's module.
_NEW = insert(t.throttle)
_COUNT = Statement(
    _NEW.on_conflict_do_update(
        index_elements=["key"], set_={"failures": t.throttle.c.failures + _ONE, "last_at": _NEW.excluded.last_at}
    )
)
_FORGET = Statement(delete(t.throttle).where(_THERE))
_LAST_ONE = Statement(delete(t.throttle).where(_THERE, t.throttle.c.failures <= _ONE))
_GIVE_BACK = Statement(update(t.throttle).where(_THERE).values(failures=t.throttle.c.failures - _ONE))
# Rows another transaction holds are pruned by the next: waiting for them here could end in a deadlock.
_OLD = select(t.throttle.c.key).where(t.throttle.c.last_at < bindparam("before", type_=_MOMENT))
_PRUNE = Statement(delete(t.throttle).where(t.throttle.c.key.in_(_OLD.with_for_update(skip_locked=True))))


def tallies(tx: Transaction, keys: Collection[str]) -> Mapping[str, Tally]:
    """The counts there are, by key."""
    return {key: Tally(*rest) for key, *rest in _LOOK.all(tx, keys=sorted(keys))}


def locked_tallies(tx: Transaction, keys: Collection[str]) -> Mapping[str, Tally]:
    """The same, ours until the transaction ends."""
    return {key: Tally(*rest) for key, *rest in _LOCK.all(tx, keys=sorted(keys))}


def count(tx: Transaction, keys: Collection[str], at: datetime) -> None:
    """One more try under each key."""
    for key in sorted(keys):
        _COUNT.run(tx, key=key, failures=1, last_at=at)


def give_back(tx: Transaction, keys: Collection[str]) -> None:
    """One try less under each key."""
    for key in sorted(keys):
        if _LAST_ONE.run(tx, of=key) == 0:
            _GIVE_BACK.run(tx, of=key)


def forget(tx: Transaction, keys: Collection[str]) -> None:
    """No tries under these keys any more."""
    for key in sorted(keys):
        _FORGET.run(tx, of=key)


def prune(tx: Transaction, before: datetime) -> None:
    """Forgets what was last tried before this moment."""
    _PRUNE.run(tx, before=before)
