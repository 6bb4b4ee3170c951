"""Who makes and ends tokens over REST, and what does a service token never do?"""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
import structlog
from httpx2 import Response

from app.api import PREFIX
from app.domain.ids import new_id
from app.domain.record import instant
from app.http.authority import AUTHORITY, Rule
from app.http.logs import configure_logging
from app.http.request_id import request_id
from app.services.acting import SCOPES, Permission
from app.services.tokens import KNOWN_SCOPES
from tests.api import bedside
from tests.api.app import Caller
from tests.api.world import Stay, World, a_service, a_stay
from tests.builders import AT

SERVICE = {"kind": "service", "name": "CANARY-gateway", "scopes": ["alerts:read"], "ward_ids": None}


def _code(answer: Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


def test_a_token_is_made_used_listed_and_ended(small_world: World) -> None:
    made = small_world.admin.make("/tokens", {**SERVICE, "ward_ids": [small_world.ward]})
    assert made["secret"].startswith("dw_")
    assert made["expires_at"] == instant(AT + timedelta(days=90))
    assert (made["scopes"], made["ward_ids"], made["used_at"]) == (["alerts:read"], [small_world.ward], None)
    program = Caller(small_world.app, made["secret"])
    program.read("/alerts/open")
    listed = {one["id"]: one for one in small_world.admin.read("/tokens")["items"]}
    assert listed[made["id"]]["used_at"] == instant(AT)
    assert "secret" not in listed[made["id"]]
    ended = small_world.admin.make(f"/tokens/{made['id']}/revocation")
    assert (ended["live"], ended["revoked_at"]) == (False, instant(AT))
    assert _code(program.get("/alerts/open"), 401) == "bad_token"


def test_the_secret_is_answered_once_whatever_is_sent_again(small_world: World) -> None:
    first, second = (small_world.admin.post("/tokens", SERVICE, key="the same").json() for _ in range(2))
    assert first["secret"] != second["secret"]
    with small_world.database.reading() as tx:
        kept = str([tuple(row) for row in tx.connection.exec_driver_sql("SELECT * FROM idempotency")])
    assert first["secret"] not in kept
    assert second["secret"] not in kept


@pytest.mark.parametrize(
    "change,status,code",
    [
        ({"expires_at": instant(AT + timedelta(days=90, seconds=1))}, 422, "too_long"),
        ({"expires_at": instant(AT)}, 422, "expired"),
        ({"scopes": []}, 422, "unknown_scope"),
        ({"scopes": ["alerts:acknowledge"]}, 422, "unknown_scope"),
        ({"ward_ids": [new_id(AT)]}, 404, "not_found"),
        ({"ward_ids": []}, 422, "invalid_fields"),
        ({"role": "administrator"}, 422, "invalid_fields"),
        ({"person_id": new_id(AT)}, 422, "invalid_fields"),
        ({"kind": "personal", "scopes": []}, 403, "token_by_token"),
    ],
)
def test_what_no_token_may_be_is_refused(quiet_world: World, change: dict[str, Any], status: int, code: str) -> None:
    before = quiet_world.count("token")
    assert _code(quiet_world.admin.post("/tokens", {**SERVICE, **change}), status) == code
    assert quiet_world.count("token") == before


def test_whoever_administers_nothing_makes_no_service_token(quiet_world: World) -> None:
    for name in ("nurse", "prescriber", "charge", "stranger"):
        assert _code(quiet_world.everybody()[name].post("/tokens", SERVICE), 403) == "role_needed"


def test_a_token_of_others_and_none_answer_alike(quiet_world: World) -> None:
    made = quiet_world.admin.make("/tokens", SERVICE)
    answers = [quiet_world.nurse.post(f"/tokens/{of}/revocation").json() for of in (made["id"], new_id(AT))]
    assert {**answers[0], "request_id": ""} == {**answers[1], "request_id": ""}
    assert answers[0]["code"] == "not_found"
    assert made["id"] not in {one["id"] for one in quiet_world.nurse.read("/tokens")["items"]}


_PEOPLE_ONLY = sorted(
    (method, path.removeprefix(PREFIX))
    for (method, path), rule in AUTHORITY.items()
    if path.startswith(PREFIX) and rule.permission is not None and rule.permission not in SCOPES
)


@pytest.mark.hazard("HZ-12")
@pytest.mark.parametrize("method,path", _PEOPLE_ONLY)
def test_a_service_token_with_every_scope_does_nothing_that_takes_a_person(
    quiet_world: World, quiet_stay: Stay, method: str, path: str
) -> None:
    program = Caller(quiet_world.app, a_service(quiet_world.database, KNOWN_SCOPES))
    ids = {"course_id": quiet_stay.course_id, "dose_id": quiet_stay.dose(), "cycle_id": quiet_stay.cycle["id"]}
    for name in ("alert_id", "token_id", "person_id", "protocol_id", "id", "emergency_id", "order_id", "request_id"):
        ids[name] = new_id(AT)
    filled = path.format_map(_Default(ids))
    answer = program.get(filled) if method == "GET" else program.post(filled, {})
    assert _code(answer, 403) == "person_needed"


class _Default(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return new_id(AT)


def test_every_act_that_takes_a_person_is_among_those() -> None:
    """The positive control of the test above: what it walks is what the issue names."""
    permissions = {AUTHORITY["POST", PREFIX + path].permission for method, path in _PEOPLE_ONLY if method == "POST"}
    assert permissions >= {
        *(Permission.ACKNOWLEDGE, Permission.ORDER, Permission.GIVE, Permission.ADMIT, Permission.ADMINISTER_PEOPLE),
        *(Permission.SIGN_PROTOCOL, Permission.HOLD_TOKENS),
    }
    assert all(isinstance(rule, Rule) for rule in AUTHORITY.values())


@pytest.mark.parametrize("scope", ["alerts:read", "read", "observations:write", "evaluate"])
def test_a_scope_opens_its_own_door_alone(quiet_world: World, quiet_stay: Stay, scope: str) -> None:
    program = Caller(quiet_world.app, a_service(quiet_world.database, [scope]))
    opened = {
        "alerts:read": program.get("/alerts/open").status_code,
        "read": program.get(f"/courses/{quiet_stay.course_id}").status_code,
        "observations:write": program.post(f"/courses/{quiet_stay.course_id}/observation-sets", {}).status_code,
        "evaluate": program.post("/evaluate", {}).status_code,
    }
    closed = {name for name, status in opened.items() if status == 403}
    assert closed == KNOWN_SCOPES - {scope} - ({"alerts:read"} if scope == "read" else set())


def test_a_token_of_another_ward_finds_nothing_here(quiet_world: World, quiet_stay: Stay) -> None:
    program = Caller(quiet_world.app, a_service(quiet_world.database, KNOWN_SCOPES, [quiet_world.elsewhere]))
    for path in (f"/courses/{quiet_stay.course_id}", f"/doses/{quiet_stay.dose()}", f"/courses/{new_id(AT)}"):
        assert _code(program.get(path), 404) == "not_found"
    sent = program.post(f"/courses/{quiet_stay.course_id}/observation-sets", {"items": bedside.items(heart_rate=80)})
    assert _code(sent, 404) == "not_found"
    assert program.read("/courses")["items"] == []


@pytest.mark.parametrize("place", ["query", "twice", "path", "sign-in"])
def test_a_token_in_an_address_is_refused_and_not_logged(small_world: World, place: str) -> None:
    secret = a_service(small_world.database, ["read"])
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers, root.level
    configure_logging("1.2.3", request_id, stream)
    asked = {
        "query": f"{PREFIX}/courses?access_token={secret}",
        "twice": f"{PREFIX}/courses?limit=1&x={secret[:3]}%{ord(secret[3]):02x}{secret[4:]}",
        "path": f"{PREFIX}/courses/{secret}",
        "sign-in": f"/nothing?next=%2F%3Ftoken%3D{secret}",
    }[place]
    answer = small_world.nobody().client.get(asked)
    structlog.reset_defaults()
    root.handlers, root.level = before, level
    assert _code(answer, 400) == "token_in_url"
    assert secret not in answer.text
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["code"] for line in lines] == ["token_in_url"]
    assert secret[4:] not in stream.getvalue()


def test_a_course_says_whom_its_patient_may_be_taken_for(small_world: World) -> None:
    stay = a_stay(small_world)
    assert small_world.nurse.read(f"/courses/{stay.course_id}")["similar"] == []
    other = a_stay(small_world, "CANARY-MRN-2")
    assert small_world.nurse.read(f"/courses/{stay.course_id}")["similar"] == [
        {
            "family_name": other.patient["family_name"],
            "given_name": other.patient["given_name"],
            "bed": other.cycle["bed"],
            "by": "name",
        }
    ]
