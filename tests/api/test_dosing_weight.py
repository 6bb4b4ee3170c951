"""Does REST ask about a dosing weight, put a wrong one right, and say which doses were made of it?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.api.record_shapes import AddedEvent, Cycle, ListedDose
from app.domain.record import instant
from tests.api import bedside
from tests.api.bedside import UNITS
from tests.api.world import Stay, World
from tests.builders import AT, REASON

OF_RIGHT = UNITS // 2


def _put(world: World, stay: Stay, weight: object, **more: Any) -> Any:
    body = {"kind": "dosing_weight", "at": instant(world.clock.at), "reason": REASON, "weight": weight, **more}
    return world.prescriber.post(f"/cycles/{stay.cycle['id']}/events", body)


def _cycle(world: World, stay: Stay) -> dict[str, Any]:
    found: dict[str, Any] = world.nurse.read(f"/courses/{stay.course_id}")["cycles"][-1]
    Cycle.model_validate(found)
    return found


@pytest.mark.hazard("HZ-05")
def test_a_cycle_ordered_in_pounds_is_opened_once_it_is_confirmed(world: World, stay: Stay) -> None:
    left = {"kind": "discharged", "at": instant(world.clock.at), "reason": REASON}
    world.charge.make(f"/cycles/{stay.cycle['id']}/events", left)
    later = world.clock.at + timedelta(days=12)
    world.clock.at = later
    body = bedside.a_cycle(world.ward, later, number=2, ordered_weight=176)
    path = f"/courses/{stay.course_id}/cycles"
    refused = world.charge.post(path, body)
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["pointer"], error["code"]) == (422, "/ordered_weight", "unlikely_change")
    assert "Was it read in pounds? Write it in kg." in error["message"]
    assert "176" not in refused.text
    assert world.charge.post(path, {**body, "confirmed": "yes"}).status_code == 422
    assert world.charge.make(path, {**body, "confirmed": True})["ordered_weight"] == "176"


@pytest.mark.hazard("HZ-05")
def test_a_wrong_weight_is_put_right_and_the_answer_names_the_doses_it_came_too_late_for(
    world: World, stay: Stay
) -> None:
    done = bedside.given(world.clock.at, deviation=REASON)
    world.nurse.make(f"/doses/{stay.dose(1)}/administration", done)
    world.clock.at += timedelta(minutes=5)
    answer = _put(world, stay, 40)
    assert answer.status_code == 201, answer.text
    AddedEvent.model_validate(answer.json())
    assert (answer.json()["kind"], answer.json()["weight"]) == ("dosing_weight", "40")
    assert answer.json()["given_before"] == [
        {"dose_id": stay.dose(1), "number": 1, "units": str(UNITS), "weight": "80.0", "ended_at": None}
    ]
    cycle = _cycle(world, stay)
    assert (cycle["ordered_weight"], [one["weight"] for one in cycle["events"]]) == ("40", ["40"])
    assert [dose["units"] for dose in cycle["doses"]] == [str(UNITS)] + [str(OF_RIGHT)] * 13
    listed = world.nurse.read(f"/cycles/{cycle['id']}/doses")["items"]
    ListedDose.model_validate(listed[0])
    assert [dose["units"] for dose in listed[:2]] == [str(UNITS), str(OF_RIGHT)]
    assert listed[0]["administration"]["units"] == str(UNITS)
    tolerated = world.nurse.read(f"/courses/{stay.course_id}/tolerance")["cycles"][0]
    assert tolerated["units_per_kg"] == str(UNITS // 40)
    assert "Per kg of the dosing weight that holds now, 40 kg" in tolerated["summary"]


def test_a_dose_given_after_it_is_held_against_the_new_units(world: World, stay: Stay) -> None:
    assert _put(world, stay, 40).json()["given_before"] == []
    world.clock.at += timedelta(minutes=5)
    path = f"/doses/{stay.dose(1)}/administration"
    refused = world.nurse.post(path, bedside.given(world.clock.at, deviation=REASON)).json()
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [("/units", "overdose")]
    world.nurse.make(path, bedside.given(world.clock.at, deviation=REASON, units=OF_RIGHT))


@pytest.mark.hazard("HZ-05")
def test_more_than_a_whole_dose_is_recorded_once_it_is_confirmed(world: World, stay: Stay) -> None:
    path, more = f"/doses/{stay.dose(1)}/administration", {"units": UNITS + 1, "deviation": REASON}
    assert world.nurse.post(path, bedside.given(world.clock.at, **more, confirmed="yes")).status_code == 422
    assert world.nurse.post(path, bedside.given(world.clock.at, **more)).json()["code"] == "overdose"
    done = world.nurse.make(path, bedside.given(world.clock.at, **more, confirmed=True))
    assert done["alerts"][0]["summary"] == "Dose 1: 48,000,001 units went in. A whole dose is 48,000,000 units."
    put, wrong = f"/administrations/{done['id']}/corrections", {"reason": REASON, "units": UNITS * 2}
    assert world.nurse.post(put, wrong).json()["code"] == "overdose"
    assert world.nurse.make(put, {**wrong, "confirmed": True})["administration"]["units"] == str(UNITS * 2)


@pytest.mark.parametrize(
    "weight, code",
    [(80, "nothing_changed"), (501, "impossible_weight"), (260, "unlikely"), (None, "weight_needed")],
)
def test_what_cannot_be_is_refused_at_the_weight(
    small_world: World, small_stay: Stay, weight: object, code: str
) -> None:
    answer = _put(small_world, small_stay, weight)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/weight", code)]
    assert small_world.count("cycle_event") == 0


@pytest.mark.parametrize("weight", ["84", True, float("1e3")])
def test_a_weight_that_is_no_weight_is_refused(small_world: World, small_stay: Stay, weight: object) -> None:
    assert _put(small_world, small_stay, weight).status_code == 422
    assert small_world.count("cycle_event") == 0


def test_an_unlikely_one_is_taken_once_confirmed(small_world: World, small_stay: Stay) -> None:
    assert _put(small_world, small_stay, 260, confirmed=True).json()["weight"] == "260"


def test_who_does_not_prescribe_does_not_change_it_and_a_stopped_cycle_keeps_its_own(
    small_world: World, small_stay: Stay
) -> None:
    path = f"/cycles/{small_stay.cycle['id']}/events"
    body = {"kind": "dosing_weight", "at": instant(AT), "reason": REASON, "weight": 84}
    assert small_world.nurse.post(path, body).status_code == 403
    assert small_world.charge.post(path, body).status_code == 403
    small_world.prescriber.make(path, {"kind": "stopped", "at": instant(AT), "reason": REASON})
    refused = small_world.prescriber.post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "cycle_ended")
