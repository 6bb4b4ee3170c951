"""Who is on duty where, who looks after whom, and whom does an unanswered alert reach when?

Shifts and assignments are only added to: whoever is taken off has a later row that `cancels` the first.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index

from app.domain.vocabulary import Duty
from app.store.columns import WORD, Document, Id, Instant
from app.store.tables.base import one_of, own_id, table

ladder = table(
    "ladder",
    *own_id(),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False, index=True),
    Column("document", Document, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
)

shift = table(
    "shift",
    *own_id(),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("duty", WORD, nullable=False),
    Column("begins", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("cancels", Id, ForeignKey("shift.id"), unique=True),
    Index("ix_shift_ward_id_ends", "ward_id", "ends"),
    one_of("duty", Duty),
    CheckConstraint("ends > begins", name="ends"),
)

assignment = table(
    "assignment",
    *own_id(),
    Column("cycle_id", Id, ForeignKey("cycle.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("begins", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("cancels", Id, ForeignKey("assignment.id"), unique=True),
    Index("ix_assignment_cycle_id_ends", "cycle_id", "ends"),
    CheckConstraint("ends > begins", name="ends"),
)

timer = table(
    "timer",
    *own_id(),
    Column("course_id", Id, ForeignKey("course.id"), index=True),
    Column("kind", WORD, nullable=False),
    Column("subject", WORD, nullable=False),
    Column("step", WORD, nullable=False),
    Column("due_at", Instant, nullable=False),
    Index("ix_timer_due_at", "due_at"),
    Index("uq_timer_kind_subject_step", "kind", "subject", "step", unique=True),
)

timer_step = table(
    "timer_step",
    Column("kind", WORD, primary_key=True),
    Column("subject", WORD, primary_key=True),
    Column("step", WORD, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant, nullable=False),
)
