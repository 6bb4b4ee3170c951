"""May a program call with a token of the sign-on provider, and never do what needs a person?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.api.app import Caller
from tests.api.bedside import an_evaluation, items
from tests.api.world import World, a_stay
from tests.sign_on import OTHER, Trickster, signed, trickster


@pytest.fixture
def site(small_world: World) -> Iterator[Trickster]:
    with trickster() as made:
        small_world.app.state.sign_on = made.sign_on()
        yield made


def program(world: World, site: Trickster, **said: Any) -> Caller:
    return Caller(world.app, signed(site.program(world.clock.at, **said), typ="at+jwt"))


def test_a_program_does_what_its_scopes_say_and_nothing_else(small_world: World, site: Trickster) -> None:
    caller = program(small_world, site)
    assert caller.read("/alerts/open")["items"] == []
    assert caller.post("/evaluate", an_evaluation(), key=None).status_code == 200
    me = program(small_world, site, scope="read ward:x unheard-of").read("/people/me")
    assert (me["name"], me["service"], me["scopes"], me["roles"]) == ("pager", True, ["read", "ward:x"], [])
    assert caller.get("/wards").json()["code"] == "scope_needed"


def test_the_same_client_is_the_same_account_and_another_is_not(small_world: World, site: Trickster) -> None:
    ids = [
        program(small_world, site, scope="read", **said).read("/people/me")["id"]
        for said in ({}, {"jti": "x"}, {"client_id": "lab"})
    ]
    assert ids[0] == ids[1] != ids[2]


def test_a_program_is_held_to_its_wards(small_world: World, site: Trickster) -> None:
    world = small_world
    seen = {
        scope: [ward["id"] for ward in program(world, site, scope=scope).read("/wards")["items"]]
        for scope in ("read", f"read ward:{world.ward}", "read ward:unknown")
    }
    assert sorted(seen["read"]) == sorted([world.ward, world.elsewhere])
    assert seen[f"read ward:{world.ward}"] == [world.ward]
    assert seen["read ward:unknown"] == []


def test_a_program_charts_in_its_own_name(small_world: World, site: Trickster) -> None:
    stay = a_stay(small_world)
    caller = program(small_world, site, scope="read observations:write", client_id="lab-engine")
    caller.make(f"/courses/{stay.course_id}/observation-sets", {"items": items()})
    with small_world.database.reading() as tx:
        row = tx.connection.exec_driver_sql("SELECT person, acting_as FROM audit ORDER BY seq DESC LIMIT 1").one()
    assert tuple(row) == (None, "lab-engine")


def test_no_scope_lets_a_program_do_what_needs_a_person(small_world: World, site: Trickster) -> None:
    stay = a_stay(small_world)
    saved = small_world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": items(creatinine="2.6")})
    every = "read alerts:read observations:write evaluate acknowledge order give admit administer *"
    caller = program(small_world, site, scope=every)
    alert, decision = saved["alerts"][0]["alert_id"], saved["decision"]["id"]
    reason = {"reason": "CANARY-REASON-9041"}
    for path, body in (
        (f"/alerts/{alert}/acknowledgement", {"seen": "hold"}),
        (f"/alerts/{alert}/close", {**reason, "seen": "hold"}),
        (f"/doses/{stay.dose()}/orders", {**reason, "decision_id": decision, "choice": "hold"}),
        ("/wards", {"name": "x", "time_zone": "UTC"}),
    ):
        answer = caller.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "person_needed"), path


@pytest.mark.parametrize(
    "said",
    [
        {"aud": "doseward"},
        {"iss": "https://other.example"},
        {"exp": 1},
        {"client_id": None},
        {"nonce": "x"},
        {"iat": 1},
    ],
)
def test_a_token_that_is_not_for_us_opens_nothing(small_world: World, site: Trickster, said: dict[str, Any]) -> None:
    answer = program(small_world, site, **said).get("/alerts/open")
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_ends_and_a_forged_one_never_begins(small_world: World, site: Trickster) -> None:
    caller = program(small_world, site)
    assert caller.get("/alerts/open").status_code == 200
    small_world.clock.at += timedelta(minutes=11, seconds=1)
    assert caller.get("/alerts/open").status_code == 401
    forged = Caller(small_world.app, signed(site.program(small_world.clock.at), OTHER))
    assert forged.get("/alerts/open").status_code == 401


def test_a_persons_id_token_opens_no_api(small_world: World, site: Trickster) -> None:
    token = signed(site.claims(small_world.clock.at, nonce="CANARY-nonce"))
    assert Caller(small_world.app, token).get("/alerts/open").status_code == 401


def test_without_an_audience_no_program_may_call(small_world: World, site: Trickster) -> None:
    caller = program(small_world, site)
    small_world.app.state.sign_on = None
    assert caller.get("/alerts/open").status_code == 401
    assert site.asked == []


def test_a_token_is_checked_without_asking_the_provider_each_time(small_world: World, site: Trickster) -> None:
    caller = program(small_world, site)
    for _ in range(4):
        assert caller.get("/alerts/open").status_code == 200
    assert site.asked == ["/.well-known/openid-configuration", "/keys"]
    site.bodies["/keys"] = (500, b"")
    assert caller.get("/alerts/open").status_code == 200


def test_a_token_that_cannot_be_checked_now_is_to_be_sent_again(small_world: World, site: Trickster) -> None:
    site.bodies["/keys"] = (500, b"")
    answer = program(small_world, site).get("/alerts/open")
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_silent")
    assert answer.headers["retry-after"] == "2"


def test_our_own_tokens_go_on_working_beside_them(small_world: World, site: Trickster) -> None:
    assert small_world.service.get("/alerts/open").status_code == 200
    assert small_world.nurse.get("/alerts/open").status_code == 200
    assert site.asked == []
