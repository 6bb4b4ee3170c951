"""To whom are alerts pushed, and how did every attempt end?

A receiver's secret is not kept: it is worked out from its id and generation with a key outside the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.types import TypeEngine

from app.domain.errors import NotFound
from app.domain.receiver import Ending, Receiver
from app.domain.vocabulary import AlertKind, Level
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Row, Statement


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt: with which event (None: a test), the how-manieth, how long it took, and how it ended.

    `status` is what the receiver answered, None when it answered nothing.
    """

    id: str
    receiver_id: str
    event_id: str | None
    attempt: int
    at: datetime
    took_ms: int
    status: int | None
    delivered: bool
    outcome: Ending


class Arrival(NamedTuple):
    """One event of an alert that a receiver took."""

    event_id: str
    kind: AlertKind
    receiver_id: str
    receiver: str
    at: datetime


RECEIVER = tuple(t.receiver.c[name] for name in Receiver.__slots__)
_DELIVERY = tuple(t.delivery.c[name] for name in Delivery.__slots__)
_MOMENT: TypeEngine[datetime] = t.receiver.c.created_at.type

_ADD = Statement(insert(t.receiver))
_EVERY = Statement(select(*RECEIVER).order_by(t.receiver.c.id))
_ONE = Statement(select(*RECEIVER).where(t.receiver.c.id == bindparam("id")))
_STANDING = update(t.receiver).where(t.receiver.c.id == bindparam("of"), t.receiver.c.removed_at.is_(None))
_RENAME = Statement(_STANDING.values(name=bindparam("to")))
_ROTATE = Statement(
    _STANDING.where(t.receiver.c.generation == bindparam("was")).values(
        generation=bindparam("to"), earlier_until=bindparam("until", type_=_MOMENT)
    )
)
_REMOVE = Statement(_STANDING.values(removed_at=bindparam("at", type_=_MOMENT), removed_by=bindparam("by")))
_DELIVERED = Statement(insert(t.delivery))
_LOG = Statement(
    select(*_DELIVERY)
    .where(t.delivery.c.receiver_id == bindparam("of"), t.delivery.c.id < bindparam("before"))
    .order_by(t.delivery.c.id.desc())
    .limit(bindparam("at_most"))
)
_ARRIVALS = Statement(
    select(t.delivery.c.event_id, t.alert_event.c.kind, t.delivery.c.receiver_id, t.receiver.c.name, t.delivery.c.at)
    .join_from(t.alert_event, t.delivery, t.delivery.c.event_id == t.alert_event.c.id)
    .join(t.receiver, t.receiver.c.id == t.delivery.c.receiver_id)
    .where(t.alert_event.c.alert_id == bindparam("of"), t.delivery.c.delivered == True)  # noqa: E712 - a column
    .order_by(t.delivery.c.at, t.delivery.c.id)
)
_AFTER_ALL: str = "g"
"""Sorts after every id."""


def add(tx: Transaction, receiver: Receiver) -> None:
    """A receiver; it hears nothing until it has a lane (`app.store.lanes`)."""
    _ADD.run(tx, **{name: getattr(receiver, name) for name in Receiver.__slots__})


def receivers(tx: Transaction) -> tuple[Receiver, ...]:
    """Every receiver there ever was, oldest first."""
    return tuple([read(row) for row in _EVERY.all(tx)])


def receiver(tx: Transaction, receiver_id: str) -> Receiver:
    """One of them, removed or not; raises NotFound."""
    row = _ONE.maybe(tx, id=receiver_id)
    if row is None:
        raise NotFound("receiver_not_found", "There is no such receiver.")
    return read(row)


def rename(tx: Transaction, receiver_id: str, name: str) -> None:
    """Another name; raises NotFound once it is removed, as all below."""
    _change(tx, _RENAME, receiver_id, to=name)


def rotate(tx: Transaction, receiver: Receiver, until: datetime) -> None:
    """The next generation of its secret; the one before counts `until` then."""
    _change(tx, _ROTATE, receiver.id, was=receiver.generation, to=receiver.generation + 1, until=until)


def remove(tx: Transaction, receiver_id: str, at: datetime, by: str) -> None:
    """Nothing goes there any more."""
    _change(tx, _REMOVE, receiver_id, at=at, by=by)


def add_delivery(tx: Transaction, delivery: Delivery) -> None:
    """An attempt that is over."""
    _DELIVERED.run(tx, **{name: getattr(delivery, name) for name in Delivery.__slots__})


def deliveries(tx: Transaction, receiver_id: str, before: str | None, limit: int) -> tuple[Delivery, ...]:
    """The attempts at a receiver, newest first, from the one before `before` on."""
    found = _LOG.all(tx, of=receiver_id, before=before or _AFTER_ALL, at_most=limit)
    return tuple([_delivery(row) for row in found])


def arrivals(tx: Transaction, alert_id: str) -> tuple[Arrival, ...]:
    """Who took what of an alert, oldest first; sent again, it is there again."""
    found = _ARRIVALS.all(tx, of=alert_id)
    return tuple([Arrival(row[0], AlertKind(row[1]), *row[2:]) for row in found])


def read(row: Row) -> Receiver:
    """The receiver that a row of RECEIVER stands for."""
    id_, name, url, ward_id, least, *rest = row
    return Receiver(id_, name, url, ward_id, Level(least), *rest)


def _delivery(row: Row) -> Delivery:
    id_, receiver_id, event_id, attempt, at, took_ms, status, delivered, outcome = row
    return Delivery(id_, receiver_id, event_id, attempt, at, took_ms, status, delivered, Ending(outcome))


def _change(tx: Transaction, statement: Statement, receiver_id: str, **to: Any) -> None:
    if statement.run(tx, of=receiver_id, **to) == 0:
        raise NotFound("receiver_not_found", "There is no such receiver.")
