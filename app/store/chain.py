"""Was a line of the audit trail changed, removed, moved or slipped in?

Each line's hash covers the line and the hash before it, under a key kept outside the database. A tail cut off together
with the ledger row shows only against a head written down elsewhere.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, select, type_coerce

from app.store import tables as t
from app.store.columns import WHOLE, microseconds
from app.store.database import Transaction
from app.store.statements import Row, Statement

GENESIS = "0" * 64
"""What stands before the first line."""

_BATCH = 1000
_FIRST = ("seq", "at", "person", "acting_as", "action", "course_id", "subjects", "reason", "request_id", "version")
_LATER = ("workstation", "patient_id", "before")
_COVERED = (*_FIRST, *_LATER)
_AT = _COVERED.index("at")
_NOTHING_LATER = [None] * len(_LATER)
# The moment as it lies there, in microseconds: verifying makes no datetime of it.
_LINE = select(
    *[type_coerce(t.audit.c.at, WHOLE) if name == "at" else t.audit.c[name] for name in _COVERED],
    t.audit.c.previous,
    t.audit.c.hash,
)
_LINES = Statement(_LINE.where(t.audit.c.seq > bindparam("after")).order_by(t.audit.c.seq).limit(bindparam("at_most")))
_LAST = Statement(_LINE.order_by(t.audit.c.seq.desc()).limit(1))
_LEDGER = Statement(select(*t.ledger.c["audit_seq", "chain_head"]).where(t.ledger.c.id == 1))
_HEAD = Statement(select(*t.audit.c["seq", "hash", "at"]).order_by(t.audit.c.seq.desc()).limit(1))


class Fault(NamedTuple):
    """Where the chain does not hold, and what is wrong there."""

    seq: int
    sentence: str


class Head(NamedTuple):
    """The last line of the trail: written down elsewhere, it shows later that nothing before it was cut off."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def link(key: bytes, previous: str, line: Mapping[str, Any]) -> str:
    """The hash of a line that follows the line with hash `previous`."""
    covered = [line[name] for name in _COVERED]
    covered[_AT] = microseconds(covered[_AT])
    return _hash(key, previous, covered)


def _hash(key: bytes, previous: str, covered: Sequence[Any]) -> str:
    """A line written before there were more columns has nothing in any of them, and keeps its first hash."""
    later = covered[len(_FIRST) :]
    text = orjson.dumps([previous, *(covered[: len(_FIRST)] if later == _NOTHING_LATER else covered)])
    return hmac.digest(key, text, "sha256").hex()


def head(tx: Transaction) -> tuple[Head, datetime] | None:
    """The end of the trail and when it was written, None while nothing is."""
    found = _HEAD.maybe(tx)
    return None if found is None else (Head(found[0], found[1]), found[2])


def follows_key(tx: Transaction, key: bytes) -> bool:
    """True when the last line was written under this key, or there is none yet."""
    found = _LAST.maybe(tx)
    if found is None:
        return True
    *line, previous, written = found
    return hmac.compare_digest(_hash(key, previous, line), written)


def verify_chain(
    tx: Transaction, key: bytes, known: Head | None = None, told: Callable[[int], None] | None = None
) -> list[Fault]:
    """Every place where trail, ledger and the head `known` from elsewhere do not agree; empty when all is well.

    `told` hears now and then how many lines were read.
    """
    faults: list[Fault] = []
    seq, head, found = 0, GENESIS, None
    for *line, previous, written in _lines(tx, told):
        if line[0] < 1:
            faults.append(Fault(line[0], "Lines are counted from 1: this one was slipped in."))
            continue
        expected, seq = seq + 1, line[0]
        if seq != expected:
            faults.append(Fault(seq, f"Lines {expected} to {seq - 1} are missing."))
        if previous != head:
            faults.append(Fault(seq, "The line does not follow the one before it."))
        if _hash(key, previous, line) != written:
            faults.append(Fault(seq, "The line was changed after it was written, or the key is another one."))
        head = written
        if known is not None and seq == known.seq:
            found = written
    held = tuple(_LEDGER.one(tx))
    if held != (seq, head):
        faults.append(Fault(seq, f"The ledger stands at line {held[0]}: the end of the trail was changed."))
    if known is not None and found != known.hash:
        what = f"The trail ends at line {seq}" if seq < known.seq else "Another line stands there now"
        faults.append(Fault(known.seq, f"{what}: it is not the trail whose head was written down."))
    return faults


def _lines(tx: Transaction, told: Callable[[int], None] | None) -> Iterator[Row]:
    after, count = -(2**63), 0
    while found := _LINES.all(tx, after=after, at_most=_BATCH):
        yield from found
        after, count = found[-1][0], count + len(found)
        if told is not None:
            told(count)
