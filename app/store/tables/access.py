"""What opens the program: a browser's session, the machine it stands on, a program's token?

A session that is `locked_at` shows nothing until its person proves who they are; `proved_at` is when they last did.
`active_at` is the last time somebody did something there, which a page that refreshes itself is not. `page` is where
they were when it was locked.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Text

from app.store.columns import WORD, Document, Id, Instant
from app.store.tables.base import both_or_neither, one_of, own_id, table

workstation = table(
    "workstation",
    *own_id(),
    Column("hash", WORD, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("ward_id", Id, ForeignKey("ward.id"), index=True),
    Column("enrolled_at", Instant, nullable=False),
    Column("enrolled_by", Id, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Id),
    CheckConstraint("length(hash) = 64", name="hash"),
    both_or_neither("revoked_at", "revoked_by", "revoked"),
)

session = table(
    "session",
    Column("hash", WORD, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("workstation_id", Id, ForeignKey("workstation.id"), index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("active_at", Instant, nullable=False),
    Column("proved_at", Instant, nullable=False),
    Column("locked_at", Instant),
    Column("page", Text),
    Column("expires_at", Instant, nullable=False),
    Column("issuer", WORD),
    Column("provider_session", WORD, index=True),
    CheckConstraint("length(hash) = 64", name="hash"),
)

provider_attempt = table(
    "provider_attempt",
    Column("hash", WORD, primary_key=True),
    Column("nonce", WORD, nullable=False),
    Column("verifier", WORD, nullable=False),
    Column("onward", Text, nullable=False),
    Column("workstation_id", Id),
    Column("session_hash", WORD),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("length(hash) = 64", name="hash"),
)

provider_logout = table(
    "provider_logout",
    Column("hash", WORD, primary_key=True),
    Column("at", Instant, nullable=False),
    CheckConstraint("length(hash) = 64", name="hash"),
)

draft = table(
    "draft",
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("place", WORD, primary_key=True),
    Column("course_id", Id, ForeignKey("course.id"), nullable=False),
    Column("document", Document, nullable=False),
    Column("saved_at", Instant, nullable=False),
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
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    Column("revoked_by", Id),
    one_of("kind", ("personal", "service")),
    CheckConstraint("length(hash) = 64", name="hash"),
    CheckConstraint("(kind = 'personal') = (person_id IS NOT NULL)", name="holder"),
    both_or_neither("revoked_at", "revoked_by", "revoked"),
)
