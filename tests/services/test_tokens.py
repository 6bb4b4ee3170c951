"""Who makes and ends which token, for how long, and what is left of it?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import DosewardError, Forbidden, InvalidInput, NotFound, ProofNeeded
from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services import accounts, tokens
from app.services.acting import Acting
from app.services.tokens import LONGEST, MARK
from app.store import wards
from app.store.people import Grant, Person
from app.store.tokens import Token
from app.store.wards import Ward as Place
from tests.builders import AT
from tests.services.ward import Ward, a_service, later, somebody

OPERATOR = accounts.operator(AT)


def _elsewhere(ward: Ward) -> str:
    place = Place(new_id(AT), "CANARY-ELSEWHERE", "UTC")
    with ward.database.transaction() as tx:
        wards.add_ward(tx, place, AT)
    return place.id


def _person(ward: Ward, *grants: Grant) -> tuple[Person, Acting]:
    """Somebody who has just shown a password in a browser."""
    with ward.database.transaction() as tx:
        person = accounts.create_person(tx, OPERATOR, f"p-{len(grants)}-{new_id(AT)}", "CANARY", None, grants)
    return person, Acting(person.id, person.name, False, person.grants, None, AT, "r", proved_at=AT)


def _make(ward: Ward, acting: Acting, *named: Any, **more: Any) -> Token:
    with ward.database.transaction() as tx:
        return tokens.create_token(tx, acting, *named, **more)[0]


def _refused(ward: Ward, acting: Acting, *named: Any, **more: Any) -> str:
    before = ward.count("token"), ward.count("audit")
    with pytest.raises(DosewardError) as refusal, ward.database.transaction() as tx:
        tokens.create_token(tx, acting, *named, **more)
    assert (ward.count("token"), ward.count("audit")) == before
    return refusal.value.code


def test_a_token_without_an_end_ends_after_ninety_days_and_none_lasts_longer(ward: Ward) -> None:
    assert timedelta(days=90) == LONGEST
    assert _make(ward, OPERATOR, "gateway", None, ["read"]).expires_at == AT + LONGEST
    assert _make(ward, OPERATOR, "gateway", None, ["read"], expires_at=AT + LONGEST).expires_at == AT + LONGEST
    over = AT + LONGEST + timedelta(seconds=1)
    assert _refused(ward, OPERATOR, "gateway", None, ["read"], expires_at=over) == "too_long"
    assert _refused(ward, OPERATOR, "gateway", None, ["read"], expires_at=AT) == "expired"
    assert _refused(ward, OPERATOR, "  ", None, ["read"]) == "name_needed"


def test_the_secret_has_a_mark_and_256_bits_and_only_its_hash_is_kept(ward: Ward) -> None:
    with ward.database.transaction() as tx:
        secrets = {tokens.create_token(tx, OPERATOR, "gateway", None, ["read"])[1] for _ in range(50)}
        stored = str([tuple(row) for row in tx.connection.exec_driver_sql("SELECT * FROM token")])
        trail = str([tuple(row) for row in tx.connection.exec_driver_sql("SELECT * FROM audit")])
    assert len(secrets) == 50
    for secret in secrets:
        assert re.fullmatch(MARK + r"[A-Za-z0-9_-]{43}", secret)  # 43 letters of 6 bits hold 256
        assert secret not in stored + trail
        assert secret.removeprefix(MARK) not in stored + trail


def test_making_a_token_takes_a_fresh_proof(ward: Ward) -> None:
    person, acting = _person(ward, Grant(Role.NURSE, ward.id))
    stale = replace(acting, proved_at=AT - timedelta(minutes=2))
    assert _refused(ward, stale, "mine", person) == "proof_needed"
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        tokens.create_token(tx, replace(somebody(Role.ADMINISTRATOR), proved_at=stale.proved_at), "x", None, ["read"])
    assert _make(ward, acting, "mine", person).person == person


def test_a_token_does_not_make_the_next_one(ward: Ward) -> None:
    person, acting = _person(ward, Grant(Role.NURSE, ward.id))
    by_token = tokens.acting_for(_make(ward, acting, "mine", person), AT, "r")
    assert _refused(ward, by_token, "another", person) == "token_by_token"
    assert _refused(ward, a_service("read", "evaluate"), "another", None, ["read"]) == "role_needed"


def test_an_administrator_of_one_ward_lets_programs_in_there_alone(ward: Ward) -> None:
    there = _elsewhere(ward)
    _, acting = _person(ward, Grant(Role.ADMINISTRATOR, ward.id))
    assert _make(ward, acting, "gateway", None, ["read"], [ward.id]).scopes == {"read", f"ward:{ward.id}"}
    for named in ([there], [ward.id, there], []):
        assert _refused(ward, acting, "gateway", None, ["read"], named) == "role_needed"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_makes_a_service_token(ward: Ward, role: Role) -> None:
    assert _refused(ward, somebody(role), "gateway", None, ["read"]) == "role_needed"


def test_everybody_sees_and_ends_their_own_and_what_they_administer(ward: Ward) -> None:
    there = _elsewhere(ward)
    nurse, acting = _person(ward, Grant(Role.NURSE, ward.id))
    _, other = _person(ward, Grant(Role.NURSE, ward.id))
    _, here = _person(ward, Grant(Role.ADMINISTRATOR, ward.id))
    made = {
        "mine": _make(ward, acting, "mine", nurse),
        "house": _make(ward, OPERATOR, "house", None, ["read"]),
        "here": _make(ward, OPERATOR, "here", None, ["read"], [ward.id]),
        "both": _make(ward, OPERATOR, "both", None, ["read"], [ward.id, there]),
    }
    seen = {
        "nurse": (acting, {"mine"}),
        "other": (other, set()),
        "here": (here, {"here"}),
        "house": (somebody(Role.ADMINISTRATOR), {"mine", "house", "here", "both"}),
        "service": (a_service("read"), set()),
    }
    for who, names in seen.values():
        with ward.database.reading() as tx:
            assert {token.name for token in tokens.tokens_for(tx, who)} == names
        for name in made.keys() - names:
            with pytest.raises(NotFound), ward.database.transaction() as tx:
                tokens.revoke_token(tx, who, made[name].id)
    with pytest.raises(NotFound), ward.database.transaction() as tx:
        tokens.revoke_token(tx, OPERATOR, new_id(AT))


def test_a_revoked_token_opens_nothing_and_stays_revoked_when_it_first_was(ward: Ward) -> None:
    person, acting = _person(ward, Grant(Role.NURSE, ward.id))
    with ward.database.transaction() as tx:
        token, secret = tokens.create_token(tx, acting, "mine", person)
        assert tokens.token_of(tx, secret, AT) == token
        assert tokens.revoke_token(tx, acting, token.id).revoked_at == AT
        assert tokens.token_of(tx, secret, AT) is None
        assert tokens.revoke_token(tx, later(acting, 1), token.id).revoked_at == AT
    assert ward.count("audit WHERE action = 'revoke_token'") == 1


def test_a_token_ends_with_its_person(ward: Ward) -> None:
    person, acting = _person(ward, Grant(Role.NURSE, ward.id))
    with ward.database.transaction() as tx:
        _, secret = tokens.create_token(tx, acting, "mine", person)
        accounts.disable(tx, somebody(Role.ADMINISTRATOR), person.id, "CANARY-REASON")
        assert tokens.token_of(tx, secret, AT) is None
        accounts.enable(tx, somebody(Role.ADMINISTRATOR), person.id)
        assert tokens.token_of(tx, secret, AT) is None


@pytest.mark.parametrize("scopes", [["ward:x"], ["read", "ward:x"], ["READ"], ["read "], ["acknowledge"]])
def test_a_scope_is_one_of_four_words(ward: Ward, scopes: list[str]) -> None:
    assert _refused(ward, OPERATOR, "gateway", None, scopes) == "unknown_scope"


def test_a_personal_token_has_no_scopes_and_is_made_by_its_person(ward: Ward) -> None:
    person, acting = _person(ward, Grant(Role.NURSE, ward.id))
    _, other = _person(ward, Grant(Role.ADMINISTRATOR, None))
    with pytest.raises(InvalidInput), ward.database.transaction() as tx:
        tokens.create_token(tx, acting, "mine", person, ["read"])
    # It acts as its person, wherever that is: one that said it was held to a ward would not be.
    with pytest.raises(InvalidInput) as held, ward.database.transaction() as tx:
        tokens.create_token(tx, acting, "mine", person, ward_ids=[ward.id])
    assert [(one.pointer, one.code) for one in held.value.errors] == [("/ward_ids", "wards_of_a_person")]
    with pytest.raises(Forbidden) as refusal, ward.database.transaction() as tx:
        tokens.create_token(tx, other, "in your name", person)
    assert refusal.value.code == "own_token_only"
