"""Which scores were read from an observation set? Written once, with the set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select

from app.domain.scores.book import Scores
from app.domain.scores.news2 import News2
from app.domain.scores.written import decode_early_warning, decode_scores, encode_scores
from app.store import tables as t
from app.store.database import Transaction
from app.store.known import OF
from app.store.statements import Statement

_SCORE = Statement(insert(t.score))
_OF_COURSE = Statement(
    select(t.observation_set.c.recorded_at, t.score.c.document)
    .join_from(t.observation_set, t.score)
    .where(t.observation_set.c.course_id == OF, t.observation_set.c.recorded_at <= bindparam("by"))
    .order_by(t.observation_set.c.seq.desc())
)
_OF_SETS = Statement(
    select(t.score.c.set_id, t.score.c.document).where(t.score.c.set_id.in_(bindparam("ids", expanding=True)))
)


class EarlyWarning(NamedTuple):
    """The early-warning score of one set, when that was written down, and the moment it is of."""

    recorded_at: datetime
    at: datetime
    news2: News2


def add(tx: Transaction, set_id: str, scores: Scores) -> None:
    """The scores of a set that is stored already; a second time breaks pk_score."""
    _SCORE.insert(tx, {"set_id": set_id, "document": encode_scores(scores)})


def of_sets(tx: Transaction, set_ids: Iterable[str]) -> dict[str, Scores]:
    """Those of several sets, by id of the set, in one query."""
    return {row[0]: decode_scores(row[1]) for row in _OF_SETS.all(tx, ids=list(set_ids))}


def early_warnings(tx: Transaction, course_id: str, by: datetime) -> tuple[EarlyWarning, ...]:
    """The early-warning scores of every set recorded by then, by the moment they are of; of one moment, as written."""
    found = [
        EarlyWarning(row[0], *decode_early_warning(row[1])) for row in _OF_COURSE.all(tx, course_id=course_id, by=by)
    ]
    return tuple(sorted(found, key=attrgetter("at", "recorded_at")))
