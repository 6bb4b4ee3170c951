"""Who may sign in, and does a role given or taken away count from the next look?"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.errors import NotFound
from app.domain.vocabulary import Role
from app.store import meta, people, sessions, tokens, wards
from app.store.database import Database
from app.store.faults import broken_constraint
from app.store.people import Grant, Person
from app.store.tokens import Token
from app.store.wards import Bed
from tests.builders import AT, NURSE, an_id
from tests.store.making import a_course, keep_ward

_HASH, _OTHER = "a" * 64, "b" * 64


def _keep(database: Database, *grants: Grant, login: str = "demo-nurse") -> Person:
    person = Person(an_id(), login, "CANARY-NAME-9041", active=True, grants=frozenset(grants))
    with database.transaction() as tx:
        people.add_person(tx, person, "a hash of argon2", AT, None)
    return person


def _ward(database: Database) -> str:
    with database.transaction() as tx:
        return keep_ward(tx, an_id()).id


def test_a_person_comes_back_with_every_role(database: Database) -> None:
    ward = _ward(database)
    person = _keep(database, Grant(Role.NURSE, ward), Grant(Role.PRESCRIBER, ward), Grant(Role.AUDITOR, None))
    with database.reading() as tx:
        assert people.person(tx, person.id) == person
        assert people.person_by_login(tx, "demo-nurse") == (person, "a hash of argon2")
        assert people.person_by_login(tx, "nobody") is None
        assert people.people(tx) == (person,)
        with pytest.raises(NotFound):
            people.person(tx, an_id())


def test_a_role_holds_on_its_ward_and_without_a_ward_on_all(database: Database) -> None:
    here, there = _ward(database), _ward(database)
    person = _keep(database, Grant(Role.NURSE, here), Grant(Role.AUDITOR, None))
    assert person.has(here, Role.NURSE)
    assert not person.has(there, Role.NURSE, Role.PRESCRIBER)
    assert person.has(there, Role.AUDITOR)
    assert person.wards() is None
    assert replace(person, grants=frozenset({Grant(Role.NURSE, here)})).wards() == frozenset({here})


def test_roles_are_given_and_taken_away(database: Database) -> None:
    ward = _ward(database)
    person = _keep(database)
    for grant in (Grant(Role.NURSE, ward), Grant(Role.AUDITOR, None)):
        with database.transaction() as tx:
            people.grant(tx, person.id, grant, AT, NURSE)
        with pytest.raises(IntegrityError), database.transaction() as tx:
            people.grant(tx, person.id, grant, AT, NURSE)
        with database.transaction() as tx:
            assert people.person(tx, person.id).grants == {grant}
            people.revoke(tx, person.id, grant)
            assert people.person(tx, person.id).grants == frozenset()
        with pytest.raises(NotFound), database.transaction() as tx:
            people.revoke(tx, person.id, grant)


def test_a_login_is_one_persons(database: Database) -> None:
    _keep(database)
    with pytest.raises(IntegrityError) as refused:
        _keep(database)
    assert broken_constraint(refused.value) == "uq_person_login"


def test_a_person_can_be_renamed_and_shut_out(database: Database) -> None:
    person = _keep(database)
    with database.transaction() as tx:
        people.set_name(tx, person.id, "another name")
        people.set_active(tx, person.id, active=False)
        people.set_password(tx, person.id, "another hash")
        found = people.person_by_login(tx, "demo-nurse")
    assert found == (replace(person, name="another name", active=False), "another hash")
    with pytest.raises(NotFound), database.transaction() as tx:
        people.set_active(tx, an_id(), active=False)


def test_a_session_carries_the_roles_of_now(database: Database) -> None:
    ward = _ward(database)
    person = _keep(database, Grant(Role.NURSE, ward))
    with database.transaction() as tx:
        sessions.add_session(tx, _HASH, person.id, AT, AT + timedelta(hours=12))
        people.grant(tx, person.id, Grant(Role.CHARGE_NURSE, ward), AT, NURSE)
        sessions.touch_session(tx, _HASH, AT + timedelta(minutes=1), active=True)
    with database.reading() as tx:
        session = sessions.session(tx, _HASH)
    assert session is not None
    assert session.person.has(ward, Role.CHARGE_NURSE)
    assert (session.created_at, session.seen_at) == (AT, AT + timedelta(minutes=1))
    assert session.expires_at == AT + timedelta(hours=12)


def test_an_ended_session_is_gone(database: Database) -> None:
    person = _keep(database)
    with database.transaction() as tx:
        for hash_ in (_HASH, _OTHER):
            sessions.add_session(tx, hash_, person.id, AT, AT + timedelta(hours=12))
        sessions.end_session(tx, _HASH)
        assert sessions.session(tx, _HASH) is None
        assert sessions.session(tx, _OTHER) is not None
        sessions.end_sessions_of(tx, person.id)
        assert sessions.session(tx, _OTHER) is None


def _token(person: Person | None) -> Token:
    return Token(
        id=an_id(),
        name="pager gateway",
        person=person,
        scopes=frozenset({"alerts:read", "observations:write"}),
        created_at=AT,
        created_by=NURSE,
        expires_at=AT + timedelta(days=90),
        used_at=None,
        revoked_at=None,
    )


@pytest.mark.parametrize("service", [True, False])
def test_a_token_is_found_by_its_hash_until_it_ends(database: Database, service: bool) -> None:
    token = _token(None if service else _keep(database, Grant(Role.NURSE, _ward(database))))
    with database.transaction() as tx:
        tokens.add_token(tx, token, _HASH)
        assert tokens.token(tx, _HASH) == token
        assert tokens.token(tx, _OTHER) is None
        tokens.touch_token(tx, token.id, AT)
        tokens.revoke_token(tx, token.id, AT + timedelta(hours=1), NURSE)
        found = tokens.tokens(tx)
    assert found == (replace(token, used_at=AT, revoked_at=AT + timedelta(hours=1)),)
    assert not found[0].live(AT)
    with pytest.raises(NotFound), database.transaction() as tx:
        tokens.revoke_token(tx, token.id, AT, NURSE)


def test_a_token_lives_until_it_expires_or_its_person_is_shut_out(database: Database) -> None:
    person = _keep(database)
    token = _token(person)
    assert token.live(AT + timedelta(days=90, microseconds=-1))
    assert not token.live(AT + timedelta(days=90))
    assert not replace(token, person=replace(person, active=False)).live(AT)


def test_wards_and_beds_are_listed_by_name(database: Database) -> None:
    with database.transaction() as tx:
        ward = keep_ward(tx, an_id())
        for name in ("2", "1"):
            wards.add_bed(tx, Bed(ward.id, name, open=True))
        wards.set_bed(tx, Bed(ward.id, "2", open=False))
    with database.reading() as tx:
        assert wards.wards(tx) == (ward,)
        assert wards.ward(tx, ward.id) == ward
        assert wards.beds(tx, ward.id) == (Bed(ward.id, "1", open=True), Bed(ward.id, "2", open=False))
        with pytest.raises(NotFound):
            wards.ward(tx, an_id())
    with pytest.raises(NotFound), database.transaction() as tx:
        wards.set_bed(tx, Bed(ward.id, "3", open=True))


def test_the_database_remembers_what_it_is_for(database: Database) -> None:
    with database.transaction() as tx:
        assert meta.get(tx, "demo") is None
        assert not meta.holds_anybody(tx)
        meta.put(tx, "demo", "1")
        meta.put(tx, "demo", "2")
        assert meta.get(tx, "demo") == "2"
    a_course(database)
    with database.reading() as tx:
        assert meta.holds_anybody(tx)


def test_a_database_in_which_somebody_may_sign_in_holds_somebody(database: Database) -> None:
    _keep(database)
    with database.reading() as tx:
        assert meta.holds_anybody(tx)
