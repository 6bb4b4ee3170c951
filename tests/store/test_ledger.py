"""Is the feed without gaps and in the order of commit, and does the audit trail show every change made to it?"""

import hashlib
import hmac
import json
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.domain.errors import Gone
from app.domain.flowsheet import Flowsheet
from app.domain.ids import new_id
from app.store import alerts, chain, ledger
from app.store.database import Database
from app.store.opening import open_database
from tests.builders import AT
from tests.store.conftest import AUDIT_KEY
from tests.store.making import a_course, an_act, an_event, happen
from tests.store.raw import raw

_WRITERS, _EACH = 8, 40


def _epoch(database: Database) -> str:
    with database.reading() as tx:
        return ledger.position(tx).epoch


def _follow(database: Database, seen: list[str], done: threading.Event) -> None:
    """Reads the feed as a client does: by cursor, until the writers are done and nothing more comes."""
    epoch, n = _epoch(database), 0
    while True:
        last_look = done.is_set()
        with database.reading() as tx:
            items = alerts.feed_after(tx, epoch, n, 7)
        for item in items:
            assert item.n == n + 1
            n = item.n
            seen.append(item.event.id)
        if last_look and not items:
            return
        if not items:
            time.sleep(0.001)


def _write(database: Database, sheet: Flowsheet, number: int) -> list[str]:
    """Raises alerts in many transactions, half of which end badly; the ids of those that were saved."""
    chance, saved = random.Random(number), []
    for _ in range(_EACH):
        events = [an_event(sheet.course, sheet.cycles[0]) for _ in range(chance.randint(1, 3))]
        try:
            with database.transaction() as tx:
                happen(tx, events)
                if chance.random() < 0.5:
                    time.sleep(chance.random() / 1000)
                ledger.append(tx, (an_act("alert"),))
                _ = 1 / (chance.random() >= 0.3)
            saved += [event.id for event in events]
        except ZeroDivisionError:
            continue
    return saved


@pytest.mark.hazard("HZ-02")
def test_a_follower_of_the_feed_misses_nothing_beside_eight_writers(database: Database) -> None:
    sheet = a_course(database)
    seen: list[str] = []
    done = threading.Event()
    follower = threading.Thread(target=_follow, args=(database, seen, done))
    follower.start()
    with ThreadPoolExecutor(_WRITERS) as writers:
        saved = [id_ for ids in writers.map(lambda n: _write(database, sheet, n), range(_WRITERS)) for id_ in ids]
    done.set()
    follower.join()

    assert len(seen) == len(set(seen)) == len(saved)
    assert set(seen) == set(saved)
    with database.reading() as tx:
        stands = ledger.position(tx)
        assert stands.feed == len(saved)
        assert chain.verify_chain(tx, AUDIT_KEY) == []


def test_a_page_of_the_feed_goes_on_where_the_last_one_ended(database: Database) -> None:
    sheet = a_course(database)
    events = [an_event(sheet.course, sheet.cycles[0]) for _ in range(5)]
    with database.transaction() as tx:
        happen(tx, events)
        ledger.append(tx, (an_act("alert"),))
    with database.reading() as tx:
        epoch = ledger.position(tx).epoch
        first, second = alerts.feed_after(tx, epoch, 0, 3), alerts.feed_after(tx, epoch, 3, 3)
    assert [item.n for item in (*first, *second)] == [1, 2, 3, 4, 5]
    assert [item.event for item in (*first, *second)] == events


@pytest.mark.hazard("HZ-17")
def test_a_cursor_of_another_epoch_or_of_the_future_is_gone(database: Database) -> None:
    before = _epoch(database)
    with database.transaction() as tx:
        after = ledger.new_epoch(tx)
    assert after != before
    with database.reading() as tx:
        assert alerts.feed_after(tx, after, 0, 10) == ()
        for epoch, n in ((before, 0), ("another", 0), (after, 1)):
            with pytest.raises(Gone):
                alerts.feed_after(tx, epoch, n, 10)


def test_the_feed_goes_on_counting_in_a_new_epoch(database: Database) -> None:
    sheet = a_course(database)
    for _ in range(2):
        with database.transaction() as tx:
            epoch = ledger.new_epoch(tx)
            happen(tx, (an_event(sheet.course, sheet.cycles[0]),))
            ledger.append(tx, (an_act("alert"),))
    with database.reading() as tx:
        assert [item.n for item in alerts.feed_after(tx, epoch, 0, 10)] == [2]


