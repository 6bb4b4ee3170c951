"""Does the sheet of a ward tell the next shift of every patient what stands, how old it is and who answered what?"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.ids import new_id
from app.domain.vocabulary import CycleEventKind
from app.services import accounts, alerting, rostering
from app.services.correcting import Change, correct
from app.services.courses import NewEvent, add_cycle_event
from app.store import alerts, flowsheets, wards
from app.store.wards import Ward
from tests.web.house import House, Stay
from tests.web.pages import words_of


@pytest.fixture
def held(house: House) -> Stay:
    """Two doses given, the third held for creatinine."""
    stay = house.admit(first_due_at=house.clock.at - timedelta(hours=16))
    house.given_until(stay, 2)
    house.chart(stay, dose=3, creatinine="2.9")
    return stay


def _page(house: House, login: str = "charge", path: str = "/handover") -> str:
    return house.client(login).get(path).text


def _row(text: str, stay: Stay) -> str:
    found = re.search(rf'<tr id="course-{stay.course.id}">.*?</tr>', text, re.DOTALL)
    assert found is not None, text
    return words_of(found[0])


@pytest.mark.hazard("HZ-20")
def test_a_line_says_the_dose_its_decision_the_age_and_for_what_it_is_held(house: House, held: Stay) -> None:
    house.clock.forward(minutes=20)
    row = _row(_page(house), held)
    assert "Dose 3 of 14, cycle 1" in row
    assert "Creatinine 2.9 mg/dL at 14:00 (limit 2.5 to below 3.0 mg/dL) Hold Decided 14:00, 20 min ago" in row
    assert "day 2 from its first dose 2 of 14 doses given, 0 skipped Last: dose 2, 06:00: Given" in row
    assert "Last observed 14:00, 20 min ago" in row
    assert "Assess dose 3 from 12:00; give between 13:00 and 15:00 unless held." in row
    assert "What would clear it Creatinine: below 2.5 mg/dL" in row


def test_a_first_dose_that_was_moved_is_due_where_it_was_moved_to(house: House) -> None:
    stay = house.admit(first_due_at=house.clock.at + timedelta(minutes=30))
    later = house.clock.at + timedelta(hours=20)
    moved = NewEvent(CycleEventKind.GRID_MOVED, house.clock.at, "waits for the line", from_dose=1, due_at=later)
    with house.database.transaction() as tx:
        add_cycle_event(tx, house.library, house.acting("prescriber"), stay.cycle.id, moved)
    row = _row(_page(house), stay)
    due = "first dose due 22-Nov-2026 10:00"
    assert f"Cycle 1, {due}" in row
    assert due in words_of(_page(house, path=f"/courses/{stay.course.id}"))


def test_what_is_missing_is_listed_once_the_first_three_and_a_count(house: House) -> None:
    stay = house.admit(first_due_at=house.clock.at + timedelta(minutes=30))
    house.chart(stay, dose=1, without=[one for one in house.library.measures if one != "spo2"])
    row = _row(_page(house), stay)
    assert row.count("not recorded") == 3
    assert "Record:" not in row
    assert re.search(r"and \d+ more", row)


def test_the_five_columns_are_in_the_order_of_sbar(house: House, held: Stay) -> None:
    heads = re.findall(r'<th scope="col">(.*?)</th>', _page(house))
    assert heads == ["Bed and patient", "Situation", "Background", "Assessment", "Recommendation"]
    assert held.course.id in _page(house)


def test_an_open_alert_says_that_nobody_answered_it_and_an_answered_one_who_did(house: House, held: Stay) -> None:
    with house.database.reading() as tx:
        alert = alerts.open_alerts(tx, course_id=held.course.id)[0]
    assert "Since 14:00, not acknowledged." in _row(_page(house), held)
    house.clock.forward(minutes=5)
    with house.database.transaction() as tx:
        alerting.acknowledge(tx, house.acting("charge"), alert.id, alert.action, alert.level)
    row = _row(_page(house), held)
    assert "not acknowledged" not in row
    assert "Acknowledged 14:05 by CANARY-charge. What was done is not recorded." in row
    house.clock.forward(hours=13)
    assert "Acknowledged" not in _row(_page(house), held)


@pytest.mark.hazard("HZ-02", "HZ-20")
def test_an_alert_of_a_clock_that_was_ahead_stands_on_every_page_as_on_the_board(house: House, held: Stay) -> None:
    summary = "Dose 3: Hold. Creatinine"
    house.clock.forward(minutes=-30)
    assert "1 open" in house.client("nurse").get("/").text
    for path in ("/alerts", "/handover", f"/courses/{held.course.id}", f"/courses/{held.course.id}/handover"):
        assert summary in _page(house, "nurse", path), path


def test_the_measures_of_corrected_values_are_named_for_a_day(house: House, held: Stay) -> None:
    change = Change("CANARY-typed wrong", value=Decimal("1.9"), unit="mg/dL")
    with house.database.transaction() as tx:
        rows = flowsheets.load(tx, held.course.id).charted()
        wrong = next(row for row in rows if row.value == Decimal("2.9"))
        correct(tx, house.library, house.acting("nurse"), wrong.id, change)
    assert "Corrected in the last 24 h Values corrected or withdrawn: Creatinine" in _row(_page(house), held)
    house.clock.forward(hours=25)
    assert "Values corrected" not in _row(_page(house), held)


def test_who_looks_after_the_patient_is_named_and_nobody_is_said(house: House, held: Stay) -> None:
    assert "Nurse: nobody assigned" in _row(_page(house), held)
    nurse, until = house.people["nurse"].id, house.clock.at + timedelta(hours=8)
    with house.database.transaction() as tx:
        rostering.assign(tx, house.acting("charge"), held.cycle.id, nurse, house.clock.at, until)
    assert "Nurse: CANARY-nurse" in _row(_page(house), held)
    house.clock.forward(hours=9)
    assert "Nurse: nobody assigned" in _row(_page(house), held)


def test_beds_stand_in_the_order_of_a_round(house: House) -> None:
    with house.database.transaction() as tx:
        wards.add_bed(tx, wards.Bed(house.ward.id, "10", open=True))
    for bed in ("10", "2"):
        house.admit(first_due_at=house.clock.at + timedelta(hours=2), mrn=f"CANARY-{bed}", bed=bed)
    assert re.findall(r'<span class="bed">(\w+)</span>', _page(house)) == ["2", "10"]


def test_an_empty_ward_and_a_reader_without_one_are_told_so(house: House) -> None:
    assert "Nobody lies on this ward at present." in _page(house)
    with house.database.transaction() as tx:
        operator = accounts.operator(house.clock.at)
        house.people["none"] = accounts.create_person(tx, operator, "none", "CANARY-none", None, [])
    assert house.client("none").get("/handover").status_code == 403


def test_another_ward_is_chosen_by_whoever_may_read_it_and_unknown_to_others(house: House, held: Stay) -> None:
    other = Ward(new_id(house.clock.at), "CANARY-WARD-B", "Europe/Berlin")
    with house.database.transaction() as tx:
        wards.add_ward(tx, other, house.clock.at)
    assert house.client("charge").get(f"/handover?ward={other.id}").status_code == 404
    assert held.course.id in _page(house, path=f"/handover?ward={house.ward.id}")


def test_it_has_an_address_in_the_navigation(house: House) -> None:
    assert '<a href="/handover" aria-current="page">Handover</a>' in _page(house, "nurse")
