"""Does the tolerance page say how a cycle went, and its figures and REST answer the same?"""

import html
import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from app.domain.vocabulary import CycleEventKind
from app.services import courses
from app.services.courses import NewEvent
from tests.web.house import House, Stay
from tests.web.pages import words_of


@pytest.fixture
def told(house: House) -> str:
    """A course with two doses given and a third held; the address of its page."""
    stay = house.admit(first_due_at=house.clock.at - timedelta(hours=16))
    house.given_until(stay, 2)
    house.chart(stay, dose=3, creatinine="2.9")
    return f"/courses/{stay.course.id}/tolerance"


def test_the_page_has_the_paragraph_the_doses_and_the_maps(house: House, told: str) -> None:
    page = house.client("prescriber").get(told)
    assert page.status_code == 200
    assert "Cycle 1: 2 of 14 doses given" in page.text
    assert "Creatinine 2.9 mg/dL" in page.text
    assert page.text.count("data-figure=") == 2


def test_every_figure_of_the_page_is_served(house: House, told: str) -> None:
    client = house.client("prescriber")
    for name in ("criteria-1", "grades-1", "news2", "units"):
        figure = client.get(f"{told}/figures/{name}").json()
        assert set(figure) == {"data", "layout"}, name
    for name in ("criteria-2", "criteria-x", "nothing", "doses-1"):
        assert client.get(f"{told}/figures/{name}").status_code == 404, name


def test_the_page_looks_back(house: House, told: str) -> None:
    then = (house.clock.at - timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = house.client("prescriber").get(f"{told}?at={then}").text
    assert "not live" in text
    assert "Creatinine 2.9" not in text


def test_before_the_first_admission_it_says_so(house: House) -> None:
    stay = house.admit(first_due_at=house.clock.at + timedelta(hours=12))
    text = house.client("prescriber").get(f"/courses/{stay.course.id}/tolerance").text
    assert "No dose of this cycle is past yet." in text


def _rows(text: str, of: str) -> Mapping[str, str]:
    """The rows of the table so called, by their heading."""
    table = text[text.index(f'aria-label="{of}') :].partition("</table>")[0]
    rows = re.findall(r'<tr><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    return {html.unescape(head): words_of(rest) for head, rest in rows}


def _stopped(house: House, stay: Stay) -> None:
    with house.database.transaction() as tx:
        event = NewEvent(CycleEventKind.STOPPED, house.clock.at, "CANARY-REASON")
        courses.add_cycle_event(tx, house.library, house.acting("prescriber"), stay.cycle.id, event)


def test_the_dose_that_ended_the_cycle_is_in_the_table_as_in_the_maps(house: House) -> None:
    stay = house.admit(first_due_at=house.clock.at - timedelta(hours=16))
    house.given_until(stay, 2)
    house.chart(stay, dose=3, creatinine="3.2", temperature="39.4")
    _stopped(house, stay)
    client, path = house.client("prescriber"), f"/courses/{stay.course.id}/tolerance"
    rows = _rows(client.get(path).text, "Doses of cycle 1")
    assert [*rows] == ["1", "2", "3"]
    assert rows["3"].startswith("Cycle ended Stop")
    assert "Creatinine 3.2 mg/dL" in rows["3"]
    figure = client.get(f"{path}/figures/criteria-1").json()
    assert {column for trace in figure["data"] for column in trace["x"]} <= {int(number) - 1 for number in rows}


@pytest.mark.parametrize(
    "charted, words",
    [
        (("0.9", "0.95"), "stayed within a tenth"),
        (("2.0", "0.9"), "by the last dose"),
        (("2.0", "1.9"), "not yet"),
    ],
)
def test_how_long_a_value_took_to_come_back_is_said_of_what_had_moved(
    house: House, charted: tuple[str, str], words: str
) -> None:
    stay = house.admit(first_due_at=house.clock.at - timedelta(hours=24))
    house.given_until(stay, 1)
    for hours, value in zip((20, 18), charted, strict=True):
        house.chart(stay, at=house.clock.at - timedelta(hours=hours), creatinine=value)
    at = stay.cycle.first_due_at + timedelta(hours=8)
    recorded = house.chart(stay, dose=2, at=at - timedelta(minutes=30), creatinine=charted[1])
    assert recorded.record is not None
    house.give(stay, 2, recorded.record.id, at)
    text = house.client("prescriber").get(f"/courses/{stay.course.id}/tolerance").text
    assert _rows(text, "Recovery after cycle 1")["Creatinine"].endswith(words)
