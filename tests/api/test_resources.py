"""Does every resource answer what it promises?"""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.record import instant
from tests.api.app import COMMITTED
from tests.api.bedside import a_cycle, a_patient, given, items
from tests.api.world import Stay, World, a_stay
from tests.builders import AT, SHIPPED

REASON = "CANARY-REASON-9041"


def _save(world: World, stay: Stay, number: int = 1, **values: Any) -> Any:
    body = {"dose_id": stay.dose(number), "items": items(at=world.clock.at, **values)}
    return world.nurse.make(f"/courses/{stay.course_id}/observation-sets", body)


def _give(world: World, stay: Stay) -> Any:
    body = given(world.clock.at, decision_id=_save(world, stay)["decision"]["id"])
    return world.nurse.make(f"/doses/{stay.dose()}/administration", body)


def test_wards_beds_and_people(world: World) -> None:
    assert [ward["id"] for ward in world.nurse.read("/wards")["items"]] == [world.ward]
    assert len(world.admin.read("/wards")["items"]) == 2
    assert world.nurse.read("/beds", ward_id=world.ward)["items"] == [
        {"ward_id": world.ward, "name": "CANARY-BED-1", "open": True}
    ]
    me = world.nurse.read("/people/me")
    assert (me["name"], me["service"], me["roles"]) == (
        "CANARY-NURSE",
        False,
        [{"role": "nurse", "ward_id": world.ward}],
    )
    assert world.service.read("/people/me")["scopes"] == ["alerts:read", "evaluate", "observations:write", "read"]
    assert len(world.admin.read("/people")["items"]) == 6
    assert world.nurse.get("/people").status_code == 403


def test_a_bed_holds_one_patient_and_must_be_there(world: World, stay: Stay) -> None:
    world.admin.make("/beds", {"ward_id": world.ward, "name": "2"})
    other = a_stay(world, "CANARY-OTHER", bed="2")
    for bed, refused in (("CANARY-BED-1", (409, "bed_taken")), ("3", (422, "unknown_bed"))):
        move = {"kind": "moved", "at": instant(AT), "reason": REASON, "ward_id": world.ward, "bed": bed}
        answer = world.nurse.post(f"/cycles/{other.cycle['id']}/events", move)
        assert (answer.status_code, answer.json()["code"]) == refused
        assert ("lies in bed CANARY-BED-1" in answer.json()["detail"]) == (bed == "CANARY-BED-1")
        patient = world.charge.make("/patients", a_patient(f"CANARY-{bed}"))
        course = world.charge.make("/courses", {"patient_id": patient["id"], "protocol": "lvhn-2015", "shown": []})
        answer = world.charge.post(f"/courses/{course['id']}/cycles", a_cycle(world.ward, bed=bed))
        assert (answer.status_code, answer.json()["code"]) == refused


def test_an_administrator_makes_a_ward_its_beds_and_its_people(world: World) -> None:
    ward = world.admin.make("/wards", {"name": "CANARY-WARD-C", "time_zone": "Europe/Berlin"})
    bed = world.admin.make("/beds", {"ward_id": ward["id"], "name": "1"})
    assert world.admin.read("/beds", ward_id=ward["id"])["items"] == [bed]
    body = {"login": "New", "name": "CANARY-NEW", "password": "lantern over nine bridges", "roles": []}
    held = [{"role": "nurse", "ward_id": ward["id"]}]
    made = world.admin.make("/people", {**body, "roles": held})
    assert (made["login"], made["roles"]) == ("new", held)
    again = world.admin.post("/people", {**body, "login": "NEW"})
    assert (again.status_code, again.json()["code"]) == (409, "login_taken")
    for path, sent, code in (
        ("/wards", {"name": "CANARY-WARD-C", "time_zone": "Europe/Berlin"}, "ward_taken"),
        ("/beds", {"ward_id": ward["id"], "name": "1"}, "bed_taken"),
    ):
        assert world.admin.post(path, sent).json()["code"] == code


