"""Who looked after a patient they had no ward in common with, and who read whose chart?"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, PrimaryKeyConstraint, Text

from app.store.columns import WHOLE, WORD, Id, Instant
from app.store.tables.base import one_of, own_id, table

break_glass = table(
    "break_glass",
    *own_id(),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("course_id", Id, ForeignKey("course.id"), nullable=False, index=True),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    CheckConstraint("until > at", name="until"),
)

break_glass_end = table(
    "break_glass_end",
    Column("break_glass_id", Id, ForeignKey("break_glass.id"), primary_key=True),
    Column("ended_at", Instant, nullable=False),
)

break_glass_review = table(
    "break_glass_review",
    Column("break_glass_id", Id, ForeignKey("break_glass.id"), primary_key=True),
    Column("reviewed_at", Instant, nullable=False),
    Column("reviewed_by", Id, nullable=False),
    Column("finding", WORD, nullable=False),
    Column("note", Text, nullable=False),
    one_of("finding", ("justified", "not_justified")),
)

chart_read = table(
    "chart_read",
    Column("person_id", Id, nullable=False),
    Column("course_id", Id, ForeignKey("course.id"), nullable=False),
    Column("slot", WHOLE, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("person_id", "course_id", "slot"),
)
