"""Does admission take what was typed, exactly once, and choose nothing for anybody?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.flowsheet import Flowsheet
from app.domain.ids import new_id
from app.domain.vocabulary import CycleEventKind, Role
from app.services import accounts
from app.services.cases import read_case
from app.store import wards
from app.store.people import Grant
from app.store.wards import Ward
from tests.web.house import MRN, NOW, House, Stay
from tests.web.pages import fields_of, fill

PATIENT = {
    "mrn": "CANARY-77",
    "family_name": "CANARY-NEW",
    "given_name": "<b>Eve",
    "born": "03-Feb-1971",
    "sex": "female",
}


def _sheet(house: House, course_id: str) -> Flowsheet:
    with house.database.reading() as tx:
        return read_case(tx, house.library, house.acting(), course_id).sheet


def _course(house: House) -> str:
    """The path of the admission form of a new course."""
    client = house.client("prescriber")
    path = fill(client, "/patients/new", PATIENT).headers["location"]
    return str(fill(client, path, {"protocol": "lvhn-2015", "shown.consensus-2014": "1"}).headers["location"])


def _cycle(house: House, **changed: str) -> dict[str, str]:
    day = "21-Nov-2026"
    typed = {"place": f"{house.ward.id} 2", "weight": "80", "admitted.day": day, "first.day": day}
    return typed | {"admitted.clock": "08:00", "first.clock": "16:00"} | changed


def test_from_wristband_to_bed(house: House) -> None:
    path = _course(house)
    course_id = path.split("/")[2]
    answer = fill(house.client("prescriber"), path, _cycle(house))
    assert answer.headers["location"] == f"/courses/{course_id}"
    sheet = _sheet(house, course_id)
    assert sheet.patient.family_name == "CANARY-NEW"
    assert sheet.course.protocol.id == "lvhn-2015"
    assert [pin.id for pin in sheet.course.shown] == ["consensus-2014"]
    assert sheet.cycles[0].first_due_at == datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    assert sheet.cycles[0].ordered_weight == Decimal(80)
    assert sheet.cycles[0].bed == "2"


@pytest.mark.hazard("HZ-06")
def test_nothing_is_chosen_or_filled_in_beforehand(house: House) -> None:
    client = house.client("prescriber")
    path = fill(client, "/patients/new", PATIENT).headers["location"]
    text = client.get(path).text
    assert "checked" not in text
    cycle = _course_of(house, path)
    page = client.get(cycle).text
    fields = fields_of(page, cycle)
    assert fields["weight"] == fields["admitted.clock"] == fields["first.clock"] == ""
    assert "selected" not in page


def _course_of(house: House, path: str) -> str:
    return str(fill(house.client("prescriber"), path, {"protocol": "consensus-2014"}).headers["location"])


def test_a_wrong_date_is_said_at_its_field_and_everything_typed_is_kept(house: House) -> None:
    answer = fill(house.client("charge"), "/patients/new", PATIENT | {"born": "3/2/1971"})
    assert answer.status_code == 422
    assert '<a href="#born">' in answer.text
    assert 'value="3/2/1971"' in answer.text
    assert 'value="&lt;b&gt;Eve"' in answer.text
    assert "<b>Eve" not in answer.text


def test_a_record_number_in_use_is_said_at_its_field(house: House, stay: Stay) -> None:
    answer = fill(house.client("charge"), "/patients/new", PATIENT | {"mrn": MRN})
    assert answer.status_code == 409
    assert '<a href="#mrn">A patient with this record number is registered already.</a>' in answer.text


def test_a_course_needs_a_protocol(house: House) -> None:
    client = house.client("charge")
    path = fill(client, "/patients/new", PATIENT).headers["location"]
    answer = fill(client, path, {})
    assert answer.status_code == 422
    assert '<a href="#protocol">Choose the protocol that decides.</a>' in answer.text


@pytest.mark.parametrize(
    "changed,field",
    [
        ({"place": ""}, "place"),
        ({"weight": ""}, "weight"),
        ({"weight": "1,000"}, "weight"),
        ({"weight": "900"}, "weight"),
        ({"first.clock": "07:00"}, "first-clock"),
        ({"admitted.clock": "25:00"}, "admitted-clock"),
    ],
)
def test_an_admission_that_cannot_be_is_refused_at_its_field(house: House, changed: dict[str, str], field: str) -> None:
    path = _course(house)
    answer = fill(house.client("prescriber"), path, _cycle(house, **changed))
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert _sheet(house, path.split("/")[2]).cycles == ()


def test_a_bed_somebody_lies_in_is_not_offered_or_taken(house: House, stay: Stay) -> None:
    path = _course(house)
    client = house.client("prescriber")
    assert f'value="{house.ward.id} 1"' not in client.get(path).text
    answer = fill(client, path, _cycle(house, place=f"{house.ward.id} 1"))
    assert answer.status_code == 409
    assert f'<a href="#place">Somebody lies in bed 1 of {house.ward.name} now. Choose another.</a>' in answer.text


def test_a_form_sent_twice_admits_once(house: House) -> None:
    path = _course(house)
    client = house.client("prescriber")
    sent = fields_of(client.get(path).text, path) | _cycle(house)
    answers = [client.post(path, data=sent, follow_redirects=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(_sheet(house, path.split("/")[2]).cycles) == 1


def test_a_move_sent_twice_moves_once(house: House, stay: Stay) -> None:
    path, client = f"/cycles/{stay.cycle.id}/moved", house.client("nurse")
    sent = fields_of(client.get(path).text, path) | {"place": f"{house.ward.id} 5", "reason": "Nearer"}
    answers = [client.post(path, data=sent, follow_redirects=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(_sheet(house, stay.course.id).events) == 1


def test_a_nurse_does_not_admit(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    assert client.get("/patients/new").status_code == 403
    assert client.get(f"/courses/new?patient={stay.patient.id}").status_code == 403
    assert client.get(f"/courses/{stay.course.id}/cycles/new").status_code == 403
    assert client.get("/patients/new").text.count("CANARY-") == 0


def test_a_move_takes_the_patient_to_another_bed(house: House, stay: Stay) -> None:
    path = f"/cycles/{stay.cycle.id}/moved"
    answer = fill(house.client("nurse"), path, {"place": f"{house.ward.id} 5", "reason": "Nearer to the desk"})
    assert answer.headers["location"] == f"/courses/{stay.course.id}"
    text = house.client("nurse").get(f"/courses/{stay.course.id}").text
    assert "Moved to bed 5" in text
    assert "Nearer to the desk" in text


@pytest.mark.parametrize("kind,login", [("stopped", "prescriber"), ("discharged", "charge"), ("discharged", "admin")])
def test_a_cycle_ends_with_a_reason(house: House, stay: Stay, kind: str, login: str) -> None:
    path = f"/cycles/{stay.cycle.id}/{kind}"
    refused = fill(house.client(login), path, {})
    assert refused.status_code == 422
    assert '<a href="#reason">Say why.</a>' in refused.text
    assert fill(house.client(login), path, {"reason": "Asked for"}).status_code == 303
    (event,) = _sheet(house, stay.course.id).events
    assert (event.kind, event.reason, event.at) == (CycleEventKind(kind), "Asked for", NOW)


def test_an_event_to_come_is_refused_at_its_time(house: House, stay: Stay) -> None:
    path = f"/cycles/{stay.cycle.id}/discharged"
    later = NOW + timedelta(hours=2)
    typed = {"reason": "Asked for", "at.day": "21-Nov-2026", "at.clock": f"{later.hour + 1}:00"}
    answer = fill(house.client("charge"), path, typed)
    assert answer.status_code == 422
    assert '<a href="#at-clock">That time is still to come.</a>' in answer.text


def test_who_may_not_end_a_cycle_is_refused(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    assert house.client("admin").get(f"/cycles/{stay.cycle.id}/stopped").status_code == 403
    assert client.get(f"/cycles/{stay.cycle.id}/stopped").status_code == 403
    assert client.get(f"/cycles/{stay.cycle.id}/discharged").status_code == 403
    assert client.get(f"/cycles/{stay.cycle.id}/other").status_code == 422
    assert house.client("pharmacist").get(f"/cycles/{stay.cycle.id}/moved").status_code == 403


def test_a_patient_is_found_by_record_number_and_by_nobody_who_may_not_see(house: House, stay: Stay) -> None:
    client = house.client("charge")
    text = client.post("/patients", data={"mrn": MRN}).text
    assert f'href="/courses/{stay.course.id}"' in text
    assert "There is no patient with this record number" in client.post("/patients", data={"mrn": "none"}).text
    assert client.post("/patients", data={"mrn": ""}).status_code == 422
    assert "/patients/new" not in house.client("nurse").get("/patients").text


def test_a_prescriber_moves_the_due_times_from_one_dose_on(house: House, stay: Stay) -> None:
    path, client = f"/cycles/{stay.cycle.id}/grid_moved", house.client("prescriber")
    assert f'href="{path}"' in client.get(f"/courses/{stay.course.id}").text
    refused = fill(client, path, {})
    assert refused.status_code == 422
    assert '<a href="#dose">Choose the dose from which the due times move.</a>' in refused.text
    assert '<a href="#due-clock">' in refused.text
    typed = {"dose": "3", "due.day": "21-Nov-2026", "due.clock": "16:30", "reason": "Theatre"}
    assert fill(client, path, typed).headers["location"] == f"/courses/{stay.course.id}"
    text = client.get(f"/courses/{stay.course.id}").text
    assert "Due times moved: dose 3 due 21-Nov-2026 16:30" in text
    assert "22-Nov-2026 00:30" in text, "the dose after it follows"


def test_due_times_of_a_dose_that_is_past_are_not_offered_and_a_nurse_moves_none(house: House, stay: Stay) -> None:
    path = f"/cycles/{stay.cycle.id}/grid_moved"
    text = house.client("prescriber").get(path).text
    assert '<option value="1">' not in text
    assert '<option value="3">Dose 3, due ' in text
    assert house.client("nurse").get(path).status_code == 403


def test_whoever_may_not_admit_on_the_ward_the_patient_came_from_reads_which_one(house: House, stay: Stay) -> None:
    other = Ward(new_id(NOW), "CANARY-OTHER-WARD", house.zone)
    with house.database.transaction() as tx:
        wards.add_ward(tx, other, NOW)
        roles = [Grant(Role.CHARGE_NURSE, other.id), Grant(Role.NURSE, house.ward.id)]
        operator = accounts.operator(NOW)
        house.people["both"] = accounts.create_person(tx, operator, "both", "CANARY-both", "x", roles)
    fill(house.client("charge"), f"/cycles/{stay.cycle.id}/discharged", {"reason": "Home"})
    answer = house.client("both").get(f"/courses/{stay.course.id}/cycles/new")
    assert answer.status_code == 403
    assert "The patient was last on CANARY-WARD, and you may not admit there." in answer.text
