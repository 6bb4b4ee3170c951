"""What is known about a course, and whose turn is it to add to it?"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update

from app.domain.course import Course
from app.domain.flowsheet import Flowsheet
from app.store import rows
from app.store import tables as t
from app.store.database import Transaction
from app.store.known import OF, known, no_course
from app.store.reach import Reach, given, within
from app.store.statements import Statement

_LOCK = Statement(
    update(t.course)
    .where(t.course.c.id == OF, within(t.course.c.id))
    .values(version=t.course.c.version + 1)
    .returning(t.course.c.version, *rows.COURSE)
)
_DOCUMENTS = Statement(select(t.decision.c.id, *rows.DOCUMENTS).where(t.decision.c.course_id == OF))


def lock_course(tx: Transaction, course_id: str, reach: Reach | None = None) -> Course:
    """The course, ours until the transaction ends, its version one higher; raises NotFound, also for one out of reach.

    A transaction that needs several courses locks them in the order of their ids.
    """
    row = _LOCK.maybe(tx, course_id=course_id, **given(reach))
    if row is None:
        raise no_course()
    tx.locked(course_id, row[0])
    return rows.course(row[1:])


def load(tx: Transaction, course_id: str, reach: Reach | None = None) -> Flowsheet:
    """Everything about a course; raises NotFound, also for one out of reach."""
    sheet = known(tx, course_id, reach=reach).sheet()
    found = {row[0]: row for row in _DOCUMENTS.all(tx, course_id=course_id)}
    whole = [replace(row, situation=found[row.id][1], document=found[row.id][2]) for row in sheet.decisions]
    return replace(sheet, decisions=tuple(whole))


def load_bare(tx: Transaction, course_id: str) -> Flowsheet:
    """Everything about a course but the documents of its decisions (`decisions.documents`); raises NotFound.

    Enough to act on: what a decision was taken on matters to whoever looks at that decision.
    """
    return known(tx, course_id).sheet()
