"""When a held dose is to be looked at again, as ordered.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What the tables were on the day of this revision, whatever app/store says today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("dose_order", sa.Column("recheck_at", WHOLE, nullable=True))


def downgrade() -> None:
    op.drop_column("dose_order", "recheck_at")