@pytest.mark.parametrize(
    "path, sent",
    [
        ("/wards", {"name": "x", "time_zone": "Europe/Nowhere"}),
        ("/wards", {"name": "x", "time_zone": "../../etc/passwd"}),
        ("/wards", {"name": "x", "time_zone": "Europe"}),
        ("/beds", {"ward_id": "019cb993-d800-72d1-99cc-1fd30d9a0c95", "name": "1"}),
        ("/people", {"login": "a", "name": "b", "password": "too short", "roles": []}),
        ("/people", {"login": "a", "name": "b", "password": "long enough for it", "roles": [{"role": "nurse"}]}),
        (
            "/people",
            {"login": "a", "name": "b", "password": "long enough for it", "roles": [{"role": "x", "ward_id": None}]},
        ),
        (
            "/people",
            {
                "login": "a",
                "name": "b",
                "password": "long enough for it",
                "roles": [{"role": "nurse", "ward_id": "019cb993-d800-72d1-99cc-1fd30d9a0c95"}],
            },
        ),
    ],
)
def test_a_place_or_a_person_that_cannot_be_right_is_refused(
    quiet_world: World, path: str, sent: dict[str, Any]
) -> None:
    assert quiet_world.admin.post(path, sent).status_code in (404, 422)
    assert quiet_world.charge.post(path, sent).status_code in (403, 422)


def test_a_password_leaves_nothing_behind_but_its_slow_hash(small_world: World) -> None:
    before = small_world.count("idempotency")
    body = {"login": "new", "name": "CANARY-NEW", "password": "lantern over nine bridges", "roles": []}
    answer = small_world.admin.post("/people", body, key="once")
    assert answer.status_code == 201
    assert "lantern" not in answer.text
    assert small_world.count("idempotency") == before


def test_a_patient_is_found_by_the_whole_record_number_alone(world: World) -> None:
    added = world.charge.make("/patients", a_patient("CANARY-1"))
    assert world.nurse.read("/patients", mrn="CANARY-1")["items"] == [added]
    assert world.nurse.read("/patients", mrn="CANARY-")["items"] == []
    assert world.nurse.read("/patients", mrn="CANARY-%")["items"] == []
    assert world.nurse.get("/patients").status_code == 422


