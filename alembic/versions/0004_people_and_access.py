"""Workstations, PINs, invitations and throttling; sessions that lock; emergency access; who read which chart.

Nobody stays signed in across this revision: a session of before does not say where it is and when it was proved.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What the tables were on the day of this revision, whatever app/store says today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

GUARDED = {
    "break_glass": ("id",),
    "break_glass_end": ("break_glass_id",),
    "break_glass_review": ("break_glass_id",),
    "chart_read": ("person_id", "course_id", "slot"),
    "order_request": ("id",),
}
# The newest stay of every course: where its patient lies, or lay last.
PLACES = """
INSERT INTO course_place (course_id, ward_id)
SELECT course_id, ward_id FROM (
    SELECT course_id, ward_id, row_number() OVER (PARTITION BY course_id ORDER BY seq DESC) AS age FROM (
        SELECT course_id, seq, ward_id FROM cycle
        UNION ALL SELECT course_id, seq, ward_id FROM cycle_event WHERE kind = 'moved'
    ) AS stay
) AS placed WHERE age = 1
"""


def upgrade() -> None:
    _machines()
    _sessions()
    _tokens(endless=False)
    _people()
    _emergency()
    _two_people()
    _table(
        "course_place",
        _id("course_id"),
        _id("ward_id"),
        keys=["course_id"],
        refers={"course_id": "course", "ward_id": "ward"},
    )
    op.create_index("ix_course_place_ward_id", "course_place", ["ward_id"])
    op.execute(PLACES)
    for name, kind in (("workstation", WORD), ("patient_id", WORD), ("before", WORD)):
        op.add_column("audit", sa.Column(name, kind, nullable=True))
    op.create_index("ix_audit_patient_id_seq", "audit", ["patient_id", "seq"])
    op.create_index("ix_audit_person_seq", "audit", ["person", "seq"])
    for table, keys in GUARDED.items():
        _guard(table, keys)


def downgrade() -> None:
    op.drop_index("ix_audit_person_seq", "audit")
    op.drop_index("ix_audit_patient_id_seq", "audit")
    for name in ("before", "patient_id", "workstation"):
        op.drop_column("audit", name)
    for table in ("order_request", "course_place", "chart_read", "break_glass_review", "break_glass_end"):
        op.drop_table(table)
    for table in ("break_glass", "draft", "provider_attempt"):
        op.drop_table(table)
    for table in ("provider_logout", "throttle", "invitation", "pin", "person_identity", "session", "workstation"):
        op.drop_table(table)
    _tokens(endless=True)
    _old_session()


def _machines() -> None:
    _table(
        "workstation",
        *(_id("id"), _id("hash"), sa.Column("name", sa.Text(), nullable=False), _id("ward_id", nullable=True)),
        *(_at("enrolled_at"), _id("enrolled_by"), _at("revoked_at", nullable=True), _id("revoked_by", nullable=True)),
        keys=["id"],
        refers={"ward_id": "ward"},
        checks={
            "id": "length(id) = 36",
            "hash": "length(hash) = 64",
            "revoked": "(revoked_at IS NULL) = (revoked_by IS NULL)",
        },
        once=["hash"],
    )
    op.create_index("ix_workstation_ward_id", "workstation", ["ward_id"])


def _sessions() -> None:
    op.drop_table("session")
    _table(
        "session",
        *(_id("hash"), _id("person_id"), _id("workstation_id", nullable=True), _at("created_at"), _at("seen_at")),
        *(_at("active_at"), _at("proved_at"), _at("locked_at", nullable=True), _at("expires_at")),
        sa.Column("page", sa.Text(), nullable=True),
        *(_id("issuer", nullable=True), _id("provider_session", nullable=True)),
        keys=["hash"],
        refers={"person_id": "person", "workstation_id": "workstation"},
        checks={"hash": "length(hash) = 64"},
    )
    for column in ("person_id", "workstation_id", "provider_session"):
        op.create_index(f"ix_session_{column}", "session", [column])
    _table(
        "provider_attempt",
        *(_id("hash"), _id("nonce"), _id("verifier"), sa.Column("onward", sa.Text(), nullable=False)),
        *(_id("workstation_id", nullable=True), _id("session_hash", nullable=True), _at("created_at")),
        keys=["hash"],
        checks={"hash": "length(hash) = 64"},
    )
    _table("provider_logout", _id("hash"), _at("at"), keys=["hash"], checks={"hash": "length(hash) = 64"})
    _table(
        "draft",
        *(_id("person_id"), _id("place"), _id("course_id"), sa.Column("document", sa.Text(), nullable=False)),
        _at("saved_at"),
        keys=["person_id", "place"],
        refers={"person_id": "person", "course_id": "course"},
    )


def _tokens(*, endless: bool) -> None:
    """Every token has an end: one without, or with a later one, ends ninety days after it was made."""
    latest = "created_at + 7776000000000"  # microseconds
    op.execute(f"UPDATE token SET expires_at = {latest} WHERE expires_at IS NULL OR expires_at > {latest}")  # noqa: S608
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("token", "expires_at", nullable=endless)
        return
    op.drop_index("ix_token_person_id", "token")
    op.rename_table("token", "token_before")
    _table(
        "token",
        *(_id("id"), _id("hash"), _id("kind"), _id("person_id", nullable=True)),
        *(sa.Column("name", sa.Text(), nullable=False), _id("scopes"), _at("created_at"), _id("created_by")),
        *(_at("expires_at", nullable=endless), _at("used_at", nullable=True)),
        *(_at("revoked_at", nullable=True), _id("revoked_by", nullable=True)),
        keys=["id"],
        refers={"person_id": "person"},
        checks={
            "id": "length(id) = 36",
            "hash": "length(hash) = 64",
            "kind": "kind IN ('personal', 'service')",
            "holder": "(kind = 'personal') = (person_id IS NOT NULL)",
            "revoked": "(revoked_at IS NULL) = (revoked_by IS NULL)",
        },
        once=["hash"],
    )
    op.execute("INSERT INTO token SELECT * FROM token_before")
    op.drop_table("token_before")
    op.create_index("ix_token_person_id", "token", ["person_id"])


def _people() -> None:
    _table(
        "person_identity",
        *(_id("issuer"), _id("subject"), _id("person_id"), _at("linked_at")),
        keys=["issuer", "subject"],
        refers={"person_id": "person"},
    )
    op.create_index("ix_person_identity_person_id", "person_identity", ["person_id"])
    _table(
        "pin",
        *(_id("person_id"), sa.Column("pin_hash", sa.Text(), nullable=False)),
        *(sa.Column("wrong", sa.Integer(), nullable=False), _at("set_at")),
        keys=["person_id"],
        refers={"person_id": "person"},
        checks={"wrong": "wrong >= 0"},
    )
    _table(
        "invitation",
        *(_id("hash"), _id("person_id"), _at("created_at"), _id("created_by"), _at("expires_at")),
        keys=["hash"],
        refers={"person_id": "person"},
        checks={"hash": "length(hash) = 64"},
    )
    op.create_index("ix_invitation_person_id", "invitation", ["person_id"])
    _table(
        "throttle",
        *(_id("key"), sa.Column("failures", sa.Integer(), nullable=False), _at("last_at")),
        keys=["key"],
        checks={"failures": "failures >= 1"},
    )


def _emergency() -> None:
    _table(
        "break_glass",
        *(
            _id("id"),
            _id("person_id"),
            _id("course_id"),
            _id("ward_id"),
            sa.Column("reason", sa.Text(), nullable=False),
        ),
        *(_at("at"), _at("until")),
        keys=["id"],
        refers={"person_id": "person", "course_id": "course", "ward_id": "ward"},
        checks={"id": "length(id) = 36", "until": "until > at"},
    )
    for column in ("person_id", "course_id", "ward_id"):
        op.create_index(f"ix_break_glass_{column}", "break_glass", [column])
    _table(
        "break_glass_end",
        *(_id("break_glass_id"), _at("ended_at")),
        keys=["break_glass_id"],
        refers={"break_glass_id": "break_glass"},
    )
    _table(
        "break_glass_review",
        *(_id("break_glass_id"), _at("reviewed_at"), _id("reviewed_by"), _id("finding")),
        sa.Column("note", sa.Text(), nullable=False),
        keys=["break_glass_id"],
        refers={"break_glass_id": "break_glass"},
        checks={"finding": "finding IN ('justified', 'not_justified')"},
    )
    _table(
        "chart_read",
        *(_id("person_id"), _id("course_id"), sa.Column("slot", WHOLE, nullable=False), _at("at")),
        keys=["person_id", "course_id", "slot"],
        refers={"course_id": "course"},
    )


def _two_people() -> None:
    choices = ", ".join(f"'{choice}'" for choice in ("give", "hold", "skip", "stop", "discontinue"))
    op.create_table(
        "order_request",
        *(_id("id"), _id("course_id"), _id("dose_id"), _id("decision_id"), _id("choice")),
        *(sa.Column("reason", sa.Text(), nullable=False), _at("asked_at"), _id("asked_by"), _id("second")),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_order_request_id")),
        sa.CheckConstraint(f"choice IN ({choices})", name=op.f("ck_order_request_choice")),
        sa.CheckConstraint("second <> asked_by", name=op.f("ck_order_request_second")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_order_request_course_id")),
        sa.ForeignKeyConstraint(
            ["decision_id", "dose_id"],
            ["decision.id", "decision.dose_id"],
            name=op.f("fk_order_request_decision_id_dose_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_request")),
        sqlite_strict=True,
    )
    op.create_index("ix_order_request_course_id", "order_request", ["course_id"])


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, WORD, nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=nullable)


def _table(
    name: str,
    *columns: sa.Column[str] | sa.Column[int],
    keys: list[str],
    refers: dict[str, str] | None = None,
    checks: dict[str, str] | None = None,
    once: list[str] | None = None,
) -> None:
    op.create_table(
        name,
        *columns,
        *[sa.CheckConstraint(text, name=op.f(f"ck_{name}_{word}")) for word, text in (checks or {}).items()],
        *[
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, other in (refers or {}).items()
        ],
        *[sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}")) for column in once or ()],
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
        sqlite_strict=True,
    )


def _old_session() -> None:
    _table(
        "session",
        *(_id("hash"), _id("person_id"), _at("created_at"), _at("seen_at"), _at("expires_at")),
        keys=["hash"],
        refers={"person_id": "person"},
        checks={"hash": "length(hash) = 64"},
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])


def _guard(table: str, keys: tuple[str, ...]) -> None:
    """A row is inserted once and never changed, removed or replaced."""
    if op.get_bind().dialect.name == "postgresql":
        refuse = "EXECUTE FUNCTION doseward_append_only()"
        for act in ("update", "delete"):
            op.execute(f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
        return
    refuse = f"SELECT RAISE(ABORT, '{table} is only ever added to')"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END")
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    taken = f"SELECT RAISE(ABORT, 'pk_{table}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this file
    by_rowid = f"{refuse} WHERE EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"  # noqa: S608 - likewise
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {taken}; {by_rowid}; END")
