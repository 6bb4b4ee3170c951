"""What do the scores of an observation set look like over REST, on their own axis beside the decision?"""

from __future__ import annotations

from typing import Any

import pytest

from app.api.charted_shapes import ObservationSet
from app.domain.record import instant
from tests.api.bedside import an_evaluation, items
from tests.api.world import Stay, World
from tests.builders import AT, Plain, reading

REASON = "CANARY-REASON-9041"


def _save(world: World, stay: Stay, **values: Plain) -> dict[str, Any]:
    charted = [reading(measure, value, at=world.clock.at) for measure, value in values.items()]
    body = {"dose_id": stay.dose(1), "items": items(*charted, at=world.clock.at)}
    saved: dict[str, Any] = world.nurse.make(f"/courses/{stay.course_id}/observation-sets", body)
    return saved


def _choose(world: World, stay: Stay, scale: object) -> Any:
    cycle = world.nurse.read(f"/courses/{stay.course_id}")["cycles"][0]["id"]
    body = {"kind": "spo2_scale", "at": instant(world.clock.at), "reason": REASON, "scale": scale}
    return world.prescriber.post(f"/cycles/{cycle}/events", body)


def test_a_set_answers_with_its_scores_beside_the_decision(world: World, stay: Stay) -> None:
    saved = _save(world, stay, creatinine="2.60", temperature="39.4", crs_suspected=True, crs_hypotension="none")
    ObservationSet.model_validate(saved)
    scores = saved["scores"]
    assert scores["at"] == instant(AT)
    assert scores["news2"]["score"] == 2
    assert scores["news2"]["scale"] == 1
    grades = {grade["term"]: grade for grade in scores["ctcae"]}
    assert grades["fever"] == {
        "term": "fever",
        "name": "Fever",
        "grade": 2,
        "at_least": False,
        "arm": "value",
        "value": "39.4",
        "unit": "Cel",
        "against": None,
        "observed_at": instant(AT.replace(hour=15, minute=30)),
        "open": [],
    }
    creatinine = grades["creatinine_increased"]
    assert (creatinine["grade"], creatinine["arm"], creatinine["against"]) == (2, "times_upper", "1.1")
    assert (scores["crs"]["name"], scores["crs"]["grade"]) == ("Cytokine release syndrome", 1)
    assert (scores["icans"]["grade"], {one["why"] for one in scores["icans"]["open"]}) == (None, {"missing"})
    assert {table["id"] for table in scores["tables"]} == {"ctcae-5", "news2", "astct-2019", "laboratory"}


def test_a_grade_never_changes_the_action(small_world: World, small_stay: Stay) -> None:
    saved = _save(small_world, small_stay, crs_suspected=True, crs_hypotension="several_vasopressors", ast=2000)
    assert saved["decision"]["action"] == "proceed"
    assert saved["scores"]["crs"]["grade"] == 4


def test_a_prescriber_chooses_scale_2_and_the_answer_says_so(world: World, stay: Stay) -> None:
    event = _choose(world, stay, 2)
    assert (event.status_code, event.json()["scale"], event.json()["kind"]) == (201, 2, "spo2_scale")
    saved = _save(world, stay, spo2=90)
    assert (saved["decision"]["news2"]["scale"], saved["decision"]["news2"]["score"]) == (2, 0)
    assert saved["scores"]["news2"] == saved["decision"]["news2"]
    cycle = world.nurse.read(f"/courses/{stay.course_id}")["cycles"][0]
    assert [one["scale"] for one in cycle["events"]] == [2]


@pytest.mark.parametrize("scale", [0, 3, "2", 2.0, True, None])
def test_a_scale_that_does_not_exist_is_refused(small_world: World, small_stay: Stay, scale: object) -> None:
    answer = _choose(small_world, small_stay, scale)
    assert answer.status_code == 422
    assert small_world.count("cycle_event") == 0


def test_a_nurse_does_not_choose_the_scale(small_world: World, small_stay: Stay) -> None:
    cycle = small_world.nurse.read(f"/courses/{small_stay.course_id}")["cycles"][0]["id"]
    body = {"kind": "spo2_scale", "at": instant(AT), "reason": REASON, "scale": 2}
    assert small_world.nurse.post(f"/cycles/{cycle}/events", body).status_code == 403


@pytest.mark.parametrize("sent,score,scale", [({}, 3, 1), ({"spo2_scale": 1}, 3, 1), ({"spo2_scale": 2}, 0, 2)])
def test_an_evaluation_is_on_scale_1_unless_it_says_2(
    quiet_world: World, sent: dict[str, Any], score: int, scale: int
) -> None:
    body = an_evaluation(observations=items(reading("spo2", 90)), **sent)
    news2 = quiet_world.nurse.post("/evaluate", body).json()["news2"]
    assert (news2["score"], news2["scale"]) == (score, scale)


@pytest.mark.parametrize("scale", [0, 3, "2", True, None])
def test_an_evaluation_on_another_scale_is_refused(quiet_world: World, scale: object) -> None:
    answer = quiet_world.nurse.post("/evaluate", an_evaluation(spo2_scale=scale))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/spo2_scale"