def test_courses_come_a_page_at_a_time_and_by_ward_and_state(world: World) -> None:
    stays = [a_stay(world, f"CANARY-{number}") for number in range(5)]
    ids = sorted(stay.course_id for stay in stays)
    found, cursor = [], None
    while True:
        page = world.nurse.read("/courses", limit=2, **({} if cursor is None else {"cursor": cursor}))
        assert len(page["items"]) <= 2
        found += [course["id"] for course in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == ids
    for nothing in ("nothing", "~", found[0].upper(), found[0][:-1]):
        refused = world.nurse.get("/courses", cursor=nothing)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_cursor")
    left = {"kind": "discharged", "at": instant(AT), "reason": REASON}
    world.charge.make(f"/cycles/{stays[0].cycle['id']}/events", left)
    active = world.nurse.read("/courses", ward_id=world.ward, state="active")["items"]
    assert sorted(course["id"] for course in active) == sorted(stay.course_id for stay in stays[1:])
    inactive = world.nurse.read("/courses", state="inactive")["items"]
    assert [course["id"] for course in inactive] == [stays[0].course_id]


def test_a_course_shows_its_patient_its_cycles_and_the_next_dose(world: World, stay: Stay) -> None:
    course = world.nurse.read(f"/courses/{stay.course_id}")
    assert course["patient"]["mrn"] == "CANARY-MRN-9041"
    assert course["protocol"]["id"] == "lvhn-2015"
    assert course["next_dose_id"] == stay.dose()
    assert (course["ward_id"], course["cycles"][0]["bed"]) == (world.ward, "CANARY-BED-1")
    assert course["cycles"] == [stay.cycle]


def test_a_cycle_lays_out_its_doses_every_eight_hours(world: World, stay: Stay) -> None:
    doses = world.nurse.read(f"/cycles/{stay.cycle['id']}/doses")["items"]
    assert [dose["number"] for dose in doses] == list(range(1, 15))
    due = AT + timedelta(minutes=30)
    assert [dose["due_at"] for dose in doses] == [instant(due + timedelta(hours=8 * n)) for n in range(14)]
    first = doses[0]
    assert (first["opens_at"], first["closes_at"]) == (
        instant(due - timedelta(hours=1)),
        instant(due + timedelta(hours=1)),
    )
    assert first["units"] == "48000000"
    assert (first["state"], first["decision"], first["standing"]) == ("due", None, None)
    assert [dose["number"] for dose in world.nurse.read(f"/cycles/{stay.cycle['id']}/doses", limit=3)["items"]] == [
        1,
        2,
        3,
    ]


def test_the_grid_moves_on_a_prescribers_order(world: World, stay: Stay) -> None:
    moved = {
        "kind": "grid_moved",
        "at": instant(AT),
        "reason": REASON,
        "from_dose": 3,
        "due_at": instant(AT + timedelta(hours=20)),
    }
    path = f"/cycles/{stay.cycle['id']}/events"
    assert world.nurse.post(path, moved).status_code == 403
    world.prescriber.make(path, moved)
    doses = world.nurse.read(f"/cycles/{stay.cycle['id']}/doses")["items"]
    assert doses[1]["due_at"] == instant(AT + timedelta(hours=8, minutes=30))
    assert doses[3]["due_at"] == instant(AT + timedelta(hours=28))


def test_a_discharge_ends_the_stay_and_cancels_what_is_left(world: World, stay: Stay) -> None:
    left = {"kind": "discharged", "at": instant(AT), "reason": REASON}
    event = world.charge.make(f"/cycles/{stay.cycle['id']}/events", left)
    assert (event["kind"], event["reason"]) == ("discharged", REASON)
    states = {dose["state"] for dose in world.nurse.read(f"/cycles/{stay.cycle['id']}/doses")["items"]}
    assert states == {"cancelled"}
    again = world.charge.post(f"/cycles/{stay.cycle['id']}/events", left)
    assert (again.status_code, again.json()["code"]) == (409, "discharged")


def test_whoever_admits_discharges_too(world: World, stay: Stay) -> None:
    left = {"kind": "discharged", "at": instant(AT), "reason": REASON}
    stopped = world.admin.post(f"/cycles/{stay.cycle['id']}/events", {**left, "kind": "stopped"})
    assert (stopped.status_code, stopped.json()["detail"]) == (
        403,
        "This needs one of these roles on the ward: prescriber.",
    )
    assert world.admin.make(f"/cycles/{stay.cycle['id']}/events", left)["kind"] == "discharged"


def test_a_dose_after_the_days_of_its_cycle_is_refused_with_a_code_that_is_described(world: World, stay: Stay) -> None:
    world.clock.at = AT + timedelta(hours=121)
    refused = world.nurse.post(f"/doses/{stay.dose()}/administration", given(world.clock.at))
    assert (refused.status_code, refused.json()["code"]) == (409, "outside_cycle")
    paths = json.loads(COMMITTED.read_text())["paths"]
    assert "outside_cycle" in paths["/api/v1/doses/{dose_id}/administration"]["post"]["responses"]["409"]["description"]


def test_a_set_keeps_what_was_typed_and_says_when_it_is_late(world: World, stay: Stay) -> None:
    sent = [
        {"measure": "temperature", "value": Decimal("100.3"), "unit": "[degF]", "observed_at": instant(AT)},
        {"measure": "weight", "not_taken": "refused", "observed_at": instant(AT - timedelta(minutes=20))},
    ]
    saved = world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": sent})
    fever, absent = saved["observations"]
    assert (fever["value"], fever["unit"], fever["entered"], fever["entered_unit"]) == (
        "37.9",
        "Cel",
        "100.3",
        "[degF]",
    )
    assert (absent["value"], absent["not_taken"]) == (None, "refused")
    assert saved["dose_id"] == stay.dose()
    assert saved["decision"]["action"] == "incomplete"
    assert saved["late"] is True
    old = [{"measure": "heart_rate", "value": 80, "unit": "/min", "observed_at": instant(AT - timedelta(minutes=16))}]
    assert world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": old})["late"] is True
    new = [{**old[0], "observed_at": instant(AT)}]
    assert world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": new})["late"] is False
    copied = {"items": new, "paper_record": "sheet 2 of the downtime"}
    saved = world.nurse.make(f"/courses/{stay.course_id}/observation-sets", copied)
    assert (saved["late"], saved["observations"][0]["reason"]) == (True, "sheet 2 of the downtime")


@pytest.mark.hazard("HZ-05")
def test_a_weight_far_from_the_last_one_is_kept_once_it_is_confirmed(world: World, stay: Stay) -> None:
    path = f"/courses/{stay.course_id}/observation-sets"
    item = {"measure": "weight", "value": 176, "unit": "kg", "observed_at": instant(AT)}
    (error,) = world.nurse.post(path, {"items": [item]}).json()["errors"]
    assert (error["pointer"], error["code"]) == ("/items/0/value", "unlikely_change")
    assert "away from the dosing weight: confirm it or correct it. Was it read in pounds?" in error["message"]
    assert world.nurse.post(path, {"items": [{**item, "confirmed": True}]}).status_code == 201


def test_an_unlikely_value_is_kept_once_it_is_confirmed(world: World, stay: Stay) -> None:
    item = {"measure": "heart_rate", "value": 240, "unit": "/min", "observed_at": instant(AT)}
    path = f"/courses/{stay.course_id}/observation-sets"
    assert world.nurse.post(path, {"items": [item]}).json()["errors"][0]["code"] == "unlikely"
    assert world.nurse.make(path, {"items": [{**item, "confirmed": True}]})["observations"][0]["confirmed"] is True


def test_a_retraction_withdraws_a_value_and_decides_again(world: World, stay: Stay) -> None:
    saved = _save(world, stay)
    assert saved["decision"]["action"] == "proceed"
    row = next(row for row in saved["observations"] if row["measure"] == "heart_rate")
    made = world.nurse.make(f"/observations/{row['id']}/corrections", {"retract": True, "reason": "wrong patient"})
    assert (made["observation"]["retracts"], made["observation"]["supersedes"]) == (True, row["id"])
    assert made["decision"]["action"] == "incomplete"
    assert {"measure": "heart_rate", "reason": "missing"} in made["decision"]["missing"]


def test_a_dose_that_was_interrupted_is_put_right_and_what_follows_is_said(world: World, stay: Stay) -> None:
    row = _give(world, stay)
    world.clock.move(10)
    change = {"reason": "the bag leaked", "outcome": "interrupted", "units": 21_600_000}
    made = world.nurse.make(f"/administrations/{row['id']}/corrections", change)
    new = made["administration"]
    assert (new["outcome"], new["units"], new["supersedes"], new["reason"]) == (
        "interrupted",
        "21600000",
        row["id"],
        "the bag leaked",
    )
    assert (made["decision"]["cause"], made["decision"]["cause_id"]) == ("correction", new["id"])
    assert (made["decision"]["dose_id"], made["affected"], made["alerts"]) == (stay.dose(2), [], [])
    dose = world.nurse.read(f"/doses/{stay.dose()}")
    assert (dose["state"], dose["administration"]) == ("interrupted", new)
    again = world.nurse.post(f"/administrations/{row['id']}/corrections", change)
    assert (again.status_code, again.json()["code"]) == (409, "already_corrected")
    assert new["id"] in again.json()["detail"]


def test_a_dose_that_began_before_its_decision_is_a_deviation_and_alerts(world: World, stay: Stay) -> None:
    row = _give(world, stay)
    path = f"/administrations/{row['id']}/corrections"
    change = {"reason": "wrong hour", "started_at": instant(AT - timedelta(minutes=20))}
    refused = world.nurse.post(path, change)
    assert (refused.status_code, refused.json()["code"]) == (409, "decision_needed")
    made = world.nurse.make(path, {**change, "deviation": "it could not wait"})
    assert [(one["kind"], one["level"]) for one in made["alerts"]] == [("raised", "high_priority")]


def test_a_correction_before_a_given_dose_says_that_it_was_given(world: World, stay: Stay) -> None:
    saved = _save(world, stay)
    body = given(world.clock.at, decision_id=saved["decision"]["id"])
    world.nurse.make(f"/doses/{stay.dose()}/administration", body)
    world.clock.move(30)
    row = next(row for row in saved["observations"] if row["measure"] == "creatinine")
    made = world.nurse.make(
        f"/observations/{row['id']}/corrections", {"value": 3.1, "unit": "mg/dL", "reason": "other tube"}
    )
    affected = made["affected"][0]
    assert (affected["dose_id"], affected["decision_id"], affected["given"]) == (
        stay.dose(),
        saved["decision"]["id"],
        True,
    )
    assert "high_priority" in {event["level"] for event in made["alerts"]}
    judged = world.nurse.read(f"/decisions/{saved['decision']['id']}")
    assert (judged["amended"], judged["reviewed_by"]) == (True, affected["review_id"])
    review = world.nurse.read(f"/decisions/{affected['review_id']}")
    assert (review["action"], review["amended"]) == ("stop", False)  # what it rests on is what was put right


def test_an_order_to_give_makes_a_held_dose_givable(world: World, stay: Stay) -> None:
    decision = _save(world, stay, creatinine="2.6")["decision"]["id"]
    order = world.prescriber.make(
        f"/doses/{stay.dose()}/orders", {"decision_id": decision, "choice": "give", "reason": REASON}
    )
    assert (order["choice"], order["event"]) == ("give", None)
    assert world.nurse.read(f"/doses/{stay.dose()}")["standing"] == "stands"
    done = world.nurse.make(f"/doses/{stay.dose()}/administration", given(world.clock.at, order_id=order["id"]))
    assert (done["order_id"], done["decision_id"]) == (order["id"], decision)


def test_an_order_to_stop_ends_the_cycle(world: World, stay: Stay) -> None:
    decision = _save(world, stay)["decision"]["id"]
    order = world.prescriber.make(
        f"/doses/{stay.dose()}/orders", {"decision_id": decision, "choice": "stop", "reason": REASON}
    )
    assert order["event"]["kind"] == "stopped"
    assert world.nurse.read(f"/courses/{stay.course_id}")["cycles"][0]["ended_at"] == instant(AT)


def test_going_against_a_stop_needs_a_second_person(world: World, stay: Stay) -> None:
    saved = _save(world, stay, creatinine="3.1")
    assert saved["decision"]["action"] == "stop"
    body = {"decision_id": saved["decision"]["id"], "choice": "give", "reason": REASON}
    path = f"/doses/{stay.dose()}/orders"
    me, second, nurse = (who.read("/people/me")["id"] for who in (world.prescriber, world.second, world.nurse))
    for named, code in (
        ({}, "second_person_needed"),
        ({"second": me}, "own_second"),
        ({"second": nurse}, "second_may_not"),
        ({"second": saved["id"]}, "second_may_not"),
    ):
        answer = world.prescriber.post(path, {**body, **named})
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    asked = world.prescriber.post(path, {**body, "second": second})
    assert asked.status_code == 202
    waiting = asked.json()
    assert world.nurse.read(f"/courses/{stay.course_id}/waiting-orders")["items"] == [waiting]
    assert world.nurse.read(f"/doses/{stay.dose()}")["standing"] == "not_givable"
    sign = f"/orders/{waiting['id']}/countersignature"
    assert world.prescriber.post(sign).json()["code"] == "other_second"
    signed = world.second.make(sign)
    assert (signed["id"], signed["ordered_by"], signed["second"]) == (waiting["id"], me, second)
    assert world.nurse.read(f"/doses/{stay.dose()}")["standing"] == "stands"
    assert world.nurse.read(f"/courses/{stay.course_id}/waiting-orders")["items"] == []
    assert world.second.post(sign).json()["code"] == "already_signed"


def test_an_order_that_needs_nobody_else_takes_no_second_person(world: World, stay: Stay) -> None:
    saved = _save(world, stay, creatinine="2.6")
    body = {"decision_id": saved["decision"]["id"], "choice": "give", "reason": REASON}
    second = world.second.read("/people/me")["id"]
    answer = world.prescriber.post(f"/doses/{stay.dose()}/orders", {**body, "second": second})
    assert (answer.status_code, answer.json()["code"]) == (422, "second_not_needed")


def test_a_chart_of_another_ward_opens_in_an_emergency_for_an_hour(world: World, stay: Stay) -> None:
    path, ask = f"/courses/{stay.course_id}", {"reason": "CANARY-9041 bleeding, nobody else is near"}
    assert world.stranger.get(path).status_code == 404
    refused = world.stranger.post(f"{path}/emergency-access", {"reason": "urgent"})
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_needed")
    opened = world.stranger.make(f"{path}/emergency-access", ask)
    assert (opened["course_id"], opened["ward_id"]) == (stay.course_id, world.ward)
    [told] = world.charge.read("/alerts/open")["items"]
    assert (told["level"], told["key"]) == ("priority", f"break_glass:{opened['id']}")
    assert [event["key"] for event in world.charge.read("/alerts")["items"]] == [told["key"]]
    world.clock.move(59 + 59 / 60)
    assert world.stranger.get(path).status_code == 200
    world.clock.move(1 / 60)
    assert world.stranger.get(path).status_code == 404
    again = world.nurse.post(f"{path}/emergency-access", ask)
    assert (again.status_code, again.json()["code"]) == (409, "no_need")


def test_a_dose_that_went_in_without_a_decision_is_recorded_with_the_loudest_alert(world: World, stay: Stay) -> None:
    path = f"/doses/{stay.dose()}/administration"
    refused = world.nurse.post(path, given(world.clock.at))
    assert (refused.status_code, refused.json()["code"]) == (409, "decision_needed")
    done = world.nurse.make(path, given(world.clock.at, deviation=REASON))
    assert [(event["level"], event["kind"]) for event in done["alerts"]] == [("high_priority", "raised")]


def test_an_interrupted_infusion_keeps_what_went_in(world: World, stay: Stay) -> None:
    decision = _save(world, stay)["decision"]["id"]
    body = given(world.clock.at, decision_id=decision, outcome="interrupted", units=12_500_000)
    assert world.nurse.make(f"/doses/{stay.dose()}/administration", body)["units"] == "12500000"
    assert world.nurse.read(f"/doses/{stay.dose()}")["state"] == "interrupted"


def test_giving_on_a_decision_that_expired_is_refused(world: World, stay: Stay) -> None:
    decision = _save(world, stay)["decision"]["id"]
    world.clock.move(61)
    answer = world.nurse.post(f"/doses/{stay.dose()}/administration", given(world.clock.at, decision_id=decision))
    assert (answer.status_code, answer.json()["code"]) == (409, "decision_expired")
    assert world.nurse.read(f"/decisions/{decision}")["standing"] == "expired"


def test_giving_after_the_window_is_refused(world: World, stay: Stay) -> None:
    world.clock.move(91)
    decision = _save(world, stay)["decision"]
    assert decision["action"] == "skip"
    body = given(world.clock.at, decision_id=decision["id"])
    answer = world.nurse.post(f"/doses/{stay.dose()}/administration", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "outside_window")


def test_an_alert_is_acknowledged_as_it_was_seen(world: World, stay: Stay) -> None:
    first = _save(world, stay, creatinine="2.6")["alerts"][0]["alert_id"]
    world.clock.move(10)
    path = f"/alerts/{first}/acknowledgement"
    stale = world.nurse.post(path, {"seen": "caution"})
    assert (stale.status_code, stale.json()["code"]) == (409, "alert_changed")
    alert = world.nurse.make(path, {"seen": "hold"})
    assert alert["acknowledged_by"] == world.nurse.read("/people/me")["id"]
    assert world.nurse.read(f"/alerts/{first}") == alert


def test_an_alert_is_closed_with_a_reason(world: World, stay: Stay) -> None:
    alert = _save(world, stay, creatinine="2.6")["alerts"][0]["alert_id"]
    assert world.nurse.post(f"/alerts/{alert}/close", {"seen": "hold", "reason": " "}).status_code == 422
    stale = world.nurse.post(f"/alerts/{alert}/close", {"seen": "caution", "reason": REASON})
    assert (stale.status_code, stale.json()["code"]) == (409, "alert_changed")
    said = {"seen": "hold", "reason": REASON}
    assert world.nurse.make(f"/alerts/{alert}/close", said)["close_reason"] == REASON
    again = world.nurse.post(f"/alerts/{alert}/close", said)
    assert (again.status_code, again.json()["code"]) == (409, "already_ended")


def test_a_second_cycle_waits_for_the_end_of_the_first(world: World, stay: Stay) -> None:
    body = a_cycle(world.ward, number=2)
    answer = world.charge.post(f"/courses/{stay.course_id}/cycles", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_running")


def test_protocols_are_listed_and_read_with_every_source(quiet_world: World) -> None:
    listed = quiet_world.nurse.read("/protocols")["items"]
    assert [line["id"] for line in listed] == [protocol.pin.id for protocol in SHIPPED]
    for protocol in SHIPPED:
        whole = quiet_world.nurse.read(f"/protocols/{protocol.pin.id}")
        assert whole == quiet_world.nurse.read(f"/protocols/{protocol.pin.id}/{protocol.pin.version}")
        assert len(whole["criteria"]) == sum(len(row.criteria) for row in protocol.rows)
        assert all(rule["citation"] for rule in whole["criteria"])
    for path in ("/protocols/no-such", "/protocols/lvhn-2015/0.0.0"):
        answer = quiet_world.nurse.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_protocol")


def test_every_figure_of_a_course_is_drawn(small_world: World, small_stay: Stay) -> None:
    import plotly.graph_objects as go

    from dashboards.pages import COURSE

    _save(small_world, small_stay, creatinine="2.6")
    for panel in COURSE:
        figure = small_world.nurse.read(f"/courses/{small_stay.course_id}/figures/{panel.id}")
        go.Figure(figure)
        assert figure["data"], panel.id
    one = small_world.nurse.read(f"/courses/{small_stay.course_id}/figures/labs", cycle=1)
    assert one["data"]
    before = small_world.nurse.read(
        f"/courses/{small_stay.course_id}/figures/labs", at=instant(AT - timedelta(minutes=1))
    )
    assert before != one
    assert small_world.nurse.get(f"/courses/{small_stay.course_id}/figures/labs", cycle=2).status_code == 404
    unknown = small_world.nurse.get(f"/courses/{small_stay.course_id}/figures/none")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_panel")
