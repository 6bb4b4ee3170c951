"""How are alerts kept, and in which order does the world hear of them?

An alert is its events. `feed` numbers them in the order of commit. `open_alert` is an index of them, not a record:
which alerts nobody has taken notice of yet, and on which ward the patient lies now. `until` ends a snooze, `told` is
who was told of it, `duty` whom it was escalated to. Without a course it is about the program itself, for one ward.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint, text

from app.domain.vocabulary import Action, AlertKind, Duty, Level
from app.store.columns import WHOLE, WORD, Id, Instant
from app.store.tables.base import one_of, own_id, table

alert_event = table(
    "alert_event",
    *own_id(),
    Column("alert_id", Id, nullable=False, index=True),
    Column("course_id", Id, ForeignKey("course.id")),
    Column("cycle_id", Id, ForeignKey("cycle.id")),
    Column("dose_id", Id, ForeignKey("dose.id")),
    Column("decision_id", Id, ForeignKey("decision.id")),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False),
    Column("kind", WORD, nullable=False),
    Column("key", WORD, nullable=False),
    Column("level", WORD, nullable=False),
    Column("action", WORD, nullable=False),
    Column("summary", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Id),
    Column("reason", Text),
    Column("until", Instant),
    Column("told", Text),
    Column("duty", WORD),
    Index("ix_alert_event_course_id_dose_id", "course_id", "dose_id"),
    one_of("kind", AlertKind),
    one_of("level", Level),
    one_of("action", Action),
    one_of("duty", Duty),
)

open_alert = table(
    "open_alert",
    Column("alert_id", Id, primary_key=True),
    Column("course_id", Id, ForeignKey("course.id")),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False),
    Column("key", WORD, nullable=False),
    UniqueConstraint("course_id", "key"),
    Index(
        "uq_open_alert_ward_id_key",
        "ward_id",
        "key",
        unique=True,
        sqlite_where=text("course_id IS NULL"),
        postgresql_where=text("course_id IS NULL"),
    ),
    Index("ix_open_alert_ward_id", "ward_id"),
)

feed = table(
    "feed",
    Column("epoch", WORD, primary_key=True),
    Column("n", WHOLE, primary_key=True, autoincrement=False),
    Column("event_id", Id, ForeignKey("alert_event.id"), nullable=False, unique=True),
)
