"""How is it kept who let a protocol text decide here?"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Text

from app.domain.vocabulary import Role
from app.store.columns import WORD, Document, Id, Instant
from app.store.tables.base import one_of, table

protocol_signoff = table(
    "protocol_signoff",
    Column("sha256", WORD, ForeignKey("protocol_text.sha256"), nullable=False),
    Column("person_id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", WORD, nullable=False),
    Column("at", Instant, nullable=False),
    Column("statement", Text, nullable=False),
    PrimaryKeyConstraint("sha256", "person_id"),
    one_of("role", Role),
)

protocol_acknowledgement = table(
    "protocol_acknowledgement",
    Column("sha256", WORD, ForeignKey("protocol_text.sha256"), primary_key=True),
    Column("systems", Document, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
