"""Is an attempt taken once, a message of the provider news once, and a person the same one on both databases?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.ids import new_id
from app.store import identities, people, sessions
from app.store.database import Database
from app.store.identities import Attempt
from app.store.people import Person
from tests.builders import AT

ISSUER, STATE = "https://login.example", "a" * 64
ATTEMPT = Attempt("CANARY-nonce", "CANARY-verifier", "/patients?a=ü", None, None, AT)


def a_person(database: Database, login: str = "CANARY-ada") -> str:
    person = Person(new_id(AT), login, "CANARY-Ada", True, frozenset())
    with database.transaction() as tx:
        people.add_person(tx, person, None, AT, None)
    return person.id


def test_an_attempt_is_taken_once(database: Database) -> None:
    with database.transaction() as tx:
        identities.keep(tx, STATE, ATTEMPT)
    with database.transaction() as tx:
        assert identities.take(tx, STATE) == ATTEMPT
    with database.transaction() as tx:
        assert identities.take(tx, STATE) is None


def test_attempts_that_never_came_back_are_forgotten(database: Database) -> None:
    with database.transaction() as tx:
        identities.keep(tx, STATE, ATTEMPT)
        identities.forget_attempts(tx, AT)
        assert identities.take(tx, STATE) == ATTEMPT
        identities.keep(tx, STATE, ATTEMPT)
        identities.forget_attempts(tx, AT + timedelta(microseconds=1))
        assert identities.take(tx, STATE) is None


def test_a_message_is_news_once_and_forgotten_later(database: Database) -> None:
    before = AT - timedelta(hours=1)
    with database.transaction() as tx:
        assert identities.first_time(tx, STATE, AT, before)
        assert not identities.first_time(tx, STATE, AT, before)
        assert identities.first_time(tx, "b" * 64, AT, before)
        assert identities.first_time(tx, STATE, AT, AT + timedelta(seconds=1))


def test_a_subject_is_one_person_at_one_issuer(database: Database) -> None:
    person_id = a_person(database)
    with database.transaction() as tx:
        identities.link(tx, ISSUER, "1", person_id, AT)
        assert identities.person_of(tx, ISSUER, "1") == person_id
        assert identities.person_of(tx, ISSUER + "/", "1") is None
        assert identities.person_of(tx, ISSUER, "2") is None
    with pytest.raises(IntegrityError), database.transaction() as tx:
        identities.link(tx, ISSUER, "1", person_id, AT)


def test_the_sessions_a_provider_stands_behind_are_found_by_its_session_or_its_person(database: Database) -> None:
    ada, grace = a_person(database), a_person(database, "CANARY-grace")
    with database.transaction() as tx:
        for name, person_id, issuer, there in (
            ("1", ada, ISSUER, "x"),
            ("2", ada, ISSUER, "y"),
            ("3", grace, ISSUER, "x"),
            ("4", ada, None, None),
            ("5", ada, "https://other.example", "x"),
        ):
            until = AT + timedelta(hours=12)
            sessions.add_session(tx, name * 64, person_id, AT, until, issuer=issuer, provider_session=there)

        def found(there: str | None, person_id: str | None) -> list[str]:
            return sorted(one[0] for one, _ in identities.sessions_at(tx, ISSUER, there, person_id))

        assert found("x", None) == ["1", "3"]
        assert found("x", ada) == ["1"]
        assert found(None, ada) == ["1", "2"]
        assert found(None, None) == []
        identities.proved(tx, "1" * 64, AT - timedelta(minutes=2))
        kept = sessions.session(tx, "1" * 64)
    assert kept is not None
    assert kept.proved_at == AT - timedelta(minutes=2)
