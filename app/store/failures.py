"""Who hears that the database does not do its work, and does it save again?

One line of the log a second at most: a database that is gone fails every request, and a flood hides the first.
"""

from __future__ import annotations

import time
from typing import Any, Final

import structlog

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
        said: dict[str, Any] = {
            "kind": "write" if writing else "read",
            "error": type(getattr(fault, "orig", None) or fault).__qualname__,
            "code": faults.name_of(fault),
        }
        if busy:
            log.warning("the database is busy", **said)
        else:
            log.error("the database failed", **said)

    def saved(self) -> None:
        """A write was saved."""
        self.writing = False
