"""How does the program connect to SQLite and to PostgreSQL?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from app.domain.errors import StartRefused

POOL_SIZE = 4
POOL_TIMEOUT = 2.0
"""Seconds a request waits for a connection before it is told that nothing was saved."""

_LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}

_WRITER = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 8000",
)
_EVERYONE = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA busy_timeout = 2000",
    "PRAGMA cache_size = -32000",
)


def parse_url(url: str) -> URL:
    """The parts of a database URL; StartRefused for one the program has no driver for."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as fault:  # the second for a port that is no number
        raise StartRefused("bad_database_url", "The database URL cannot be read.") from fault
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StartRefused("bad_database_url", "The database URL must begin with sqlite:/// or postgresql://.")
    return address


def sqlite_path(address: URL) -> Path:
    """The file a SQLite URL names; StartRefused for a database in memory."""
    if address.database in {None, "", ":memory:"}:
        raise StartRefused("bad_database_url", "The SQLite database must be a file: sqlite:///doseward.db")
    return Path(str(address.database)).absolute()


def sqlite_engine(path: Path, *, writing: bool, size: int = 1, foreign_keys: bool = True) -> Engine:
    """Connections to a SQLite file that exists; only a writing one can change it or take a checkpoint.

    Libraries below 3.51.3 may lose the log when two connections write or take checkpoints at once
    (sqlite.org/wal.html, "The WAL-Reset Bug"): there is one writing connection, and the others cannot.
    """
    engine = create_engine(
        "sqlite://",
        creator=_sqlite_connector(path, writing=writing, foreign_keys=foreign_keys),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT,
        hide_parameters=True,
    )
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    def do_begin(connection: Any) -> None:
        connection.driver_connection.execute(begin)

    engine.dialect.do_begin = do_begin  # type: ignore[assignment, method-assign]
    return engine


def _sqlite_connector(path: Path, *, writing: bool, foreign_keys: bool) -> Callable[[], sqlite3.Connection]:
    address = f"file:{quote(str(path))}?mode={'rw' if writing else 'ro'}"
    settings = [*_EVERYONE, *(_WRITER if writing else ())]
    if not foreign_keys:
        settings.append("PRAGMA foreign_keys = OFF")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for setting in settings:
            connection.execute(setting)
        return connection

    return connect


def postgresql_engine(url: URL, *, size: int, read_only: bool = False, limits: bool = True) -> Engine:
    """Connections to PostgreSQL; `limits` bound every statement, lock and idle transaction."""
    settings: dict[str, str] = {"timezone": "UTC", "application_name": "doseward"}
    if limits:
        settings |= _LIMITS
    if read_only:
        settings["default_transaction_read_only"] = "on"
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    arguments: dict[str, Any] = {"options": options, "connect_timeout": 5, "prepare_threshold": 2}
    return create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT,
        pool_use_lifo=True,
        connect_args=arguments,
        hide_parameters=True,
    )


def try_out(engine: Engine, *, writing: bool) -> None:
    """Connects and saves nothing; raises DBAPIError, on SQLite also for a file that is no database or only read."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # It begins to write to a file that it may only read, and reads no file before it must.
            connection.exec_driver_sql("PRAGMA user_version = 0" if writing else "PRAGMA user_version")


def hurry(connection: Connection, seconds: float) -> None:
    """From here to the end its transaction waits for a lock no longer than this; on SQLite it holds the only one."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(seconds * 1000)}")
