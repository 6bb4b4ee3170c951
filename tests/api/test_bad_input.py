"""Is everything that cannot be right refused with a sentence, and is nothing of it kept?"""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.record import instant
from tests.api.app import a_key, as_json
from tests.api.bedside import a_cycle, a_patient, an_evaluation, given, not_given
from tests.api.world import Stay, World, a_stay
from tests.builders import AT

UNKNOWN = "019cb993-d800-7789-926c-c1e7dfcb1ee0"
CANARY = "CANARY-SENT-9041"
TABLES = (
    "patient",
    "course",
    "cycle",
    "cycle_event",
    "observation",
    "decision",
    "alert_event",
    "administration",
    "audit",
)

ITEM: dict[str, Any] = {"measure": "systolic_bp", "value": 118, "unit": "mm[Hg]", "observed_at": instant(AT)}
URINE: dict[str, Any] = {
    "measure": "urine_volume",
    "value": 60,
    "unit": "mL",
    "from": instant(AT - timedelta(hours=1)),
    "to": instant(AT),
}

RAW = {
    "NaN": b'"value": NaN',
    "Infinity": b'"value": Infinity',
    "minus infinity": b'"value": -Infinity',
    "1e999": b'"value": 1e999',
    "an absurd number": b'"value": 1' + b"0" * 60,
    "one field twice": b'"value": 118, "value": 60',
    "half a character": b'"value": "\\ud800"',
    "half a character in a name": b'"value": 118, "\\ud800": 1',
    "NUL": b'"value": "a\\u0000b"',
}

ITEMS: dict[str, dict[str, Any]] = {
    "an unknown field": {**ITEM, CANARY: 1},
    "an unknown measure": {**ITEM, "measure": CANARY},
    "no unit": {name: value for name, value in ITEM.items() if name != "unit"},
    "another unit": {**ITEM, "unit": "kPa"},
    "a unit in other letters": {**ITEM, "unit": "mmHg"},
    "a number in quotation marks": {**ITEM, "value": "118"},
    "true for a number": {**ITEM, "value": True},
    "a list for a number": {**ITEM, "value": [118]},
    "no value at all": {name: value for name, value in ITEM.items() if name != "value"},
    "null for a value": {**ITEM, "value": None},
    "an impossible value": {**ITEM, "value": 900},
    "a negative value": {**ITEM, "value": -1},
    "a value finer than it is measured": {**ITEM, "value": 118.25},
    "a naive time": {**ITEM, "observed_at": "2026-03-04T16:00:00"},
    "a time as a number": {**ITEM, "observed_at": 1772640000},
    "no such date": {**ITEM, "observed_at": "2026-02-30T16:00:00Z"},
    "a time still to come": {**ITEM, "observed_at": instant(AT + timedelta(minutes=3))},
    "no time": {name: value for name, value in ITEM.items() if name != "observed_at"},
    "both kinds of time": {**URINE, "observed_at": instant(AT)},
    "an interval for what has none": {**URINE, "measure": "systolic_bp", "unit": "mm[Hg]", "value": 118},
    "no interval for what has one": {**ITEM, "measure": "urine_volume", "unit": "mL", "value": 60},
    "an interval that ends before it begins": {**URINE, "from": instant(AT), "to": instant(AT - timedelta(hours=1))},
    "a choice that is none": {**ITEM, "measure": "rhythm", "value": CANARY, "unit": None},
    "a unit for a choice": {**ITEM, "measure": "rhythm", "value": "sinus", "unit": "mm[Hg]"},
    "a word for a finding": {**ITEM, "measure": "chest_pain", "value": "true", "unit": None},
    "1 for a finding": {**ITEM, "measure": "chest_pain", "value": 1, "unit": None},
    "a temperature in the other scale": {**ITEM, "measure": "temperature", "value": 101.2, "unit": "Cel"},
    "platelets without a unit": {**ITEM, "measure": "platelets", "value": 50, "unit": None},
}

