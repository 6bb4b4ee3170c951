"""Who may sign in, and as what?"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Text, text

from app.domain.vocabulary import Role
from app.store.columns import WORD, Flag, Id, Instant
from app.store.tables.base import flag, one_of, own_id, table

person = table(
    "person",
    *own_id(),
    Column("login", WORD, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("active", Flag, nullable=False),
    Column("created_at", Instant, nullable=False),
    *flag("active"),
)

person_role = table(
    "person_role",
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("ward_id", Id, ForeignKey("ward.id")),
    Column("role", WORD, nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("granted_by", Id),
    one_of("role", Role),
    Index("uq_person_role_on_ward", "person_id", "ward_id", "role", unique=True),
    Index(
        "uq_person_role_everywhere",
        "person_id",
        "role",
        unique=True,
        sqlite_where=text("ward_id IS NULL"),
        postgresql_where=text("ward_id IS NULL"),
    ),
)

person_identity = table(
    "person_identity",
    Column("issuer", WORD, nullable=False),
    Column("subject", WORD, nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("linked_at", Instant, nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)

pin = table(
    "pin",
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("pin_hash", Text, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("set_at", Instant, nullable=False),
    CheckConstraint("wrong >= 0", name="wrong"),
)

invitation = table(
    "invitation",
    Column("hash", WORD, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("expires_at", Instant, nullable=False),
    CheckConstraint("length(hash) = 64", name="hash"),
)

throttle = table(
    "throttle",
    Column("key", WORD, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    CheckConstraint("failures >= 1", name="failures"),
)
