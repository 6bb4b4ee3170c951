"""What was recorded on a ward between two moments, as far as the figures of alert fatigue need it?

Ids begin with the moment they were made, so that a period is a range of the primary key: what lies before it costs
nothing. A patient counts where they lay at the time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from app.domain.fatigue import Happening
from app.domain.ids import first_id
from app.domain.vocabulary import AlertKind, Choice, CycleEventKind, Level, Outcome
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

_AHEAD = timedelta(minutes=5)
"""A dose may be recorded as begun by a clock that is a little ahead."""


class OrderRow(NamedTuple):
    """The last order on a decision, with the decision's canonical bytes and its protocol."""

    choice: Choice
    document: bytes
    sha256: str


def _ward_then(at: ColumnElement[datetime]) -> ColumnElement[str]:
    """The ward the cycle's patient lay on at that moment."""
    moved = t.cycle_event.alias()
    last = (
        select(moved.c.ward_id)
        .where(moved.c.cycle_id == t.cycle.c.id, moved.c.kind == str(CycleEventKind.MOVED), moved.c.at <= at)
        .order_by(moved.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(last, t.cycle.c.ward_id)


def _within(column: ColumnElement[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= bindparam("low"), column < bindparam("high")


_WARD: ColumnElement[str] = bindparam("ward_id")
_raised = t.alert_event.alias()
_HAPPENED = Statement(
    select(*t.alert_event.c["alert_id", "key", "kind", "at"])
    .join_from(_raised, t.alert_event, t.alert_event.c.alert_id == _raised.c.id)
    .where(*_within(_raised.c.id), _raised.c.ward_id == _WARD, _raised.c.level != str(Level.INFORMATION))
)
_DECIDED = Statement(
    select(t.decision.c.at, t.decision.c.protocol_sha256)
    .join_from(t.decision, t.cycle, t.cycle.c.id == t.decision.c.cycle_id)
    .where(*_within(t.decision.c.id), t.decision.c.reviews.is_(None), _ward_then(t.decision.c.at) == _WARD)
)
_later = t.administration.alias()
_GIVEN = Statement(
    select(func.count())
    .select_from(t.administration.join(t.cycle, t.cycle.c.id == t.administration.c.cycle_id))
    .where(
        t.administration.c.id >= bindparam("low"),
        t.administration.c.started_at >= bindparam("since"),
        t.administration.c.started_at < bindparam("until"),
        t.administration.c.outcome.in_([str(Outcome.GIVEN), str(Outcome.INTERRUPTED)]),
        ~exists().where(_later.c.supersedes == t.administration.c.id),
        _ward_then(t.administration.c.started_at) == _WARD,
    )
)
_again = t.dose_order.alias()
_ORDERED = Statement(
    select(t.dose_order.c.choice, t.decision.c.document, t.decision.c.protocol_sha256)
    .join_from(t.dose_order, t.decision, t.decision.c.id == t.dose_order.c.decision_id)
    .join(t.cycle, t.cycle.c.id == t.dose_order.c.cycle_id)
    .where(
        *_within(t.dose_order.c.id),
        ~exists().where(
            _again.c.course_id == t.dose_order.c.course_id,
            _again.c.seq > t.dose_order.c.seq,
            _again.c.decision_id == t.dose_order.c.decision_id,
        ),
        _ward_then(t.dose_order.c.ordered_at) == _WARD,
    )
)


def happened(tx: Transaction, ward_id: str, since: datetime, until: datetime) -> list[Happening]:
    """Every event of the alerts that were raised in the period for people to act on."""
    rows = _HAPPENED.all(tx, **_period(since, until), ward_id=ward_id)
    return [Happening(alert_id, key, AlertKind(kind), at) for alert_id, key, kind, at in rows]


def decided(tx: Transaction, ward_id: str, since: datetime, until: datetime) -> list[tuple[datetime, str]]:
    """When each decision was taken, and by which protocol text; looking again at an old one is none."""
    return [(at, sha256) for at, sha256 in _DECIDED.all(tx, **_period(since, until), ward_id=ward_id)]


def given(tx: Transaction, ward_id: str, since: datetime, until: datetime) -> int:
    """How many doses went in, whole or in part, as corrected since."""
    low = first_id(since - _AHEAD)
    return int(_GIVEN.one(tx, low=low, since=since, until=until, ward_id=ward_id)[0])


def ordered(tx: Transaction, ward_id: str, since: datetime, until: datetime) -> list[OrderRow]:
    """The last order on each decision that was ordered on in the period."""
    rows = _ORDERED.all(tx, **_period(since, until), ward_id=ward_id)
    return [OrderRow(Choice(choice), document, sha256) for choice, document, sha256 in rows]


def _period(since: datetime, until: datetime) -> dict[str, Any]:
    return {"low": first_id(since), "high": first_id(until)}
