"""Whose chart did who read, and in which quarter of an hour?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, exists, insert, select

from app.store import tables as t
from app.store.columns import microseconds
from app.store.database import Transaction
from app.store.statements import Statement

SLOT: Final = timedelta(minutes=15)
"""A person who reads one chart again within the same quarter of an hour is noted once."""


_READ = Statement(insert(t.chart_read))
_NOTED = Statement(
    select(
        exists().where(
            t.chart_read.c.person_id == bindparam("by"),
            t.chart_read.c.course_id == bindparam("of"),
            t.chart_read.c.slot == bindparam("then"),
        )
    )
)


def noted(tx: Transaction, person_id: str, course_id: str, at: datetime) -> bool:
    """True when it stands already that the person read the chart in this quarter of an hour."""
    return bool(_NOTED.one(tx, by=person_id, of=course_id, then=slot(at))[0])


def note(tx: Transaction, person_id: str, course_id: str, at: datetime) -> None:
    """The person read the chart; twice in one quarter of an hour breaks pk_chart_read."""
    _READ.run(tx, person_id=person_id, course_id=course_id, slot=slot(at), at=at)


def slot(at: datetime) -> int:
    """The number of the quarter of an hour."""
    return microseconds(at) // (SLOT // timedelta(microseconds=1))
