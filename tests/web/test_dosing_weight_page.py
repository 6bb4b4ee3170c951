"""Do the pages ask about a dosing weight, put a wrong one right, and say of every dose what it is made of?"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.vocabulary import CycleEventKind
from app.services.cases import read_case
from app.services.courses import NewEvent, add_cycle_event
from tests.web.house import NOW, House, Stay
from tests.web.pages import fields_of, fill, words_of

OLD, NEW = "43,200,000 units", "21,600,000 units"
REASON = "CANARY-pounds"


def _text(house: House, path: str, login: str = "nurse") -> str:
    answer = house.client(login).get(path)
    assert answer.status_code == 200, answer.text
    return words_of(answer.text)


def _put(house: House, stay: Stay, weight: str = "36") -> None:
    acting = house.acting("prescriber")
    new = NewEvent(CycleEventKind.DOSING_WEIGHT, acting.at, REASON, weight=Decimal(weight), confirmed=True)
    with house.database.transaction() as tx:
        add_cycle_event(tx, house.library, acting, stay.cycle.id, new)


def _events(house: House, stay: Stay) -> int:
    with house.database.reading() as tx:
        return len(read_case(tx, house.library, house.acting(), stay.course.id).sheet.events)


# ---- The admission asks.


@pytest.mark.hazard("HZ-05")
def test_an_admission_in_pounds_is_typed_again_or_put_right_and_nothing_is_lost(house: House, stay: Stay) -> None:
    fill(house.client("charge"), f"/cycles/{stay.cycle.id}/discharged", {"reason": "Home"})
    path, client = f"/courses/{stay.course.id}/cycles/new", house.client("charge")
    assert "Ordered weight kg In kilograms, not in pounds." in words_of(client.get(path).text)
    day = "05-Dec-2026"
    typed = {"place": f"{house.ward.id} 2", "weight": "176", "admitted.day": day, "first.day": day}
    typed |= {"admitted.clock": "08:00", "first.clock": "16:00"}
    refused = fill(client, path, typed)
    assert refused.status_code == 422
    assert '<a href="#again">' in refused.text
    assert "Was it read in pounds? Write it in kg." in refused.text
    assert "Of 176 kg each dose would be 105,600,000 units" in words_of(refused.text)
    fields = fields_of(refused.text, path)
    assert fields["weight"] == "176"
    assert (fields["admitted.clock"], fields["first.clock"], fields["again"]) == ("08:00", "16:00", "")
    assert re.search(rf'<option value="{house.ward.id} 2"[^>]* selected', refused.text)
    differ = client.post(path, data=fields | {"place": typed["place"], "again": "175"})
    assert (differ.status_code, "The two entries differ." in differ.text) == (422, True)
    again = client.post(path, data=fields | {"place": typed["place"], "again": "176"}, follow_redirects=False)
    assert again.status_code == 303


# ---- The act


@pytest.mark.hazard("HZ-05")
def test_a_prescriber_changes_it_and_sees_which_doses_stay_as_they_were(house: House, stay: Stay) -> None:
    path, client = f"/cycles/{stay.cycle.id}/dosing_weight", house.client("prescriber")
    assert f'href="{path}"' in client.get(f"/courses/{stay.course.id}").text
    assert f'href="{path}"' not in house.client("nurse").get(f"/courses/{stay.course.id}").text
    page = client.get(path).text
    assert "The dosing weight is 72.0 kg now." in page
    assert fields_of(page, path)["weight"] == ""
    assert re.search(r"Dose 1, made of 72\.0 kg: Given in full, started .*, end not recorded yet, 43,200,000", page)
    assert "Dose 2, made of 72.0 kg" in page
    nothing = fill(client, path, {})
    assert (nothing.status_code, "Write the dosing weight in kg." in nothing.text) == (422, True)
    far = fill(client, path, {"weight": "36", "reason": REASON})
    assert far.status_code == 422
    assert '<a href="#again">' in far.text
    assert f"Of 36 kg each dose would be {NEW}" in words_of(far.text)
    assert REASON in far.text
    sent = fields_of(far.text, path) | {"again": "36", "reason": REASON}
    assert client.post(path, data=sent, follow_redirects=False).headers["location"] == f"/courses/{stay.course.id}"
    course = _text(house, f"/courses/{stay.course.id}")
    assert "Dosing weight changed: 72.0 kg before, 36 kg since; made of another weight: dose 1, 2 (" in course
    assert "dose 1, 2 (43,200,000 units each, of 72.0 kg)" in course
    assert f"Reason: {REASON}" in course


@pytest.mark.parametrize("login", ["nurse", "charge", "pharmacist"])
def test_who_does_not_prescribe_does_not_change_it(house: House, stay: Stay, login: str) -> None:
    assert house.client(login).get(f"/cycles/{stay.cycle.id}/dosing_weight").status_code in (403, 404)


def test_the_same_weight_and_an_impossible_one_are_said_at_the_field(house: House, stay: Stay) -> None:
    path, client = f"/cycles/{stay.cycle.id}/dosing_weight", house.client("prescriber")
    for weight, words in (("72", "already"), ("501", "must be between 1 and 500 kg"), ("x", "Write digits")):
        answer = fill(client, path, {"weight": weight, "reason": REASON})
        assert answer.status_code == 422
        (said,) = re.findall(r'<a href="#weight">(.*?)</a>', answer.text)
        assert words in said
    assert _events(house, stay) == 0


# ---- Everywhere


@pytest.mark.hazard("HZ-05")
def test_every_page_says_the_dose_of_the_new_weight_and_a_given_one_of_its_own(house: House, stay: Stay) -> None:
    _put(house, stay)
    course = f"/courses/{stay.course.id}"
    third, second = f"/doses/{stay.dose(3).id}", f"/doses/{stay.dose(2).id}"
    for path in (course, third, f"{third}/give"):
        assert f"{NEW} (600,000 units/kg{'' if path == course else ' × 36 kg'})" in _text(house, path), path
        assert f"{OLD} (600,000" not in _text(house, path), path
    assert f"{OLD} (600,000 units/kg × 72.0 kg)" in _text(house, second)
    for path in (course, f"{course}/handover", f"{course}/tolerance"):
        assert "Dosing weight 36 kg" in _text(house, path), path
    assert "dosing weight 36 kg" in _text(house, "/handover")
    assert "dosing weight 36 kg." in _text(house, course)
    tolerated = _text(house, f"{course}/tolerance")
    assert "2,400,000 units/kg in all. Per kg of the dosing weight that holds now, 36 kg;" in tolerated
    assert "dose 1, 2 of 72.0 kg." in tolerated
    assert "units/kg in all. Per kg of the dosing weight that holds now, 36 kg" in _text(house, f"{course}/handover")
    corrections = house.client("nurse").get(course).text.split('id="corrections"')[1]
    assert "Dosing weight, cycle 1" in words_of(corrections)
    assert '<s><span class="hidden">was </span>72.0 kg</s>' in corrections


@pytest.mark.hazard("HZ-04")
def test_what_a_page_renews_while_it_is_open_says_the_dose_of_the_new_weight(house: House, stay: Stay) -> None:
    for path in (f"/courses/{stay.course.id}/now", f"/doses/{stay.dose(3).id}/now?shown="):
        assert f"{OLD} (600,000 units/kg × 72.0 kg)" in _text(house, path)
    _put(house, stay)
    for path in (f"/courses/{stay.course.id}/now", f"/doses/{stay.dose(3).id}/now?shown="):
        assert f"{NEW} (600,000 units/kg × 36 kg)" in _text(house, path)


@pytest.mark.hazard("HZ-20")
def test_who_takes_over_reads_it_for_a_day(house: House, stay: Stay) -> None:
    _put(house, stay)
    house.clock.forward(minutes=20)
    words = (
        "Cycle 1, dosing weight changed 14:00 by CANARY-prescriber: CANARY-pounds. 72.0 kg before, 36 kg since; "
        "made of another weight: dose 1, 2 (43,200,000 units each, of 72.0 kg)"
    )
    for path in (f"/courses/{stay.course.id}/handover", "/handover"):
        assert words in _text(house, path), path
    house.clock.forward(hours=24)
    for path in (f"/courses/{stay.course.id}/handover", "/handover"):
        assert "dosing weight changed" not in _text(house, path), path


@pytest.mark.hazard("HZ-08")
def test_an_earlier_minute_shows_the_weight_known_then(house: House, stay: Stay) -> None:
    _put(house, stay)
    house.clock.forward(minutes=20)
    before = _text(house, f"/courses/{stay.course.id}?at=2026-11-21T13:50")
    assert "Dosing weight 72.0 kg" in before
    assert OLD in before
    for later in (" 36 kg", NEW, "Dosing weight changed", REASON):
        assert later not in before
    assert "Dosing weight 36 kg" in _text(house, f"/courses/{stay.course.id}?at=2026-11-21T14:10")


# ---- A dose that began while the page stood open


def _given(started: str) -> dict[str, str]:
    typed = {"outcome": "given", "mrn": "CANARY-MRN-9041", "born": "03-Feb-1971"}
    return typed | {"started.clock": started, "reason": "CANARY-reason"}


def _units(house: House, stay: Stay) -> Decimal | None:
    with house.database.reading() as tx:
        row = read_case(tx, house.library, house.acting(), stay.course.id).sheet.administration(stay.dose(3).id)
    return None if row is None else row.units


@pytest.mark.hazard("HZ-05")
def test_a_page_opened_before_does_not_record_units_it_never_showed(house: House, stay: Stay) -> None:
    path, client = f"/doses/{stay.dose(3).id}/give", house.client("nurse")
    opened = fields_of(client.get(path).text, path)
    house.clock.forward(minutes=5)
    _put(house, stay)
    house.clock.forward(minutes=5)
    asked = client.post(path, data=opened | _given("14:10"))
    assert asked.status_code == 422
    assert f'<a href="#whole">Begun at that time, this dose is {NEW}.' in asked.text
    assert _units(house, stay) is None
    sent = fields_of(asked.text, path) | _given("14:10")
    assert client.post(path, data=sent, follow_redirects=False).status_code == 303
    assert _units(house, stay) == Decimal(21_600_000)


@pytest.mark.hazard("HZ-08")
def test_a_dose_begun_before_the_change_is_recorded_as_it_went_in(house: House, stay: Stay) -> None:
    path, client = f"/doses/{stay.dose(3).id}/give", house.client("nurse")
    house.clock.at = NOW + timedelta(minutes=5)
    _put(house, stay)
    house.clock.forward(minutes=5)
    asked = fill(client, path, _given("14:01"))
    assert asked.status_code == 422
    assert f"Begun at that time, this dose is {OLD}." in asked.text
    sent = fields_of(asked.text, path) | _given("14:01")
    assert client.post(path, data=sent, follow_redirects=False).status_code == 303
    assert _units(house, stay) == Decimal(43_200_000)
    assert "dose 1, 2, 3 (43,200,000 units each, of 72.0 kg)" in _text(house, f"/courses/{stay.course.id}")


# ---- A weight charted before the first dose


@pytest.mark.hazard("HZ-05")
def test_a_weight_far_from_it_before_the_first_dose_stands_wherever_the_next_dose_does(
    house: House, stay: Stay
) -> None:
    told = re.compile(r"Before dose 1 a weight of 80\.0 kg was charted \([^)]+\); the dosing weight is 72\.0 kg\.")
    dose = f"/doses/{stay.dose(3).id}"
    pages = [f"/courses/{stay.course.id}", dose, f"{dose}/give", f"/courses/{stay.course.id}/handover", "/handover"]
    assert [path for path in pages if told.search(words_of(_text(house, path))) is None] == []
    assert told.search(words_of(_text(house, f"/doses/{stay.dose(2).id}"))) is None, "that dose has been given"
    _put(house, stay, "79.5")
    assert [path for path in pages if "Before dose 1" in _text(house, path)] == []
