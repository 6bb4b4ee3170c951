"""Scores kept with their observation set, and the choice of a saturation scale as an event of a cycle.

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What the tables were on the day of this revision, whatever app/store says today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

EARLIER = ("moved", "stopped", "discharged", "grid_moved")
KINDS = (*EARLIER, "spo2_scale")
CHECKS = {
    "kind": "kind IN ({kinds})",
    "spo2_scale": "(kind = 'spo2_scale') = (scale IS NOT NULL)",
    "scale": "scale IN (1, 2)",
}


def upgrade() -> None:
    op.create_table(
        "score",
        sa.Column("set_id", WORD, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["observation_set.id"], name=op.f("fk_score_set_id")),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_score")),
        sqlite_strict=True,
    )
    _guard("score", "set_id")
    if _sqlite():
        _rebuild_cycle_event(KINDS, scale=True)
    else:
        op.add_column("cycle_event", sa.Column("scale", sa.Integer(), nullable=True))
        op.drop_constraint(op.f("ck_cycle_event_kind"), "cycle_event")
        for name, text in CHECKS.items():
            op.create_check_constraint(op.f(f"ck_cycle_event_{name}"), "cycle_event", _check(text, KINDS))


def downgrade() -> None:
    op.drop_table("score")
    if _sqlite():
        _rebuild_cycle_event(EARLIER, scale=False)
    else:
        for name in CHECKS:
            op.drop_constraint(op.f(f"ck_cycle_event_{name}"), "cycle_event")
        op.create_check_constraint(op.f("ck_cycle_event_kind"), "cycle_event", _check(CHECKS["kind"], EARLIER))
        op.drop_column("cycle_event", "scale")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _check(text: str, kinds: tuple[str, ...]) -> str:
    return text.format(kinds=", ".join(f"'{kind}'" for kind in kinds))


def _rebuild_cycle_event(kinds: tuple[str, ...], *, scale: bool) -> None:
    """SQLite cannot change a check: the rows move to a new table of the old name, which gets its guards back."""
    names = "id, cycle_id, course_id, kind, at, reason, recorded_at, recorded_by, ward_id, bed, from_dose, due_at, seq"
    checks = CHECKS if scale else {"kind": CHECKS["kind"]}
    op.create_table(
        "cycle_event_new",
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
        *([sa.Column("scale", sa.Integer(), nullable=True)] if scale else []),
        sa.Column("seq", WHOLE, nullable=False),
        *[sa.CheckConstraint(_check(text, kinds), name=op.f(f"ck_cycle_event_{n}")) for n, text in checks.items()],
        sa.CheckConstraint(
            "kind <> 'grid_moved' OR (from_dose IS NOT NULL AND due_at IS NOT NULL)",
            name=op.f("ck_cycle_event_grid_moved"),
        ),
        sa.CheckConstraint(
            "kind <> 'moved' OR (ward_id IS NOT NULL AND bed IS NOT NULL)", name=op.f("ck_cycle_event_moved")
        ),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_cycle_event_id")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "course_id"], ["cycle.id", "cycle.course_id"], name=op.f("fk_cycle_event_cycle_id_course_id")
        ),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_cycle_event_ward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_event")),
        sqlite_strict=True,
    )
    op.execute(f"INSERT INTO cycle_event_new ({names}) SELECT {names} FROM cycle_event ORDER BY rowid")  # noqa: S608 - names of this file
    op.drop_table("cycle_event")
    op.rename_table("cycle_event_new", "cycle_event")
    op.create_index("ix_cycle_event_course_id_seq", "cycle_event", ["course_id", "seq"], unique=False)
    op.create_index(op.f("ix_cycle_event_cycle_id"), "cycle_event", ["cycle_id"], unique=False)
    _guard("cycle_event", "id")


def _guard(table: str, key: str) -> None:
    """A row is inserted once and never changed, removed or replaced."""
    if not _sqlite():
        refuse = "EXECUTE FUNCTION doseward_append_only()"
        for act in ("update", "delete"):
            op.execute(f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
        return
    refuse = f"SELECT RAISE(ABORT, '{table} is only ever added to')"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END")
    taken = f"SELECT RAISE(ABORT, 'pk_{table}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - names of this file
    by_rowid = f"{refuse} WHERE EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"  # noqa: S608 - likewise
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {taken}; {by_rowid}; END")
