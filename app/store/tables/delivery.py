"""To whom are alerts pushed, how far has each of them got, and how did every attempt end?

A receiver's secret is not here: it is worked out from a key outside the database, its id and its `generation`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Text

from app.domain.vocabulary import Level
from app.store.columns import WHOLE, WORD, Flag, Id, Instant
from app.store.tables.base import both_or_neither, flag, one_of, own_id, table

receiver = table(
    "receiver",
    *own_id(),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("ward_id", Id, ForeignKey("ward.id")),
    Column("least", WORD, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("earlier_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("removed_at", Instant),
    Column("removed_by", Id),
    one_of("least", Level),
    CheckConstraint("generation >= 1", name="generation"),
    both_or_neither("removed_at", "removed_by", "removed"),
)

lane = table(
    "lane",
    Column("receiver_id", Id, ForeignKey("receiver.id"), primary_key=True),
    Column("epoch", WORD, nullable=False),
    Column("n", WHOLE, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("failing_since", Instant),
    Column("told", WORD),
    Column("leased_by", WORD),
    Column("leased_until", Instant),
    Index("ix_lane_next_at", "next_at"),
    CheckConstraint("n >= 0 AND attempts >= 0", name="counts"),
    one_of("told", Level),
    both_or_neither("leased_by", "leased_until", "leased"),
)

delivery = table(
    "delivery",
    *own_id(),
    Column("receiver_id", Id, ForeignKey("receiver.id"), nullable=False),
    Column("event_id", Id, ForeignKey("alert_event.id")),
    Column("attempt", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("status", Integer),
    Column("delivered", Flag, nullable=False),
    Column("outcome", WORD, nullable=False),
    Index("ix_delivery_receiver_id_id", "receiver_id", "id"),
    Index("ix_delivery_event_id", "event_id"),
    *flag("delivered"),
)
