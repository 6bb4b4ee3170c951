"""A small summary of each cycle, from which many are compared; no record: it can be made again from the record.

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What the tables were on the day of this revision, whatever app/store says today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "cycle_summary",
        sa.Column("cycle_id", WORD, nullable=False),
        sa.Column("course_id", WORD, nullable=False),
        sa.Column("ward_id", WORD, nullable=False),
        sa.Column("protocol_id", WORD, nullable=False),
        sa.Column("protocol_version", WORD, nullable=False),
        sa.Column("first_due_at", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_summary_cycle_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_cycle_summary_course_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_cycle_summary_ward_id")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_cycle_summary")),
        sqlite_strict=True,
    )
    op.create_index("ix_cycle_summary_course_id", "cycle_summary", ["course_id"])
    op.create_index("ix_cycle_summary_ward_id_first_due_at", "cycle_summary", ["ward_id", "first_due_at"])


def downgrade() -> None:
    op.drop_table("cycle_summary")
