"""Does a reader beside sixteen writers, half of whom change their mind, miss a row of the feed or see two out of order?

The positive control reads the same rows at the same time as is usually done, by the greatest id or time seen so far,
and must lose some: otherwise nothing was shown.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from typing import Any

from app.domain.alert import AlertEvent
from app.domain.ids import new_id
from app.domain.vocabulary import Action, AlertKind, Level
from app.services.accounts import operator
from app.services.following import follow, newest
from app.store import alerts, ledger
from app.store.database import Database, Transaction
from app.store.ledger import Act
from app.store.opening import open_database
from tests.store.making import a_course

WRITERS = 16
ROLLED_BACK = 0.1
LONGEST_PAUSE = 0.004
"""Seconds between the making of a row and its commit, which is where an order by id or time is lost."""
KEY = b"kept elsewhere, and long enough to be one"


class ChangedMindError(Exception):
    """What makes a transaction roll back."""


@dataclass(frozen=True)
class Place:
    """Where the alerts of a writer are about."""

    course_id: str
    cycle_id: str
    ward_id: str


@dataclass
class Seen:
    """What the reader of the feed saw."""

    events: int = 0
    out_of_order: int = 0
    missed: int = 0
    latest: dict[str, int] = field(default_factory=dict)

    def add(self, n: int, event: AlertEvent) -> None:
        """Each writer numbers what it commits; the feed numbers everything."""
        self.events += 1
        if n != self.events + self.missed:
            self.missed += n - self.events - self.missed
        writer, _, number = event.summary.partition(" ")
        if number.isdecimal():
            self.out_of_order += int(number) != self.latest.get(writer, 0) + 1
            self.latest[writer] = int(number)


@dataclass
class Naive:
    """A reader that asks for what is greater than the greatest it has seen."""

    column: str
    last: Any
    events: int = 0

    def look(self, tx: Transaction) -> int:
        """How many rows it found."""
        query = f"SELECT {self.column} FROM alert_event WHERE {self.column} > %s ORDER BY {self.column} LIMIT 1000"
        found = tx.connection.exec_driver_sql(query, (self.last,)).fetchall()
        if found:
            self.last = found[-1][0]
        self.events += len(found)
        return len(found)


@dataclass(frozen=True)
class Outcome:
    """How a run ended; the feed's own figures and, by column, how many rows a naive reader lost."""

    committed: int
    rolled_back: int
    seen: Seen
    naive_missed: dict[str, int]
    seconds: float

    @property
    def sentence(self) -> str:
        """The figures in a line."""
        naive = ", ".join(f"{missed:,} by greatest {column}" for column, missed in self.naive_missed.items())
        return (
            f"{self.committed:,} rows of {WRITERS} writers in {self.seconds:.0f} s, {self.rolled_back:,} transactions "
            f"rolled back: {self.committed - self.seen.events:,} missed, {self.seen.out_of_order:,} out of order, "
            f"{self.seen.missed:,} gaps; control missed {naive}"
        )


def a_place(url: str) -> Place:
    """A course for alerts to be about."""
    database = open_database(url, audit_key=KEY)
    try:
        sheet = a_course(database)
    finally:
        database.close()
    return Place(sheet.course.id, sheet.cycles[0].id, sheet.cycles[0].ward_id)


