"""Who read whose chart, and what does the audit trail say?

A read of a chart is one line per person, course and quarter of an hour. It is written once the reading is over, in a
transaction of its own that waits for nobody: a busy database is asked again at the next read, by whomever.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Final, NamedTuple

import structlog
from sqlalchemy.exc import DBAPIError

from app.domain.course import Course
from app.domain.errors import DosewardError
from app.services.acting import Acting
from app.store import chart_reads, ledger
from app.store.database import Database, Transaction
from app.store.engines import hurry
from app.store.ledger import Act

log = structlog.get_logger(__name__)

READ: Final = "read_chart"
"""How the line of a read is named."""

PATIENCE: Final = 0.1
"""Seconds a reader may wait for the note: other writers take a few thousandths each."""
_LOOK_AGAIN = 0.005


class ChartRead(NamedTuple):
    """A read as it will stand in the trail: by a person, or by the token of a service account."""

    reader: str
    act: Act


def note_read(tx: Transaction, acting: Acting, course: Course) -> None:
    """The actor is shown this course: noted once the transaction is over, unless it was this quarter of an hour."""
    token = (acting.person_id,) if acting.service else ()
    act = acting.act(READ, course.id, token, patient_id=course.patient_id)
    key = (acting.person_id, course.id, chart_reads.slot(acting.at))
    if tx.database.owed.add(key, ChartRead(acting.person_id, act)):
        tx.after_commit(partial(settle, tx.database))


def settle(database: Database) -> None:
    """Writes the reads that are owed; where the database cannot at once, they stay owed.

    The one service that opens a transaction: what it notes is over, and a reading transaction cannot write.
    """
    if not _free(database):
        return
    taken: dict[object, ChartRead] = database.owed.take()
    if not taken:
        return
    try:
        with database.transaction() as tx:
            _write(tx, tuple(taken.values()))
    except (DosewardError, DBAPIError):
        # Among them a row that another process wrote a moment ago: then nothing is left to do at the next read.
        database.owed.give_back(taken)
        log.warning("chart reads not noted yet", count=len(taken))
    else:
        database.owed.written(taken)


def _free(database: Database) -> bool:
    until = time.monotonic() + PATIENCE
    while database.busy():
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_AGAIN)
    return True


def _write(tx: Transaction, reads: tuple[ChartRead, ...]) -> None:
    hurry(tx.connection, PATIENCE)
    new = [read for read in reads if not chart_reads.noted(tx, read.reader, _course(read), read.act.at)]
    for read in new:
        chart_reads.note(tx, read.reader, _course(read), read.act.at)
    if new:
        ledger.append(tx, [read.act for read in new], wakes=False)


def _course(read: ChartRead) -> str:
    if read.act.course_id is None:
        raise RuntimeError("a read is of a course")
    return read.act.course_id
