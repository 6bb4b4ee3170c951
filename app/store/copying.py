"""How is a SQLite database copied whole while the program writes to it?

What was saved last stands in the write-ahead log beside the file: whoever copies the file alone loses it, and nothing
in the copy shows the loss.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from app.domain.errors import StartRefused
from app.store.database import Database


def copy(database: Database, to: Path) -> None:
    """Writes one moment of a SQLite database to the new file `to`, for its owner alone; raises StartRefused.

    The file has its name once it is whole, needs no other beside it, and lies on the disk.
    """
    if to.exists():
        raise StartRefused("backup_exists", f"{to} exists: a backup never replaces a file.")
    unfinished = to.with_name(f"{to.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _fill(database, unfinished)
        unfinished.rename(to)
    except (OSError, sqlite3.Error) as fault:
        with suppress(OSError):
            unfinished.unlink()
        why = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise StartRefused("backup_failed", f"{to} cannot be written: {why}.") from fault


def _fill(database: Database, path: Path) -> None:
    with database.glancing() as tx, closing(sqlite3.connect(path)) as target:
        source: Any = tx.connection.connection.dbapi_connection
        source.backup(target)
        # As the original it would want to write a log beside itself even to be read.
        target.execute("PRAGMA journal_mode = DELETE")
