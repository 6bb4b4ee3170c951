"""Was this request answered already, and with what?"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict, InvalidInput
from app.store import tables as t
from app.store.database import Transaction
from app.store.faults import broken_constraint
from app.store.statements import Statement

_FIND = Statement(
    select(*t.idempotency.c["route", "body_hash", "status", "response"]).where(
        t.idempotency.c.client == bindparam("client"), t.idempotency.c.key == bindparam("key")
    )
)
_REMEMBER = Statement(insert(t.idempotency))
_ONE_ANSWER = t.idempotency.primary_key.name


class Request(NamedTuple):
    """What makes a request the same request: who sent it, under which key, where to, and the hash of its body."""

    client: str
    key: str
    route: str
    body_hash: str


class Answer(NamedTuple):
    """What was answered, byte for byte."""

    status: int
    response: bytes


def find(tx: Transaction, request: Request) -> Answer | None:
    """The first answer to this request, None when it is new; InvalidInput when its key stood for another request."""
    row = _FIND.maybe(tx, client=request.client, key=request.key)
    if row is None:
        return None
    route, body_hash, *answer = row
    if (route, body_hash) != (request.route, request.body_hash):
        raise InvalidInput("key_reused", "This key was used for another request. Take a new key for a new request.")
    return Answer(*answer)


def remember(tx: Transaction, request: Request, answer: Answer, at: datetime) -> None:
    """Keeps the answer for ever; Conflict when the same request was answered meanwhile (ask again for its answer)."""
    try:
        _REMEMBER.insert(tx, {**request._asdict(), **answer._asdict(), "recorded_at": at})
        tx.settle()
    except IntegrityError as fault:
        if broken_constraint(fault) != _ONE_ANSWER:
            raise
        raise Conflict("in_progress", "The same request was being answered. Ask again with the same key.") from fault
