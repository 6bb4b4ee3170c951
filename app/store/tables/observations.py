"""How is what was charted kept, and what was scored from it?"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text

from app.domain.vocabulary import NotTaken
from app.store.columns import WHOLE, WORD, Document, Exact, Flag, Id, Instant
from app.store.tables.base import flag, one_of, own_id, table

CORRECTS = text("supersedes IS NOT NULL")

observation_set = table(
    "observation_set",
    *own_id(),
    Column("course_id", Id, ForeignKey("course.id"), nullable=False),
    Column("dose_id", Id, ForeignKey("dose.id")),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("seq", WHOLE, nullable=False),
    UniqueConstraint("id", "course_id"),
    Index("ix_observation_set_course_id_seq", "course_id", "seq"),
)

observation = table(
    "observation",
    *own_id(),
    Column("set_id", Id, nullable=False),
    Column("course_id", Id, nullable=False),
    Column("measure", WORD, nullable=False),
    Column("number", Exact),
    Column("finding", Flag),
    Column("choice", WORD),
    Column("unit", WORD),
    Column("entered", Text, nullable=False),
    Column("entered_unit", Text),
    Column("observed_at", Instant, nullable=False),
    Column("start_at", Instant),
    Column("confirmed", Flag, nullable=False),
    Column("not_taken", WORD),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("supersedes", Id, ForeignKey("observation.id")),
    Column("retracts", Flag, nullable=False),
    Column("reason", Text),
    Column("seq", WHOLE, nullable=False),
    ForeignKeyConstraint(["set_id", "course_id"], ["observation_set.id", "observation_set.course_id"]),
    *flag("finding", "confirmed", "retracts"),
    one_of("not_taken", NotTaken),
    CheckConstraint(
        "CASE WHEN number IS NULL THEN 0 ELSE 1 END + CASE WHEN finding IS NULL THEN 0 ELSE 1 END"
        " + CASE WHEN choice IS NULL THEN 0 ELSE 1 END"
        " = CASE WHEN not_taken IS NULL AND retracts = 0 THEN 1 ELSE 0 END",
        name="one_value",
    ),
    CheckConstraint("start_at IS NULL OR start_at < observed_at", name="interval"),
    CheckConstraint("supersedes IS NULL OR reason IS NOT NULL", name="corrected_with_reason"),
    CheckConstraint("retracts = 0 OR supersedes IS NOT NULL", name="retracts_something"),
    Index("uq_observation_supersedes", "supersedes", unique=True, sqlite_where=CORRECTS, postgresql_where=CORRECTS),
    Index("ix_observation_course_id_seq", "course_id", "seq"),
    Index("ix_observation_course_id_observed_at", "course_id", "observed_at"),
)

score = table(
    "score",
    Column("set_id", Id, ForeignKey("observation_set.id"), primary_key=True),
    Column("document", Document, nullable=False),
)
