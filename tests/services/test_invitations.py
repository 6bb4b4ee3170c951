"""Does a one-time link open once, for its person, for three days, and end what it replaces?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, NotSignedIn, ProofNeeded
from app.domain.vocabulary import Role
from app.services import accounts, invitations, passwords, sessions, tokens
from app.services.invitations import Invited
from app.store import people
from app.store.database import Database
from app.store.people import Grant, Person
from tests.builders import AT
from tests.services.ward import a_service, somebody

OPERATOR = accounts.operator(AT)
PASSWORD = "CANARY lantern over bridges"
HASH = passwords.hash_password(PASSWORD)
NURSE = (Grant(Role.NURSE, None),)


def _new(database: Database, login: str = "nurse") -> Invited:
    with database.transaction() as tx:
        return invitations.invite_new(tx, OPERATOR, login, "CANARY-NURSE", NURSE)


def _accept(database: Database, secret: str, at: datetime = AT, password_hash: str = HASH) -> Person:
    with database.transaction() as tx:
        return invitations.accept(tx, secret, password_hash, at, "CANARY-REQUEST-9041")


def _sign_in(database: Database, password: str = PASSWORD) -> str:
    with database.reading() as tx:
        claimed = sessions.claim(tx, "nurse")
    proof = sessions.check(claimed, password)
    with database.transaction() as tx:
        return sessions.sign_in(tx, proof, AT, "")


def _refused(database: Database, secret: str, at: datetime = AT) -> str:
    with pytest.raises(InvalidInput) as refusal:
        _accept(database, secret, at)
    assert refusal.value.code == "bad_link"
    return refusal.value.sentence


def test_a_new_person_signs_in_with_the_password_they_set_and_not_before(database: Database) -> None:
    made = _new(database)
    assert made.expires_at == AT + timedelta(hours=72)
    with pytest.raises(NotSignedIn):
        _sign_in(database)
    assert _accept(database, f" {made.secret}\n").id == made.person.id
    assert _sign_in(database)


def test_a_link_opens_once_for_three_days_and_every_bad_one_reads_the_same(database: Database) -> None:
    used, late = _new(database), _new(database, "late")
    _accept(database, used.secret, AT + timedelta(hours=72) - timedelta(microseconds=1))
    sentences = {
        _refused(database, used.secret),
        _refused(database, late.secret, AT + timedelta(hours=72)),
        _refused(database, "nothing"),
        _refused(database, ""),
        _refused(database, "\ud800\x00" * 99),
        _refused(database, "x" * 10_000),
    }
    assert len(sentences) == 1
    with database.reading() as tx:
        assert people.password_of(tx, late.person.id) is None


def test_a_new_link_ends_the_old_password_the_old_link_and_every_session(database: Database) -> None:
    made = _new(database)
    _accept(database, made.secret)
    session = _sign_in(database)
    first, second = (_invite(database, made.person.id) for _ in range(2))
    with pytest.raises(NotSignedIn):
        _sign_in(database)
    with database.reading() as tx:
        assert sessions.session_of(tx, session, AT) is None
    _refused(database, first.secret)
    _accept(database, second.secret, password_hash=passwords.hash_password("CANARY other lantern"))
    assert _sign_in(database, "CANARY other lantern")


def _invite(database: Database, person_id: str) -> Invited:
    with database.transaction() as tx:
        return invitations.invite(tx, OPERATOR, person_id)


def test_a_password_that_ends_while_it_is_checked_opens_nothing_and_comes_not_back(database: Database) -> None:
    made = _new(database)
    _accept(database, made.secret)
    with database.reading() as tx:
        proof = sessions.check(sessions.claim(tx, "nurse"), PASSWORD)
    _invite(database, made.person.id)
    outdated = replace(proof, rehashed=HASH)
    for late in (proof, outdated):
        with pytest.raises(NotSignedIn), database.transaction() as tx:
            sessions.sign_in(tx, late, AT, "")
    with database.reading() as tx:
        assert people.password_of(tx, made.person.id) is None


def test_somebody_switched_off_gets_no_link_and_uses_none(database: Database) -> None:
    made = _new(database)
    with database.transaction() as tx:
        people.set_active(tx, made.person.id, active=False)
    _refused(database, made.secret)
    with pytest.raises(Conflict) as refusal:
        _invite(database, made.person.id)
    assert refusal.value.code == "person_disabled"


def test_of_eight_who_use_a_link_at_once_one_sets_the_password(database: Database) -> None:
    made = _new(database)
    hashes = [passwords.hash_password(f"CANARY lantern {number}") for number in range(8)]

    def accept(number: int) -> bool:
        try:
            _accept(database, made.secret, password_hash=hashes[number])
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(accept, range(8)))
    assert sum(done) == 1
    with database.reading() as tx:
        assert people.password_of(tx, made.person.id) == hashes[done.index(True)]


def test_two_administrators_who_make_the_same_login_make_one_person(database: Database) -> None:
    def make(_: int) -> str:
        try:
            return _new(database).person.id
        except Exception as fault:  # noqa: BLE001 - the service's own refusal, or the row's where both were as quick
            return type(fault).__name__

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(make, range(4)))
    with database.reading() as tx:
        assert [one.id for one in people.people(tx)] == [one for one in found if "-" in one]
    assert {one for one in found if "-" not in one} <= {"Conflict", "IntegrityError"}


def test_only_administrators_who_just_showed_that_it_is_they_make_links(database: Database) -> None:
    made = _new(database)
    everywhere = somebody(Role.ADMINISTRATOR)
    stale = replace(everywhere, proved_at=AT - timedelta(seconds=61))
    for acting, refusal in (
        (stale, ProofNeeded),
        (somebody(Role.CHARGE_NURSE), Forbidden),
        (a_service("read"), Forbidden),
    ):
        with pytest.raises(refusal), database.transaction() as tx:
            invitations.invite(tx, acting, made.person.id)
        with pytest.raises(refusal), database.transaction() as tx:
            invitations.invite_new(tx, acting, "other", "CANARY", NURSE)
    with database.transaction() as tx:
        assert invitations.invite(tx, replace(stale, proved_at=AT), made.person.id)
    with pytest.raises(NotFound), database.transaction() as tx:
        invitations.invite(tx, everywhere, "019cb993-d800-7789-926c-c1e7dfcb1ee0")


def test_nothing_that_is_kept_sets_a_password(database: Database) -> None:
    made = _new(database)
    _invite(database, made.person.id)
    with database.reading() as tx:
        for table in ("person", "invitation", "audit", "idempotency"):
            for row in tx.connection.exec_driver_sql(f"SELECT * FROM {table}"):
                assert made.secret not in str(row)
                for word in str(row).replace("'", " ").split():
                    with pytest.raises(InvalidInput):
                        invitations.invited(tx, word, AT)
    assert len(made.secret) == 43


def test_tokens_outlive_a_forgotten_password(database: Database) -> None:
    made = _new(database)
    with database.transaction() as tx:
        _, secret = tokens.create_token(tx, OPERATOR, "token", made.person)
    _invite(database, made.person.id)
    with database.reading() as tx:
        assert tokens.token_of(tx, secret, AT) is not None


def test_every_step_of_a_link_is_in_the_audit_trail(database: Database) -> None:
    made = _new(database)
    _invite(database, made.person.id)
    second = _invite(database, made.person.id)
    _accept(database, second.secret)
    with database.reading() as tx:
        lines = tx.connection.exec_driver_sql("SELECT person, action, subjects FROM audit ORDER BY seq").all()
    mine = made.person.id
    assert [tuple(line) for line in lines] == [
        ("operator", "create_person", mine),
        ("operator", "invite", mine),
        ("operator", "invite", mine),
        ("operator", "invite", mine),
        (mine, "accept_invitation", mine),
    ]