KEPT_ONLY: dict[str, dict[str, Any]] = {
    "an unlikely value without a confirmation": {**ITEM, "value": 300},
    "a value that was not taken": {**ITEM, "not_taken": "refused"},
    "a reason that is none": {"measure": "systolic_bp", "not_taken": CANARY, "observed_at": instant(AT)},
    "not taken, still to come": {
        "measure": "systolic_bp",
        "not_taken": "refused",
        "observed_at": instant(AT + timedelta(hours=1)),
    },
    "not taken, an unknown measure": {"measure": CANARY, "not_taken": "refused", "observed_at": instant(AT)},
    "a confirmation in quotation marks": {**ITEM, "confirmed": "true"},
}


def _rows(world: World) -> dict[str, int]:
    return {table: world.count(table) for table in TABLES}


def _refused(answer: Any) -> dict[str, Any]:
    assert 400 <= answer.status_code < 500, answer.text
    document: dict[str, Any] = answer.json()
    assert document["detail"].endswith((".", "?", "!"))
    assert CANARY not in answer.text
    assert "proceed" not in answer.text
    return document


@pytest.mark.parametrize("what", RAW)
def test_json_that_two_readers_could_understand_differently_is_refused(
    quiet_world: World, quiet_stay: Stay, what: str
) -> None:
    before = _rows(quiet_world)
    body = b'{"items": [' + as_json(ITEM).replace(b'"value":118', RAW[what]) + b"]}"
    document = _refused(quiet_world.nurse.post(f"/courses/{quiet_stay.course_id}/observation-sets", body))
    assert document["status"] == 400
    evaluation = as_json(an_evaluation(observations=[ITEM])).replace(b'"value":118', RAW[what])
    assert _refused(quiet_world.nurse.post("/evaluate", evaluation))["status"] == 400
    assert _rows(quiet_world) == before


@pytest.mark.parametrize("what", [*ITEMS, *KEPT_ONLY])
def test_an_item_that_cannot_be_right_is_refused(quiet_world: World, quiet_stay: Stay, what: str) -> None:
    before = _rows(quiet_world)
    item = {**ITEMS, **KEPT_ONLY}[what]
    fine = {**ITEM, "measure": "diastolic_bp", "value": 70}
    path = f"/courses/{quiet_stay.course_id}/observation-sets"
    document = _refused(quiet_world.nurse.post(path, {"items": [fine, item]}))
    assert document["status"] == 422
    assert all(fault["pointer"].startswith("/items/1") for fault in document["errors"]), document
    assert document["errors"]
    if what in ITEMS:
        evaluated = _refused(quiet_world.nurse.post("/evaluate", an_evaluation(observations=[fine, item])))
        assert all(fault["pointer"].startswith("/observations/1") for fault in evaluated["errors"]), evaluated
    assert _rows(quiet_world) == before


def test_a_fault_points_to_where_it_stands_among_values_and_absences(quiet_world: World, quiet_stay: Stay) -> None:
    absent = {"measure": "weight", "not_taken": "refused", "observed_at": instant(AT)}
    path = f"/courses/{quiet_stay.course_id}/observation-sets"
    values = quiet_world.nurse.post(path, {"items": [absent, {**ITEM, "value": 900}]}).json()
    assert [fault["pointer"] for fault in values["errors"]] == ["/items/1/value"]
    reasons = quiet_world.nurse.post(path, {"items": [ITEM, {**absent, "measure": "nothing"}]}).json()
    assert [fault["pointer"] for fault in reasons["errors"]] == ["/items/1/measure"]


def test_two_mebibytes_are_refused_before_anything_is_read(quiet_world: World, quiet_stay: Stay) -> None:
    body = b'{"items": ["' + b"x" * 2 * 1024 * 1024 + b'"]}'
    for path in (f"/courses/{quiet_stay.course_id}/observation-sets", "/evaluate"):
        before = _rows(quiet_world)
        assert _refused(quiet_world.nurse.post(path, body))["status"] == 413
        assert _rows(quiet_world) == before


