"""Does the log hear of a database that does not do its work, and does the program know until it does?"""

# ruff: noqa: PT012 - what a block of several statements does at its end is what is under test

import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app.domain.errors import OutcomeUnknown, StartRefused, Unavailable
from app.http.logs import configure_logging
from app.store import failures, meta
from app.store.database import Database
from app.store.opening import open_database
from tests.store import nobody


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    configure_logging("1.2.3", lambda: None, stream)
    yield stream
    structlog.reset_defaults()


def _read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def _fail_to_write(database: Database) -> None:
    with pytest.raises(Unavailable), database.transaction() as tx:
        if database.dialect == "sqlite":  # a full disk, as far as SQLite can tell
            pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            meta.put(tx, "much", "CANARY-9041" * 100_000)
        else:
            tx.connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
            tx.connection.exec_driver_sql("SELECT pg_sleep(5), 'CANARY-9041'")


def _make_room(database: Database) -> None:
    if database.dialect == "sqlite":
        with database.transaction() as tx:
            tx.connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


@pytest.mark.hazard("HZ-07")
def test_a_write_that_fails_is_a_line_that_names_the_fault_and_no_value(database: Database, lines: io.StringIO) -> None:
    _fail_to_write(database)
    (line,) = _read(lines)
    expected = {"sqlite": ("OperationalError", "SQLITE_FULL"), "postgresql": ("QueryCanceled", "57014")}
    assert (line["error"], line["code"]) == expected[database.dialect]
    assert (line["event"], line["level"], line["kind"]) == ("the database failed", "error", "write")
    assert "CANARY" not in lines.getvalue()


def test_a_commit_that_fails_is_a_line_too(sqlite_url: str, lines: io.StringIO) -> None:
    database = open_database(sqlite_url)
    with pytest.raises(OutcomeUnknown), database.transaction() as tx:
        tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        tx.connection.exec_driver_sql("INSERT INTO bed (ward_id, name, open) VALUES ('nowhere', 'x', 1)")
    assert [(line["error"], line["code"]) for line in _read(lines)] == [
        ("IntegrityError", "SQLITE_CONSTRAINT_FOREIGNKEY")
    ]
    assert database.failures.writing
    database.close()


def test_a_flood_of_failures_is_one_line_a_second(
    sqlite_url: str, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(sqlite_url)
    for _ in range(3):
        _fail_to_write(database)
    assert len(_read(lines)) == 1
    monkeypatch.setattr(failures, "TOLD_EVERY", 0.01)
    time.sleep(0.02)
    _fail_to_write(database)
    assert len(_read(lines)) == 2
    database.close()


def test_a_database_that_is_busy_has_not_failed(postgresql_url: str, lines: io.StringIO) -> None:
    database = open_database(postgresql_url, pool_size=1)
    with database.reading(), pytest.raises(Unavailable), database.transaction():
        pass
    assert [(line["event"], line["level"]) for line in _read(lines)] == [("the database is busy", "warning")]
    assert not database.failures.writing
    database.close()


def test_whether_it_saves_again_is_learned_by_saving(database: Database, lines: io.StringIO) -> None:
    assert meta.saves(database)
    _fail_to_write(database)
    assert database.failures.writing
    _make_room(database)
    assert meta.saves(database)
    assert not database.failures.writing


@pytest.mark.hazard("HZ-07")
def test_a_file_that_can_only_be_read_is_refused_before_anybody_is_served(sqlite_url: str) -> None:
    with nobody.place() as folder:
        path = nobody.copied(sqlite_url.removeprefix("sqlite:///"), folder)
        path.chmod(0o400)
        with nobody.as_nobody(), pytest.raises(StartRefused, match=r"cannot be opened: attempt to write a readonly"):
            open_database(f"sqlite:///{path}")
