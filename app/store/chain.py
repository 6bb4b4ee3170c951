"""Was a line of the audit trail changed, removed, moved or slipped in?

Each line's hash covers the line and the hash before it, under a key kept outside the database. A tail cut off together
with the ledger row shows only against a head written down elsewhere.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from app.store import tables as t
from app.store.columns import microseconds
from app.store.database import Transaction
from app.store.statements import Row, Statement

GENESIS = "0" * 64
"""What stands before the first line."""

_BATCH = 1000
_FIRST = ("seq", "at", "person", "acting_as", "action", "course_id", "subjects", "reason", "request_id", "version")
_LATER = ("workstation", "patient_id", "before")
_COVERED = (*_FIRST, *_LATER)
_LINES = Statement(
    select(*t.audit.c[_COVERED], t.audit.c.previous, t.audit.c.hash)
    .where(t.audit.c.seq > bindparam("after"))
    .order_by(t.audit.c.seq)
    .limit(bindparam("at_most"))
)
_LEDGER = Statement(select(*t.ledger.c["audit_seq", "chain_head"]).where(t.ledger.c.id == 1))


class Fault(NamedTuple):
    """Where the chain does not hold, and what is wrong there."""

    seq: int
    sentence: str


def link(key: bytes, previous: str, line: Mapping[str, Any]) -> str:
    """The hash of a line that follows the line with hash `previous`.

    A line written before there were more columns has nothing in any of them, and keeps the hash it was written with.
    """
    covered = [line[name] for name in _FIRST]
    later = [line[name] for name in _LATER]
    if later != [None] * len(_LATER):
        covered += later
    covered[1] = microseconds(covered[1])
    text = json.dumps([previous, *covered], separators=(",", ":"), ensure_ascii=False)
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def verify_chain(tx: Transaction, key: bytes) -> list[Fault]:
    """Every place where the audit trail and the ledger do not agree with the chain; empty when all is well."""
    faults: list[Fault] = []
    seq, head = 0, GENESIS
    for *line, previous, written in _lines(tx):
        expected, seq = seq + 1, line[0]
        if seq != expected:
            faults.append(Fault(seq, f"Lines {expected} to {seq - 1} are missing."))
        if previous != head:
            faults.append(Fault(seq, "The line does not follow the one before it."))
        if link(key, previous, dict(zip(_COVERED, line, strict=True))) != written:
            faults.append(Fault(seq, "The line was changed after it was written, or the key is another one."))
        head = written
    held_seq, held_head = _LEDGER.one(tx)
    if (held_seq, held_head) != (seq, head):
        faults.append(Fault(seq, f"The ledger stands at line {held_seq}: the end of the trail was changed."))
    return faults


def _lines(tx: Transaction) -> Iterator[Row]:
    after = 0
    while found := _LINES.all(tx, after=after, at_most=_BATCH):
        yield from found
        after = found[-1][0]
