"""Does the ward board say whose turn it is, most urgent first?"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.domain.ids import new_id
from app.domain.vocabulary import Duty
from app.services import rostering
from app.store import people, wards
from app.store.people import Grant
from app.store.wards import Bed, Ward
from app.web.pages import fragment
from app.web.presenters.board_filter import FilterView
from app.web.presenters.verdict import verdict_chip
from tests.web.house import NOW, ROLES, House, Stay
from tests.web.pages import words_of


def _rows(text: str) -> list[str]:
    return re.findall(r'<tr id="course-.*?</tr>', text, re.DOTALL)


@pytest.mark.hazard("HZ-04")
def test_what_was_decided_ahead_for_a_later_dose_is_no_word_on_it_once_more_was_charted(
    house: House, stay: Stay
) -> None:
    ahead = house.chart(stay, dose=4, at=NOW - timedelta(minutes=30)).record
    assert ahead is not None
    house.chart(stay, dose=3, heart_rate="150")
    house.clock.forward(hours=2)
    course, dose = f"/courses/{stay.course.id}", f"/doses/{ahead.dose_id}/now?shown={ahead.id}"
    for path in ("/", "/board/wall", "/handover", f"{course}/handover", f"{course}/now", dose):
        said = words_of(house.client("nurse").get(path).text)
        assert ("If due now" in said, "Not assessed yet" in said) == (False, True), path
    assert "At 13:30, before the window: no hold criterion met" in words_of(house.client("nurse").get("/").text)


def test_an_overdue_dose_comes_first_whatever_its_bed(house: House) -> None:
    house.admit(first_due_at=NOW + timedelta(minutes=20), mrn="a", family="CANARY-SOON", bed="1")
    house.admit(first_due_at=NOW - timedelta(minutes=40), mrn="b", family="CANARY-LATER-THAN-LATE", bed="2")
    text = house.client("nurse").get("/").text
    first, second = _rows(text)
    assert "40 min late" in first
    assert "CANARY-LATER-THAN-LATE" in first
    assert "in 20 min" in second
    assert "1 dose overdue" in text


def test_a_held_dose_says_hold_and_why(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, creatinine="2.6")
    (row,) = _rows(house.client("nurse").get("/").text)
    assert "chip-hold" in row
    assert "Hold" in row
    assert "Creatinine 2.6 mg/dL (limit 2.5 to below 3.0 mg/dL)" in row
    assert "1 open" in row


@pytest.mark.hazard("HZ-04")
def test_a_decision_that_ran_out_is_no_verdict_any_more(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3)
    assert "No hold criterion met" in house.client("nurse").get("/").text
    house.clock.forward(minutes=61)
    text = house.client("nurse").get("/").text
    assert "No hold criterion met" not in text
    assert "Expired: assess again" in text


def test_a_provisional_decision_is_worded_as_one(house: House) -> None:
    stay = house.admit(first_due_at=NOW + timedelta(hours=4))
    house.chart(stay, dose=1, heart_rate=125)
    assert "If due now: hold" in house.client("nurse").get("/").text


def test_an_undecided_dose_is_not_assessed() -> None:
    assert verdict_chip(None, None, None, open_=True, overtaken=False).words == "Not assessed yet"


@pytest.mark.hazard("HZ-04")
def test_what_was_decided_before_the_window_is_no_verdict_once_it_has_begun(house: House) -> None:
    stay = house.admit(first_due_at=NOW + timedelta(hours=4))
    house.chart(stay, dose=1, heart_rate=125)
    house.clock.forward(minutes=4 * 60)
    text = house.client("nurse").get("/").text
    assert "Assess now" in text
    assert re.search(r"At 1\d:\d\d, before the window: hold. Heart rate 125 /min", text)
    assert "If due now" not in text
    assert 'class="chip chip-hold' not in text


def test_only_who_may_chart_has_the_button(house: House, stay: Stay) -> None:
    for login, shown in (("nurse", True), ("prescriber", True), ("pharmacist", False), ("admin", False)):
        assert (f"/doses/{stay.dose(3).id}/observe" in house.client(login).get("/").text) is shown, login


def test_names_a_letter_apart_are_marked(house: House) -> None:
    house.admit(first_due_at=NOW, mrn="a", family="DEMO-ADLER", bed="1")
    house.admit(first_due_at=NOW, mrn="b", family="Demo-Adlers", bed="2")
    house.admit(first_due_at=NOW, mrn="c", family="DEMO-BIRKE", bed="3", born=date(1950, 1, 1))
    house.admit(first_due_at=NOW, mrn="d", family="DEMO-CEDER", bed="4", born=date(1950, 1, 1))
    rows = _rows(house.client("nurse").get("/").text)
    said = {re.findall(r'<td class="bed">(.*?)</td>', row)[0]: re.findall(r'tag-alike">(.*?)<', row) for row in rows}
    assert said == {
        "1": ["Similar name: bed 2"],
        "2": ["Similar name: bed 1"],
        "3": ["Same date of birth: bed 4"],
        "4": ["Same date of birth: bed 3"],
    }


def test_the_part_that_is_polled_says_when_it_was_made(house: House, stay: Stay) -> None:
    answer = house.client("nurse").get("/board/rows")
    assert answer.headers["Doseward-Live"] == "1"
    assert 'data-at="14:00:00"' in answer.text
    assert stay.patient.family_name.upper() in answer.text


def test_demo_mode_and_an_open_line_are_said_on_every_page(house: House) -> None:
    house.app.state.demo = True
    for path in ("/", "/sign-in"):
        text = house.client("nurse").get(path).text
        assert "Demonstration" in text or path == "/sign-in"
        assert "This connection is not protected" in text
    secure = house.client("nurse")
    secure.base_url = "https://ward.test"
    assert "This connection is not protected" not in secure.get("/").text


@pytest.mark.parametrize("everywhere,words", [(True, b"No ward has been set up yet"), (False, b"no ward you may look")])
def test_a_board_without_wards_says_why(everywhere: bool, words: bytes) -> None:
    view = {"wards": (), "at": "", "everywhere": everywhere, "crowd": False, "filter": _no_filter()}
    assert words in bytes(fragment("board_rows.html", **view).body)


def _no_filter() -> FilterView:
    return FilterView(query="", wards=(), nurses=(), quick=(), left_out="", late_left_out="", wall="")


def _another_ward(house: House) -> Ward:
    """A second ward of everybody in the house, with a patient on it."""
    ward, opened = Ward(new_id(NOW), "CANARY-WARD-B", "Europe/Berlin"), NOW - timedelta(days=10)
    first = house.ward
    with house.database.transaction() as tx:
        wards.add_ward(tx, ward, opened)
        wards.add_bed(tx, Bed(ward.id, "1", open=True))
        for login in ("nurse", "prescriber", "charge"):
            people.grant(tx, house.people[login].id, Grant(ROLES[login], ward.id), opened, None)
            house.people[login] = people.person(tx, house.people[login].id)
    house.ward = ward
    house.admit(first_due_at=NOW, mrn="b-1", family="CANARY-ELSEWHERE", bed="1")
    house.ward = first
    return ward


def _assigned(house: House, stay: Stay, login: str, *, hours: int = 8) -> None:
    with house.database.transaction() as tx:
        until = house.clock.at + timedelta(hours=hours)
        rostering.assign(tx, house.acting("charge"), stay.cycle.id, house.people[login].id, house.clock.at, until)


def test_the_wards_to_show_are_chosen_and_stay_in_the_address(house: House, stay: Stay) -> None:
    there = _another_ward(house)
    client = house.client("nurse")
    text = client.get("/").text
    assert len(_rows(text)) == 2
    assert f'name="ward" value="{there.id}"' in text
    text = client.get(f"/?ward={there.id}").text
    (row,) = _rows(text)
    assert "CANARY-ELSEWHERE" in row
    assert f'hx-get="/board/rows?ward={there.id}"' in text
    assert f'value="{there.id}" checked' in text
    assert len(_rows(client.get(f"/board/rows?ward={there.id}&ward={house.ward.id}").text)) == 2
    assert client.get(f"/?ward={new_id(NOW)}").status_code == 404


def test_a_ward_of_somebody_else_is_not_there_to_choose(house: House, stay: Stay) -> None:
    there = _another_ward(house)
    client = house.client("pharmacist")
    assert "CANARY-ELSEWHERE" not in client.get("/").text
    assert client.get(f"/?ward={there.id}").status_code == 404
    assert client.get(f"/board/wall?ward={there.id}").status_code == 404


def test_my_patients_are_those_i_look_after_now(house: House, stay: Stay) -> None:
    other = house.admit(first_due_at=NOW - timedelta(minutes=40), mrn="b", family="CANARY-NOT-MINE", bed="2")
    _assigned(house, stay, "nurse")
    client = house.client("nurse")
    assert "My patients (1)" in client.get("/").text
    text = client.get("/?nurse=me").text
    (row,) = _rows(text)
    assert stay.patient.family_name.upper() in row
    assert "Nurse: CANARY-nurse" in row
    assert "1 patient is not shown" in text
    assert "1 of those doses is overdue" in text
    (row,) = _rows(client.get("/?nurse=nobody").text)
    assert other.patient.family_name.upper() in row
    house.clock.forward(hours=9)
    assert _rows(client.get("/?nurse=me").text) == []


def test_the_patients_of_any_nurse_on_duty_can_be_asked_for(house: House, stay: Stay) -> None:
    charge = house.people["charge"]
    with house.database.transaction() as tx:
        times = (house.clock.at, house.clock.at + timedelta(hours=8))
        rostering.add_shift(tx, house.acting("charge"), house.ward.id, charge.id, Duty.CHARGE_NURSE, *times)
    _assigned(house, stay, "charge")
    text = house.client("nurse").get("/").text
    assert f'<option value="{charge.id}">CANARY-charge (1)</option>' in text
    assert len(_rows(house.client("nurse").get(f"/?nurse={charge.id}").text)) == 1
    text = house.client("nurse").get(f"/?nurse={new_id(NOW)}").text
    assert _rows(text) == []
    assert "of a nurse who is not on duty now" in text
    assert "None of the patients on this ward are among those asked for" in text


def test_a_row_leads_to_the_dose_the_entry_and_one_thing(house: House, stay: Stay) -> None:
    dose = stay.dose(3).id
    text = house.client("nurse").get("/").text
    (row,) = _rows(text)
    assert re.findall(r'href="(.*?)"', row) == [
        f"/courses/{stay.course.id}",
        f"/doses/{dose}",
        f"/doses/{dose}/observe",
        f"/doses/{dose}/observe#chart-only",
    ]
    offered = re.findall(r'data-only="(.*?)"', text)
    assert "heat" in offered
    for part in offered:
        assert house.client("nurse").get(f"/doses/{dose}/observe?only={part}").status_code == 200


def test_a_crowd_is_drawn_close_together(house: House, stay: Stay) -> None:
    line = house.client("nurse").get("/board/rows").text
    assert 'class="crowd"' not in line
    view = {"wards": (), "at": "", "everywhere": True, "crowd": True, "filter": _no_filter()}
    assert b'class="crowd"' in bytes(fragment("board_rows.html", **view).body)


@pytest.mark.hazard("HZ-15")
def test_the_wall_shows_beds_and_actions_and_nothing_of_a_person(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, creatinine="2.6")
    for path in ("/board/wall", "/board/wall/rows"):
        text = house.client("nurse").get(path).text
        assert "chip-hold" in text
        assert re.search(r'tile-bed"><span class="tile-word">Bed</span> 1<', text)
        assert "1 alert" in text
        for told in (stay.patient.family_name, stay.patient.given_name, stay.patient.mrn, "CANARY-FAMILY", "2.6"):
            assert told.casefold() not in text.casefold(), told
        assert re.findall(r'href="(?!/static)(.*?)"', text) == []
        assert "<form" not in text
    assert 'hx-get="/board/wall/rows"' in text
    assert f"{house.ward.id}" in house.client("nurse").get(f"/board/wall?ward={house.ward.id}").text


def test_the_wall_goes_on_while_its_session_is_locked_and_says_when_it_ends(house: House, stay: Stay) -> None:
    client = house.client("nurse", begun=house.clock.at)
    assert '<span class="small">Signed in until 22-Nov-2026 02:00' in client.get("/board/wall").text
    house.clock.forward(hours=11, minutes=30)
    assert client.get("/board/rows", headers={"HX-Request": "true"}).status_code == 423
    answer = client.get("/board/wall/rows", headers={"Doseward-Poll": "1"})
    assert answer.status_code == 200
    assert '<span class="wall-soon">Signed in until 02:00' in answer.text
    house.clock.forward(hours=1)
    answer = client.get("/board/wall/rows", headers={"HX-Request": "true"}, follow_redirects=False)
    assert answer.status_code == 401
