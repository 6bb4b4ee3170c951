"""Does the handover say what stands, how old it is and what is missing; and is the downtime form blank and complete?"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.entry import Item
from app.services.observing import record
from tests.web.house import House, Stay
from tests.web.pages import fill, words_of


@pytest.fixture
def held(house: House) -> Stay:
    """Two doses given, the third held for creatinine."""
    stay = house.admit(first_due_at=house.clock.at - timedelta(hours=16))
    house.given_until(stay, 2)
    house.chart(stay, dose=3, creatinine="2.9")
    return stay


def _page(house: House, stay: Stay) -> str:
    return house.client("nurse").get(f"/courses/{stay.course.id}/handover").text


def test_the_four_parts_stand_in_the_order_of_sbar(house: House, held: Stay) -> None:
    heads = re.findall(r'<h2 id="(\w+)">', _page(house, held))
    assert heads == ["situation", "background", "assessment", "recommendation"]


def test_it_says_the_verdict_its_reason_and_what_would_clear_it(house: House, held: Stay) -> None:
    text = _page(house, held)
    assert "Dose 3 of 14, cycle 1" in text
    assert "Creatinine 2.9 mg/dL" in text
    assert "What would clear it" in text
    assert "2 of 14 doses given" in text


@pytest.mark.hazard("HZ-20")
def test_when_a_held_dose_is_to_be_looked_at_again_is_said_wherever_the_order_is(house: House, held: Stay) -> None:
    order = f"/doses/{held.dose(3).id}/order"
    typed = {"choice": "hold", "reason": "A bolus runs.", "recheck.clock": "14:45"}
    assert fill(house.client("prescriber"), order, typed).status_code == 303
    again = "Held: look again by 14:45"
    assert again in _page(house, held)
    for path in (f"/doses/{held.dose(3).id}", f"/courses/{held.course.id}", "/handover"):
        assert again in house.client("nurse").get(path).text, path


def test_a_value_that_is_too_old_is_struck_and_says_so(house: House, held: Stay) -> None:
    house.clock.forward(hours=5)
    row = re.search(r"<tr><th scope=\"row\">Heart rate</th>.*?</tr>", _page(house, held), re.DOTALL)
    assert row is not None
    assert "<s>" in row[0]
    assert "too old" in row[0]


@pytest.mark.hazard("HZ-04")
def test_a_value_a_minute_ahead_of_the_clock_is_the_last_one_as_it_is_for_the_decision(
    house: House, held: Stay
) -> None:
    ahead = [Item("heart_rate", Decimal(150), "/min", house.clock.at + timedelta(minutes=1))]
    house.clock.forward(seconds=10)
    with house.database.transaction() as tx:
        record(tx, house.library, house.acting(), held.course.id, held.dose(3).id, ahead)
    row = re.search(r"<tr><th scope=\"row\">Heart rate</th>.*?</tr>", _page(house, held), re.DOTALL)
    assert row is not None
    assert "150 /min" in row[0]
    assert "Last 150 at 14:01, up" in house.client("nurse").get(f"/doses/{held.dose(3).id}/observe").text


def test_a_needed_value_that_was_never_charted_is_not_recorded(house: House) -> None:
    stay = house.admit(first_due_at=house.clock.at + timedelta(hours=1))
    house.chart(stay, without=["creatinine"])
    row = re.search(r"<tr><th scope=\"row\">Creatinine</th>.*?</tr>", _page(house, stay), re.DOTALL)
    assert row is not None
    assert "not recorded" in row[0]


def test_what_is_missing_is_listed_once_the_first_three_and_a_count(house: House) -> None:
    stay = house.admit(first_due_at=house.clock.at + timedelta(minutes=30))
    labs = [one for one in house.library.measures if one != "spo2"]
    house.chart(stay, dose=1, without=labs)
    text = _page(house, stay)
    situation, recommendation = text.index('id="situation"'), text.index('id="recommendation"')
    assert "not recorded" not in words_of(text[situation : text.index('id="assessment"')])
    needed = words_of(text[recommendation:])
    assert needed.count("not recorded") == 3
    assert "Record:" not in needed
    assert re.search(r"and \d+ more", needed)


def test_a_look_back_says_that_it_is_not_live(house: House, held: Stay) -> None:
    then = (house.clock.at - timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = house.client("nurse").get(f"/courses/{held.course.id}/handover?at={then}").text
    assert "not live" in text
    assert "2.9 mg/dL" not in text


@pytest.mark.parametrize("protocol", ["lvhn-2015", "consensus-2014", "uspi-2023", "til-2024"])
def test_the_downtime_form_names_every_needed_measure_and_fills_in_nothing(house: House, protocol: str) -> None:
    text = house.client("nurse").get(f"/protocols/{protocol}/downtime").text
    known = house.library.protocols[protocol]
    for name in known.freshness:
        assert f"{known.measures[name].label} *" in text, name
    assert "<input" not in text.partition("<main")[2].partition("</main>")[0]
    assert "One relative criterion" in text or protocol != "lvhn-2015"


def test_there_is_no_form_for_a_protocol_nobody_has(house: House) -> None:
    assert house.client("nurse").get("/protocols/no-such/downtime").status_code == 404