def through_the_store(url: str, places: Sequence[Place], rows: int, processes: int, at_once: int) -> Outcome:
    """So many rows through alerts.add and ledger.append, `at_once` in a transaction at most."""
    each = [rows // WRITERS + (number < rows % WRITERS) for number in range(WRITERS)]
    jobs = [(url, number, places[number % len(places)], each[number], at_once) for number in range(WRITERS)]
    return observed(url, lambda: all_of(_write, jobs, processes))


def all_of(write: Callable[..., int], jobs: Sequence[tuple[Any, ...]], processes: int) -> int:
    """Every job on a thread of its own, in one or several processes; how many transactions were rolled back."""
    if processes == 1:
        with ThreadPoolExecutor(len(jobs)) as pool:
            return sum(pool.map(lambda job: write(*job), jobs))
    with get_context("spawn").Pool(processes) as workers:
        parts = [jobs[number::processes] for number in range(processes)]
        return sum(workers.map(partial(_in_threads, write), parts))


def _in_threads(write: Callable[..., int], jobs: Sequence[tuple[Any, ...]]) -> int:
    return all_of(write, jobs, 1)


def _write(url: str, writer: int, place: Place, rows: int, at_once: int) -> int:
    """Commits so many rows in the writer's own order; how many transactions it rolled back."""
    chance, done, rolled_back = random.Random(writer), 0, 0
    database = open_database(url, audit_key=KEY, pool_size=1)
    try:
        while done < rows:
            many = min(chance.randint(1, at_once), rows - done)
            try:
                with database.transaction() as tx:
                    _append(tx, chance, writer, place, range(done + 1, done + many + 1))
            except ChangedMindError:
                rolled_back += 1
            else:
                done += many
    finally:
        database.close()
    return rolled_back


def _append(tx: Transaction, chance: random.Random, writer: int, place: Place, numbers: range) -> None:
    at = datetime.now(UTC)
    tx.locked(place.course_id, 1)  # it is not: these writers must overtake each other
    alerts.add(tx, [_event(at, writer, place, number) for number in numbers])
    time.sleep(chance.uniform(0, LONGEST_PAUSE))
    ledger.append(tx, (Act(at, None, "doseward", "alert", "0", place.course_id),))
    change_mind(chance)


def change_mind(chance: random.Random) -> None:
    """Now and then, all that was done is to be undone."""
    if chance.random() < ROLLED_BACK:
        raise ChangedMindError


def _event(at: datetime, writer: int, place: Place, number: int) -> AlertEvent:
    return AlertEvent(
        id=new_id(at),
        alert_id=new_id(at),
        course_id=place.course_id,
        cycle_id=place.cycle_id,
        dose_id=None,
        decision_id=None,
        ward_id=place.ward_id,
        kind=AlertKind.RAISED,
        key=f"{writer}-{number}",
        level=Level.PRIORITY,
        action=Action.HOLD,
        summary=f"{writer} {number}",
        at=at,
        by=None,
        reason=None,
    )


def observed(url: str, write: Callable[[], int]) -> Outcome:
    """What was written, read meanwhile as clients do and as they should not."""
    database, naive = open_database(url, pool_size=4), (Naive("id", ""), Naive("at", 0))
    began = time.monotonic()
    try:
        before = _rows(database)
        with database.reading() as tx:
            start = newest(tx)
            for one in naive:
                greatest = tx.connection.exec_driver_sql(f"SELECT max({one.column}) FROM alert_event").scalar()
                one.last = one.last if greatest is None else greatest
        with ThreadPoolExecutor(2 + len(naive)) as pool:
            writing = pool.submit(write)
            reading = pool.submit(_follow, database, start.epoch, start.n, writing.done)
            looking = [pool.submit(_look, database, one, writing.done) for one in naive]
            rolled_back, seen = writing.result(), reading.result()
            for look in looking:
                look.result()
        seconds, committed = time.monotonic() - began, _rows(database) - before
    finally:
        database.close()
    return Outcome(committed, rolled_back, seen, {one.column: committed - one.events for one in naive}, seconds)


def _rows(database: Database) -> int:
    with database.reading() as tx:
        return int(tx.connection.exec_driver_sql("SELECT count(*) FROM alert_event").scalar_one())


def _follow(database: Database, epoch: str, n: int, over: Callable[[], bool]) -> Seen:
    seen, everybody = Seen(), operator(datetime.now(UTC))
    with database.reading() as tx:
        cursor, begins = newest(tx)._replace(epoch=epoch, n=n), n
    while True:
        last = over()
        with database.reading() as tx:
            found = follow(tx, everybody, cursor, 500)
        for place in found.items:
            seen.add(place.cursor.n - begins, place.event)
        cursor = found.cursor
        if last and found.at_end:
            return seen
        if found.at_end:
            time.sleep(0.002)


def _look(database: Database, naive: Naive, over: Callable[[], bool]) -> None:
    while True:
        last = over()
        with database.reading() as tx:
            found = naive.look(tx)
        if last and found == 0:
            return
        if found == 0:
            time.sleep(0.002)
