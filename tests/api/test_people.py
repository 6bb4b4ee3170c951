"""Can an administrator's program make people, and do their rights end when it says so?"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.domain.vocabulary import Role
from app.services import accounts, passwords, tokens
from app.store import invitations, people
from app.store.people import Grant
from tests.api.app import Caller
from tests.api.world import World, a_token

UNKNOWN = "019cb993-d800-7789-926c-c1e7dfcb1ee0"
PASSWORD = "lantern over nine bridges"
ACTS: dict[str, dict[str, Any] | None] = {
    "invitation": None,
    "roles": {"role": "nurse", "ward_id": None},
    "roles/removal": {"role": "nurse", "ward_id": None},
    "disabling": {"reason": "CANARY-REASON-9041"},
    "enabling": None,
}


def _new(world: World, **changes: Any) -> Any:
    body = {"login": "new", "name": "CANARY-NEW", "roles": [{"role": "nurse", "ward_id": world.ward}]}
    return world.admin.make("/people", body | changes)


def _admin_of(world: World, ward_id: str, login: str = "ward-admin") -> Caller:
    return Caller(world.app, a_token(world.database, login, [Grant(Role.ADMINISTRATOR, ward_id)]))


def _code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_somebody_made_without_a_password_comes_with_a_code_that_is_told_once(world: World) -> None:
    made = _new(world)
    assert made["invitation"]["expires_at"] == "2026-03-07T16:00:00Z"
    secret = made["invitation"]["code"]
    for answer in (world.admin.get("/people"), world.admin.get(f"/people/{made['id']}")):
        assert secret not in answer.text
    with world.database.reading() as tx:
        assert people.password_of(tx, made["id"]) is None
        assert invitations.invitation_of(tx, made["id"]) is not None
    assert world.count("idempotency") == 0


def test_somebody_made_with_a_password_needs_no_code(world: World) -> None:
    made = _new(world, password=PASSWORD)
    assert made["invitation"] is None
    with world.database.reading() as tx:
        assert passwords.matches(people.password_of(tx, made["id"]), PASSWORD)[0]


@pytest.mark.parametrize(
    "password, code",
    [
        ("too short", "invalid_fields"),
        ("x" * 1025, "invalid_fields"),
        ("Password2026!", "common_password"),
        ("newnewnewnew1", "too_regular"),
        ("CANARY-NEW lantern", "context_word"),
        ("canary-ward-a lantern", "context_word"),
        (None, ""),
    ],
)
def test_a_password_that_anybody_might_guess_is_refused_at_its_field(
    quiet_world: World, password: str | None, code: str
) -> None:
    body: dict[str, Any] = {"login": "new", "name": "CANARY-NEW", "password": password, "roles": []}
    answer = quiet_world.admin.post("/people", body)
    if code == "":
        assert answer.status_code == 201
        return
    assert _code(answer) == (422, code)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/password"]
    assert str(password) not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b'{"login": "\\ud800", "name": "x", "roles": []}',
        b'{"login": "x", "name": "x", "password": "\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800 abcdef", "roles": []}',
        b'{"login": "x\\u0000", "name": "x", "roles": []}',
        b'{"login": "", "name": "x", "roles": []}',
        b'{"login": "x", "name": " ", "roles": []}',
        b'{"login": "x", "name": "x"}',
        b'{"login": "x", "name": "x", "roles": [], "active": false}',
        b'{"login": "' + b"x" * 10_000 + b'", "name": "x", "roles": []}',
    ],
)
def test_a_person_that_cannot_be_is_refused(quiet_world: World, body: bytes) -> None:
    assert quiet_world.admin.post("/people", body).status_code in (400, 422)


def test_roles_are_given_and_taken_and_count_at_the_next_request(world: World) -> None:
    made = _new(world)
    with world.database.transaction() as tx:
        person = people.person(tx, made["id"])
        _, secret = tokens.create_token(tx, accounts.operator(world.clock.at), "mine", person)
    them = Caller(world.app, secret)
    role = {"role": "nurse", "ward_id": world.ward}
    assert them.read("/wards")["items"] != []
    left = world.admin.make(f"/people/{made['id']}/roles/removal", role)
    assert left["roles"] == []
    assert them.get("/wards").status_code == 403
    assert _code(world.admin.post(f"/people/{made['id']}/roles/removal", role)) == (404, "not_found")
    assert world.admin.make(f"/people/{made['id']}/roles", role)["roles"] == [role]
    assert world.admin.make(f"/people/{made['id']}/roles", role)["roles"] == [role]
    assert them.read("/wards")["items"] != []


def test_a_token_dies_with_its_person_and_does_not_come_back(world: World) -> None:
    me = world.nurse.read("/people/me")["id"]
    off = world.admin.make(f"/people/{me}/disabling", {"reason": "CANARY-REASON-9041"})
    assert off["active"] is False
    assert world.nurse.get("/people/me").status_code == 401
    assert world.admin.make(f"/people/{me}/enabling")["active"] is True
    assert world.nurse.get("/people/me").status_code == 401


def test_an_administrator_of_one_ward_handles_its_people_and_no_others(world: World) -> None:
    here = _admin_of(world, world.ward)
    mine, theirs = world.nurse.read("/people/me")["id"], world.stranger.read("/people/me")["id"]
    seen = {one["login"] for one in here.read("/people")["items"]}
    assert {"nurse", "prescriber", "charge", "ward-admin"} <= seen
    assert not seen & {"stranger", "admin"}
    for act, body in ACTS.items():
        unknown = _problem(here.post(f"/people/{UNKNOWN}/{act}", body))
        assert _problem(here.post(f"/people/{theirs}/{act}", body)) == unknown
        role = {"role": "nurse", "ward_id": world.ward}
        answer = here.post(f"/people/{theirs}/{act}", role if body is not None and "role" in body else body)
        assert _code(answer) == (404, "not_found"), act
    assert _problem(here.get(f"/people/{theirs}")) == _problem(here.get(f"/people/{UNKNOWN}"))
    assert here.read(f"/people/{mine}")["login"] == "nurse"
    assert here.make(f"/people/{mine}/roles", {"role": "charge_nurse", "ward_id": world.ward})
    for more in ({"role": "administrator", "ward_id": None}, {"role": "nurse", "ward_id": world.elsewhere}):
        assert _code(here.post(f"/people/{mine}/roles", more)) == (403, "role_needed")
    body = {"login": "x", "name": "CANARY", "roles": [{"role": "administrator", "ward_id": None}]}
    assert _code(here.post("/people", body)) == (403, "role_needed")


def _problem(answer: Any) -> Any:
    document = answer.json()
    document.pop("request_id")
    return document


def test_nobody_changes_themselves_or_takes_the_last_administrator(world: World) -> None:
    me = world.admin.read("/people/me")["id"]
    for act, body in ACTS.items():
        assert _code(world.admin.post(f"/people/{me}/{act}", body)) == (403, "own_account"), act
    here = _admin_of(world, world.ward)
    assert _code(here.post(f"/people/{me}/disabling", ACTS["disabling"])) == (404, "not_found")


def test_only_administrators_call_any_of_it(quiet_world: World) -> None:
    me = quiet_world.nurse.read("/people/me")["id"]
    for name in ("nurse", "prescriber", "charge", "stranger", "service"):
        caller = quiet_world.everybody()[name]
        assert caller.get(f"/people/{me}").status_code == 403
        for act, body in ACTS.items():
            assert caller.post(f"/people/{me}/{act}", body).status_code == 403, (name, act)


def test_of_twenty_who_add_the_same_login_at_once_one_has(world: World) -> None:
    body = {"login": "same", "name": "CANARY-SAME", "roles": []}
    with ThreadPoolExecutor(20) as pool:
        found = Counter(pool.map(lambda _: _code(world.admin.post("/people", body)), range(20)))
    assert found == {(201, ""): 1, (409, "login_taken"): 19}


def test_a_disabling_needs_a_reason(quiet_world: World) -> None:
    me = quiet_world.nurse.read("/people/me")["id"]
    for body in ({}, {"reason": ""}, {"reason": "x" * 5000}, {"reason": "x", "more": 1}):
        assert quiet_world.admin.post(f"/people/{me}/disabling", body).status_code == 422
    assert quiet_world.nurse.read("/people/me")["id"] == me
