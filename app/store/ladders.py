"""Which ladder does an unanswered alert of a ward climb?

The newest one the ward has written; the shipped one where it has written none, or gone back to it, of which an empty
document is the mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select

from app.domain.ladder import Ladder, parse_ladder
from app.protocols.library import read
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

SHIPPED = "ladder.toml"

_WRITTEN = Statement(insert(t.ladder))
_EVERY = (
    select(*t.ladder.c["id", "ward_id", "document", "recorded_at", "recorded_by"])
    .where(t.ladder.c.ward_id == bindparam("ward_id"))
    .order_by(t.ladder.c.id.desc())
)
_OF_WARD = Statement(_EVERY.limit(1))
_HISTORY = Statement(_EVERY)


class WrittenLadder(NamedTuple):
    """A ladder as a ward has written it: the TOML, empty for the shipped one again, when, and by whom."""

    id: str
    ward_id: str
    document: bytes
    recorded_at: datetime
    recorded_by: str

    @property
    def own(self) -> bool:
        """True of a ladder of the ward's own, False where it went back to the shipped one."""
        return self.document != b""

    @property
    def ladder(self) -> Ladder:
        """The ladder it stands for."""
        return _parsed(self.document) if self.own else shipped()


def shipped() -> Ladder:
    """The ladder of a ward that has written none."""
    return _parsed(read(SHIPPED))


def ladder(tx: Transaction, ward_id: str) -> Ladder:
    """The ward's ladder as it holds now."""
    own = written(tx, ward_id)
    return shipped() if own is None else own.ladder


def history(tx: Transaction, ward_id: str) -> tuple[WrittenLadder, ...]:
    """Everything the ward has ever written, newest first."""
    return tuple([WrittenLadder(*row) for row in _HISTORY.all(tx, ward_id=ward_id)])


def written(tx: Transaction, ward_id: str) -> WrittenLadder | None:
    """What the ward has written last, None where it has written none."""
    row: Sequence[object] | None = _OF_WARD.maybe(tx, ward_id=ward_id)
    return None if row is None else WrittenLadder(*row)  # type: ignore[arg-type]


def add(tx: Transaction, new: WrittenLadder) -> None:
    """A ladder that holds from now on; those before it stay."""
    _WRITTEN.run(tx, **new._asdict())


@lru_cache(maxsize=64)
def _parsed(document: bytes) -> Ladder:
    return parse_ladder(document)
