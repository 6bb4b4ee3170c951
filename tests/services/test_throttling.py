"""Does guessing become slow, and does nobody stay locked out?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import TooManyRequests
from app.services import throttling
from app.services.throttling import FREE_ANYWHERE, FREE_FROM_HERE, FREE_HERE, FREE_IN_ALL, LONGEST_WAIT, Attempt
from app.store.database import Database
from app.store.opening import open_database
from tests.builders import AT

HERE = Attempt("nurse", "192.0.2.1", False, AT)
AT_MACHINE = Attempt("nurse", "019cb993-d800-7789-926c-c1e7dfcb1ee0", True, AT)


def _try(database: Database, attempt: Attempt) -> int:
    """Seconds to wait; 0 for an attempt that was let in, and counted."""
    try:
        with database.transaction() as tx:
            throttling.take_turn(tx, attempt)
    except TooManyRequests as refusal:
        return refusal.seconds
    return 0


def _wait(database: Database, attempt: Attempt) -> int:
    """Seconds to wait, without trying."""
    try:
        with database.reading() as tx:
            throttling.require_turn(tx, attempt)
    except TooManyRequests as refusal:
        return refusal.seconds
    return 0


def _later(attempt: Attempt, seconds: float) -> Attempt:
    return replace(attempt, at=attempt.at + timedelta(seconds=seconds))


def _fail(database: Database, times: int, attempt: Callable[[int], Attempt]) -> None:
    for number in range(times):
        assert _try(database, attempt(number)) == 0


def test_the_wait_grows_from_a_second_to_a_minute_and_no_further(database: Database) -> None:
    _fail(database, FREE_HERE, lambda _: HERE)
    attempt, waits = HERE, []
    for _ in range(9):
        waits.append(_wait(database, attempt))
        assert _try(database, _later(attempt, waits[-1] - 0.01)) == 1
        attempt = _later(attempt, waits[-1])
        assert _try(database, attempt) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert max(waits) == LONGEST_WAIT


def test_an_attempt_that_comes_too_early_makes_the_wait_no_longer(database: Database) -> None:
    _fail(database, FREE_HERE + 3, lambda number: _later(HERE, 10 * number))
    last = _later(HERE, 10 * (FREE_HERE + 2))
    for seconds in range(1, 8):
        assert _try(database, _later(last, seconds)) == 8 - seconds
    assert _try(database, _later(last, 8)) == 0


def test_the_sentence_says_how_long_the_same_for_every_login(database: Database) -> None:
    sentences = set()
    for login in ("nurse", "no such login"):
        _fail(database, FREE_HERE, lambda _, login=login: replace(HERE, login=login))  # type: ignore[misc]
        with pytest.raises(TooManyRequests) as refusal, database.reading() as tx:
            throttling.require_turn(tx, replace(HERE, login=login))
        sentences.add((refusal.value.code, refusal.value.sentence))
    assert sentences == {("wait", "Too many attempts. Wait 1 second, then try again.")}


def test_the_right_password_begins_the_count_anew(database: Database) -> None:
    _fail(database, FREE_HERE - 1, lambda _: HERE)
    assert _try(database, HERE) == 0
    with database.transaction() as tx:
        throttling.was_right(tx, HERE)
    _fail(database, FREE_HERE, lambda _: HERE)


def test_a_colleague_who_mistypes_keeps_nobody_else_waiting(database: Database) -> None:
    _fail(database, FREE_HERE, lambda _: HERE)
    assert _wait(database, HERE) == 1
    assert _wait(database, replace(HERE, login="colleague")) == 0


def test_a_person_is_kept_waiting_where_the_guessing_is_and_not_elsewhere(database: Database) -> None:
    _fail(database, FREE_HERE, lambda _: HERE)
    assert _wait(database, replace(HERE, place="192.0.2.2")) == 0


@pytest.mark.parametrize(
    "free, attempt",
    [
        (FREE_ANYWHERE, lambda number: replace(HERE, place=f"192.0.2.{number}")),
        (FREE_FROM_HERE, lambda number: replace(HERE, login=f"login {number}")),
        (
            FREE_IN_ALL,
            lambda number: replace(HERE, login=f"login {number}", place=f"10.0.{number // 200}.{number % 200}"),
        ),
    ],
)
def test_one_login_one_place_and_all_together_are_counted_too(
    sqlite_url: str, free: int, attempt: Callable[[int], Attempt]
) -> None:
    database = open_database(sqlite_url)
    _fail(database, free, attempt)
    assert _wait(database, attempt(free + 1)) == 1
    assert _try(database, _later(attempt(free + 1), 1)) == 0
    assert _wait(database, replace(AT_MACHINE, login=attempt(free + 1).login)) == 0
    database.close()


def test_at_an_enrolled_workstation_only_what_is_tried_there_counts(database: Database) -> None:
    _fail(database, FREE_HERE, lambda _: AT_MACHINE)
    assert _wait(database, AT_MACHINE) == 1
    assert _wait(database, HERE) == 0
    with database.reading() as tx:
        kept = tx.connection.exec_driver_sql("SELECT key FROM throttle").all()
    assert len(kept) == 2


def test_sign_ins_that_succeed_use_nothing_up(database: Database) -> None:
    for number in range(3):
        attempt = replace(HERE, login=f"login {number}")
        assert _try(database, attempt) == 0
        with database.transaction() as tx:
            throttling.was_right(tx, attempt)
    with database.reading() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM throttle").scalar_one() == 0


def test_the_counts_begin_anew_after_a_quarter_of_an_hour_and_leave_nothing_behind(database: Database) -> None:
    _fail(database, FREE_HERE + 8, lambda number: _later(HERE, 60 * number))
    anew = _later(HERE, 2 * throttling.COUNTED_FOR.total_seconds())
    assert _try(database, anew) == 0
    with database.reading() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM throttle").scalar_one() == 4


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "", True),
    ],
)
def test_addresses_of_one_household_are_one_place(database: Database, one: str, other: str, same: bool) -> None:
    _fail(database, FREE_HERE, lambda _: replace(HERE, place=one))
    assert (_wait(database, replace(HERE, place=other)) == 1) is same


@pytest.mark.parametrize("login", ["", "\x00", "\ud800", "x" * 10_000, " Nurse", "' OR 1=1 --"])
def test_whatever_is_typed_as_a_login_is_counted_and_not_kept(database: Database, login: str) -> None:
    _fail(database, FREE_HERE, lambda _: replace(HERE, login=login))
    assert _wait(database, replace(HERE, login=login)) == 1
    with database.reading() as tx:
        kept = " ".join(str(row) for row in tx.connection.exec_driver_sql("SELECT * FROM throttle"))
    assert login.strip() == "" or login not in kept


def test_many_at_once_in_two_processes_get_no_more_guesses_than_one_after_the_other(database_url: str) -> None:
    processes = [open_database(database_url, pool_size=4)]
    if database_url.startswith("postgresql"):
        processes.append(open_database(database_url, pool_size=4))
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda number: _try(processes[number % len(processes)], HERE), range(40)))
    assert sum(wait == 0 for wait in waits) == FREE_HERE
    for process in processes:
        process.close()
