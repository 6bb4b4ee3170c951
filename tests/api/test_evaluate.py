"""Does POST evaluate answer what the engine answers, in the shape others rely on?"""

from typing import Any

import pytest

from app.api.evaluating import read_request
from app.domain.engine import decide
from app.domain.errors import InvalidInput
from app.domain.record import instant
from app.domain.situation import Situation
from app.http.parser import parse_json
from app.services.evaluating import evaluate
from tests.api.app import as_json
from tests.api.bedside import an_evaluation, an_item, items
from tests.api.world import World
from tests.builders import LIBRARY, SHIPPED, ago, every
from tests.protocols.worked import Case, load_cases

CASES = [*load_cases("worked.toml"), *load_cases("fine_print.toml")]


def _sent(situation: Situation, protocol: str) -> dict[str, Any]:
    """The situation of a case as a request."""
    history: dict[str, Any] = {"held_doses": situation.held_doses, "unresolved": list(situation.unresolved)}
    if situation.last_given_at is not None:
        history["last_given_at"] = instant(situation.last_given_at)
    if situation.previous is not None:
        history["previous"] = {"action": situation.previous.action, **dict(situation.previous.charted)}
    return {
        "protocol": protocol,
        "at": instant(situation.at),
        "dose": {
            "due_at": instant(situation.due_at),
            "number": situation.dose_number,
            "cycle": situation.cycle_number,
        },
        "admitted_at": None if situation.admitted_at is None else instant(situation.admitted_at),
        "baseline": dict(situation.baseline),
        "history": history,
        "observations": [an_item(row) for row in every(situation)],
    }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_worked_case_read_from_json_is_decided_as_it_says(case: Case) -> None:
    for protocol in SHIPPED:
        if protocol.pin.id not in case.expect:
            continue
        try:
            request = read_request(parse_json(as_json(_sent(case.situation, protocol.pin.id))))
            decision, _ = evaluate(LIBRARY, request)
        except InvalidInput:
            # What nobody could have charted is refused at the door, where the engine would have said incomplete.
            assert case.expect[protocol.pin.id] == "incomplete"
            continue
        assert decision.action == case.expect[protocol.pin.id], protocol.pin.id
        assert decision == decide(case.situation, protocol, LIBRARY.news2)


def test_every_worked_case_answers_the_same_over_http(quiet_world: World) -> None:
    for case in CASES:
        for protocol in SHIPPED:
            if protocol.pin.id in case.expect:
                answer = quiet_world.nurse.post("/evaluate", _sent(case.situation, protocol.pin.id), key=None)
                expected = case.expect[protocol.pin.id]
                if answer.status_code == 422:
                    assert expected == "incomplete", case.name
                else:
                    assert answer.json()["action"] == expected, case.name


def test_the_answer_has_exactly_the_fields_others_rely_on(quiet_world: World) -> None:
    answer = quiet_world.nurse.post("/evaluate", an_evaluation(observations=items(creatinine="2.60"))).json()
    assert list(answer) == [
        "action",
        "provisional",
        "findings",
        "missing",
        "counts",
        "because",
        "news2",
        "protocol",
        "engine",
        "valid_until",
        "would_clear",
    ]
    assert answer["would_clear"] == ["Creatinine: below 2.5 mg/dL."]
    assert list(answer["counts"]) == ["relative", "absolute", "held_doses"]
    assert list(answer["protocol"]) == ["id", "version", "sha256", "coverage"]
    found = next(finding for finding in answer["findings"] if finding["verdict"] == "met")
    assert found == {
        "criterion": found["criterion"],
        "system": "renal",
        "class": "relative",
        "verdict": "met",
        "action": "hold",
        "measure": "creatinine",
        "value": "2.60",
        "unit": "mg/dL",
        "observed_at": "2026-03-04T15:30:00Z",
        "threshold": found["threshold"],
        "citation": found["citation"],
        "verification": found["verification"],
        "why": None,
    }