@pytest.mark.parametrize(
    "path",
    [
        "/courses/{}/observation-sets",
        "/courses/{}/cycles",
        "/doses/{}/decisions",
        "/doses/{}/administration",
        "/alerts/{}/acknowledgement",
        "/observations/{}/corrections",
        "/administrations/{}/corrections",
    ],
)
@pytest.mark.parametrize("of", [UNKNOWN, "1", "x' OR 1=1 --", "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_nothing_has_is_refused(quiet_world: World, path: str, of: str) -> None:
    bodies: dict[str, Any] = {
        "/courses/{}/observation-sets": {"items": [ITEM]},
        "/courses/{}/cycles": a_cycle(quiet_world.ward),
        "/doses/{}/administration": given(AT),
        "/alerts/{}/acknowledgement": {"seen": "hold"},
        "/observations/{}/corrections": {"reason": "x", "retract": True},
        "/administrations/{}/corrections": {"reason": "x", "units": 1},
    }
    caller = quiet_world.charge
    assert _refused(caller.post(path.format(of), bodies.get(path)))["status"] in (404, 422)


@pytest.mark.parametrize(
    "change",
    [
        {"birth_date": "1971-02-30"},
        {"birth_date": "2999-01-01"},
        {"birth_date": "2026-03-05"},
        {"birth_date": 19710203},
        {"sex": "F"},
        {"family_name": ""},
        {"family_name": "a\u202eb"},
        {"mrn": "x" * 201},
        {"mrn": 1},
        {"nickname": "x"},
    ],
)
def test_a_patient_who_cannot_be_right_is_refused(quiet_world: World, change: dict[str, Any]) -> None:
    before = _rows(quiet_world)
    assert _refused(quiet_world.charge.post("/patients", {**a_patient(a_key()), **change}))["status"] == 422
    assert _rows(quiet_world) == before


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"number": 0},
        {"number": "1"},
        {"number": 1.0},
        {"ordered_weight": 0},
        {"ordered_weight": 8000},
        {"ordered_weight": "80"},
        {"first_due_at": "2026-03-01T00:00:00Z"},
        {"first_due_at": "2026-03-04T16:00"},
        {"bed": ""},
        {"ward_id": UNKNOWN},
    ],
)
def test_a_cycle_that_cannot_be_right_is_refused(quiet_world: World, change: dict[str, Any]) -> None:
    patient = quiet_world.charge.make("/patients", a_patient(a_key()))
    course = quiet_world.charge.make("/courses", {"patient_id": patient["id"], "protocol": "lvhn-2015"})
    before = _rows(quiet_world)
    answer = quiet_world.charge.post(f"/courses/{course['id']}/cycles", a_cycle(quiet_world.ward, **change))
    assert _refused(answer)["status"] in (404, 409, 422)
    assert _rows(quiet_world) == before


@pytest.mark.parametrize(
    "change",
    [
        {"protocol": "no-such-protocol"},
        {"shown": ["no-such-protocol"]},
        {"shown": ["lvhn-2015"]},
        {"shown": "consensus-2014"},
        {"patient_id": "1"},
    ],
)
def test_a_course_that_cannot_be_right_is_refused(quiet_world: World, change: dict[str, Any]) -> None:
    patient = quiet_world.charge.make("/patients", a_patient(a_key()))
    before = _rows(quiet_world)
    body = {"patient_id": patient["id"], "protocol": "lvhn-2015", **change}
    assert _refused(quiet_world.charge.post("/courses", body))["status"] in (404, 422)
    assert _rows(quiet_world) == before


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "moved"},
        {"kind": "moved", "bed": "2"},
        {"kind": "grid_moved"},
        {"kind": "grid_moved", "from_dose": 99, "due_at": instant(AT)},
        {"kind": "stopped", "at": instant(AT + timedelta(hours=1))},
        {"kind": "stopped", "reason": " "},
        {"kind": "exploded"},
    ],
)
def test_an_event_that_cannot_be_right_is_refused(quiet_world: World, quiet_stay: Stay, change: dict[str, Any]) -> None:
    body = {"at": instant(AT), "reason": "CANARY-REASON-9041", **change}
    before = _rows(quiet_world)
    assert _refused(quiet_world.prescriber.post(f"/cycles/{quiet_stay.cycle['id']}/events", body))["status"] == 422
    assert _rows(quiet_world) == before


