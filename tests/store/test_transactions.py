"""Is a block saved whole or not at all, and is that what the person is told?"""

# ruff: noqa: PT012 - what a block of several statements does at its end is what is under test

import threading
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from app.domain.errors import OutcomeUnknown, Unavailable
from app.store import flowsheets, ledger, meta
from app.store.database import Database
from app.store.opening import open_database
from tests.store.making import a_course, an_act, an_event, happen
from tests.store.raw import raw


def _stored(database: Database) -> str | None:
    with database.reading() as tx:
        return meta.get(tx, "seen")


def test_what_a_block_did_is_saved_when_it_ends(database: Database) -> None:
    with database.transaction() as tx:
        meta.put(tx, "seen", "yes")

    assert _stored(database) == "yes"


def test_nothing_is_saved_of_a_block_that_raises(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        meta.put(tx, "seen", "yes")
        raise ZeroDivisionError

    assert _stored(database) is None


def test_a_refused_row_reaches_the_caller_and_nothing_is_saved(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as tx:
        meta.put(tx, "seen", "yes")
        tx.connection.execute(text("INSERT INTO meta (key, value) VALUES ('seen', 'again')"))

    assert _stored(database) is None


def test_a_block_cannot_swallow_a_refused_row_and_be_saved(database: Database) -> None:
    with pytest.raises(RuntimeError, match="failed and its block went on"), database.transaction() as tx:
        meta.put(tx, "seen", "yes")
        with pytest.raises(IntegrityError):
            tx.connection.execute(text("INSERT INTO meta (key, value) VALUES ('seen', 'again')"))

    assert _stored(database) is None
    with database.transaction() as tx:
        meta.put(tx, "seen", "later")
    assert _stored(database) == "later"


def test_a_course_is_not_touched_without_a_line_in_the_ledger(database: Database) -> None:
    sheet = a_course(database)
    with pytest.raises(RuntimeError, match="without a line in the ledger"), database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)


@pytest.mark.hazard("HZ-02")
def test_no_alert_is_raised_without_its_number_in_the_feed(database: Database) -> None:
    sheet = a_course(database)
    with pytest.raises(RuntimeError, match="without a line in the ledger"), database.transaction() as tx:
        happen(tx, (an_event(sheet.course, sheet.cycles[0]),))


def test_what_is_to_follow_a_commit_follows_it_and_only_it(database: Database) -> None:
    called: list[str] = []
    with database.transaction() as tx:
        tx.after_commit(lambda: called.append("saved"))
        assert called == []
    assert called == ["saved"]

    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        tx.after_commit(lambda: called.append("lost"))
        raise ZeroDivisionError
    assert called == ["saved"]


def test_a_fault_after_the_commit_does_not_make_it_look_lost(database: Database) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with database.transaction() as tx:
        tx.after_commit(fail)
        meta.put(tx, "seen", "yes")

    assert _stored(database) == "yes"


def test_a_statement_the_database_gives_up_on_leaves_nothing_saved(database: Database) -> None:
    sqlite = database.dialect == "sqlite"
    with pytest.raises(Unavailable, match=r"^Nothing was saved\."), database.transaction() as tx:
        meta.put(tx, "seen", "yes")
        if sqlite:  # a full disk, as far as SQLite can tell
            pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            meta.put(tx, "much", "x" * 1_000_000)
        else:
            tx.connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
            tx.connection.exec_driver_sql("SELECT pg_sleep(5)")

    assert _stored(database) is None


def test_a_connection_lost_before_the_commit_leaves_nothing_saved(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    with pytest.raises(Unavailable, match=r"^Nothing was saved\."), database.transaction() as tx:
        meta.put(tx, "seen", "yes")
        tx.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    assert _stored(database) is None
    database.close()


def _at_once(database: Database) -> None:
    """Asks something of every connection there may be."""
    with ExitStack() as several:
        for tx in [several.enter_context(way()) for way in (database.transaction, database.reading) for _ in range(2)]:
            assert tx.execute("SELECT 1", ()).fetchone() == (1,)


@pytest.mark.hazard("HZ-11")
def test_a_server_that_cut_every_connection_fails_nobody_twice(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    _at_once(database)
    mine = "datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(database.address, autocommit=True) as elsewhere:
        elsewhere.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}")
    with pytest.raises(Unavailable), database.transaction() as tx:
        tx.execute("SELECT 1", ())
    _at_once(database)
    database.close()


def _break_commits(url: str) -> None:
    """From now on a commit that put anything into meta fails at the commit itself."""
    with raw(url) as connection:
        if url.startswith("postgresql"):
            connection.exec_driver_sql(
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
                " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
            )
            connection.exec_driver_sql(
                "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON meta DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION die()"
            )


@pytest.mark.hazard("HZ-07")
def test_a_commit_that_fails_is_an_unknown_outcome_never_a_success(database: Database, database_url: str) -> None:
    _break_commits(database_url)
    called: list[str] = []
    with pytest.raises(OutcomeUnknown, match="retry with the same key"), database.transaction() as tx:
        tx.after_commit(lambda: called.append("saved"))
        meta.put(tx, "seen", "yes")
        if database.dialect == "sqlite":  # a reference left open is found at the commit
            tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            tx.connection.exec_driver_sql("INSERT INTO bed (ward_id, name, open) VALUES ('nowhere', 'x', 1)")

    assert called == []
    assert _stored(database) is None
    with database.transaction() as tx:
        ledger.append(tx, (an_act(),))
    with database.reading() as tx:
        assert ledger.position(tx).audit_seq == 1


def test_a_request_waits_only_so_long_for_a_connection(postgresql_url: str) -> None:
    database = open_database(postgresql_url, pool_size=1)
    with database.reading(), pytest.raises(Unavailable), database.transaction():
        pass
    database.close()


def test_a_block_waits_only_so_long_for_a_course_another_one_holds(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    sheet = a_course(database)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with database.transaction() as tx:
            flowsheets.lock_course(tx, sheet.course.id)
            entered.set()
            leave.wait(10)
            ledger.append(tx, (an_act(),))

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(5)
    with pytest.raises(Unavailable), database.transaction() as tx:
        tx.connection.exec_driver_sql("SET LOCAL lock_timeout = 50")
        flowsheets.lock_course(tx, sheet.course.id)
    leave.set()
    holder.join()
    database.close()


def test_a_reader_sees_one_state_of_the_record_throughout(database: Database) -> None:
    with database.reading() as tx:
        assert meta.get(tx, "seen") is None
        with database.transaction() as other:
            meta.put(other, "seen", "yes")
        assert meta.get(tx, "seen") is None

    assert _stored(database) == "yes"


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable), database.reading() as tx:
        meta.put(tx, "seen", "yes")


@pytest.mark.hazard("HZ-11")
def test_a_glance_begins_nothing(database: Database) -> None:
    with database.glancing() as tx:
        assert meta.get(tx, "seen") is None
        assert not _in_transaction(tx.connection)
    with database.transaction() as tx:
        meta.put(tx, "seen", "yes")
        assert _in_transaction(tx.connection)
    assert _stored(database) == "yes"


def _in_transaction(connection: Connection) -> bool:
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return driver.info.transaction_status is not TransactionStatus.IDLE


def test_reading_leaves_postgresql_what_it_has_prepared(postgresql_url: str) -> None:
    database = open_database(postgresql_url, pool_size=1)
    for _ in range(5):
        _stored(database)
        with database.glancing() as tx:
            meta.get(tx, "seen")
    with database.reading() as tx:
        prepared = tx.connection.execute(text("SELECT statement FROM pg_prepared_statements")).all()
    database.close()

    assert any("FROM meta" in statement for (statement,) in prepared)


def test_the_limits_of_every_postgresql_statement_are_set(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_isolation")
    with database.transaction() as tx:
        found = [tx.connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]
    assert found == ["5s", "2s", "10s", "read committed"]
    database.close()


def test_sqlite_waits_for_the_disk_and_checks_references(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    names = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    with database.transaction() as tx:
        found = [tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]
    assert found == ["wal", 2, 1, 0]
    database.close()


def test_no_value_of_a_statement_is_repeated_in_an_error(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.transaction() as tx:
        for _ in range(2):
            tx.connection.execute(
                text("INSERT INTO meta (key, value) VALUES ('seen', :value)"), {"value": "CANARY-VALUE-9041"}
            )

    assert "CANARY-VALUE-9041" not in str(refused.value)
