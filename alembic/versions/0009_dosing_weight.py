"""Another dosing weight as an event of a cycle.

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What the table was on the day of this revision, whatever app/store says today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

EARLIER = ("moved", "stopped", "discharged", "grid_moved", "spo2_scale")
KINDS = (*EARLIER, "dosing_weight")
CHECKS = {
    "kind": "kind IN ({kinds})",
    "dosing_weight": "(kind = 'dosing_weight') = (weight IS NOT NULL)",
}
STANDING = {
    "moved": "kind <> 'moved' OR (ward_id IS NOT NULL AND bed IS NOT NULL)",
    "grid_moved": "kind <> 'grid_moved' OR (from_dose IS NOT NULL AND due_at IS NOT NULL)",
    "spo2_scale": "(kind = 'spo2_scale') = (scale IS NOT NULL)",
    "scale": "scale IN (1, 2)",
    "id": "length(id) = 36",
}


def upgrade() -> None:
    if _sqlite():
        _rebuild(KINDS, weight=True)
        return
    op.add_column("cycle_event", sa.Column("weight", sa.Text(), nullable=True))
    op.drop_constraint(op.f("ck_cycle_event_kind"), "cycle_event")
    for name, text in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_cycle_event_{name}"), "cycle_event", _check(text, KINDS))


def downgrade() -> None:
    if _sqlite():
        _rebuild(EARLIER, weight=False)
        return
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_cycle_event_{name}"), "cycle_event")
    op.create_check_constraint(op.f("ck_cycle_event_kind"), "cycle_event", _check(CHECKS["kind"], EARLIER))
    op.drop_column("cycle_event", "weight")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _check(text: str, kinds: tuple[str, ...]) -> str:
    return text.format(kinds=", ".join(f"'{kind}'" for kind in kinds))


def _rebuild(kinds: tuple[str, ...], *, weight: bool) -> None:
    """SQLite cannot change a check: the rows move to a new table of the old name, which gets its guards back."""
    names = "id, cycle_id, course_id, kind, at, reason, recorded_at, recorded_by"
    names += ", ward_id, bed, from_dose, due_at, scale, seq"
    checks = STANDING | (CHECKS if weight else {"kind": CHECKS["kind"]})
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
        sa.Column("scale", sa.Integer(), nullable=True),
        *([sa.Column("weight", sa.Text(), nullable=True)] if weight else []),
        sa.Column("seq", WHOLE, nullable=False),
        *[sa.CheckConstraint(_check(text, kinds), name=op.f(f"ck_cycle_event_{n}")) for n, text in checks.items()],
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
    _guard()


def _guard() -> None:
    """A row is inserted once and never changed, removed or replaced."""
    refuse = "SELECT RAISE(ABORT, 'cycle_event is only ever added to')"
    op.execute(f"CREATE TRIGGER cycle_event_no_update BEFORE UPDATE ON cycle_event BEGIN {refuse}; END")
    op.execute(f"CREATE TRIGGER cycle_event_no_delete BEFORE DELETE ON cycle_event BEGIN {refuse}; END")
    taken = "SELECT RAISE(ABORT, 'pk_cycle_event') WHERE EXISTS (SELECT 1 FROM cycle_event WHERE id = NEW.id)"
    by_rowid = f"{refuse} WHERE EXISTS (SELECT 1 FROM cycle_event WHERE rowid = NEW.rowid)"  # noqa: S608 - names of this file
    op.execute(f"CREATE TRIGGER cycle_event_no_replace BEFORE INSERT ON cycle_event BEGIN {taken}; {by_rowid}; END")
