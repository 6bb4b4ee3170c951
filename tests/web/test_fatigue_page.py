"""Does the page of alert figures say in words and tables what its figures draw?"""

from datetime import timedelta

import pytest

from tests.web.house import House

FIGURES = "/alerts/figures"


@pytest.fixture
def told(house: House) -> House:
    """A ward where one dose was held and nobody has acknowledged it."""
    stay = house.admit(first_due_at=house.clock.at - timedelta(hours=16))
    house.given_until(stay, 2)
    house.chart(stay, dose=3, creatinine="2.9")
    return house


def test_the_alerts_page_leads_there(house: House) -> None:
    assert f'href="{FIGURES}"' in house.client("nurse").get("/alerts").text


def test_the_page_says_the_figures_in_words(told: House) -> None:
    page = told.client("charge").get(FIGURES)
    assert page.status_code == 200
    assert "<dt>Alerts per 100 doses</dt><dd>50.0</dd>" in page.text
    assert "<dt>Median time to acknowledge</dt><dd>none of 1</dd>" in page.text
    assert "Creatinine" in page.text
    assert "Of 1 alerts 0 were acknowledged, 1 not yet." in page.text
    assert "No limits: they need 20 days with decisions." in page.text
    assert page.text.count("data-figure=") == 2


def test_without_anything_recorded_it_says_so_and_never_nought_per_cent(house: House) -> None:
    text = house.client("nurse").get(FIGURES).text
    assert "<dt>Alerts per 100 doses</dt><dd>no dose went in</dd>" in text
    assert "No decision was taken in this period, so no criterion could fire." in text
    assert "0 %" not in text


def test_the_chart_of_one_criterion_is_an_address_away(told: House) -> None:
    client = told.client("nurse")
    text = client.get(f"{FIGURES}?key=creatinine.nothing").text
    assert '<h2 id="firing">Firing rate: All alerts</h2>' in text
    links = [part.split('"')[0].replace("&amp;", "&") for part in text.split('class="cell-link" href="')[1:]]
    assert links
    one = client.get(links[0]).text
    assert "Firing rate: Creatinine" in one
    assert "Show all alerts" in one


@pytest.mark.parametrize("name, drawn", [("firing", 1), ("waiting", 1), ("overridden", 1)])
def test_every_figure_is_served(told: House, name: str, drawn: int) -> None:
    figure = told.client("nurse").get(f"{FIGURES}/{name}").json()
    assert set(figure) == {"data", "layout"}
    assert len(figure["data"]) == drawn


def test_what_is_not_there_is_not_found(told: House) -> None:
    client = told.client("nurse")
    assert client.get(f"{FIGURES}/nothing").status_code == 404
    assert client.get(f"{FIGURES}?ward=01a1f17a-8160-7006-962c-000000000000").status_code == 404
    assert client.get(f"{FIGURES}?days=0").status_code in (400, 422)


def test_what_is_no_criterion_has_a_name_of_its_own(told: House) -> None:
    told.clock.forward(hours=1)
    stay = told.admit(first_due_at=told.clock.at - timedelta(minutes=90), mrn="CANARY-MRN-2", bed="2")
    told.chart(stay, dose=1, respiratory_rate=25, heart_rate=132)
    text = told.client("charge").get(FIGURES).text
    assert "NEWS2" in text
    assert "News2" not in text
