"""How are decisions, a prescriber's orders, and what was done with a dose kept?

The keys to `dose` and `decision` carry the dose and the course: an order on another dose's decision, or a decision for
another course's dose, cannot be stored. An `order_request` waits for the second person it names; signed by them, it is
the order of the same id.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy import Integer as Count

from app.domain.decision import Cause
from app.domain.vocabulary import Action, Choice, Outcome
from app.store.columns import WHOLE, WORD, Document, Exact, Flag, Id, Instant
from app.store.tables.base import flag, one_of, own_id, table

LIVE = text("reviews IS NULL")
FIRST = text("supersedes IS NULL")

decision = table(
    "decision",
    *own_id(),
    Column("course_id", Id, nullable=False),
    Column("cycle_id", Id, nullable=False),
    Column("dose_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("cause", WORD, nullable=False),
    Column("cause_id", Id),
    Column("reviews", Id, ForeignKey("decision.id")),
    Column("action", WORD, nullable=False),
    Column("provisional", Flag, nullable=False),
    Column("relative", Count, nullable=False),
    Column("absolute", Count, nullable=False),
    Column("valid_until", Instant),
    Column("protocol_sha256", WORD, ForeignKey("protocol_text.sha256"), nullable=False),
    Column("engine", WORD, nullable=False),
    Column("seq", WHOLE, nullable=False),
    # Last, so that SQLite reads the columns above without following the overflow pages of a long document.
    Column("document", Document, nullable=False),
    Column("situation", Document, nullable=False),
    ForeignKeyConstraint(["dose_id", "cycle_id", "course_id"], ["dose.id", "dose.cycle_id", "dose.course_id"]),
    UniqueConstraint("id", "dose_id"),
    one_of("cause", Cause),
    one_of("action", Action),
    *flag("provisional"),
    Index("ix_decision_course_id_seq", "course_id", "seq"),
    Index("ix_decision_latest", "dose_id", "seq", sqlite_where=LIVE, postgresql_where=LIVE),
)

dose_order = table(
    "dose_order",
    *own_id(),
    Column("course_id", Id, nullable=False),
    Column("cycle_id", Id, nullable=False, index=True),
    Column("dose_id", Id, nullable=False),
    Column("decision_id", Id, nullable=False),
    Column("choice", WORD, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ordered_at", Instant, nullable=False),
    Column("ordered_by", Id, nullable=False),
    Column("second", Id),
    Column("seq", WHOLE, nullable=False),
    Column("recheck_at", Instant),
    ForeignKeyConstraint(["dose_id", "cycle_id", "course_id"], ["dose.id", "dose.cycle_id", "dose.course_id"]),
    ForeignKeyConstraint(["decision_id", "dose_id"], ["decision.id", "decision.dose_id"]),
    UniqueConstraint("id", "dose_id"),
    Index("ix_dose_order_course_id_seq", "course_id", "seq"),
    one_of("choice", Choice),
)

order_request = table(
    "order_request",
    *own_id(),
    Column("course_id", Id, ForeignKey("course.id"), nullable=False, index=True),
    Column("dose_id", Id, nullable=False),
    Column("decision_id", Id, nullable=False),
    Column("choice", WORD, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Id, nullable=False),
    Column("second", Id, nullable=False),
    ForeignKeyConstraint(["decision_id", "dose_id"], ["decision.id", "decision.dose_id"]),
    one_of("choice", Choice),
    CheckConstraint("second <> asked_by", name="second"),
)

administration = table(
    "administration",
    *own_id(),
    Column("course_id", Id, nullable=False),
    Column("cycle_id", Id, nullable=False, index=True),
    Column("dose_id", Id, nullable=False),
    Column("outcome", WORD, nullable=False),
    Column("decision_id", Id),
    Column("order_id", Id),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("units", Exact, nullable=False),
    Column("deviation", Text),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("supersedes", Id, ForeignKey("administration.id")),
    Column("seq", WHOLE, nullable=False),
    Column("reason", Text),
    ForeignKeyConstraint(["dose_id", "cycle_id", "course_id"], ["dose.id", "dose.cycle_id", "dose.course_id"]),
    ForeignKeyConstraint(["decision_id", "dose_id"], ["decision.id", "decision.dose_id"]),
    ForeignKeyConstraint(["order_id", "dose_id"], ["dose_order.id", "dose_order.dose_id"]),
    Index("ix_administration_course_id_seq", "course_id", "seq"),
    one_of("outcome", Outcome),
    CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="interval"),
    CheckConstraint("supersedes IS NULL OR reason IS NOT NULL", name="corrected_with_reason"),
    Index("uq_administration_dose_id", "dose_id", unique=True, sqlite_where=FIRST, postgresql_where=FIRST),
    UniqueConstraint("supersedes"),
)
