"""Where do the feed and the audit trail stand, and what was answered under which key?"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Text

from app.store.columns import WHOLE, WORD, Document, Id, Instant
from app.store.tables.base import table

ledger = table(
    "ledger",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", WORD, nullable=False),
    Column("feed", WHOLE, nullable=False),
    Column("audit_seq", WHOLE, nullable=False),
    Column("chain_head", WORD, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("length(chain_head) = 64", name="chain_head"),
)

audit = table(
    "audit",
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("person", Id),
    Column("acting_as", WORD, nullable=False),
    Column("action", WORD, nullable=False),
    Column("course_id", Id),
    Column("subjects", WORD, nullable=False),
    Column("reason", Text),
    Column("request_id", WORD),
    Column("version", WORD, nullable=False),
    Column("previous", WORD, nullable=False),
    Column("hash", WORD, nullable=False),
    Column("workstation", WORD),
    Column("patient_id", Id),
    Column("before", WORD),
    Index("ix_audit_patient_id_seq", "patient_id", "seq"),
    Index("ix_audit_person_seq", "person", "seq"),
    CheckConstraint("length(previous) = 64 AND length(hash) = 64", name="hash"),
)

idempotency = table(
    "idempotency",
    Column("client", WORD, primary_key=True),
    Column("key", WORD, primary_key=True),
    Column("route", WORD, nullable=False),
    Column("body_hash", WORD, nullable=False),
    Column("status", Integer, nullable=False),
    Column("response", Document, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

meta = table(
    "meta",
    Column("key", WORD, primary_key=True),
    Column("value", Text, nullable=False),
)
