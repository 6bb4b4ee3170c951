"""Is this the only process that writes to the SQLite file?

The operating system holds the lock and lets go of it however the process ends; what the file says is for people.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from app.domain.errors import StartRefused


class WriterLock:
    """Held from construction to `release`; StartRefused when another process, or another opening here, holds it."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".lock")
        self._file = path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            self._file.seek(0)
            holder = self._file.read().strip()
            self._file.close()
            raise StartRefused(
                "second_writer",
                f"{database} is already open for writing by process {holder or 'unknown'}. SQLite takes one writing "
                "process: stop that one, or move to PostgreSQL to run several.",
            ) from fault
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Lets the next process in; the file stays, so that no two processes lock different files of one name."""
        self._file.close()
