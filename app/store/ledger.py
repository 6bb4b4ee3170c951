"""In which order did things happen, and can anyone show that the record was not changed afterwards?

One row holds the epoch, the last feed number, the last audit number and the head of the hash chain. It is locked last
in every transaction, so all four move and roll back together: the feed has no gaps and follows the order of commit.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select, update

from app.store import tables as t
from app.store.chain import link
from app.store.database import Transaction
from app.store.statements import Statement

_HELD = t.ledger.c["epoch", "feed", "audit_seq", "chain_head"]
_STANDS = select(*_HELD).where(t.ledger.c.id == 1)
_POSITION = Statement(_STANDS)
_TAKE = Statement(_STANDS.with_for_update())
CHANNEL = "doseward"
"""Where PostgreSQL says, at the commit and without a word more, that something happened."""

_MOVES = (
    update(t.ledger)
    .where(t.ledger.c.id == 1)
    .values(feed=bindparam("to_feed"), audit_seq=bindparam("to_seq"), chain_head=bindparam("to_head"))
)
_MOVE = Statement(_MOVES)
_MOVE_AND_NOTIFY = Statement(_MOVES.returning(func.pg_notify(CHANNEL, "")))
_EPOCH = Statement(update(t.ledger).where(t.ledger.c.id == 1).values(epoch=bindparam("to_epoch")))
_FEED = Statement(insert(t.feed))
_AUDIT = Statement(insert(t.audit))
_NEWEST = Statement(select(t.audit.c.at).order_by(t.audit.c.seq.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the audit trail: who did what, acting as whom, to what and why.

    `version` is that of the program; `subjects` are the ids of what was made or read, `before` those of what it
    replaces. `workstation` is the id of the machine it was done at, where that is known.
    """

    at: datetime
    person: str | None
    acting_as: str
    action: str
    version: str
    course_id: str | None = None
    subjects: tuple[str, ...] = ()
    reason: str | None = None
    request_id: str | None = None
    workstation: str | None = None
    patient_id: str | None = None
    before: tuple[str, ...] = ()


class Position(NamedTuple):
    """Where the ledger stands."""

    epoch: str
    feed: int
    audit_seq: int
    chain_head: str


def lock(tx: Transaction) -> None:
    """Keeps every other act waiting: for an act about the program itself, which has no course to lock."""
    _TAKE.one(tx)


def append(tx: Transaction, acts: Sequence[Act], *, wakes: bool = True) -> Position:
    """Numbers the transaction's alert events and writes its lines of the audit trail; the last thing it does.

    Others wait for the ledger until this transaction ends. `wakes`: there is something new for whoever watches.
    """
    held = Position(*_TAKE.one(tx))
    feed, events = held.feed, tx.events
    if events:
        numbered = enumerate(events, feed + 1)
        _FEED.insert(tx, *({"epoch": held.epoch, "n": n, "event_id": event} for n, event in numbered))
        feed += len(events)
        tx.events = []
    head, lines = held.chain_head, []
    for seq, act in enumerate(acts, held.audit_seq + 1):
        line = _line(seq, act)
        line["previous"], head = head, link(tx.database.audit_key, head, line)
        lines.append(line | {"hash": head})
    if lines:
        _AUDIT.insert(tx, *lines)
        tx.owes = False
    moved = Position(held.epoch, feed, held.audit_seq + len(lines), head)
    move = _MOVE_AND_NOTIFY if wakes and tx.database.dialect == "postgresql" else _MOVE
    move.later(tx, to_feed=feed, to_seq=moved.audit_seq, to_head=head)
    if wakes:
        tx.after_commit(tx.database.wake.ring)
    return moved


def _line(seq: int, act: Act) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": act.at,
        "person": act.person,
        "acting_as": act.acting_as,
        "action": act.action,
        "course_id": act.course_id,
        "subjects": " ".join(act.subjects),
        "reason": act.reason,
        "request_id": act.request_id,
        "version": act.version,
        "workstation": act.workstation,
        "patient_id": act.patient_id,
        "before": " ".join(act.before) if act.before else None,
    }


def position(tx: Transaction) -> Position:
    """Where the ledger stands, as of this transaction."""
    return Position(*_POSITION.one(tx))


def new_epoch(tx: Transaction) -> str:
    """Starts another epoch, as a restore must: every cursor handed out before is void.

    Random, not counted: the same backup restored twice must not begin the same epoch twice.
    """
    epoch = secrets.token_hex(4)
    _EPOCH.run(tx, to_epoch=epoch)
    return epoch


def newest_at(tx: Transaction) -> datetime | None:
    """When the newest act was recorded, None in an empty record; a clock behind it is wrong."""
    newest = _NEWEST.maybe(tx)
    return None if newest is None else newest[0]