def test_a_rolled_back_act_leaves_no_trace_in_the_ledger(database: Database) -> None:
    sheet = a_course(database)
    with database.reading() as tx:
        before = ledger.position(tx)
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:  # noqa: PT012 - what it does is lost
        happen(tx, (an_event(sheet.course, sheet.cycles[0]),))
        ledger.append(tx, (an_act("alert"),))
        raise ZeroDivisionError
    with database.reading() as tx:
        assert ledger.position(tx) == before


def test_whoever_waits_is_woken_by_a_commit_and_not_by_a_rollback(database: Database) -> None:
    wake, rings = database.wake, list[int]()
    end = wake.listen(lambda: rings.append(1))
    seen = wake.count
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:  # noqa: PT012 - what it does is lost
        ledger.append(tx, (an_act(),))
        raise ZeroDivisionError
    assert wake.wait(seen, 0.01) == seen

    with database.transaction() as tx:
        ledger.append(tx, (an_act(),))
        assert rings == []
    assert wake.wait(seen, 5) == seen + 1
    end()
    wake.ring()
    assert rings == [1]


def test_the_newest_act_says_how_late_it_is_at_least(database: Database) -> None:
    with database.reading() as tx:
        assert ledger.newest_at(tx) is None
    for minutes in (0, 5):
        with database.transaction() as tx:
            ledger.append(tx, (replace(an_act(), at=AT + timedelta(minutes=minutes)),))
    with database.reading() as tx:
        assert ledger.newest_at(tx) == AT + timedelta(minutes=5)


# ---- the audit trail under attack


