"""Is the database's schema the one this program was written for, and how does it become so?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.domain.errors import StartRefused
from app.store import faults
from app.store.database import Database
from app.store.engines import parse_url, postgresql_engine, sqlite_engine, sqlite_path, try_out
from app.store.lockfile import WriterLock
from app.store.opening import open_database
from app.store.tables import GUARDED

_REVISIONS = Path(__file__).resolve().parents[2] / "alembic"
"""Beside `app/`, in a checkout as in an installed wheel."""

_TRIGGERS = {
    "sqlite": (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        ("no_update", "no_delete", "no_replace"),
    ),
    "postgresql": (
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
        ("no_update", "no_delete", "no_truncate"),
    ),
}


def upgrade(url: str, app_role: str | None = None) -> None:
    """Brings the database at `url` to the newest schema, whole or not at all, making a SQLite file that is missing.

    On PostgreSQL `app_role` is then given the rights of the role that serves, and no others. Raises StartRefused.
    """
    with connected(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        config.attributes["app_role"] = app_role
        command.upgrade(config, "head")


def check_schema(database: Database) -> None:
    """Raises StartRefused unless the schema is exactly this program's, with every guard of the record in place."""
    check_revision(database)
    with database.reading() as tx:
        missing = _missing_triggers(tx.connection)
    if missing:
        raise StartRefused(
            "unguarded_schema",
            f"The record is not protected: the trigger {missing[0]} is missing. Find out who removed it, and restore "
            "a backup or have the trigger put back before starting.",
        )


def open_to_read(url: str) -> Database:
    """The database, to be read beside a running server; StartRefused unless its tables are this program's."""
    database = open_database(url, read_only=True)
    try:
        check_revision(database)
    except BaseException:
        database.close()
        raise
    return database


def check_revision(database: Database) -> None:
    """Raises StartRefused unless the tables are this program's, whether or not they are guarded."""
    _check_revision(revision_of(database))


def revision_of(database: Database) -> str:
    """The revision of a Doseward that made the tables; StartRefused where none did."""
    with database.reading() as tx:
        found = MigrationContext.configure(tx.connection).get_current_revision()
        empty = found is None and not inspect(tx.connection).get_table_names()
    if found is None:
        what = "is empty" if empty else "holds something that is not Doseward's"
        raise StartRefused("no_schema", f"The database {what}. Run: doseward migrate")
    return found


def _check_revision(found: str) -> None:
    scripts = ScriptDirectory.from_config(_config())
    newest = scripts.get_current_head()
    if found == newest:
        return
    if found in {script.revision for script in scripts.walk_revisions()}:
        raise StartRefused(
            "old_schema", f"The database has schema {found}, this program needs {newest}. Run: doseward migrate"
        )
    raise StartRefused(
        "newer_schema",
        f"The database has schema {found}, which a newer Doseward made; this one knows up to {newest}. "
        "Install the newer version.",
    )


def _missing_triggers(connection: Connection) -> list[str]:
    query, kinds = _TRIGGERS[connection.dialect.name]
    found = {tuple(row) for row in connection.execute(text(query))}
    wanted = [(table.name, f"{table.name}_{kind}") for table in GUARDED for kind in kinds]
    wanted.append(("course", "course_one_step"))
    return [trigger for table, trigger in wanted if (table, trigger) not in found]


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection to change the schema on, with nobody else writing to a SQLite file; raises StartRefused."""
    address = parse_url(url)
    lock = _lock(sqlite_path(address)) if address.get_backend_name() == "sqlite" else None
    if lock is None:
        engine = postgresql_engine(address, size=1, limits=False)
    else:
        engine = sqlite_engine(sqlite_path(address), writing=True, foreign_keys=False)
    try:
        _try_out(engine, address.host or address.database)
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
        if lock is not None:
            lock.release()


def _lock(path: Path) -> WriterLock:
    try:
        _make(path)
        return WriterLock(path)
    except OSError as fault:
        raise faults.cannot_open(str(path), fault) from fault


def _try_out(engine: Engine, where: str | None) -> None:
    try:
        try_out(engine, writing=True)
    except DBAPIError as fault:
        raise faults.cannot_open(where, fault) from fault


def _make(path: Path) -> None:
    """An empty file that only its owner may read: it will hold patients."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_REVISIONS).replace("%", "%%"))
    return config
