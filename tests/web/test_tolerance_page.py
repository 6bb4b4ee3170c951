"""Does the tolerance page say how a cycle went, and its figures and REST answer the same?"""

from datetime import timedelta

import pytest

from tests.web.house import House


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
