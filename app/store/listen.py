"""Has another process on the same PostgreSQL committed something?

Only a hint, and it carries nothing: the table is the truth, and whoever waits looks there every few seconds besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from app.store.database import Database
from app.store.ledger import CHANNEL

_PATIENCE: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "application_name": "doseward-listens",
}
"""Seconds: a server that is gone without a word is noticed after a quarter of a minute."""


class Ear:
    """A connection that hears of every commit from the moment it was opened."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def heard(self, seconds: float) -> bool:
        """True as soon as something was committed, False after so many seconds; raises OSError when cut off."""
        try:
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error as fault:
            raise OSError("cut off") from fault


@contextmanager
def an_ear(database: Database) -> Iterator[Ear]:
    """For PostgreSQL alone; raises OSError when it cannot be reached."""
    try:
        connection = psycopg.connect(database.address, autocommit=True, **_PATIENCE)
    except psycopg.Error as fault:
        raise OSError("not reached") from fault
    with connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield Ear(connection)
