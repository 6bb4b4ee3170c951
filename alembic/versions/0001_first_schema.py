"""The first schema: every table, and the guards that keep the record append-only.

Revision: 0001
Follows: nothing
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What the tables were on the day of this revision, whatever app/store says today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

TABLES = (
    "ward",
    "bed",
    "person",
    "person_role",
    "session",
    "token",
    "patient",
    "protocol_text",
    "course",
    "cycle",
    "cycle_event",
    "dose",
    "active_cycle",
    "observation_set",
    "observation",
    "decision",
    "dose_order",
    "administration",
    "alert_event",
    "open_alert",
    "feed",
    "ledger",
    "audit",
    "idempotency",
    "meta",
)

# The unique keys of the tables that are only ever added to. SQLite's INSERT OR REPLACE removes the row in its way
# without firing a delete trigger, so the insert itself must be refused; it says which key, as PostgreSQL does anyway.
KEYS = {
    "ward": {"pk_ward": "id", "uq_ward_name": "name"},
    "patient": {"pk_patient": "id", "uq_patient_mrn": "mrn"},
    "protocol_text": {"pk_protocol_text": "sha256"},
    "cycle": {"pk_cycle": "id", "uq_cycle_course_id_number": "course_id number"},
    "cycle_event": {"pk_cycle_event": "id"},
    "dose": {"pk_dose": "id", "uq_dose_cycle_id_number": "cycle_id number"},
    "observation_set": {"pk_observation_set": "id"},
    "observation": {"pk_observation": "id", "uq_observation_supersedes": "supersedes"},
    "decision": {"pk_decision": "id"},
    "dose_order": {"pk_dose_order": "id"},
    "administration": {
        "pk_administration": "id",
        "uq_administration_dose_id": "dose_id",
        "uq_administration_supersedes": "supersedes",
    },
    "alert_event": {"pk_alert_event": "id"},
    "feed": {"pk_feed": "epoch n", "uq_feed_event_id": "event_id"},
    "audit": {"pk_audit": "seq"},
    "idempotency": {"pk_idempotency": "client key"},
}
ONLY = {"uq_administration_dose_id": "supersedes IS NULL"}
COURSE_KEYS = {"pk_course": "id"}
COURSE_FIXED = "id, patient_id, protocol_id, protocol_version, protocol_sha256, shown, opened_at, opened_by"


def upgrade() -> None:
    _wards()
    _people()
    _courses()
    _observations()
    _decisions()
    _alerts()
    _ledger()
    begin = sa.text("INSERT INTO ledger (id, epoch, feed, audit_seq, chain_head) VALUES (1, :epoch, 0, 0, :genesis)")
    op.execute(begin.bindparams(epoch=secrets.token_hex(4), genesis="0" * 64))
    _guard()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION doseward_append_only")


def _wards() -> None:
    op.create_table(
        "ward",
        sa.Column("id", WORD, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", WORD, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_ward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ward")),
        sa.UniqueConstraint("name", name=op.f("uq_ward_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "bed",
        sa.Column("ward_id", WORD, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.CheckConstraint("open IN (0, 1)", name=op.f("ck_bed_open")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_bed_ward_id")),
        sa.PrimaryKeyConstraint("ward_id", "name", name=op.f("pk_bed")),
        sqlite_strict=True,
    )


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", WORD, nullable=False),
        sa.Column("login", WORD, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_person_active")),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
        sqlite_strict=True,
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", WORD, nullable=False),
        sa.Column("ward_id", WORD, nullable=True),
        sa.Column("role", WORD, nullable=False),
        sa.Column("granted_at", WHOLE, nullable=False),
        sa.Column("granted_by", WORD, nullable=True),
        sa.CheckConstraint(
            "role IN ('nurse', 'prescriber', 'charge_nurse', 'pharmacist', 'administrator', 'auditor')",
            name=op.f("ck_person_role_role"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_person_role_ward_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_person_role_everywhere",
        "person_role",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("ward_id IS NULL"),
        postgresql_where=sa.text("ward_id IS NULL"),
    )
    op.create_index("uq_person_role_on_ward", "person_role", ["person_id", "ward_id", "role"], unique=True)
    op.create_table(
        "session",
        sa.Column("hash", WORD, nullable=False),
        sa.Column("person_id", WORD, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("seen_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_session_hash")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_session")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "token",
        sa.Column("id", WORD, nullable=False),
        sa.Column("hash", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("person_id", WORD, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", WORD, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("created_by", WORD, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=True),
        sa.Column("used_at", WHOLE, nullable=True),
        sa.Column("revoked_at", WHOLE, nullable=True),
        sa.Column("revoked_by", WORD, nullable=True),
        sa.CheckConstraint("(kind = 'personal') = (person_id IS NOT NULL)", name=op.f("ck_token_holder")),
        sa.CheckConstraint("kind IN ('personal', 'service')", name=op.f("ck_token_kind")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_token_revoked")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_token_hash")),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_token_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_token_person_id"), "token", ["person_id"], unique=False)


def _courses() -> None:
    op.create_table(
        "patient",
        sa.Column("id", WORD, nullable=False),
        sa.Column("mrn", WORD, nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("birth_date", WORD, nullable=False),
        sa.Column("sex", WORD, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("recorded_by", WORD, nullable=False),
        sa.CheckConstraint("length(birth_date) = 10", name=op.f("ck_patient_birth_date")),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("mrn", name=op.f("uq_patient_mrn")),
        sqlite_strict=True,
    )
    op.create_table(
        "protocol_text",
        sa.Column("sha256", WORD, nullable=False),
        sa.Column("id", WORD, nullable=False),
        sa.Column("version", WORD, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_protocol_text_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_protocol_text")),
        sqlite_strict=True,
    )
    op.create_table(
        "course",
        sa.Column("id", WORD, nullable=False),
        sa.Column("patient_id", WORD, nullable=False),
        sa.Column("protocol_id", WORD, nullable=False),
        sa.Column("protocol_version", WORD, nullable=False),
        sa.Column("protocol_sha256", WORD, nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("opened_at", WHOLE, nullable=False),
        sa.Column("opened_by", WORD, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_course_id")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_course_version")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_course_patient_id")),
        sa.ForeignKeyConstraint(["protocol_sha256"], ["protocol_text.sha256"], name=op.f("fk_course_protocol_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_course_patient_id"), "course", ["patient_id"], unique=False)
    op.create_table(
        "cycle",
        sa.Column("id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ward_id", WORD, nullable=False),
        sa.Column("bed", sa.Text(), nullable=False),
        sa.Column("admitted_at", WHOLE, nullable=False),
        sa.Column("first_due_at", WHOLE, nullable=False),
        sa.Column("ordered_weight", sa.Text(), nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("recorded_by", WORD, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_cycle_id")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_cycle_number")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_cycle_course_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_cycle_ward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_cycle_course_id_number")),
        sa.UniqueConstraint("id", "course_id", name=op.f("uq_cycle_id_course_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_cycle_course_id_seq", "cycle", ["course_id", "seq"], unique=False)
    op.create_index(op.f("ix_cycle_ward_id"), "cycle", ["ward_id"], unique=False)
    op.create_table(
        "cycle_event",
        sa.Column("id", WORD, nullable=False),
        sa.Column("cycle_id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("recorded_by", WORD, nullable=False),
        sa.Column("ward_id", WORD, nullable=True),
        sa.Column("bed", sa.Text(), nullable=True),
        sa.Column("from_dose", sa.Integer(), nullable=True),
        sa.Column("due_at", WHOLE, nullable=True),
        sa.Column("seq", WHOLE, nullable=False),
        sa.CheckConstraint(
            "kind <> 'grid_moved' OR (from_dose IS NOT NULL AND due_at IS NOT NULL)",
            name=op.f("ck_cycle_event_grid_moved"),
        ),
        sa.CheckConstraint(
            "kind <> 'moved' OR (ward_id IS NOT NULL AND bed IS NOT NULL)", name=op.f("ck_cycle_event_moved")
        ),
        sa.CheckConstraint(
            "kind IN ('moved', 'stopped', 'discharged', 'grid_moved')", name=op.f("ck_cycle_event_kind")
        ),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_cycle_event_id")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "course_id"], ["cycle.id", "cycle.course_id"], name=op.f("fk_cycle_event_cycle_id_course_id")
        ),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_cycle_event_ward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_event")),
        sqlite_strict=True,
    )
    op.create_index("ix_cycle_event_course_id_seq", "cycle_event", ["course_id", "seq"], unique=False)
    op.create_index(op.f("ix_cycle_event_cycle_id"), "cycle_event", ["cycle_id"], unique=False)
    op.create_table(
        "dose",
        sa.Column("id", WORD, nullable=False),
        sa.Column("cycle_id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_dose_id")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_dose_number")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "course_id"], ["cycle.id", "cycle.course_id"], name=op.f("fk_dose_cycle_id_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_dose_cycle_id_number")),
        sa.UniqueConstraint("id", "cycle_id", "course_id", name=op.f("uq_dose_id_cycle_id_course_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_dose_course_id"), "dose", ["course_id"], unique=False)
    op.create_table(
        "active_cycle",
        sa.Column("cycle_id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("ward_id", WORD, nullable=False),
        sa.Column("bed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_active_cycle_course_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_active_cycle_cycle_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_active_cycle_ward_id")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_active_cycle")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_active_cycle_course_id"), "active_cycle", ["course_id"], unique=False)
    op.create_index("ix_active_cycle_ward_id", "active_cycle", ["ward_id"], unique=False)


def _observations() -> None:
    op.create_table(
        "observation_set",
        sa.Column("id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("dose_id", WORD, nullable=True),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("recorded_by", WORD, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_observation_set_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_observation_set_course_id")),
        sa.ForeignKeyConstraint(["dose_id"], ["dose.id"], name=op.f("fk_observation_set_dose_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_set")),
        sa.UniqueConstraint("id", "course_id", name=op.f("uq_observation_set_id_course_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_observation_set_course_id_seq", "observation_set", ["course_id", "seq"], unique=False)
    op.create_table(
        "observation",
        sa.Column("id", WORD, nullable=False),
        sa.Column("set_id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("measure", WORD, nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("finding", sa.Integer(), nullable=True),
        sa.Column("choice", WORD, nullable=True),
        sa.Column("unit", WORD, nullable=True),
        sa.Column("entered", sa.Text(), nullable=False),
        sa.Column("entered_unit", sa.Text(), nullable=True),
        sa.Column("observed_at", WHOLE, nullable=False),
        sa.Column("start_at", WHOLE, nullable=True),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("not_taken", WORD, nullable=True),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("recorded_by", WORD, nullable=False),
        sa.Column("supersedes", WORD, nullable=True),
        sa.Column("retracts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seq", WHOLE, nullable=False),
        sa.CheckConstraint("not_taken IN ('refused', 'off_ward', 'equipment')", name=op.f("ck_observation_not_taken")),
        sa.CheckConstraint(
            "CASE WHEN number IS NULL THEN 0 ELSE 1 END + CASE WHEN finding IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN choice IS NULL THEN 0 ELSE 1 END"
            " = CASE WHEN not_taken IS NULL AND retracts = 0 THEN 1 ELSE 0 END",
            name=op.f("ck_observation_one_value"),
        ),
        sa.CheckConstraint("confirmed IN (0, 1)", name=op.f("ck_observation_confirmed")),
        sa.CheckConstraint("finding IN (0, 1)", name=op.f("ck_observation_finding")),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_observation_id")),
        sa.CheckConstraint("retracts = 0 OR supersedes IS NOT NULL", name=op.f("ck_observation_retracts_something")),
        sa.CheckConstraint("retracts IN (0, 1)", name=op.f("ck_observation_retracts")),
        sa.CheckConstraint("start_at IS NULL OR start_at < observed_at", name=op.f("ck_observation_interval")),
        sa.CheckConstraint(
            "supersedes IS NULL OR reason IS NOT NULL", name=op.f("ck_observation_corrected_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["set_id", "course_id"],
            ["observation_set.id", "observation_set.course_id"],
            name=op.f("fk_observation_set_id_course_id"),
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["observation.id"], name=op.f("fk_observation_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sqlite_strict=True,
    )
    op.create_index("ix_observation_course_id_observed_at", "observation", ["course_id", "observed_at"], unique=False)
    op.create_index("ix_observation_course_id_seq", "observation", ["course_id", "seq"], unique=False)
    op.create_index(
        "uq_observation_supersedes",
        "observation",
        ["supersedes"],
        unique=True,
        sqlite_where=sa.text("supersedes IS NOT NULL"),
        postgresql_where=sa.text("supersedes IS NOT NULL"),
    )


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("cycle_id", WORD, nullable=False),
        sa.Column("dose_id", WORD, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("recorded_by", WORD, nullable=False),
        sa.Column("cause", WORD, nullable=False),
        sa.Column("cause_id", WORD, nullable=True),
        sa.Column("reviews", WORD, nullable=True),
        sa.Column("action", WORD, nullable=False),
        sa.Column("provisional", sa.Integer(), nullable=False),
        sa.Column("relative", sa.Integer(), nullable=False),
        sa.Column("absolute", sa.Integer(), nullable=False),
        sa.Column("valid_until", WHOLE, nullable=True),
        sa.Column("protocol_sha256", WORD, nullable=False),
        sa.Column("engine", WORD, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "action IN ('proceed', 'caution', 'incomplete', 'hold', 'skip', 'stop', 'discontinue')",
            name=op.f("ck_decision_action"),
        ),
        sa.CheckConstraint(
            "cause IN ('observations', 'correction', 'review', 'asked')", name=op.f("ck_decision_cause")
        ),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_decision_id")),
        sa.CheckConstraint("provisional IN (0, 1)", name=op.f("ck_decision_provisional")),
        sa.ForeignKeyConstraint(
            ["dose_id", "cycle_id", "course_id"],
            ["dose.id", "dose.cycle_id", "dose.course_id"],
            name=op.f("fk_decision_dose_id_cycle_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["protocol_sha256"], ["protocol_text.sha256"], name=op.f("fk_decision_protocol_sha256")
        ),
        sa.ForeignKeyConstraint(["reviews"], ["decision.id"], name=op.f("fk_decision_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("id", "dose_id", name=op.f("uq_decision_id_dose_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_decision_course_id_seq", "decision", ["course_id", "seq"], unique=False)
    op.create_index(
        "ix_decision_latest",
        "decision",
        ["dose_id", "seq"],
        unique=False,
        sqlite_where=sa.text("reviews IS NULL"),
        postgresql_where=sa.text("reviews IS NULL"),
    )
    op.create_table(
        "dose_order",
        sa.Column("id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("cycle_id", WORD, nullable=False),
        sa.Column("dose_id", WORD, nullable=False),
        sa.Column("decision_id", WORD, nullable=False),
        sa.Column("choice", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordered_at", WHOLE, nullable=False),
        sa.Column("ordered_by", WORD, nullable=False),
        sa.Column("second", WORD, nullable=True),
        sa.Column("seq", WHOLE, nullable=False),
        sa.CheckConstraint(
            "choice IN ('give', 'hold', 'skip', 'stop', 'discontinue')", name=op.f("ck_dose_order_choice")
        ),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_dose_order_id")),
        sa.ForeignKeyConstraint(
            ["decision_id", "dose_id"],
            ["decision.id", "decision.dose_id"],
            name=op.f("fk_dose_order_decision_id_dose_id"),
        ),
        sa.ForeignKeyConstraint(
            ["dose_id", "cycle_id", "course_id"],
            ["dose.id", "dose.cycle_id", "dose.course_id"],
            name=op.f("fk_dose_order_dose_id_cycle_id_course_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_order")),
        sa.UniqueConstraint("id", "dose_id", name=op.f("uq_dose_order_id_dose_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_dose_order_course_id_seq", "dose_order", ["course_id", "seq"], unique=False)
    op.create_index(op.f("ix_dose_order_cycle_id"), "dose_order", ["cycle_id"], unique=False)
    op.create_table(
        "administration",
        sa.Column("id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("cycle_id", WORD, nullable=False),
        sa.Column("dose_id", WORD, nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("decision_id", WORD, nullable=True),
        sa.Column("order_id", WORD, nullable=True),
        sa.Column("started_at", WHOLE, nullable=False),
        sa.Column("ended_at", WHOLE, nullable=True),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("deviation", sa.Text(), nullable=True),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("recorded_by", WORD, nullable=False),
        sa.Column("supersedes", WORD, nullable=True),
        sa.Column("seq", WHOLE, nullable=False),
        sa.CheckConstraint("outcome IN ('given', 'interrupted', 'not_given')", name=op.f("ck_administration_outcome")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_administration_interval")),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_administration_id")),
        sa.ForeignKeyConstraint(
            ["decision_id", "dose_id"],
            ["decision.id", "decision.dose_id"],
            name=op.f("fk_administration_decision_id_dose_id"),
        ),
        sa.ForeignKeyConstraint(
            ["dose_id", "cycle_id", "course_id"],
            ["dose.id", "dose.cycle_id", "dose.course_id"],
            name=op.f("fk_administration_dose_id_cycle_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id", "dose_id"],
            ["dose_order.id", "dose_order.dose_id"],
            name=op.f("fk_administration_order_id_dose_id"),
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["administration.id"], name=op.f("fk_administration_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_administration_supersedes")),
        sqlite_strict=True,
    )
    op.create_index("ix_administration_course_id_seq", "administration", ["course_id", "seq"], unique=False)
    op.create_index(op.f("ix_administration_cycle_id"), "administration", ["cycle_id"], unique=False)
    op.create_index(
        "uq_administration_dose_id",
        "administration",
        ["dose_id"],
        unique=True,
        sqlite_where=sa.text("supersedes IS NULL"),
        postgresql_where=sa.text("supersedes IS NULL"),
    )


def _alerts() -> None:
    op.create_table(
        "alert_event",
        sa.Column("id", WORD, nullable=False),
        sa.Column("alert_id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("cycle_id", WORD, nullable=True),
        sa.Column("dose_id", WORD, nullable=True),
        sa.Column("decision_id", WORD, nullable=True),
        sa.Column("ward_id", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("key", WORD, nullable=False),
        sa.Column("level", WORD, nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("by", WORD, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "action IN ('proceed', 'caution', 'incomplete', 'hold', 'skip', 'stop', 'discontinue')",
            name=op.f("ck_alert_event_action"),
        ),
        sa.CheckConstraint(
            "kind IN ('raised', 'repeated', 'worsened', 'cleared', 'acknowledged', 'closed')",
            name=op.f("ck_alert_event_kind"),
        ),
        sa.CheckConstraint("level IN ('information', 'priority', 'high_priority')", name=op.f("ck_alert_event_level")),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_alert_event_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_alert_event_course_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_alert_event_cycle_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_alert_event_decision_id")),
        sa.ForeignKeyConstraint(["dose_id"], ["dose.id"], name=op.f("fk_alert_event_dose_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_alert_event_ward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_alert_event_alert_id"), "alert_event", ["alert_id"], unique=False)
    op.create_index("ix_alert_event_course_id_dose_id", "alert_event", ["course_id", "dose_id"], unique=False)
    op.create_table(
        "open_alert",
        sa.Column("alert_id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("ward_id", WORD, nullable=False),
        sa.Column("key", WORD, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_open_alert_course_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_open_alert_ward_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_open_alert")),
        sa.UniqueConstraint("course_id", "key", name=op.f("uq_open_alert_course_id_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_open_alert_ward_id", "open_alert", ["ward_id"], unique=False)
    op.create_table(
        "feed",
        sa.Column("epoch", WORD, nullable=False),
        sa.Column("n", WHOLE, autoincrement=False, nullable=False),
        sa.Column("event_id", WORD, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["alert_event.id"], name=op.f("fk_feed_event_id")),
        sa.PrimaryKeyConstraint("epoch", "n", name=op.f("pk_feed")),
        sa.UniqueConstraint("event_id", name=op.f("uq_feed_event_id")),
        sqlite_strict=True,
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", WORD, nullable=False),
        sa.Column("feed", WHOLE, nullable=False),
        sa.Column("audit_seq", WHOLE, nullable=False),
        sa.Column("chain_head", WORD, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_one_row")),
        sa.CheckConstraint("length(chain_head) = 64", name=op.f("ck_ledger_chain_head")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("person", WORD, nullable=True),
        sa.Column("acting_as", WORD, nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=True),
        sa.Column("subjects", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", WORD, nullable=True),
        sa.Column("version", WORD, nullable=False),
        sa.Column("previous", WORD, nullable=False),
        sa.Column("hash", WORD, nullable=False),
        sa.CheckConstraint("length(previous) = 64 AND length(hash) = 64", name=op.f("ck_audit_hash")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency",
        sa.Column("client", WORD, nullable=False),
        sa.Column("key", WORD, nullable=False),
        sa.Column("route", WORD, nullable=False),
        sa.Column("body_hash", WORD, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("client", "key", name=op.f("pk_idempotency")),
        sqlite_strict=True,
    )
    op.create_table(
        "meta",
        sa.Column("key", WORD, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        sqlite_strict=True,
    )


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table, keys in KEYS.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(_no_replace(table, keys))
    fixed = "BEGIN SELECT RAISE(ABORT, 'of a course only the version moves, one step at a time'); END"
    op.execute(f"CREATE TRIGGER course_no_update BEFORE UPDATE OF {COURSE_FIXED} ON course {fixed}")
    step = "WHEN NEW.version <> OLD.version + 1"
    op.execute(f"CREATE TRIGGER course_one_step BEFORE UPDATE OF version ON course {step} {fixed}")
    op.execute(f"CREATE TRIGGER course_no_delete BEFORE DELETE ON course {fixed}")
    op.execute(_no_replace("course", COURSE_KEYS))


def _no_replace(table: str, keys: dict[str, str]) -> str:
    checks = [f"SELECT RAISE(ABORT, '{name}') WHERE {_taken(table, name, keys[name])};" for name in keys]
    by_rowid = f"EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"  # noqa: S608 - names of this file
    checks.append(f"SELECT RAISE(ABORT, '{table} is only ever added to') WHERE {by_rowid};")
    return f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {' '.join(checks)} END"


def _taken(table: str, key: str, columns: str) -> str:
    same = " AND ".join(f"{name} = NEW.{name}" for name in columns.split())
    if key not in ONLY:
        return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - likewise
    return f"NEW.{ONLY[key]} AND EXISTS (SELECT 1 FROM {table} WHERE {same} AND {ONLY[key]})"  # noqa: S608 - likewise


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION doseward_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    refuse = "EXECUTE FUNCTION doseward_append_only()"
    for table in (*KEYS, "course"):
        changed = f"UPDATE OF {COURSE_FIXED}" if table == "course" else "UPDATE"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE {changed} ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
    step = "FOR EACH ROW WHEN (NEW.version <> OLD.version + 1)"
    op.execute(f"CREATE TRIGGER course_one_step BEFORE UPDATE OF version ON course {step} {refuse}")
