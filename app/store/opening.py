"""How is a database opened, and why can it not be used?"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from app.domain.errors import StartRefused
from app.store import faults
from app.store.database import Database
from app.store.engines import POOL_SIZE, parse_url, postgresql_engine, sqlite_engine, sqlite_path
from app.store.lockfile import WriterLock


def open_database(url: str, *, read_only: bool = False, audit_key: bytes = b"", pool_size: int = POOL_SIZE) -> Database:
    """The database at `url`, sqlite:///FILE or postgresql://…; StartRefused when it cannot be used.

    `read_only` runs beside a server and never in its way: backup, replay, audit.
    """
    address = parse_url(url)
    where = address.host or address.database
    try:
        if address.get_backend_name() == "sqlite":
            database = _open_sqlite(sqlite_path(address), audit_key, pool_size, read_only=read_only)
        else:
            database = _open_postgresql(address, audit_key, pool_size, read_only=read_only)
    except OSError as fault:
        raise faults.cannot_open(where, fault) from fault
    try:
        database.probe()
    except DBAPIError as fault:
        database.close()
        raise faults.cannot_open(where, fault) from fault
    return database


def _open_sqlite(path: Path, audit_key: bytes, pool_size: int, *, read_only: bool) -> Database:
    if not path.is_file():
        raise StartRefused("no_schema", f"There is no database at {path}. Run: doseward migrate")
    if read_only:
        reader = sqlite_engine(path, writing=False, size=pool_size)
        return Database(None, reader, reader, audit_key)
    lock = WriterLock(path)
    writer, reader = sqlite_engine(path, writing=True), sqlite_engine(path, writing=False, size=pool_size)
    return Database(writer, reader, reader, audit_key, lock)


def _open_postgresql(address: URL, audit_key: bytes, pool_size: int, *, read_only: bool) -> Database:
    engine = postgresql_engine(address, size=pool_size, read_only=read_only, limits=not read_only)
    # A read takes several statements; only a snapshot shows them all one state of the record.
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    glancer = engine.execution_options(isolation_level="AUTOCOMMIT")
    return Database(None if read_only else engine, reader, glancer, audit_key)
