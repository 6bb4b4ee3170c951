"""How is what comparisons of many cycles need kept beside the record?

One row for each cycle, worked out anew with every act on its course. It is no record: `services.summarising` makes it
again from the record alone.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index

from app.store.columns import WORD, Document, Id, Instant
from app.store.tables.base import table

cycle_summary = table(
    "cycle_summary",
    Column("cycle_id", Id, ForeignKey("cycle.id"), primary_key=True),
    Column("course_id", Id, ForeignKey("course.id"), nullable=False, index=True),
    Column("ward_id", Id, ForeignKey("ward.id"), nullable=False),
    Column("protocol_id", WORD, nullable=False),
    Column("protocol_version", WORD, nullable=False),
    Column("first_due_at", Instant, nullable=False),
    Column("document", Document, nullable=False),
    Index("ix_cycle_summary_ward_id_first_due_at", "ward_id", "first_due_at"),
)
