"""Who broke the glass for which patient, and what was thought of it later?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select

from app.domain.errors import NotFound
from app.store import tables as t
from app.store.database import Transaction
from app.store.reach import NOW, PERSON, let_in_now
from app.store.statements import Row, Statement


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


@dataclass(frozen=True, slots=True)
class LetIn:
    """Emergency access that is neither over nor ended: until when, and on which clock (an IANA name) that is said."""

    id: str
    course_id: str
    until: datetime
    time_zone: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A broken glass with who and when ended it early and what was thought of it, None while nobody has said."""

    glass: BreakGlass
    ended_at: datetime | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    finding: str | None
    note: str | None


_GLASS = tuple(t.break_glass.c["id", "person_id", "course_id", "ward_id", "reason", "at", "until"])
_REVIEWED = tuple(t.break_glass_review.c["reviewed_at", "reviewed_by", "finding", "note"])
_ADD = Statement(insert(t.break_glass))
_LET_IN = Statement(
    select(*t.break_glass.c["id", "course_id", "until"], t.ward.c.time_zone)
    .join_from(t.break_glass, t.ward)
    .where(t.break_glass.c.course_id == bindparam("of"), let_in_now(t.break_glass, PERSON, NOW))
    .order_by(t.break_glass.c.until.desc())
    .limit(1)
)
_EVERY = (
    select(*_GLASS, t.break_glass_end.c.ended_at, *_REVIEWED)
    .outerjoin_from(t.break_glass, t.break_glass_end, t.break_glass_end.c.break_glass_id == t.break_glass.c.id)
    .outerjoin(t.break_glass_review, t.break_glass_review.c.break_glass_id == t.break_glass.c.id)
)
_OPENED = Statement(_EVERY.where(t.break_glass.c.id == bindparam("id")))
_OF_WARDS = Statement(
    _EVERY.where(
        t.break_glass.c.ward_id.in_(bindparam("ward_ids", expanding=True)),
        or_(
            t.break_glass_review.c.reviewed_at.is_(None),
            t.break_glass_review.c.reviewed_at > bindparam("since", type_=t.break_glass.c.until.type),
        ),
    ).order_by(t.break_glass.c.id)
)
_END = Statement(insert(t.break_glass_end))
_REVIEW = Statement(insert(t.break_glass_review))


def add_break_glass(tx: Transaction, row: BreakGlass) -> None:
    """Opens a patient's course to somebody of another ward."""
    _ADD.run(tx, **asdict(row))


def let_in(tx: Transaction, person_id: str, course_id: str, now: datetime) -> LetIn | None:
    """The emergency access a person has to a course now, None without one."""
    row = _LET_IN.maybe(tx, of=course_id, reach_person=person_id, reach_at=now)
    return None if row is None else LetIn(*row)


def add_end(tx: Transaction, break_glass_id: str, at: datetime) -> None:
    """It is over before its time; ending it twice breaks pk_break_glass_end."""
    _END.run(tx, break_glass_id=break_glass_id, ended_at=at)


def opened(tx: Transaction, break_glass_id: str) -> Opened:
    """One of them; raises NotFound."""
    row = _OPENED.maybe(tx, id=break_glass_id)
    if row is None:
        raise NotFound("access_not_found", "There is no such emergency access.")
    return _opened(row)


def opened_on(tx: Transaction, ward_ids: Iterable[str], since: datetime) -> tuple[Opened, ...]:
    """Those on these wards that nobody has reviewed, or that were reviewed after `since`, oldest first."""
    return tuple([_opened(row) for row in _OF_WARDS.all(tx, ward_ids=list(ward_ids), since=since)])


def _opened(row: Row) -> Opened:
    split = len(_GLASS)
    return Opened(BreakGlass(*row[:split]), *row[split:])


def add_review(tx: Transaction, break_glass_id: str, at: datetime, by: str, finding: str, note: str) -> None:
    """What somebody else thought of it; a second review breaks pk_break_glass_review."""
    _REVIEW.run(tx, break_glass_id=break_glass_id, reviewed_at=at, reviewed_by=by, finding=finding, note=note)
