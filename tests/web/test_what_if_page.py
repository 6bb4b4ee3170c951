"""Does the page of another protocol list what would differ, come on slice by slice, and keep nothing?"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.web.routes import what_if
from tests.web.house import FAMILY_NAME, MRN, House, Stay
from tests.web.pages import words_of

HERE = "/cohort/what-if"
BLANK = {"ward": "", "protocol": "", "since": "", "until": ""}


@pytest.fixture
def stays(house: House) -> list[Stay]:
    """Three courses under lvhn-2015 whose bicarbonate of 18 only the consensus speaks of."""
    found = [
        house.admit(first_due_at=house.clock.at + timedelta(minutes=30), mrn=f"CANARY-{bed}", bed=bed)
        for bed in ("1", "2", "3")
    ]
    for stay in found:
        house.chart(stay, dose=1, bicarbonate="18")
    return found


def _next(text: str) -> str | None:
    found = re.search(r'id="what-if-next" hx-get="([^"]+)"', text)
    return None if found is None else unescape(found[1])


def _run(client: TestClient, other: str) -> list[str]:
    """Every part, as the page would ask for them."""
    parts: list[str] = []
    address = _next(client.get(f"{HERE}?other={other}").text)
    while address is not None and len(parts) < 20:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Doseward-Live"]) == (200, "1")
        parts.append(answer.text)
        address = _next(answer.text)
    return parts


def test_the_decisions_that_differ_are_listed_with_both_words_and_the_reason(house: House, stays: list[Stay]) -> None:
    client = house.client("prescriber")
    (text,) = _run(client, "consensus-2014")
    assert "3 of 3 courses looked at: 3 of 3 decisions would differ, in 3 courses." in words_of(text)
    assert words_of(text).count("Only the other: Bicarbonate 18 mmol/L") == 3
    assert text.count('<li><a href="/courses/') == 3
    table = words_of(text.partition("<table")[2])
    assert table.endswith("No hold criterion met Caution: prescriber decides 3")
    assert {f"/courses/{stay.course.id}" for stay in stays} == set(re.findall(r'<li><a href="([^"]+)"', text))


@pytest.mark.usefixtures("stays")
def test_a_long_look_comes_in_parts_that_count_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "AT_A_TIME", 0.0)
    parts = _run(house.client("prescriber"), "consensus-2014")
    assert [re.findall(r'<progress value="(\d)" max="3"', part) for part in parts] == [["1"], ["2"], ["3"]]
    assert [part.count('<li><a href="/courses/') for part in parts] == [1, 1, 1]
    assert "3 of 3 decisions would differ, in 3 courses." in words_of(parts[-1])
    assert ["Cancel" in part for part in parts] == [True, True, False]


@pytest.mark.usefixtures("stays")
def test_a_look_that_is_given_up_goes_back_to_the_courses_that_were_asked_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "AT_A_TIME", 0.0)
    client = house.client("prescriber")
    page = client.get(f"{HERE}?other=consensus-2014&since=20-Nov-2026&until=30-Dec-2026").text
    first = _next(page)
    assert first is not None
    for text in (page, client.get(first).text):
        assert re.findall(r'href="([^"]+)">Cancel', unescape(text)) == ["/cohort?since=20-Nov-2026&until=30-Dec-2026"]


@pytest.mark.usefixtures("stays")
def test_the_protocol_that_decided_differs_in_nothing(house: House) -> None:
    (text,) = _run(house.client("charge"), "lvhn-2015")
    assert "0 of 3 decisions would differ" in words_of(text)
    assert "No decision would differ." in text


@pytest.mark.usefixtures("stays")
def test_nothing_of_it_is_stored(house: House) -> None:
    client = house.client("prescriber")
    _run(client, "consensus-2014")  # notes that the charts were read, once in a quarter of an hour
    tables = ("decision", "alert_event", "audit", "feed", "cycle_summary", "protocol_text")

    def counts() -> list[int]:
        with house.database.reading() as tx:
            return [tx.connection.exec_driver_sql(f"SELECT count(*) FROM {one}").scalar_one() for one in tables]

    before = counts()
    _run(client, "uspi-2023")
    assert counts() == before


def test_with_no_course_it_says_so_and_asks_for_none(house: House) -> None:
    text = house.client("prescriber").get(f"{HERE}?other=consensus-2014").text
    assert "No course has a cycle that was asked for." in text
    assert _next(text) is None


def test_what_cannot_be_read_is_refused(house: House) -> None:
    client = house.client("prescriber")
    assert client.get(f"{HERE}?other=no-such").status_code == 404
    for told in ("x", "1.1.1;proceed>nothing.1", "1.1.1;proceed>hold.1;"):
        assert client.get(f"{HERE}/part", params={"other": "lvhn-2015", "told": told}).status_code == 422
    assert client.get(f"{HERE}/part?other=lvhn-2015&start=-1").status_code == 422


@pytest.mark.usefixtures("stays")
def test_a_file_has_no_names_and_leaves_a_line_of_the_trail(house: House) -> None:
    client = house.client("prescriber")
    sent = {**BLANK, "other": "consensus-2014", "file": "what-if.csv"}
    answer = client.post(f"{HERE}/export", data=sent)
    assert answer.headers["content-disposition"].endswith('filename="doseward-cohort-what-if.csv"')
    head, *rows = answer.text.splitlines()
    assert head == "data,course,cycle,dose,recorded,other,only_recorded,only_other"
    assert rows[0].startswith("recorded,1,1,1,No hold criterion met,Caution: prescriber decides,")
    assert len(rows) == 3
    assert not any(name in answer.text for name in (FAMILY_NAME, MRN, "CANARY"))
    with house.database.reading() as tx:
        told = tx.connection.exec_driver_sql("SELECT reason FROM audit WHERE action = 'export_cohort'").scalar_one()
    assert told == "table what-if consensus-2014 1.0.0 as csv"


@pytest.mark.usefixtures("stays")
def test_a_file_takes_a_fresh_proof_and_too_many_courses_are_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {**BLANK, "other": "consensus-2014", "file": "what-if.csv"}
    stale = house.client("prescriber", begun=house.clock.at - timedelta(minutes=2))
    unproven = stale.post(f"{HERE}/export", data=sent)
    assert unproven.status_code == 422
    assert "Show that it is you" in unproven.text
    monkeypatch.setattr(what_if, "FOR_A_FILE", 0.0)
    refused = house.client("prescriber").post(f"{HERE}/export", data=sent)
    assert refused.status_code == 422
    assert "too many courses for one file" in refused.text
