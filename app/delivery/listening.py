"""How does this process hear at once of what another one committed?

On PostgreSQL one connection listens; when it is cut off it is opened again, and whatever was missed meanwhile is
looked for. On SQLite there is no other process.
"""

from __future__ import annotations

from threading import Event, Thread
from typing import Final

import structlog

from app.delivery.running import RESTS
from app.store.database import Database
from app.store.listen import an_ear

log = structlog.get_logger(__name__)

AGAIN: Final = 1.0
"""Seconds between two tries to listen, and until the end of the program is noticed."""


class Listening:
    """Rings the database's wake when any process has committed, until it is stopped."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._over = Event()
        self._thread = Thread(target=self._run, name="listening", daemon=True)
        if database.dialect == "postgresql":
            self._thread.start()

    def stop(self) -> None:
        """Ends it, within two seconds."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(2 * AGAIN)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except OSError as fault:
                log.warning("nobody listens to other processes", error=str(fault))
                self._over.wait(AGAIN)

    def _listen(self) -> None:
        with an_ear(self._database) as ear:
            self._database.wake.ring()
            while not self._over.is_set():
                if ear.heard(AGAIN):
                    self._database.wake.ring()
                    self._over.wait(RESTS)
