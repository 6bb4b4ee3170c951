"""Who sees to it that the program's own test alert is tried every quarter of an hour, and hears of it when it fails?

Every process that serves looks twice a minute; the due time is in the database, so only one of them tries. Each keeps
the last pulse it has read: one whose loop has ended finds it growing old, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.delivery.running import Loop
from app.domain.canary import Pulse, silence
from app.domain.errors import OutcomeUnknown, Unavailable
from app.protocols.library import Library
from app.services import canary
from app.store.database import Database

log = structlog.get_logger("app.delivery.test_alert")

LOOKS_EVERY: Final = 30.0
"""Seconds."""
LATE: Final = timedelta(minutes=1)
"""Whatever is to be done by itself is looked for every second: so much later it is not being done."""


class Canary:
    """The program's own test alert, as this process knows it; raises StartRefused where none could be raised."""

    def __init__(self, database: Database, library: Library, clock: Callable[[], datetime], pace: int = 1) -> None:
        self._database, self._library, self._clock = database, library, clock
        self._pace = max(1, pace)
        self._patience = LATE * self._pace
        canary.charted_on(library)
        self._since = clock()
        self._pulse: Pulse | None = None

    def loop(self) -> Loop:
        """Steps for as long as the program serves; where its clock runs faster, so does this."""
        return Loop("test alert", max(LOOKS_EVERY / self._pace, 1.0), self.step)

    def trouble(self) -> str:
        """Why nobody should rely on alerts now, as a sentence; "" for no reason. Asks no database."""
        at = self._clock()
        return silence(None, at, self._since) if self._pulse is None else self._pulse.trouble(at, self._since)

    def step(self) -> None:
        """Tries it if it is due, and learns how it went, here or elsewhere; raises Unavailable."""
        try:
            self._try()
        except (Unavailable, OutcomeUnknown):
            raise
        except Exception as fault:  # noqa: BLE001 - whatever is wrong, somebody must hear of it
            self._failed(f"charting it failed ({type(fault).__qualname__})")

    def _try(self) -> None:
        with self._database.transaction() as tx:
            tried = canary.chart(tx, self._library, self._clock())
        if tried is None:
            with self._database.reading() as tx:
                self._pulse = canary.pulse_of(tx)
            return
        at = tried.pulse.tried_at
        with self._database.reading() as tx:
            fault = "" if canary.has_arrived(tx, tried) else "it is not in the feed"
            # What fell due while nobody served is done in the first seconds.
            if fault == "" and at - self._since > self._patience:
                fault = canary.stands_still(tx, at, self._patience)
        if fault:
            self._failed(fault)
            return
        with self._database.transaction() as tx:
            self._pulse = canary.works(tx, tried.pulse)

    def _failed(self, fault: str) -> None:
        log.error("the test alert did not arrive", fault=fault)
        with self._database.transaction() as tx:
            self._pulse = canary.fails(tx, self._clock(), fault)
