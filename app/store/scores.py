"""Which scores were read from an observation set? Written once, with the set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select

from app.domain.scores.book import Scores
from app.domain.scores.news2 import News2
from app.domain.scores.written import decode_early_warning, decode_scores, encode_scores
from app.store import tables as t
from app.store.database import Transaction
from app.store.known import OF
from app.store.statements import Row, Statement

_SCORE = Statement(insert(t.score))
_ROWS = (
    select(t.score.c.set_id, t.observation_set.c.recorded_at, t.score.c.document)
    .join_from(t.observation_set, t.score)
    .where(t.observation_set.c.course_id == OF, t.observation_set.c.recorded_at <= bindparam("by"))
    .order_by(t.observation_set.c.seq.desc())
)
_ALL = Statement(_ROWS)

# A set is scored for the last moment at which any of it was true (`app.services.scoring`).
_MOMENTS = (
    select(t.observation.c.set_id, func.max(t.observation.c.observed_at).label("moment"))
    .where(t.observation.c.course_id == OF, t.observation.c.recorded_at <= bindparam("by"))
    .group_by(t.observation.c.set_id)
    .subquery()
)
_PLACED = (
    select(
        t.observation_set.c.id,
        t.observation_set.c.recorded_at,
        _MOMENTS.c.moment,
        func.row_number().over(partition_by=_MOMENTS.c.moment, order_by=t.observation_set.c.seq.desc()).label("place"),
    )
    .join_from(t.observation_set, _MOMENTS)
    .subquery()
)
_LATEST = Statement(
    select(_PLACED.c.id, _PLACED.c.recorded_at, t.score.c.document)
    .join_from(_PLACED, t.score, t.score.c.set_id == _PLACED.c.id)
    .where(_PLACED.c.place == 1, _PLACED.c.moment <= bindparam("until"))
    .order_by(_PLACED.c.moment.desc())
    .limit(bindparam("at_most"))
)


class Scored(NamedTuple):
    """The scores of one set, and when the set was written down."""

    set_id: str
    recorded_at: datetime
    scores: Scores


class EarlyWarning(NamedTuple):
    """The early-warning score of one set, when that was written down, and the moment it is of."""

    recorded_at: datetime
    at: datetime
    news2: News2


def add(tx: Transaction, set_id: str, scores: Scores) -> None:
    """The scores of a set that is stored already; a second time breaks pk_score."""
    _SCORE.insert(tx, {"set_id": set_id, "document": encode_scores(scores)})


def of_course(tx: Transaction, course_id: str, by: datetime) -> tuple[Scored, ...]:
    """Those of every set of the course recorded by then, newest first."""
    return tuple([_scored(row) for row in _ALL.all(tx, course_id=course_id, by=by)])


def latest(tx: Transaction, course_id: str, by: datetime, until: datetime, at_most: int) -> tuple[Scored, ...]:
    """Those of the last moments up to `until`, newest first; of each moment those written last, by `by`."""
    return tuple([_scored(row) for row in _LATEST.all(tx, course_id=course_id, by=by, until=until, at_most=at_most)])


def by_moment(found: Iterable[Scored]) -> tuple[Scored, ...]:
    """The same, of those handed over newest record first: a late entry or a correction is of an earlier moment."""
    last: dict[datetime, Scored] = {}
    for one in found:
        last.setdefault(one.scores.at, one)
    return tuple(sorted(last.values(), key=lambda one: one.scores.at, reverse=True))


def early_warnings(tx: Transaction, course_id: str, by: datetime) -> tuple[EarlyWarning, ...]:
    """The early-warning scores of every set recorded by then, by the moment they are of; of one moment, as written."""
    found = [EarlyWarning(row[1], *decode_early_warning(row[2])) for row in _ALL.all(tx, course_id=course_id, by=by)]
    return tuple(sorted(found, key=attrgetter("at", "recorded_at")))


def _scored(row: Row) -> Scored:
    return Scored(row[0], row[1], decode_scores(row[2]))
