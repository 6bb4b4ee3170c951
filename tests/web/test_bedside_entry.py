"""Does the bedside form record what was typed, exactly, and refuse what is not certain?"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.observation import Observation
from app.services.cases import read_case
from tests.web.house import NOW, House, Stay
from tests.web.pages import fields_of, fill, words_of

VITALS = {
    "respiratory_rate": "16",
    "spo2": "97",
    "oxygen_device": "room_air",
    "systolic_bp": "118",
    "diastolic_bp": "72",
    "no_pressor": "1",
    "heart_rate": "84",
    "rhythm": "sinus",
    "consciousness": "alert",
    "temperature": "36,8",
}


def _path(stay: Stay) -> str:
    return f"/doses/{stay.dose(3).id}/observe"


def _charted(house: House, stay: Stay) -> dict[str, Observation]:
    with house.database.reading() as tx:
        sheet = read_case(tx, house.library, house.acting(), stay.course.id).sheet
    return {row.measure: row for row in sheet.charted() if row.recorded_at == house.clock.at}


def _preview(house: House, stay: Stay, typed: dict[str, str]) -> str:
    client = house.client("nurse")
    sent = fields_of(client.get(_path(stay)).text, _path(stay)) | typed
    answer = client.post(f"{_path(stay)}/preview", data=sent)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.hazard("HZ-06")
def test_nothing_clinical_stands_in_the_form_beforehand(house: House, stay: Stay) -> None:
    fields = fields_of(house.client("nurse").get(_path(stay)).text, _path(stay))
    clinical = {name: value for name, value in fields.items() if name in house.library.measures and value != ""}
    assert clinical == {}
    assert not [name for name in fields if name.startswith("none.") or name.endswith(".none") or name == "no_pressor"]


def test_no_field_is_a_number_field(house: House, stay: Stay) -> None:
    assert 'type="number"' not in house.client("nurse").get(_path(stay)).text


def test_the_fields_come_in_the_order_a_patient_is_looked_at(house: House, stay: Stay) -> None:
    text = house.client("nurse").get(_path(stay)).text
    order = ["respiratory_rate", "spo2", "systolic_bp", "heart_rate", "consciousness", "temperature", "urine_volume",
             "weight", "creatinine", "chest_pain"]  # fmt: skip
    places = [text.index(f'name="{name}"') for name in order]
    assert places == sorted(places)


def test_a_set_of_vital_signs_is_charted_as_typed(house: House, stay: Stay) -> None:
    answer = fill(house.client("nurse"), _path(stay), VITALS)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/doses/{stay.dose(3).id}?saved=14")
    charted = _charted(house, stay)
    assert charted["temperature"].value == Decimal("36.8")
    assert {charted[name].value for name in ("phenylephrine_rate", "norepinephrine_rate", "dopamine_rate")} == {
        Decimal(0)
    }
    assert charted["other_vasopressor"].value is False
    assert charted["oxygen_flow"].value == Decimal(0)
    assert "urine_volume" not in charted


def test_examined_none_of_these_records_an_explicit_no_for_that_system_alone(house: House, stay: Stay) -> None:
    assert fill(house.client("nurse"), _path(stay), {"none.pulmonary": "1"}).status_code == 303
    charted = _charted(house, stay)
    assert {name: row.value for name, row in charted.items()} == {"dyspnoea_at_rest": False, "crackles": "none"}


def test_none_of_these_beside_a_marked_finding_is_asked_back(house: House, stay: Stay) -> None:
    typed = {"none.neurologic": "1", "seizure": "yes"}
    answer = fill(house.client("nurse"), _path(stay), typed)
    assert answer.status_code == 422
    assert _charted(house, stay) == {}


def test_a_test_that_was_not_made_is_answered_by_no_tap(house: House, stay: Stay) -> None:
    text = house.client("nurse").get(_path(stay)).text
    taps = set(re.findall(r'name="none\.(\w+)"', text))
    fill(house.client("nurse"), _path(stay), {f"none.{system}": "1" for system in taps})
    assert {"ecg_ischaemia", "troponin_elevated", "stool_occult_blood"}.isdisjoint(_charted(house, stay))


def test_none_since_is_a_real_zero_over_the_time_the_tap_names(house: House, stay: Stay) -> None:
    text = house.client("nurse").get(_path(stay)).text
    since = re.search(r'name="urine_volume\.none" value="([^"]+)"', text)
    assert since is not None
    assert "None since 06:00" in text
    fill(house.client("nurse"), _path(stay), {"urine_volume.none": since[1]})
    row = _charted(house, stay)["urine_volume"]
    assert (row.value, row.start_at, row.observed_at) == (Decimal(0), NOW - timedelta(hours=8), NOW)


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize("field, typed", [("urine_volume", "1,200"), ("temperature", "101.2"), ("heart_rate", "9x"),
                                          ("spo2", "120"), ("systolic_bp", "1e2")])  # fmt: skip
def test_what_is_impossible_or_uncertain_is_refused_and_everything_typed_stays(
    house: House, stay: Stay, field: str, typed: str
) -> None:
    answer = fill(house.client("nurse"), _path(stay), {"respiratory_rate": "17", field: typed, "seizure": "no"})
    assert answer.status_code == 422
    assert _charted(house, stay) == {}
    kept = fields_of(answer.text, _path(stay))
    assert (kept["respiratory_rate"], kept["seizure"]) == ("17", "no")
    assert f'href="#{field.replace("_", "-")}"' in answer.text


def test_fahrenheit_is_offered_and_never_taken_by_itself(house: House, stay: Stay) -> None:
    answer = fill(house.client("nurse"), _path(stay), {"temperature": "101.2"})
    assert "Use °F" in answer.text
    assert fields_of(answer.text, _path(stay))["temperature.unit"] == "Cel"
    taken = fill(house.client("nurse"), _path(stay), {"temperature": "101.2", "temperature.unit": "[degF]"})
    assert taken.status_code == 303
    row = _charted(house, stay)["temperature"]
    assert (row.value, row.entered, row.entered_unit) == (Decimal("38.4"), "101.2", "[degF]")


@pytest.mark.parametrize("again, status", [("", 422), ("13", 422), ("12", 303)])
def test_an_unlikely_value_must_be_typed_again(house: House, stay: Stay, again: str, status: int) -> None:
    asked = fill(house.client("nurse"), _path(stay), {"heart_rate": "12"})
    assert 'name="heart_rate.again"' in asked.text
    answer = fill(house.client("nurse"), _path(stay), {"heart_rate": "12", "heart_rate.again": again})
    assert answer.status_code == status
    assert ("heart_rate" in _charted(house, stay)) is (status == 303)


@pytest.mark.hazard("HZ-05")
def test_a_weight_in_pounds_is_asked_about_in_the_same_words_everywhere(house: House, stay: Stay) -> None:
    far = "Body weight is more than 5 % away from the last one known: confirm it or correct it. "
    far += "Was it read in pounds? Write it in kg."
    typed = {"weight": "176"}
    assert far in words_of(_preview(house, stay, typed))
    page = fill(house.client("nurse"), _path(stay), typed)
    assert page.status_code == 422
    assert far in words_of(page.text)
    assert fill(house.client("nurse"), _path(stay), {**typed, "weight.again": "176"}).status_code == 303
    path = f"/observations/{_charted(house, stay)['weight'].id}/correct"
    corrected = {"what": "value", "value": "175", "reason": "CANARY-scale"}
    page = fill(house.client("nurse"), path, corrected)
    assert page.status_code == 422
    assert far in words_of(page.text)
    assert fill(house.client("nurse"), path, {**corrected, "again": "175"}).status_code == 303


@pytest.mark.hazard("HZ-10")
def test_a_volume_goes_on_where_the_one_before_ended_to_the_second(house: House, stay: Stay) -> None:
    """What came over REST ended within a minute: from the whole minute on, the two would overlap and block the dose."""
    ended = house.clock.at - timedelta(minutes=29, seconds=33)
    house.chart(stay, at=ended)
    assert fields_of(house.client("nurse").get(_path(stay)).text, _path(stay))["urine_volume.from.clock"] == "13:30"
    assert "overlap" not in _preview(house, stay, {"urine_volume": "60"})
    assert fill(house.client("nurse"), _path(stay), {"urine_volume": "60"}).status_code == 303
    assert _charted(house, stay)["urine_volume"].start_at == ended


def test_a_lab_needs_the_time_the_blood_was_taken(house: House, stay: Stay) -> None:
    assert fill(house.client("nurse"), _path(stay), {"creatinine": "1.8"}).status_code == 422
    assert fill(house.client("nurse"), _path(stay), {"creatinine": "1.8", "blood.clock": "05:30"}).status_code == 303
    assert _charted(house, stay)["creatinine"].observed_at == NOW.replace(hour=4, minute=30)


def test_what_was_not_taken_has_a_reason_and_no_value(house: House, stay: Stay) -> None:
    assert fill(house.client("nurse"), _path(stay), {"weight.why": "refused"}).status_code == 303
    row = _charted(house, stay)["weight"]
    assert (row.value, str(row.not_taken)) == (None, "refused")
    both = fill(house.client("nurse"), _path(stay), {"weight.why": "refused", "weight": "72"})
    assert both.status_code == 422


def test_a_late_entry_is_flagged_and_saved(house: House, stay: Stay) -> None:
    typed = {"heart_rate": "90", "at.clock": "13:00"}
    assert "Late entry: observed 1 h ago" in _preview(house, stay, typed)
    assert fill(house.client("nurse"), _path(stay), typed).status_code == 303
    assert _charted(house, stay)["heart_rate"].observed_at == NOW - timedelta(hours=1)


def test_a_time_still_to_come_is_refused(house: House, stay: Stay) -> None:
    assert fill(house.client("nurse"), _path(stay), {"heart_rate": "90", "at.clock": "15:00"}).status_code == 422


def test_the_preview_says_what_saving_then_decides(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=NOW - timedelta(minutes=20))
    text = _preview(house, stay, {"heart_rate": "125"})
    assert "Heart rate 125 /min (limit 120 to 130 /min)" in text
    assert "Save: HOLD dose 3" in text
    assert "up 41 from 84" in text
    fill(house.client("nurse"), _path(stay), {"heart_rate": "125"})
    assert "chip-hold" in house.client("nurse").get(f"/doses/{stay.dose(3).id}").text


def test_the_preview_names_what_is_missing_and_stores_nothing(house: House, stay: Stay) -> None:
    text = _preview(house, stay, VITALS)
    assert "Cannot evaluate" in text
    assert 'href="#dyspnoea-at-rest"' in text
    assert _charted(house, stay) == {}


@pytest.mark.hazard("HZ-01")
def test_while_anything_is_wrong_the_preview_gives_no_verdict(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3)
    text = _preview(house, stay, {"systolic_bp": "30"})
    assert "chip-" not in text
    assert "No decision yet" in text


@pytest.mark.hazard("HZ-07")
def test_a_form_sent_twice_is_saved_once(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    sent = fields_of(client.get(_path(stay)).text, _path(stay)) | VITALS
    answers = [client.post(_path(stay), data=sent, follow_redirects=False) for _again in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"/doses/{stay.dose(3).id}?saved=14"] * 2
    with house.database.reading() as tx:
        sheet = read_case(tx, house.library, house.acting(), stay.course.id).sheet
    assert sum(1 for row in sheet.observations if row.recorded_at == NOW and row.measure == "spo2") == 1
    changed = client.post(_path(stay), data=sent | {"spo2": "91"}, follow_redirects=False)
    assert changed.status_code == 409
    assert "saved already" in changed.text


@pytest.mark.hazard("HZ-12")
def test_a_form_somebody_else_left_open_is_not_saved_under_another_name(house: House, stay: Stay) -> None:
    left_open = fields_of(house.client("nurse").get(_path(stay)).text, _path(stay)) | {"spo2": "97"}
    answer = house.client("charge").post(_path(stay), data=left_open, follow_redirects=False)
    assert answer.status_code == 409
    assert _charted(house, stay) == {}


def test_an_empty_form_saves_nothing(house: House, stay: Stay) -> None:
    answer = fill(house.client("nurse"), _path(stay), {})
    assert answer.status_code == 422
    assert "enter at least one value" in answer.text


def test_who_may_not_chart_has_no_form(house: House, stay: Stay) -> None:
    assert house.client("pharmacist").get(_path(stay)).status_code == 403


def test_before_the_window_the_preview_is_worded_as_if(house: House) -> None:
    early = house.admit(first_due_at=NOW + timedelta(hours=4))
    text = house.client("nurse").get(f"/doses/{early.dose(1).id}/observe").text
    assert "If due now:" in text
    assert "Save (if dose 1 were due now" in text
