"""Can a charge nurse write on one page who is on duty and who looks after whom, and is a slip told in words?"""

from __future__ import annotations

from app.domain.vocabulary import Duty
from app.services import rostering
from app.store import duty as duty_store
from tests.web.house import NOW, House
from tests.web.pages import fields_of, fill

HERE = "/admin/roster"
SHIFTS, ASSIGNMENTS = f"{HERE}/shifts", f"{HERE}/assignments"


def _shift(house: House, **changes: str) -> dict[str, str]:
    """A shift of the nurse from 14:00 to 22:00 on the ward's clock."""
    day = {"begins.day": "21-Nov-2026", "ends.day": "21-Nov-2026"}
    typed = {"person": house.people["nurse"].id, "duty": "nurse", "begins.clock": "14:00", "ends.clock": "22:00"}
    return {**day, **typed, **changes}


def test_whoever_is_put_on_duty_is_shown_as_reached_on_the_ward_s_own_clock(house: House) -> None:
    client = house.client("charge")
    assert fill(client, HERE, _shift(house), SHIFTS).status_code == 303
    page = client.get(HERE).text
    assert "21-Nov-2026 14:00" in page
    assert "21-Nov-2026 22:00" in page
    assert "Europe/Berlin (UTC+1)" in page
    with house.database.reading() as tx:
        found = rostering.reached(tx, house.ward.id, None, Duty.NURSE, NOW)
    assert found.people == (house.people["nurse"].id,)


def test_a_night_shift_ends_on_the_next_day(house: House) -> None:
    client = house.client("charge")
    night = _shift(house, **{"begins.clock": "19:00", "ends.day": "22-Nov-2026", "ends.clock": "07:00"})
    assert fill(client, HERE, night, SHIFTS).status_code == 303
    assert "22-Nov-2026 07:00" in client.get(HERE).text


def test_a_patient_is_given_to_a_nurse_and_taken_back(house: House) -> None:
    stay = house.admit(first_due_at=NOW)
    client = house.client("charge")
    typed = {
        "patient": stay.cycle.id,
        "nurse": house.people["nurse"].id,
        "since.clock": "14:00",
        "until.clock": "22:00",
    }
    assert fill(client, HERE, typed, ASSIGNMENTS).status_code == 303
    with house.database.reading() as tx:
        (row,) = rostering.standing(duty_store.assignments(tx, (stay.cycle.id,), NOW))
    path = f"{ASSIGNMENTS}/{row.id}/revoke"
    page = client.get(HERE).text
    assert client.post(path, data=fields_of(page, path), follow_redirects=False).status_code == 303
    assert path not in client.get(HERE).text


def test_a_shift_is_taken_off(house: House) -> None:
    client = house.client("charge")
    fill(client, HERE, _shift(house), SHIFTS)
    with house.database.reading() as tx:
        (row,) = rostering.standing(duty_store.shifts(tx, (house.ward.id,), NOW))
    path = f"{SHIFTS}/{row.id}/revoke"
    typed = fields_of(client.get(HERE).text, path)
    assert client.post(path, data=typed, follow_redirects=False).status_code == 303
    assert path not in client.get(HERE).text


def test_with_nobody_on_duty_the_page_says_who_is_reached_instead(house: House) -> None:
    assert "Nobody is on duty: everybody of the ward with the role." in house.client("charge").get(HERE).text


def test_two_shifts_at_one_time_are_refused_in_words(house: House) -> None:
    client = house.client("charge")
    fill(client, HERE, _shift(house), SHIFTS)
    answer = fill(client, HERE, _shift(house, **{"begins.clock": "21:00", "ends.clock": "23:00"}), SHIFTS)
    assert answer.status_code == 409
    assert "on duty on this ward in part of that time already" in answer.text


def test_what_is_missing_or_the_wrong_way_round_is_said_at_its_field(house: House) -> None:
    client = house.client("charge")
    nothing = fill(client, HERE, {}, SHIFTS)
    assert nothing.status_code == 422
    assert "Say who is on duty." in nothing.text
    assert "Say on which duty." in nothing.text
    back = fill(client, HERE, _shift(house, **{"ends.clock": "13:00"}), SHIFTS)
    assert back.status_code == 422
    assert "It must end after it begins." in back.text
    other = fill(client, HERE, _shift(house, duty="attending"), SHIFTS)
    assert "This duty takes somebody with the role prescriber on this ward." in other.text


def test_the_hour_that_comes_twice_is_asked(house: House) -> None:
    client = house.client("charge")
    twice = {"begins.day": "24-Oct-2027", "ends.day": "31-Oct-2027", "ends.clock": "02:30"}
    answer = fill(client, HERE, _shift(house, **twice), SHIFTS)
    assert answer.status_code == 422
    assert "this time came twice" in answer.text


def test_a_nurse_writes_no_roster(house: House) -> None:
    client = house.client("nurse")
    assert client.get(HERE).status_code == 403
    assert client.post(SHIFTS, data={"key": "x"}).status_code == 403
