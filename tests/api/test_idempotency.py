"""Does a POST happen once, however often it is sent?"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.bedside import a_patient, given, items
from tests.api.world import Stay, World


def _set(stay: Stay, **values: Any) -> tuple[str, dict[str, Any]]:
    return f"/courses/{stay.course_id}/observation-sets", {"dose_id": stay.dose(), "items": items(**values)}


def test_the_same_key_and_body_get_the_first_answer_byte_for_byte(world: World, stay: Stay) -> None:
    path, body = _set(stay, creatinine="2.6")
    first = world.nurse.post(path, body, key="once")
    sets, events = world.count("observation_set"), world.count("alert_event")
    world.clock.move(30)
    again = world.nurse.post(path, body, key="once")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (world.count("observation_set"), world.count("alert_event")) == (sets, events)


def test_what_would_be_refused_by_now_gets_the_first_answer_too(world: World, stay: Stay) -> None:
    path, body = _set(stay, creatinine="2.6")
    first = world.nurse.post(path, body, key="once")
    world.clock.move(-30)  # it was observed in what is still to come
    again = world.nurse.post(path, body, key="once")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert world.nurse.post(path, body, key="another").status_code == 422
    other = world.nurse.post(path, {**body, "items": body["items"][:3]}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert world.count("observation_set") == 1


def test_the_same_key_with_another_body_is_refused(world: World, stay: Stay) -> None:
    path, body = _set(stay)
    world.nurse.post(path, body, key="once")
    other = world.nurse.post(path, {**body, "items": body["items"][:3]}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert world.count("observation_set") == 1


def test_the_same_key_at_another_address_is_refused(small_world: World, small_stay: Stay) -> None:
    path, body = _set(small_stay)
    small_world.nurse.post(path, body, key="once")
    other = small_world.nurse.post(f"/doses/{small_stay.dose()}/decisions", key="once")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_the_same_key_of_somebody_else_is_another_request(small_world: World, small_stay: Stay) -> None:
    path, body = _set(small_stay)
    mine = small_world.nurse.post(path, body, key="once").json()
    theirs = small_world.charge.post(path, body, key="once").json()
    assert mine["id"] != theirs["id"]


def test_a_refusal_is_not_remembered(small_world: World, small_stay: Stay) -> None:
    path, body = _set(small_stay)
    bad = {**body, "items": [{**body["items"][0], "measure": "no_such_measure"}]}
    assert small_world.nurse.post(path, bad, key="once").status_code == 422
    assert small_world.nurse.post(path, body, key="once").status_code == 201


@pytest.mark.parametrize("key", [None, "", "two words", "ü", "x" * 201])
def test_a_set_without_a_proper_key_is_refused(small_world: World, small_stay: Stay, key: str | None) -> None:
    path, body = _set(small_stay)
    headers = {**small_world.nurse.headers, "Content-Type": "application/json"}
    if key is not None:
        headers["Idempotency-Key"] = key.encode("latin-1")  # type: ignore[assignment]
    answer = small_world.nurse.client.post(f"/api/v1{path}", json={**body, "items": []}, headers=headers)
    assert answer.status_code == 422  # the body is looked at first
    one = {"measure": "heart_rate", "value": 80, "unit": "/min", "observed_at": "2026-03-04T15:50:00Z"}
    answer = small_world.nurse.client.post(f"/api/v1{path}", json={"items": [one]}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "key_missing" if key is None else "bad_key")
    assert small_world.count("observation_set") == 0


def test_giving_and_acknowledging_need_a_key(small_world: World, small_stay: Stay) -> None:
    path, body = _set(small_stay, creatinine="2.6")
    saved = small_world.nurse.make(path, body)
    alert = saved["alerts"][0]["alert_id"]
    for path, body in (
        (f"/doses/{small_stay.dose()}/administration", given(small_world.clock.at)),
        (f"/alerts/{alert}/acknowledgement", {"seen": "hold"}),
    ):
        assert small_world.nurse.post(path, body, key=None).json()["code"] == "key_missing"


def test_a_patient_may_be_added_with_or_without_a_key(small_world: World) -> None:
    assert small_world.charge.post("/patients", a_patient("CANARY-1"), key=None).status_code == 201
    first = small_world.charge.post("/patients", a_patient("CANARY-2"), key="p")
    again = small_world.charge.post("/patients", a_patient("CANARY-2"), key="p")
    assert first.content == again.content


def test_one_request_sent_ten_times_at_once_is_done_once(world: World, stay: Stay) -> None:
    path, body = _set(stay)
    decision = world.nurse.make(path, body)["decision"]["id"]
    path, body = f"/doses/{stay.dose()}/administration", given(world.clock.at, decision_id=decision)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: world.nurse.post(path, body, key="once"), range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert world.count("administration") == 1


def test_one_correction_of_a_dose_sent_ten_times_at_once_is_made_once(world: World, stay: Stay) -> None:
    path, body = _set(stay)
    decision = world.nurse.make(path, body)["decision"]["id"]
    row = world.nurse.make(f"/doses/{stay.dose()}/administration", given(world.clock.at, decision_id=decision))
    change = {"reason": "the bag leaked", "outcome": "interrupted", "units": 21_600_000}
    path = f"/administrations/{row['id']}/corrections"
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: world.nurse.post(path, change, key="once"), range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert world.count("administration") == 2
    assert world.nurse.post(path, {**change, "units": 1}, key="once").status_code == 422


def test_the_answer_is_kept_with_the_act_or_not_at_all(small_world: World, small_stay: Stay) -> None:
    path, body = _set(small_stay)
    before = small_world.count("idempotency")
    small_world.nurse.post(path, body, key="once")
    small_world.nurse.post(path, {**body, "items": [{**body["items"][0], "measure": "nothing"}]}, key="twice")
    assert small_world.count("idempotency") - before == 1
