"""What is looked at after each act, and what did earlier looks see?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.course import Cycle
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress, pending
from app.domain.protocol import Protocol
from app.store import flowsheets
from app.store.database import Database, Transaction
from app.store.opening import open_database
from tests.acts.house import AUDIT_KEY, House
from tests.builders import LIBRARY

Past = Mapping[str, tuple[str, ...]]
"""The ids of the rows of a sheet, by what they are."""


class _Undone(Exception):
    """What was only looked at is given up."""


@dataclass
class Looks:
    """What the looks so far have seen."""

    judged: dict[str, int] = field(default_factory=dict)
    """By course, how many of its decisions."""
    past: dict[tuple[str, datetime], Past] = field(default_factory=dict)
    """By course and moment, what was known of it then."""
    before: datetime | None = None
    """When the last look was."""
    latest: datetime | None = None
    """The latest moment any clock has shown."""


@dataclass(frozen=True, slots=True)
class Look:
    """One course after an act, as the process that acts knows it."""

    house: House
    sheet: Flowsheet
    looks: Looks

    @property
    def protocol(self) -> Protocol:
        """What decides the course."""
        return LIBRARY.protocol(self.sheet.course.protocol.id)

    @property
    def cycle(self) -> Cycle:
        """The newest."""
        return self.sheet.cycles[-1]

    @property
    def latest(self) -> datetime:
        """The latest moment any clock has shown: what was charted before it was set back is still to come by it."""
        return max(self.house.now, self.looks.latest or self.house.now)

    @property
    def due(self) -> DoseProgress | None:
        """The dose the ward works towards."""
        return pending(self.sheet, self.cycle, self.protocol, self.house.now)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """The database as the process reads it."""
        with self.house.database.reading() as tx:
            yield tx

    @contextmanager
    def locked(self, course_id: str) -> Iterator[Transaction]:
        """The same as the next act begins with; nothing of it is saved."""
        with suppress(_Undone), self.house.database.transaction() as tx:
            flowsheets.lock_course(tx, course_id)
            yield tx
            raise _Undone

    @contextmanager
    def afresh(self) -> Iterator[Transaction]:
        """The same as somebody reads it who has never read it before."""
        database: Database = open_database(self.house.url, audit_key=AUDIT_KEY, read_only=True)
        try:
            with database.reading() as tx:
                yield tx
        finally:
            database.close()
