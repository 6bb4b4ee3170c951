"""What does the database say about itself?"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, select, union_all
from sqlalchemy.exc import DBAPIError

from app.domain.canary import PATIENT
from app.domain.errors import DosewardError
from app.store import tables as t
from app.store.database import Database, Transaction
from app.store.statements import Statement

DEMO = "demo"
"""Under this key the database says that it holds nothing but a demonstration, and when that began."""

TRIED = "tried"
"""Nothing stands here: it is written to learn whether anything can be."""

_GET = Statement(select(t.meta.c.value).where(t.meta.c.key == bindparam("of")))
_CLEAR = Statement(delete(t.meta).where(t.meta.c.key == bindparam("of")))
_SET = Statement(insert(t.meta))
_ANYBODY = Statement(union_all(select(t.person.c.id), select(t.patient.c.id).where(t.patient.c.id != PATIENT)).limit(1))


def get(tx: Transaction, key: str) -> str | None:
    """What stands under `key`, None when nothing does."""
    found = _GET.maybe(tx, of=key)
    return None if found is None else str(found[0])


def put(tx: Transaction, key: str, value: str) -> None:
    """Puts `value` under `key` in place of what stood there."""
    _CLEAR.run(tx, of=key)
    _SET.run(tx, key=key, value=value)


def holds_anybody(tx: Transaction) -> bool:
    """True once anybody was ever recorded, to sign in or as a patient; the canary is nobody."""
    return _ANYBODY.maybe(tx) is not None


def is_demo(tx: Transaction) -> bool:
    """True when the database holds nothing but a demonstration."""
    return get(tx, DEMO) is not None


def saves(database: Database) -> bool:
    """False while the last write failed and another one, tried now, does too."""
    if database.failures.writing:
        try:
            with database.transaction() as tx:
                put(tx, TRIED, "")
        except (DosewardError, DBAPIError):
            return False
    return True
