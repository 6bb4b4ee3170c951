"""Where do patients lie?"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Text

from app.store.columns import WORD, Flag, Id, Instant
from app.store.tables.base import flag, own_id, table

ward = table(
    "ward",
    *own_id(),
    Column("name", Text, nullable=False, unique=True),
    Column("time_zone", WORD, nullable=False),
    Column("created_at", Instant, nullable=False),
)

bed = table(
    "bed",
    Column("ward_id", Id, ForeignKey("ward.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("open", Flag, nullable=False),
    *flag("open"),
)
