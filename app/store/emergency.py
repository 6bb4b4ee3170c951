"""Who broke the glass for which patient, what was thought of it later, and whose chart was read when?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, exists, insert, select

from app.store import tables as t
from app.store.columns import microseconds
from app.store.database import Transaction
from app.store.statements import Statement

READ_SLOT: Final = timedelta(minutes=15)
"""A person who reads one chart again within the same quarter of an hour is noted once."""


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Somebody let themselves in to the course of a patient of another ward, from `at` until `until`, for a reason."""

    id: str
    person_id: str
    course_id: str
    ward_id: str
    reason: str
    at: datetime
    until: datetime


_ADD = Statement(insert(t.break_glass))
_OPEN = Statement(
    select(*t.break_glass.c["id", "person_id", "course_id", "ward_id", "reason", "at", "until"]).where(
        t.break_glass.c.person_id == bindparam("by"),
        t.break_glass.c.until > bindparam("now", type_=t.break_glass.c.until.type),
    )
)
_REVIEW = Statement(insert(t.break_glass_review))
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


def add_break_glass(tx: Transaction, row: BreakGlass) -> None:
    """Opens a patient's course to somebody of another ward."""
    _ADD.run(tx, **asdict(row))


def open_for(tx: Transaction, person_id: str, now: datetime) -> tuple[BreakGlass, ...]:
    """What a person has let themselves in to and is not over yet."""
    return tuple(BreakGlass(*row) for row in _OPEN.all(tx, by=person_id, now=now))


def add_review(tx: Transaction, break_glass_id: str, at: datetime, by: str, finding: str, note: str) -> None:
    """What somebody else thought of it; a second review breaks pk_break_glass_review."""
    _REVIEW.run(tx, break_glass_id=break_glass_id, reviewed_at=at, reviewed_by=by, finding=finding, note=note)


def noted(tx: Transaction, person_id: str, course_id: str, at: datetime) -> bool:
    """True when it stands already that the person read the chart in this quarter of an hour."""
    return bool(_NOTED.one(tx, by=person_id, of=course_id, then=_slot(at))[0])


def note_read(tx: Transaction, person_id: str, course_id: str, at: datetime) -> None:
    """The person read the chart; twice in one quarter of an hour breaks pk_chart_read."""
    _READ.run(tx, person_id=person_id, course_id=course_id, slot=_slot(at), at=at)


def _slot(at: datetime) -> int:
    return microseconds(at) // (READ_SLOT // timedelta(microseconds=1))
