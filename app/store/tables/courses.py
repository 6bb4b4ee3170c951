"""How are a patient, a course, its cycles and their doses kept?

`seq` is the order of recording within a course. `active_cycle` and `course_place` are indexes of `cycle` and
`cycle_event`, not records: which cycles are in the house and where, so that a ward board reads no history; and on which
ward a patient lies or lay last, so that who may see a course is asked in the query that finds it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint

from app.domain.vocabulary import CycleEventKind
from app.store.columns import WHOLE, WORD, Document, Exact, Id, Instant
from app.store.tables.base import one_of, own_id, table

patient = table(
    "patient",
    *own_id(),
    Column("mrn", WORD, nullable=False, unique=True),
    Column("family_name", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("birth_date", WORD, nullable=False),
    Column("sex", WORD, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    CheckConstraint("length(birth_date) = 10", name="birth_date"),
)

protocol_text = table(
    "protocol_text",
    Column("sha256", WORD, primary_key=True),
    Column("id", WORD, nullable=False),
    Column("version", WORD, nullable=False),
    Column("document", Document, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)

course = table(
    "course",
    *own_id(),
    Column("patient_id", Id, ForeignKey("patient.id"), nullable=False, index=True),
    Column("protocol_id", WORD, nullable=False),
    Column("protocol_version", WORD, nullable=False),
    Column("protocol_sha256", WORD, ForeignKey("protocol_text.sha256"), nullable=False),
    Column("shown", Document, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", Id, nullable=False),
    Column("version", WHOLE, nullable=False),
    CheckConstraint("version >= 1", name="version"),
)

cycle = table(
    "cycle",
    *own_id(),
    Column("course_id", Id, ForeignKey("course.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False, index=True),
    Column("bed", Text, nullable=False),
    Column("admitted_at", Instant, nullable=False),
    Column("first_due_at", Instant, nullable=False),
    Column("ordered_weight", Exact, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("seq", WHOLE, nullable=False),
    UniqueConstraint("course_id", "number"),
    UniqueConstraint("id", "course_id"),
    CheckConstraint("number >= 1", name="number"),
    Index("ix_cycle_course_id_seq", "course_id", "seq"),
)

cycle_event = table(
    "cycle_event",
    *own_id(),
    Column("cycle_id", Id, nullable=False, index=True),
    Column("course_id", Id, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("ward_id", Id, ForeignKey("ward.id")),
    Column("bed", Text),
    Column("from_dose", Integer),
    Column("due_at", Instant),
    Column("scale", Integer),
    Column("weight", Exact),
    Column("seq", WHOLE, nullable=False),
    ForeignKeyConstraint(["cycle_id", "course_id"], ["cycle.id", "cycle.course_id"]),
    Index("ix_cycle_event_course_id_seq", "course_id", "seq"),
    one_of("kind", CycleEventKind),
    CheckConstraint("kind <> 'moved' OR (ward_id IS NOT NULL AND bed IS NOT NULL)", name="moved"),
    CheckConstraint("kind <> 'grid_moved' OR (from_dose IS NOT NULL AND due_at IS NOT NULL)", name="grid_moved"),
    CheckConstraint("(kind = 'spo2_scale') = (scale IS NOT NULL)", name="spo2_scale"),
    CheckConstraint("scale IN (1, 2)", name="scale"),
    CheckConstraint("(kind = 'dosing_weight') = (weight IS NOT NULL)", name="dosing_weight"),
)

dose = table(
    "dose",
    *own_id(),
    Column("cycle_id", Id, nullable=False),
    Column("course_id", Id, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    ForeignKeyConstraint(["cycle_id", "course_id"], ["cycle.id", "cycle.course_id"]),
    UniqueConstraint("cycle_id", "number"),
    UniqueConstraint("id", "cycle_id", "course_id"),
    CheckConstraint("number >= 1", name="number"),
)

course_place = table(
    "course_place",
    Column("course_id", Id, ForeignKey("course.id"), primary_key=True),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False, index=True),
)

active_cycle = table(
    "active_cycle",
    Column("cycle_id", Id, ForeignKey("cycle.id"), primary_key=True),
    Column("course_id", Id, ForeignKey("course.id"), nullable=False, index=True),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False),
    Column("bed", Text, nullable=False),
    Index("ix_active_cycle_ward_id", "ward_id"),
)
