"""Is an id of another course refused wherever it is sent, with nothing saved?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.record import instant
from tests.api import bedside
from tests.api.app import Caller
from tests.api.world import Stay, World, a_stay
from tests.builders import AT, MRN

KEPT = ("observation", "dose_order", "administration", "decision", "alert_event", "cycle_event")
OTHER_MRN = "CANARY-MRN-OTHER"


@pytest.fixture
def other(small_world: World, small_stay: Stay) -> Stay:
    """Somebody else on the ward at the same point, both with a set that holds the dose."""
    there = a_stay(small_world, OTHER_MRN)
    for one in (small_stay, there):
        _observe(small_world.nurse, one)
    return there


def _observe(nurse: Caller, stay: Stay) -> Any:
    sent = {"dose_id": stay.dose(), "items": bedside.items(creatinine="2.6")}
    return nurse.make(f"/courses/{stay.course_id}/observation-sets", sent)


def _decision(world: World, stay: Stay) -> str:
    return str(world.nurse.read(f"/doses/{stay.dose()}")["decision"]["id"])


def _ordered(world: World, stay: Stay) -> str:
    sent = {"decision_id": _decision(world, stay), "choice": "give", "reason": "CANARY"}
    return str(world.prescriber.make(f"/doses/{stay.dose()}/orders", sent)["id"])


Sent = Callable[[World, Stay, Stay], tuple[Caller, str, dict[str, Any]]]


def _set_for_another_dose(world: World, stay: Stay, there: Stay) -> tuple[Caller, str, dict[str, Any]]:
    body = {"dose_id": there.dose(), "items": bedside.items(heart_rate=80)}
    return world.nurse, f"/courses/{stay.course_id}/observation-sets", body


def _order_on_another_decision(world: World, stay: Stay, there: Stay) -> tuple[Caller, str, dict[str, Any]]:
    body = {"decision_id": _decision(world, there), "choice": "hold", "reason": "CANARY"}
    return world.prescriber, f"/doses/{stay.dose()}/orders", body


def _given_on_another_decision(world: World, stay: Stay, there: Stay) -> tuple[Caller, str, dict[str, Any]]:
    body = bedside.given(AT, decision_id=_decision(world, there), deviation="CANARY")
    return world.nurse, f"/doses/{stay.dose()}/administration", body


def _given_on_another_order(world: World, stay: Stay, there: Stay) -> tuple[Caller, str, dict[str, Any]]:
    body = bedside.given(AT, order_id=_ordered(world, there), deviation="CANARY")
    return world.nurse, f"/doses/{stay.dose()}/administration", body


def _given_to_another_wristband(world: World, stay: Stay, there: Stay) -> tuple[Caller, str, dict[str, Any]]:
    body = bedside.given(AT, OTHER_MRN, decision_id=_decision(world, stay), deviation="CANARY")
    return world.nurse, f"/doses/{stay.dose()}/administration", body


@pytest.mark.hazard("HZ-03")
@pytest.mark.parametrize(
    "sent",
    [
        _set_for_another_dose,
        _order_on_another_decision,
        _given_on_another_decision,
        _given_on_another_order,
        _given_to_another_wristband,
    ],
)
def test_an_id_of_another_course_is_refused(small_world: World, small_stay: Stay, other: Stay, sent: Sent) -> None:
    caller, path, body = sent(small_world, small_stay, other)
    before = [small_world.count(table) for table in KEPT]
    answer = caller.post(path, body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.status_code in {404, 409, 422}
    assert [small_world.count(table) for table in KEPT] == before


@pytest.mark.hazard("HZ-03")
@pytest.mark.parametrize("mrn,born", [(OTHER_MRN, "1971-02-03"), (MRN, "1971-02-04"), ("CANARY-NOBODY", "1971-02-03")])
def test_the_wrong_wristband_over_rest_leaves_one_line_and_names_nobody(
    small_world: World, small_stay: Stay, other: Stay, mrn: str, born: str
) -> None:
    caller, path, body = _given_to_another_wristband(small_world, small_stay, other)
    body["identifiers"] = {"mrn": mrn, "birth_date": born}
    answer = caller.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_patient")
    assert OTHER_MRN not in answer.text
    with small_world.database.reading() as tx:
        query = "SELECT course_id, patient_id, subjects FROM audit WHERE action = 'wrong_wristband'"
        (line,) = tx.connection.exec_driver_sql(query).all()
    assert (line[0], line[1]) == (small_stay.course_id, small_stay.patient["id"])
    assert small_stay.dose() in line[2]
    assert other.dose() not in line[2]


def test_a_correction_goes_to_its_own_course_alone(small_world: World, small_stay: Stay, other: Stay) -> None:
    row = _observe(small_world.nurse, other)["observations"][0]["id"]
    body = {"retract": True, "reason": "CANARY", "course_id": small_stay.course_id}
    assert small_world.nurse.post(f"/observations/{row}/corrections", body).status_code == 422
    assert (
        small_world.stranger.post(f"/observations/{row}/corrections", {"retract": True, "reason": "x"}).status_code
        == 404
    )
    event = {"kind": "moved", "at": instant(AT), "reason": "x", "ward_id": small_world.elsewhere, "bed": "CANARY-BED-1"}
    assert small_world.stranger.post(f"/cycles/{other.cycle['id']}/events", event).status_code == 404
