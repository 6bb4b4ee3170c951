"""Does everybody see their own wards, and nothing of the others?"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import pytest

from app.domain.record import instant
from tests.api.app import Caller
from tests.api.bedside import a_cycle, an_evaluation, given, items, not_given
from tests.api.world import World, a_service, a_stay
from tests.builders import AT

UNKNOWN = "019cb993-d800-7789-926c-c1e7dfcb1ee0"


@dataclass
class Things:
    """The ids of one thing of each kind, on the first ward."""

    ids: dict[str, str]
    ward: str

    def body(self, path: str) -> Any:
        """What is sent there; None where nothing is."""
        reason = {"reason": "CANARY-REASON-9041"}
        at = instant(AT)
        return {
            "/courses/{course_id}/cycles": a_cycle(self.ward, number=2),
            "/cycles/{cycle_id}/events": {**reason, "kind": "moved", "at": at, "ward_id": self.ward, "bed": "2"},
            "/courses/{course_id}/observation-sets": {"items": items()},
            "/observations/{observation_id}/corrections": {**reason, "retract": True},
            "/administrations/{administration_id}/corrections": {**reason, "deviation": "CANARY-9041"},
            "/doses/{dose_id}/orders": {**reason, "decision_id": self.ids["decision_id"], "choice": "hold"},
            "/doses/{dose_id}/administration": given(AT, decision_id=self.ids["decision_id"]),
            "/alerts/{alert_id}/acknowledgement": {"seen": "hold"},
            "/alerts/{alert_id}/close": {**reason, "seen": "hold"},
            "/alerts/{alert_id}/snooze": {**reason, "seen": "hold", "minutes": 5},
            "/alerts/{alert_id}/outcome": {"told": "CANARY-told", "done": "CANARY-done"},
        }.get(path)


OBJECTS = [
    ("GET", "/courses/{course_id}"),
    ("GET", "/courses/{course_id}/figures/labs"),
    ("GET", "/courses/{course_id}/what-if?protocol=consensus-2014"),
    ("GET", "/cycles/{cycle_id}/doses"),
    ("GET", "/doses/{dose_id}"),
    ("GET", "/decisions/{decision_id}"),
    ("GET", "/alerts/{alert_id}"),
    ("GET", "/alerts/{alert_id}/events"),
    ("GET", "/alerts/{alert_id}/deliveries"),
    ("POST", "/courses/{course_id}/cycles"),
    ("POST", "/cycles/{cycle_id}/events"),
    ("POST", "/courses/{course_id}/observation-sets"),
    ("POST", "/observations/{observation_id}/corrections"),
    ("POST", "/administrations/{administration_id}/corrections"),
    ("POST", "/doses/{dose_id}/decisions"),
    ("POST", "/doses/{dose_id}/orders"),
    ("POST", "/doses/{dose_id}/administration"),
    ("POST", "/alerts/{alert_id}/acknowledgement"),
    ("POST", "/alerts/{alert_id}/seen"),
    ("POST", "/alerts/{alert_id}/close"),
    ("POST", "/alerts/{alert_id}/snooze"),
    ("POST", "/alerts/{alert_id}/outcome"),
]


def _things(world: World) -> Things:
    stay = a_stay(world)
    saved = world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": items(creatinine="2.6")})
    ids = {
        "course_id": stay.course_id,
        "cycle_id": stay.cycle["id"],
        "dose_id": stay.dose(),
        "observation_id": saved["observations"][0]["id"],
        "decision_id": saved["decision"]["id"],
        "administration_id": world.nurse.make(f"/doses/{stay.dose(2)}/administration", not_given(AT))["id"],
        "alert_id": saved["alerts"][0]["alert_id"],
    }
    return Things(ids, world.ward)


def _ask(caller: Caller, method: str, path: str, ids: dict[str, str], things: Things) -> tuple[int, dict[str, Any]]:
    address, _, query = path.format(**ids).partition("?")
    answer = (
        caller.get(address, **dict(parse_qsl(query))) if method == "GET" else caller.post(address, things.body(path))
    )
    document = answer.json()
    document.pop("request_id", None)
    return answer.status_code, document


def _rows(world: World) -> dict[str, int]:
    tables = ("observation", "decision", "alert_event", "administration", "dose_order", "cycle_event", "cycle", "audit")
    return {table: world.count(table) for table in tables}


def test_what_lies_on_another_ward_answers_like_what_does_not_exist(world: World) -> None:
    things = _things(world)
    before = _rows(world)
    unknown = dict.fromkeys(things.ids, UNKNOWN)
    for method, path in OBJECTS:
        foreign = _ask(world.stranger, method, path, things.ids, things)
        assert foreign == _ask(world.stranger, method, path, unknown, things), path
        assert foreign[0] == 404, (path, foreign)
    assert _rows(world) == before


def test_nobody_is_let_in_without_a_token(small_world: World) -> None:
    things = _things(small_world)
    nobody = small_world.nobody()
    for method, path in OBJECTS:
        status, document = _ask(nobody, method, path, things.ids, things)
        assert (status, document["code"]) == (401, "not_signed_in"), path
    for path in ("/wards", "/beds", "/people/me", "/people", "/patients?mrn=1", "/courses", "/protocols", "/alerts"):
        answer = nobody.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_lists_show_nothing_of_other_wards(world: World) -> None:
    _things(world)
    assert world.stranger.read("/courses")["items"] == []
    assert world.stranger.read("/courses", state="active")["items"] == []
    assert world.stranger.read("/alerts/open")["items"] == []
    assert world.stranger.read("/alerts")["items"] == []
    assert [ward["id"] for ward in world.stranger.read("/wards")["items"]] == [world.elsewhere]
    assert {bed["ward_id"] for bed in world.stranger.read("/beds")["items"]} == {world.elsewhere}
    for path in ("/courses", "/beds"):
        foreign, unknown = (world.stranger.get(path, ward_id=of) for of in (world.ward, UNKNOWN))
        assert foreign.status_code == unknown.status_code == 404
    assert world.stranger.read("/patients", mrn="CANARY-MRN-9041")["items"] == []
    assert len(world.nurse.read("/patients", mrn="CANARY-MRN-9041")["items"]) == 1


def test_a_patient_of_another_ward_gets_no_course_from_there(small_world: World) -> None:
    stay = a_stay(small_world)
    body = {"patient_id": stay.patient["id"], "protocol": "lvhn-2015"}
    foreign = small_world.stranger.post("/courses", body)
    unknown = small_world.stranger.post("/courses", {**body, "patient_id": UNKNOWN})
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["detail"] == unknown.json()["detail"]
    assert small_world.count("course") == 1


def test_a_patient_who_is_moved_is_seen_from_the_new_ward_and_no_longer_from_the_old(world: World) -> None:
    things = _things(world)
    world.admin.make("/beds", {"ward_id": world.elsewhere, "name": "7"})
    moved = {"kind": "moved", "at": instant(AT), "reason": "isolation", "ward_id": world.elsewhere, "bed": "7"}
    world.nurse.make(f"/cycles/{things.ids['cycle_id']}/events", moved)
    path = f"/courses/{things.ids['course_id']}"
    assert world.nurse.get(path).status_code == 404
    found = world.stranger.read(path)
    assert (found["ward_id"], found["cycles"][0]["bed"]) == (world.elsewhere, "7")
    assert [alert["ward_id"] for alert in world.stranger.read("/alerts/open")["items"]] == [world.elsewhere]
    assert world.nurse.read("/courses")["items"] == []


@pytest.mark.parametrize(
    "who, path",
    [
        ("nurse", "/doses/{dose_id}/orders"),
        ("charge", "/doses/{dose_id}/orders"),
        ("nurse", "/courses/{course_id}/cycles"),
        ("admin", "/courses/{course_id}/observation-sets"),
        ("admin", "/doses/{dose_id}/administration"),
        ("admin", "/administrations/{administration_id}/corrections"),
        ("admin", "/alerts/{alert_id}/acknowledgement"),
    ],
)
def test_who_lacks_the_role_is_refused(small_world: World, who: str, path: str) -> None:
    things = _things(small_world)
    status, document = _ask(small_world.everybody()[who], "POST", path, things.ids, things)
    assert (status, document["code"]) == (403, "role_needed")


@pytest.mark.parametrize(
    "path",
    [
        "/doses/{dose_id}/orders",
        "/doses/{dose_id}/administration",
        "/administrations/{administration_id}/corrections",
        "/alerts/{alert_id}/acknowledgement",
        "/alerts/{alert_id}/seen",
        "/alerts/{alert_id}/close",
        "/courses/{course_id}/cycles",
    ],
)
def test_a_service_account_cannot_do_what_needs_a_person(small_world: World, path: str) -> None:
    things = _things(small_world)
    status, document = _ask(small_world.service, "POST", path, things.ids, things)
    assert (status, document["code"]) == (403, "person_needed")


def test_a_service_account_is_held_to_its_scopes(small_world: World) -> None:
    things = _things(small_world)
    pager = Caller(small_world.app, a_service(small_world.database, ["alerts:read"]))
    assert len(pager.read("/alerts/open")["items"]) == 1
    refused = pager.get(f"/courses/{things.ids['course_id']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_needed")
    assert "read" in refused.json()["detail"]
    assert pager.post("/evaluate", an_evaluation()).json()["code"] == "scope_needed"


def test_a_service_account_is_held_to_its_wards(small_world: World) -> None:
    things = _things(small_world)
    other = Caller(small_world.app, a_service(small_world.database, ["read"], [small_world.elsewhere]))
    assert other.get(f"/courses/{things.ids['course_id']}").status_code == 404
    assert other.read("/alerts/open")["items"] == []
    own = Caller(small_world.app, a_service(small_world.database, ["read"], [small_world.ward]))
    assert own.get(f"/courses/{things.ids['course_id']}").status_code == 200


def test_a_role_taken_away_counts_from_the_next_request(small_world: World) -> None:
    things = _things(small_world)
    path = f"/courses/{things.ids['course_id']}"
    assert small_world.nurse.get(path).status_code == 200
    with small_world.database.transaction() as tx:
        tx.connection.exec_driver_sql("DELETE FROM person_role WHERE role = 'nurse'")
    assert small_world.nurse.get(path).status_code in (403, 404)


def test_a_bad_token_is_refused_even_beside_a_good_session(small_world: World) -> None:
    forged = Caller(small_world.app, "dw_" + "A" * 43)
    assert forged.get("/people/me").json()["code"] == "bad_token"
    assert json.loads(forged.get("/wards").content)["status"] == 401
