"""Who signed a protocol text, and who acknowledged what it does not cover.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What the tables were on the day of this revision, whatever app/store says today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

KEYS = {"protocol_signoff": ("sha256", "person_id"), "protocol_acknowledgement": ("sha256",)}


def upgrade() -> None:
    op.create_table(
        "protocol_signoff",
        sa.Column("sha256", WORD, nullable=False),
        sa.Column("person_id", WORD, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('nurse', 'prescriber', 'charge_nurse', 'pharmacist', 'administrator', 'auditor')",
            name=op.f("ck_protocol_signoff_role"),
        ),
        sa.ForeignKeyConstraint(["sha256"], ["protocol_text.sha256"], name=op.f("fk_protocol_signoff_sha256")),
        sa.PrimaryKeyConstraint("sha256", "person_id", name=op.f("pk_protocol_signoff")),
        sqlite_strict=True,
    )
    op.create_table(
        "protocol_acknowledgement",
        sa.Column("sha256", WORD, nullable=False),
        sa.Column("systems", sa.Text(), nullable=False),
        sa.Column("person_id", WORD, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["protocol_text.sha256"], name=op.f("fk_protocol_acknowledgement_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_protocol_acknowledgement")),
        sqlite_strict=True,
    )
    for table, keys in KEYS.items():
        _guard(table, keys)


def downgrade() -> None:
    for table in KEYS:
        op.drop_table(table)


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
