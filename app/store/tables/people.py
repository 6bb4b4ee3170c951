"""Who may sign in, as what, and with which key?"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, text

from app.domain.vocabulary import Role
from app.store.columns import WORD, Flag, Id, Instant
from app.store.tables.base import both_or_neither, flag, one_of, own_id, table

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

session = table(
    "session",
    Column("hash", WORD, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    CheckConstraint("length(hash) = 64", name="hash"),
)

token = table(
    "token",
    *own_id(),
    Column("hash", WORD, nullable=False, unique=True),
    Column("kind", WORD, nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), index=True),
    Column("name", Text, nullable=False),
    Column("scopes", WORD, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    Column("revoked_by", Id),
    one_of("kind", ("personal", "service")),
    CheckConstraint("length(hash) = 64", name="hash"),
    CheckConstraint("(kind = 'personal') = (person_id IS NOT NULL)", name="holder"),
    both_or_neither("revoked_at", "revoked_by", "revoked"),
)