@pytest.mark.parametrize(
    "change",
    [
        {"units": 47_000_000},
        {"units": "48000000"},
        {"units": 0},
        {"started_at": instant(AT + timedelta(minutes=3))},
        {"ended_at": instant(AT - timedelta(minutes=3))},
        {"outcome": "reduced"},
        {"identifiers": {"mrn": "CANARY-MRN-9041"}},
        {"decision_id": UNKNOWN},
        {"order_id": UNKNOWN},
        {"outcome": "interrupted", "units": 48_000_001},
        {"outcome": "not_given"},
    ],
)
def test_an_administration_that_cannot_be_right_is_refused(
    quiet_world: World, quiet_stay: Stay, change: dict[str, Any]
) -> None:
    before = _rows(quiet_world)
    path = f"/doses/{quiet_stay.dose()}/administration"
    assert _refused(quiet_world.nurse.post(path, given(AT, **change)))["status"] == 422
    assert _rows(quiet_world) == before


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "x"},
        {"reason": "x", "retract": False},
        {"reason": "x", "retract": True, "value": 1},
        {"reason": "", "retract": True},
        {"retract": True},
        {"reason": "x", "unit": "mg/dL"},
        {"reason": "x", "value": 1.1},
        {"reason": "x", "value": 1.1, "unit": "mmol/L"},
        {"reason": "x", "value": 1.20, "unit": "mg/dL"},
        {"reason": "x", "observed_at": instant(AT + timedelta(hours=1))},
    ],
)
def test_a_correction_that_cannot_be_right_is_refused(
    quiet_world: World, quiet_stay: Stay, body: dict[str, Any]
) -> None:
    creatinine = {**ITEM, "measure": "creatinine", "value": 1.2, "unit": "mg/dL"}
    saved = quiet_world.nurse.make(f"/courses/{quiet_stay.course_id}/observation-sets", {"items": [creatinine]})
    before = _rows(quiet_world)
    path = f"/observations/{saved['observations'][0]['id']}/corrections"
    assert _refused(quiet_world.nurse.post(path, body))["status"] == 422
    assert _rows(quiet_world) == before


@pytest.mark.parametrize(
    "body, code",
    [
        ({"reason": "x"}, "nothing_changed"),
        ({"units": 1}, "invalid_fields"),
        ({"reason": "x", "units": "1"}, "invalid_fields"),
        ({"reason": "x", "outcome": "reduced"}, "invalid_fields"),
        ({"reason": "x", "retract": True}, "invalid_fields"),
        ({"reason": "x", "started_at": "2026-03-04T16:00"}, "invalid_fields"),
        ({"reason": "x", "ended_at": instant(AT + timedelta(hours=1))}, "future"),
        ({"reason": "x", "outcome": "interrupted"}, "units_needed"),
        ({"reason": "x", "outcome": "given", "units": 47_999_999}, "reduced_dose"),
    ],
)
def test_a_correction_of_a_dose_that_cannot_be_right_is_refused(
    quiet_world: World, body: dict[str, Any], code: str
) -> None:
    stay = a_stay(quiet_world, a_key())
    path = f"/doses/{stay.dose()}/administration"
    row = quiet_world.nurse.make(path, not_given(AT, stay.patient["mrn"]))
    before = _rows(quiet_world)
    refused = _refused(quiet_world.nurse.post(f"/administrations/{row['id']}/corrections", body))
    assert (refused["status"], refused["code"]) == (422, code)
    assert _rows(quiet_world) == before


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 501}, {"limit": "many"}, {"limit": -1}, {"state": "asleep"}, {"ward_id": "1"}],
)
def test_a_list_is_asked_for_properly_or_not_at_all(quiet_world: World, query: dict[str, Any]) -> None:
    assert _refused(quiet_world.nurse.get("/courses", **query))["status"] == 422


@pytest.mark.parametrize("after", ["1", "x-1", "-1", "9f3a-", "9f3a--1", "9f3a-01", "9f3a-1e3", "9f3a-" + "9" * 19])
def test_a_cursor_that_was_never_given_is_refused(quiet_world: World, after: str) -> None:
    assert _refused(quiet_world.nurse.get("/alerts", after=after))["code"] in ("bad_cursor", "invalid_fields")
