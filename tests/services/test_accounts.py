"""Who may make somebody what?"""

from datetime import timedelta

import pytest

from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.domain.vocabulary import Role
from app.services import accounts, tokens
from app.store import people
from app.store.database import Database
from app.store.people import Grant, Person
from tests.builders import AT
from tests.services.ward import Ward, a_service, somebody

OPERATOR = accounts.operator(AT)


def _make(ward: Ward, login: str = "nurse", *grants: Grant) -> Person:
    with ward.database.transaction() as tx:
        return accounts.create_person(tx, OPERATOR, login, "CANARY-NURSE", None, grants)


def test_the_operator_makes_the_first_administrator(database: Database) -> None:
    everywhere = Grant(Role.ADMINISTRATOR, None)
    with database.transaction() as tx:
        made = accounts.create_person(tx, OPERATOR, "admin", "CANARY-ADMIN", None, [everywhere])
    with database.reading() as tx:
        assert people.person(tx, made.id).grants == {everywhere}


def test_an_administrator_of_one_ward_makes_nobody_anything_elsewhere(ward: Ward) -> None:
    here = somebody(Role.ADMINISTRATOR, ward_id=ward.id)
    person = _make(ward)
    with ward.database.transaction() as tx:
        accounts.grant(tx, here, person.id, Grant(Role.NURSE, ward.id))
    for elsewhere in (None, "another ward"):
        with pytest.raises(Forbidden), ward.database.transaction() as tx:
            accounts.grant(tx, here, person.id, Grant(Role.NURSE, elsewhere))
        with pytest.raises(Forbidden), ward.database.transaction() as tx:
            accounts.create_person(tx, here, "other", "CANARY", None, [Grant(Role.ADMINISTRATOR, elsewhere)])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_makes_people(ward: Ward, role: Role) -> None:
    with pytest.raises(Forbidden), ward.database.transaction() as tx:
        accounts.create_person(tx, somebody(role), "other", "CANARY", None, [Grant(Role.NURSE, ward.id)])


def test_a_service_account_makes_nobody(ward: Ward) -> None:
    with pytest.raises(Forbidden), ward.database.transaction() as tx:
        accounts.create_person(tx, a_service("read"), "other", "CANARY", None, [])


@pytest.mark.parametrize("login", ["", "  "])
def test_a_person_needs_a_login(ward: Ward, login: str) -> None:
    with pytest.raises(InvalidInput):
        _make(ward, login)


def test_a_login_in_another_spelling_is_the_same_login(ward: Ward) -> None:
    _make(ward, "Nurse")
    with pytest.raises(Conflict) as refusal:
        _make(ward, " NURSE ")
    assert refusal.value.code == "login_taken"


def test_a_role_given_twice_is_held_once(ward: Ward) -> None:
    person = _make(ward)
    for _ in range(2):
        with ward.database.transaction() as tx:
            accounts.grant(tx, OPERATOR, person.id, Grant(Role.NURSE, ward.id))
    with ward.database.reading() as tx:
        assert people.person(tx, person.id).grants == {Grant(Role.NURSE, ward.id)}


def test_a_personal_token_is_made_by_that_person_alone(ward: Ward) -> None:
    person = _make(ward)
    admin = somebody(Role.ADMINISTRATOR)
    with pytest.raises(Forbidden) as refusal, ward.database.transaction() as tx:
        tokens.create_token(tx, admin, "in your name", person)
    assert refusal.value.code == "own_token_only"


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "acknowledge"]])
def test_a_service_token_has_scopes_that_exist(ward: Ward, scopes: list[str]) -> None:
    with pytest.raises(InvalidInput), ward.database.transaction() as tx:
        tokens.create_token(tx, OPERATOR, "gateway", None, scopes)


def test_a_service_token_is_held_to_wards_that_exist(ward: Ward) -> None:
    with ward.database.transaction() as tx:
        token, _ = tokens.create_token(tx, OPERATOR, "gateway", None, ["read"], [ward.id])
    assert token.scopes == {"read", f"ward:{ward.id}"}
    with pytest.raises(NotFound), ward.database.transaction() as tx:
        tokens.create_token(tx, OPERATOR, "gateway", None, ["read"], ["no such ward"])


def test_a_token_that_has_expired_already_is_refused(ward: Ward) -> None:
    with pytest.raises(InvalidInput), ward.database.transaction() as tx:
        tokens.create_token(tx, OPERATOR, "late", None, ["read"], expires_at=AT - timedelta(seconds=1))


def test_every_act_is_in_the_audit_trail(ward: Ward) -> None:
    before = ward.count("audit")
    person = _make(ward)
    with ward.database.transaction() as tx:
        accounts.grant(tx, OPERATOR, person.id, Grant(Role.NURSE, ward.id))
        token, _ = tokens.create_token(tx, OPERATOR, "gateway", None, ["read"])
        tokens.revoke_token(tx, OPERATOR, token.id)
    assert ward.count("audit") == before + 4
