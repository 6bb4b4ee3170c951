"""Is a PIN worth no more than a ward can afford: few tries, counted once for all, and useless in a stolen database?"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import InvalidInput, ProofNeeded, Unavailable
from app.domain.vocabulary import Role
from app.services import accounts, passwords, pin_codes, sessions
from app.services.acting import Acting
from app.services.sessions import Origin
from app.store.database import Database
from app.store.opening import open_database
from app.store.people import Grant, Person
from tests.builders import AT

CODE = "294617"
KEY = b"kept elsewhere"


def _person(database: Database) -> Person:
    with database.transaction() as tx:
        grants = [Grant(Role.NURSE, None)]
        return accounts.create_person(tx, accounts.operator(AT), "nurse", "CANARY-NURSE", None, grants)


def _acting(person: Person) -> Acting:
    return sessions.acting_as(person, AT, "CANARY-REQUEST-9041", proved_at=AT)


def _put(database: Database, person: Person, code: str = CODE) -> None:
    pin_hash = pin_codes.hash_code(database.audit_key, person.id, code)
    with database.transaction() as tx:
        pin_codes.put(tx, _acting(person), pin_hash)


def _enter(database: Database, person: Person, code: str) -> bool | None:
    """True or False for a PIN that was looked at, None for one that was not."""
    with database.transaction() as tx:
        tried = pin_codes.take_try(tx, person.id)
    if tried is None:
        return None
    try:
        right = pin_codes.check(database.audit_key, tried, code)
    except Unavailable:  # nobody looked: too many were in line
        return False
    with database.transaction() as tx:
        if right:
            pin_codes.give_back(tx, tried)
        else:
            pin_codes.note_wrong(tx, _acting(person), tried)
    return right


def _left(database: Database, person: Person) -> int:
    with database.reading() as tx:
        return pin_codes.standing(tx, person.id).left


def test_the_right_pin_is_right_and_costs_no_try(database: Database) -> None:
    person = _person(database)
    _put(database, person)
    assert [_enter(database, person, CODE) for _ in range(7)] == [True] * 7
    assert _left(database, person) == pin_codes.TRIES


def test_after_five_wrong_tries_the_right_one_counts_no_more(database: Database) -> None:
    person = _person(database)
    _put(database, person)
    assert [_enter(database, person, "294618") for _ in range(5)] == [False] * 5
    assert _enter(database, person, CODE) is None
    assert _left(database, person) == 0


def test_a_right_one_in_between_forgives_no_wrong_one(database: Database) -> None:
    person = _person(database)
    _put(database, person)
    for left in (4, 3, 2, 1, 0):
        assert _enter(database, person, "294618") is False
        assert _left(database, person) == left
        assert _enter(database, person, CODE) is (True if left else None)


def test_a_full_sign_in_gives_all_tries_back(database: Database) -> None:
    person = _person(database)
    _put(database, person)
    for _ in range(5):
        _enter(database, person, "294618")
    with database.transaction() as tx:
        sessions.begin(tx, person.id, AT, "", Origin())
    assert _enter(database, person, CODE) is True


@pytest.fixture
def pair(postgresql_url: str) -> Iterator[tuple[Database, Database]]:
    """What two server processes hold."""
    both = tuple(open_database(postgresql_url, audit_key=KEY, pool_size=8) for _ in range(2))
    yield both[0], both[1]
    for one in both:
        one.close()


def test_two_processes_look_at_five_wrong_ones_between_them(pair: tuple[Database, Database]) -> None:
    person = _person(pair[0])
    _put(pair[0], person)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: _enter(pair[n % 2], person, f"{n:06d}"), range(24)))
    assert answers.count(False) == pin_codes.TRIES
    assert answers.count(None) == 24 - pin_codes.TRIES
    assert [_enter(one, person, CODE) for one in pair] == [None, None]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "\u0661\u0662\u0663\u0664\u0665\u0666", " 294617"])
def test_a_pin_is_six_digits_and_nothing_else(code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        pin_codes.require_good(code, code)
    assert refusal.value.errors[0].pointer == "/pin"


@pytest.mark.parametrize(
    "code", ["000000", "777777", "121212", "123123", "123456", "654321", "345678", "567890", "987654"]
)
def test_repeats_and_runs_are_refused(code: str) -> None:
    with pytest.raises(InvalidInput):
        pin_codes.require_good(code, code)


def test_two_entries_that_differ_are_refused_at_the_second() -> None:
    with pytest.raises(InvalidInput) as refusal:
        pin_codes.require_good(CODE, "294618")
    assert refusal.value.errors[0].pointer == "/again"
    pin_codes.require_good(CODE, CODE)


def test_setting_a_pin_needs_a_proof_of_this_minute(database: Database) -> None:
    person = _person(database)
    late = replace(_acting(person), at=AT + timedelta(seconds=60, microseconds=1))
    with pytest.raises(ProofNeeded), database.transaction() as tx:
        pin_codes.put(tx, late, "hash")


@pytest.mark.hazard("HZ-15")
def test_a_copy_of_the_database_is_no_use_for_guessing(database: Database) -> None:
    person = _person(database)
    _put(database, person)
    with database.reading() as tx:
        kept = tx.connection.exec_driver_sql("SELECT pin_hash FROM pin").scalar_one()
    assert kept.startswith("$argon2id$v=19$m=19456")
    tried = pin_codes.Try(person.id, kept, 5)
    assert pin_codes.check(KEY, tried, CODE)
    assert not pin_codes.check(b"another key", tried, CODE)
    assert not passwords.matches(kept, CODE)[0]


def test_the_hash_of_one_person_is_none_of_anothers(database: Database) -> None:
    person = _person(database)
    _put(database, person)
    with database.transaction() as tx:
        tried = pin_codes.take_try(tx, person.id)
    assert tried is not None
    assert not pin_codes.check(database.audit_key, replace(tried, person_id="somebody else"), CODE)