@pytest.mark.parametrize("given,ends", [(45, "counts until a dose is given"), (15, "recorded as absent")])
def test_what_would_clear_it_knows_when_the_last_dose_went_in(quiet_world: World, given: int, ends: str) -> None:
    """The blood was seen half an hour ago."""
    history = {"held_doses": 0, "last_given_at": instant(ago(given))}
    body = an_evaluation(observations=items(frank_blood=True), history=history)
    (said, *_) = quiet_world.nurse.post("/evaluate", body).json()["would_clear"]
    assert said.startswith(f"Frank blood in sputum, emesis or stool: {ends}")


def test_what_is_missing_is_named_with_its_reason(quiet_world: World) -> None:
    answer = quiet_world.nurse.post("/evaluate", an_evaluation(observations=items(absent=["spo2"]))).json()
    assert answer["action"] == "incomplete"
    assert {"measure": "spo2", "reason": "missing"} in answer["missing"]
    assert answer["news2"]["score"] is None


def test_a_finding_has_no_unit_and_its_value_is_true_or_false(quiet_world: World) -> None:
    answer = quiet_world.nurse.post("/evaluate", an_evaluation(observations=items(chest_pain=False))).json()
    found = [finding for finding in answer["findings"] if finding["measure"] == "chest_pain"]
    assert {(finding["value"], finding["unit"]) for finding in found} == {(False, None)}


def test_its_clock_is_the_time_in_the_request(quiet_world: World) -> None:
    quiet_world.clock.move(60 * 24 * 60)
    assert quiet_world.nurse.post("/evaluate", an_evaluation()).json()["action"] == "proceed"


def test_nothing_is_kept(quiet_world: World) -> None:
    tables = ("observation", "decision", "audit", "idempotency")
    before = [quiet_world.count(table) for table in tables]
    quiet_world.nurse.post("/evaluate", an_evaluation(), key="once")
    assert [quiet_world.count(table) for table in tables] == before


@pytest.mark.parametrize(
    "change, code",
    [
        ({"dose": {"due_at": "2026-03-04T16:00:00Z", "number": 15, "cycle": 1}}, "over_cap"),
        ({"dose": {"due_at": "2026-03-04T16:00:00Z", "number": 0, "cycle": 1}}, "invalid_fields"),
        ({"history": {}}, "invalid_fields"),
        ({"history": {"held_doses": -1}}, "invalid_fields"),
        ({"history": {"held_doses": 0, "unresolved": ["no-such-criterion"]}}, "request_refused"),
        ({"history": {"held_doses": 0, "previous": {"action": "pause"}}}, "invalid_fields"),
        ({"history": {"held_doses": 0, "last_given_at": "2026-03-04T17:00:00Z"}}, "request_refused"),
        ({"admitted_at": "2026-03-04T17:00:00Z"}, "request_refused"),
        ({"baseline": {"weight": 8000}}, "request_refused"),
        ({"baseline": {"serial_sevens": "passed"}}, "invalid_fields"),
        ({"baseline": {"height": 180}}, "invalid_fields"),
        ({"at": "2026-03-04T16:00:00"}, "invalid_fields"),
        ({"observations": None}, "invalid_fields"),
        ({"reason": "x"}, "invalid_fields"),
    ],
)
def test_a_request_that_cannot_be_right_is_refused(quiet_world: World, change: dict[str, Any], code: str) -> None:
    answer = quiet_world.nurse.post("/evaluate", an_evaluation(**change))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_protocol_nobody_knows_is_refused_with_the_known_ones(quiet_world: World) -> None:
    answer = quiet_world.nurse.post("/evaluate", an_evaluation("no-such-protocol"))
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_protocol")
    assert "lvhn-2015" in answer.json()["detail"]


@pytest.mark.parametrize("sent", ["[]", "1", '"x"', "null", "{}"])
def test_the_command_line_reads_requests_by_the_same_rules(sent: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_request(parse_json(sent.encode()))
    assert refusal.value.code == "invalid_fields"
    assert refusal.value.errors
