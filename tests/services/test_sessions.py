"""Does a session end when it should, and is every turn at a machine in the trail?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.errors import Forbidden, NotSignedIn
from app.domain.vocabulary import Role
from app.services import accounts, sessions
from app.services.secret import hashed
from app.services.sessions import OLD_ID_LASTS, SESSION_LASTS, Origin
from app.store.database import Database
from app.store.people import Grant, Person
from app.store.sessions import Session, touch_session
from tests.builders import AT
from tests.services.ward import later, somebody

LATER = AT + timedelta(minutes=7)


@pytest.fixture
def person(database: Database) -> Person:
    with database.transaction() as tx:
        grants = [Grant(Role.NURSE, None)]
        return accounts.create_person(tx, accounts.operator(AT), "nurse", "CANARY-NURSE", None, grants)


def _begin(database: Database, person: Person) -> str:
    with database.transaction() as tx:
        return sessions.begin(tx, person.id, AT, "CANARY-REQUEST-9041", Origin())


def _session(database: Database, secret: str) -> Session:
    with database.reading() as tx:
        found = sessions.session_of(tx, secret, AT)
    assert found is not None
    return found


def _trail(database: Database) -> list[str]:
    with database.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT action FROM audit ORDER BY seq").fetchall()
    return [row[0] for row in rows]


def test_a_renewed_session_keeps_its_sign_in_and_its_end(database: Database, person: Person) -> None:
    old = _session(database, _begin(database, person))
    with database.transaction() as tx:
        secret = sessions.renew(tx, old, LATER, "", "unlock")
    new = _session(database, secret)
    assert (new.created_at, new.expires_at) == (AT, AT + SESSION_LASTS)
    assert (new.proved_at, new.active_at, new.locked_at) == (LATER, LATER, None)
    assert new.hash != old.hash


def test_the_old_id_lasts_for_a_second_tap_and_with_its_old_proof(database: Database, person: Person) -> None:
    secret = _begin(database, person)
    with database.transaction() as tx:
        sessions.renew(tx, _session(database, secret), LATER, "", "prove")
    old = _session(database, secret)
    assert (old.proved_at, old.expires_at) == (AT, LATER + OLD_ID_LASTS)


def test_a_session_that_was_ended_is_not_renewed(database: Database, person: Person) -> None:
    session = _session(database, _begin(database, person))
    with database.transaction() as tx:
        sessions.end_all(tx, later(somebody(Role.ADMINISTRATOR), 1), person.id)
    with pytest.raises(NotSignedIn), database.transaction() as tx:
        sessions.renew(tx, session, LATER, "", "unlock")


def test_a_session_at_its_end_is_not_renewed(database: Database, person: Person) -> None:
    session = _session(database, _begin(database, person))
    with database.transaction() as tx:
        sessions.renew(tx, session, AT + SESSION_LASTS - timedelta(microseconds=1), "", "unlock")
    with pytest.raises(NotSignedIn), database.transaction() as tx:
        sessions.renew(tx, session, AT + SESSION_LASTS, "", "unlock")


def test_locking_twice_is_locking_once_and_keeps_the_first_page(database: Database, person: Person) -> None:
    secret = _begin(database, person)
    for minutes, page in ((1, "/alerts"), (2, "/")):
        with database.transaction() as tx:
            sessions.lock(tx, _session(database, secret), AT + timedelta(minutes=minutes), "", page)
    found = _session(database, secret)
    assert (found.locked_at, found.page) == (AT + timedelta(minutes=1), "/alerts")
    assert _trail(database).count("lock") == 1


def test_a_touch_does_not_open_what_is_locked(database: Database, person: Person) -> None:
    secret = _begin(database, person)
    with database.transaction() as tx:
        sessions.lock(tx, _session(database, secret), LATER, "", None)
        touch_session(tx, hashed(secret), LATER, active=True)
    found = _session(database, secret)
    assert found.active_at == AT
    assert sessions.locked(found, LATER)


def test_what_is_over_is_forgotten_at_the_next_sign_in(database: Database, person: Person) -> None:
    _begin(database, person)
    with database.transaction() as tx:
        sessions.begin(tx, person.id, AT + SESSION_LASTS, "", Origin())
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM session").scalar_one() == 1


def test_only_an_administrator_signs_somebody_out_everywhere(database: Database, person: Person) -> None:
    with pytest.raises(Forbidden), database.transaction() as tx:
        sessions.end_all(tx, somebody(Role.CHARGE_NURSE), person.id)


def test_every_turn_is_in_the_trail(database: Database, person: Person) -> None:
    secret = _begin(database, person)
    with database.transaction() as tx:
        sessions.lock(tx, _session(database, secret), LATER, "", None)
        secret = sessions.renew(tx, _session(database, secret), LATER, "", "unlock")
    with database.transaction() as tx:
        acting = sessions.acting_in(_session(database, secret), LATER, "")
        sessions.end_one(tx, acting, hashed(secret))
    assert _trail(database)[-4:] == ["sign_in", "lock", "unlock", "end_session"]