def _off(connection: Connection, table: str = "audit") -> None:
    """Takes the guards away, as somebody with the database's password can."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        return
    for name in ("no_update", "no_delete", "no_replace"):
        connection.exec_driver_sql(f"DROP TRIGGER {table}_{name}")


def _flip(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE audit SET person = 'somebody-else' WHERE seq = 3")


def _move_in_time(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE audit SET at = at + 1 WHERE seq = 3")


def _forget_a_reason(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE audit SET reason = NULL WHERE seq = 3")


def _delete(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM audit WHERE seq = 3")


def _cut_off_the_end(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM audit WHERE seq >= 5")


def _swap(connection: Connection) -> None:
    for old, new in ((2, 99), (4, 2), (99, 4)):
        connection.exec_driver_sql(f"UPDATE audit SET seq = {new} WHERE seq = {old}")


def _insert(connection: Connection) -> None:
    """A line more, hashed as well as anybody can who does not have the key."""
    head = connection.exec_driver_sql("SELECT hash FROM audit WHERE seq = 6").scalar_one()
    forged = hmac.new(b"", json.dumps([head, 7]).encode(), hashlib.sha256).hexdigest()
    connection.exec_driver_sql(
        "INSERT INTO audit (seq, at, acting_as, action, subjects, version, previous, hash)"
        f" VALUES (7, 0, 'nurse', 'forged', '', '0', '{head}', '{forged}')"
    )
    connection.exec_driver_sql(f"UPDATE ledger SET audit_seq = 7, chain_head = '{forged}'")


def _restart_the_chain(connection: Connection) -> None:
    connection.exec_driver_sql(f"UPDATE audit SET previous = '{chain.GENESIS}' WHERE seq = 4")


def _slip_in_below(connection: Connection) -> None:
    connection.exec_driver_sql(
        "INSERT INTO audit (seq, at, acting_as, action, subjects, version, previous, hash)"
        f" VALUES (-7, 0, 'nurse', 'forged', '', '0', '{chain.GENESIS}', '{chain.GENESIS}')"
    )


def _change_a(column: str, value: str = "'somebody-else'") -> Callable[[Connection], None]:
    """Any one column of a line, those of a later revision too."""

    def change(connection: Connection) -> None:
        connection.exec_driver_sql(f"UPDATE audit SET {column} = {value} WHERE seq = 3")

    change.__name__ = f"change_{column}"
    return change


_ATTACKS = (
    *(_flip, _move_in_time, _forget_a_reason, _delete, _cut_off_the_end, _swap, _insert, _restart_the_chain),
    *(_slip_in_below, _change_a("at", "1")),
    *[
        _change_a(column)
        for column in ("acting_as", "action", "course_id", "subjects", "reason", "request_id", "version")
    ],
    *[_change_a(column) for column in ("workstation", "patient_id", "before")],
)


def _write_six_acts(url: str) -> None:
    database = open_database(url, audit_key=AUDIT_KEY)
    for number in range(3):
        with database.transaction() as tx:
            at = AT + timedelta(minutes=number)
            whole = replace(
                an_act(), at=at, reason="why", workstation=new_id(at), patient_id=new_id(at), before=("a", "b")
            )
            acts = (whole, replace(an_act("order", new_id(at), new_id(at)), at=at))
            ledger.append(tx, acts)
    database.close()


def _faults(url: str, key: bytes = AUDIT_KEY, known: chain.Head | None = None) -> list[chain.Fault]:
    database = open_database(url, read_only=True)
    with database.reading() as tx:
        faults = chain.verify_chain(tx, key, known)
    database.close()
    return faults


def _head(url: str) -> chain.Head:
    database = open_database(url, read_only=True)
    with database.reading() as tx:
        found = chain.head(tx)
    database.close()
    assert found is not None
    return found[0]


def _cut_off_with_the_ledger(connection: Connection, at: int = 4) -> None:
    """The one change a chain alone cannot show: its end is gone and the ledger agrees."""
    head = connection.exec_driver_sql(f"SELECT hash FROM audit WHERE seq = {at}").scalar_one()
    connection.exec_driver_sql(f"DELETE FROM audit WHERE seq > {at}")
    connection.exec_driver_sql(f"UPDATE ledger SET audit_seq = {at}, chain_head = '{head}'")


@pytest.mark.hazard("HZ-15")
@pytest.mark.parametrize("attack", _ATTACKS, ids=lambda attack: attack.__name__.strip("_"))
def test_every_change_to_the_audit_trail_is_found(database_url: str, attack: Callable[[Connection], None]) -> None:
    _write_six_acts(database_url)
    assert _faults(database_url) == []
    with raw(database_url) as connection:
        _off(connection)
        attack(connection)
    assert _faults(database_url) != []


@pytest.mark.hazard("HZ-15")
def test_an_end_cut_off_with_the_ledger_shows_against_the_head_written_down(database_url: str) -> None:
    _write_six_acts(database_url)
    written_down = _head(database_url)
    assert written_down.seq == 6
    assert _faults(database_url, known=written_down) == []
    with raw(database_url) as connection:
        _off(connection)
        _cut_off_with_the_ledger(connection)
    assert _faults(database_url) == []
    assert [fault.seq for fault in _faults(database_url, known=written_down)] == [6]


@pytest.mark.hazard("HZ-15")
def test_a_trail_cut_off_and_written_on_shows_against_the_head_written_down(database_url: str) -> None:
    _write_six_acts(database_url)
    written_down = _head(database_url)
    with raw(database_url) as connection:
        _off(connection)
        _cut_off_with_the_ledger(connection)
    _write_six_acts(database_url)
    assert _faults(database_url) == []
    assert [fault.seq for fault in _faults(database_url, known=written_down)] == [6]


def test_the_last_line_says_whether_the_key_is_the_right_one(database_url: str) -> None:
    database = open_database(database_url, read_only=True)
    with database.reading() as tx:
        assert chain.follows_key(tx, b"any")
        assert chain.head(tx) is None
    _write_six_acts(database_url)
    with database.reading() as tx:
        assert chain.follows_key(tx, AUDIT_KEY)
        assert not chain.follows_key(tx, b"another key")
    database.close()


def test_the_chain_of_another_key_does_not_hold(database_url: str) -> None:
    _write_six_acts(database_url)
    assert len(_faults(database_url, b"another key")) == 6


def test_a_long_chain_is_read_a_few_lines_at_a_time(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "_BATCH", 2)
    _write_six_acts(sqlite_url)
    assert _faults(sqlite_url) == []


def test_the_key_is_nowhere_in_the_database(sqlite_url: str) -> None:
    _write_six_acts(sqlite_url)
    assert AUDIT_KEY not in Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()
