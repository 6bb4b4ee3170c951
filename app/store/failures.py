"""Who hears that the database does not do its work, and does it save again?

One line of the log a second at most: a database that is gone fails every request, and a flood hides the first.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.store import faults

log = structlog.get_logger(__name__)

TOLD_EVERY: Final = 1.0
"""Seconds."""


class Failures:
    """What failed last, as this process knows it."""

    def __init__(self) -> None:
        self.writing = False
        """True from a write that failed until one is saved; a database that was only busy has not failed."""
        self._told = float("-inf")

    def note(self, fault: BaseException, *, writing: bool) -> None:
        """Logs the fault by its class and the database's own name of it, never its text."""
        busy = faults.is_contention(fault)
        self.writing = self.writing or (writing and not busy)
        if time.monotonic() - self._told < TOLD_EVERY:
            return
        self._told = time.monotonic()
        log.log(
            logging.WARNING if busy else logging.ERROR,
            "the database is busy" if busy else "the database failed",
            kind="write" if writing else "read",
            error=type(getattr(fault, "orig", None) or fault).__qualname__,
            code=faults.name_of(fault),
        )

    @contextmanager
    def saving(self, connection: Connection) -> Iterator[None]:
        """Around the end of a transaction: raises OutcomeUnknown where nobody can say whether it was saved."""
        try:
            yield
        except DBAPIError as fault:
            connection.invalidate()
            self.note(fault, writing=True)
            raise faults.outcome_unknown() from fault
        self.writing = False
