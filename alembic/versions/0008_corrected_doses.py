"""Why what was done with a dose was put right.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Written with the column: SQLite adds a check to a table in no other way without making the table anew.
WITH_REASON = "supersedes IS NULL OR reason IS NOT NULL"


def upgrade() -> None:
    check = sa.CheckConstraint(WITH_REASON, name=op.f("ck_administration_corrected_with_reason"))
    op.add_column("administration", sa.Column("reason", sa.Text(), check, nullable=True))


def downgrade() -> None:
    op.drop_column("administration", "reason")
