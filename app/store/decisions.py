"""Where is a decision, and what exactly was it taken on?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from app.domain.decision import DecisionRecord
from app.domain.errors import NotFound
from app.store import rows
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

_BATCH = 200

_WHOLE: Select[Any] = select(*rows.DECISION, *rows.DOCUMENTS).join_from(t.decision, t.protocol_text)
_ONE = Statement(_WHOLE.where(t.decision.c.id == bindparam("id")))
_NEXT = Statement(
    _WHOLE.where(t.decision.c.id > bindparam("after")).order_by(t.decision.c.id).limit(bindparam("at_most"))
)
_DOCUMENTS = Statement(
    select(t.decision.c.id, *rows.DOCUMENTS).where(t.decision.c.id.in_(bindparam("ids", expanding=True)))
)


class Documents(NamedTuple):
    """The canonical bytes of a decision and of the situation it was taken in."""

    situation: bytes
    document: bytes


def decision(tx: Transaction, decision_id: str) -> DecisionRecord:
    """One decision with its documents; raises NotFound."""
    row = _ONE.maybe(tx, id=decision_id)
    if row is None:
        raise NotFound("decision_not_found", "There is no such decision.")
    return rows.decision(row[:-2], row[-2], row[-1])


def documents(tx: Transaction, decision_ids: Iterable[str]) -> dict[str, Documents]:
    """The documents of several decisions, by id, in one query."""
    return {row[0]: Documents(row[1], row[2]) for row in _DOCUMENTS.all(tx, ids=list(decision_ids))}


def every_decision(tx: Transaction) -> Iterator[DecisionRecord]:
    """All decisions with their documents, oldest first, a few at a time."""
    after = ""
    while found := _NEXT.all(tx, after=after, at_most=_BATCH):
        for row in found:
            yield rows.decision(row[:-2], row[-2], row[-1])
        after = found[-1][0]
