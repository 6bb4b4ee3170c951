"""Does the ward board say whose turn it is, most urgent first?"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.web.pages import fragment
from app.web.presenters.verdict import verdict_chip
from tests.web.house import NOW, House, Stay


def _rows(text: str) -> list[str]:
    return re.findall(r'<tr id="course-.*?</tr>', text, re.DOTALL)


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
    assert verdict_chip(None, None, None, open_=True).words == "Not assessed yet"


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
    assert words in bytes(fragment("board_rows.html", wards=(), at="", everywhere=everywhere).body)
