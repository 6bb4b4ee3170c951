"""What is known about a course, and whose turn is it to add to it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from app.domain.course import Course
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.store import rows
from app.store import tables as t
from app.store.database import Transaction
from app.store.known import OF, known
from app.store.statements import Statement

_LOCK = Statement(
    update(t.course)
    .where(t.course.c.id == OF)
    .values(version=t.course.c.version + 1)
    .returning(t.course.c.version, *rows.COURSE)
)
_DOCUMENTS = Statement(select(t.decision.c.id, *rows.DOCUMENTS).where(t.decision.c.course_id == OF))


def lock_course(tx: Transaction, course_id: str) -> Course:
    """The course, ours until the transaction ends, its version one higher; raises NotFound.

    A transaction that needs several courses locks them in the order of their ids.
    """
    row = _LOCK.maybe(tx, course_id=course_id)
    if row is None:
        raise NotFound("course_not_found", "There is no such course.")
    tx.locked(course_id, row[0])
    return rows.course(row[1:])


def load(tx: Transaction, course_id: str) -> Flowsheet:
    """Everything about a course; raises NotFound."""
    sheet = known(tx, course_id).sheet()
    found = {row[0]: row for row in _DOCUMENTS.all(tx, course_id=course_id)}
    whole = [replace(row, situation=found[row.id][1], document=found[row.id][2]) for row in sheet.decisions]
    return replace(sheet, decisions=tuple(whole))


def load_recent(tx: Transaction, course_id: str, since: datetime, cycle_wide: frozenset[str]) -> Flowsheet:
    """A course without what a decision cannot need; raises NotFound.

    Left out: the documents of decisions, whose `situation` and `document` are empty (`decisions.documents`), and
    observations from before `since`, but for the newest of each measure, all of those in `cycle_wide`, and corrections
    with what they correct.
    """
    sheet = known(tx, course_id).sheet()
    return replace(sheet, observations=_recent(sheet.observations, since, cycle_wide))


def _recent(
    observations: tuple[Observation, ...], since: datetime, cycle_wide: frozenset[str]
) -> tuple[Observation, ...]:
    corrected = {row.supersedes for row in observations if row.supersedes is not None}
    kept = [
        row
        for row in observations
        if row.observed_at >= since or row.measure in cycle_wide or row.supersedes is not None or row.id in corrected
    ]
    held = [row for row in kept if row.value is not None and row.id not in corrected]
    read = {row.measure for row in held if row.observed_at >= since} | cycle_wide
    unread = [row for row in observations if row.measure not in read and row.value is not None]
    newest = _newest([row for row in unread if row.id not in corrected])
    if not newest:
        return tuple(kept)
    wanted = newest.union(row.id for row in kept)
    return tuple([row for row in observations if row.id in wanted])


def _newest(observations: Iterable[Observation]) -> set[str]:
    """The rows in which each measure was last read: a decision tells a stale reading from none at all."""
    by_measure: dict[str, list[Observation]] = {}
    for row in observations:
        mine = by_measure.get(row.measure)
        if mine is None or row.observed_at > mine[0].observed_at:
            by_measure[row.measure] = [row]
        elif row.observed_at == mine[0].observed_at:
            mine.append(row)
    return {row.id for mine in by_measure.values() for row in mine}
