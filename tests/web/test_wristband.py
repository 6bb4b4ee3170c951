"""Do the two identifiers of a wristband, scanned or typed, lead to this patient or to a stop that tells nothing?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from tests.web.house import BORN, FAMILY_NAME, MRN, NOW, House, Stay
from tests.web.pages import fill

OTHER_MRN, OTHER_NAME = "CANARY-OTHER-77", "CANARY-NEIGHBOUR"


@pytest.fixture
def ready(house: House, stay: Stay) -> Stay:
    """The third dose may be given."""
    house.chart(stay, dose=3, at=NOW - timedelta(minutes=5))
    return stay


def _give(house: House, stay: Stay, **typed: str) -> Response:
    return fill(house.client("nurse"), f"/doses/{stay.dose(3).id}/give", {"outcome": "given", "born": "", **typed})


def _all(house: House, query: str) -> list[Any]:
    with house.database.reading() as tx:
        return [tuple(row) for row in tx.connection.exec_driver_sql(query)]


@pytest.mark.parametrize(
    "typed",
    [
        {"mrn": MRN, "born": "03-Feb-1971"},
        {"mrn": f"  {MRN} ", "born": "19710203"},
        {"mrn": f"{MRN}^19710203"},
        {"mrn": f"{MRN}|1971-02-03"},
        {"mrn": f"{MRN}\t03-Feb-1971"},
        {"mrn": f"{MRN}^", "born": "03-Feb-1971"},
        {"mrn": f"{MRN}^19710203", "born": "03-Feb-1971"},
    ],
)
def test_a_scan_or_two_typed_fields_identify_the_patient(house: House, ready: Stay, typed: dict[str, str]) -> None:
    answer = _give(house, ready, **typed)
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize(
    "typed,sentence",
    [
        ({"mrn": ""}, "Read the record number from the wristband."),
        ({"mrn": MRN}, "Ask for the date of birth, or read it from the wristband."),
        ({"mrn": "^19710203"}, "Read the record number from the wristband."),
        ({"mrn": f"{MRN}^19711303"}, "There is no such date."),
        ({"mrn": f"{MRN}^03021971"}, "Write the date with the month as a word"),  # 03-Feb or 02-Mar?
        ({"mrn": f"{MRN}^19710203", "born": "04-Feb-1971"}, "not the date of birth that was scanned"),
    ],
)
def test_half_a_scan_is_no_identification(house: House, ready: Stay, typed: dict[str, str], sentence: str) -> None:
    answer = _give(house, ready, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert _all(house, "SELECT id FROM administration WHERE dose_id = '" + ready.dose(3).id + "'") == []


@pytest.mark.hazard("HZ-03")
def test_the_wrong_wristband_stops_the_dose_names_nobody_and_leaves_a_line(house: House, ready: Stay) -> None:
    house.admit(first_due_at=NOW, mrn=OTHER_MRN, family=OTHER_NAME, bed="2", born=BORN.replace(year=1980))
    given = _all(house, "SELECT count(*) FROM administration")
    answer = _give(house, ready, mrn=f"{OTHER_MRN}^19800203")
    assert answer.status_code == 422
    assert "not those of the patient this dose is for. Nothing was recorded: check the wristband" in answer.text
    assert OTHER_NAME not in answer.text
    assert _all(house, "SELECT count(*) FROM administration") == given
    lines = _all(
        house, "SELECT person, course_id, patient_id, subjects, reason FROM audit WHERE action = 'wrong_wristband'"
    )
    assert len(lines) == 1
    person, course_id, patient_id, subjects, reason = lines[0]
    assert (person, course_id, patient_id) == (house.people["nurse"].id, ready.course.id, ready.patient.id)
    assert ready.dose(3).id in subjects
    assert reason is None
    assert not any(OTHER_MRN in str(row) for row in _all(house, "SELECT * FROM audit"))


@pytest.mark.hazard("HZ-03")
def test_the_giving_page_says_who_has_a_similar_name_and_shows_no_identifier(house: House, ready: Stay) -> None:
    house.admit(first_due_at=NOW, mrn=OTHER_MRN, family=f"{FAMILY_NAME}s", bed="4", born=BORN.replace(year=1980))
    text = house.client("nurse").get(f"/doses/{ready.dose(3).id}/give").text
    assert f"Similar name on this ward: {FAMILY_NAME}S, Canary-Given, bed 4" in text
    assert not any(secret in text for secret in (MRN, OTHER_MRN, "03-Feb-1971", "1971-02-03"))
    for path in (f"/courses/{ready.course.id}", f"/doses/{ready.dose(3).id}/observe", f"/doses/{ready.dose(3).id}"):
        assert "Similar name on this ward" in house.client("nurse").get(path).text


def test_enter_has_nothing_to_send_with(house: House, ready: Stay) -> None:
    """HTML, implicit submission: a form whose first button is disabled is not sent by Enter."""
    text = house.client("nurse").get(f"/doses/{ready.dose(3).id}/give").text
    form = text[text.index("data-wristband") :]
    assert form.index("<button hidden disabled>") < form.index('<button class="primary')
