"""Does the page over many cycles say what was recorded, to whom it may, and do its files carry nobody's name?"""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.domain.cohort_tables import recovery_table
from app.domain.table import FORMS
from app.domain.tongue import speaking
from app.store import meta
from app.web.translate import catalogue
from tests.web.house import FAMILY_NAME, MRN, PASSWORD, House, Stay
from tests.web.pages import fields_of

FIGURES = ("doses", "receiving", "reasons", "systems", "pairs", "creatinine", "recovery", "versions", "periods")
DAY = timedelta(days=1)


@pytest.fixture
def over(house: House) -> Stay:
    """A course whose only cycle is over: two doses given, the third held for creatinine, the others missed."""
    stay = house.admit(first_due_at=house.clock.at - timedelta(hours=16))
    house.given_until(stay, 2)
    house.chart(stay, dose=3, creatinine="2.9")
    house.clock.at += 6 * DAY
    return stay


def _trail(house: House) -> list[str]:
    with house.database.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT reason FROM audit WHERE action = 'export_cohort' ORDER BY seq")
        return [row[0] for row in rows]


def _take(client: TestClient, file: str, **more: str) -> tuple[int, str, str]:
    blank = {"ward": "", "protocol": "", "since": "", "until": ""}
    answer = client.post("/cohort/export", data={**blank, "file": file, **more}, follow_redirects=False)
    return answer.status_code, answer.text, answer.headers.get("content-disposition", "")


@pytest.mark.usefixtures("over")
def test_the_page_says_how_many_doses_and_why_not_more(house: House) -> None:
    text = unescape(house.client("prescriber").get("/cohort").text)
    assert "1 cycle of 1 course" in text
    assert "Doses given in 1 finished cycle: median 2, from 2 to 2." in text
    assert "1 dose withheld by a criterion; most often Creatinine, relative: 1 of 1." in text
    assert "Peak creatinine in mg/dL: cycle 1 median 2.9 (n = 1)." in text


@pytest.mark.usefixtures("over")
def test_every_figure_has_a_sentence_as_its_name_its_table_and_both_files(house: House) -> None:
    text = house.client("prescriber").get("/cohort").text
    for name in FIGURES:
        section = text.partition(f'id="figure-{name}"')[2].partition("</section>")[0]
        assert '<div class="plot plot-low" role="img" aria-label="' in section or "Nothing to draw yet." in section
        assert "<table" in section
        for kind in FORMS:
            assert f'name="file" value="{name}.{kind}"' in section
    assert text.count("data-figure=") == 7  # nobody's second cycle is over, nobody's creatinine can be judged


def test_with_nothing_recorded_nothing_is_drawn_and_no_percentage_said(house: House) -> None:
    text = house.client("charge").get("/cohort").text
    assert "data-figure=" not in text
    assert "0 cycles of 0 courses" in text
    own = text.replace("62 %", "").replace("84 %", "").replace("95 %", "")
    assert " %)" not in own


@pytest.mark.usefixtures("over")
def test_what_is_published_is_marked_with_its_citation(house: House) -> None:
    text = house.client("prescriber").get("/cohort").text
    assert text.count("Published, not from here") == 3
    assert "<cite>Kammula US" in text


@pytest.mark.usefixtures("over")
def test_every_figure_is_served(house: House) -> None:
    client = house.client("prescriber")
    for name in FIGURES:
        assert set(client.get(f"/cohort/figures/{name}").json()) == {"data", "layout"}, name
    assert client.get("/cohort/figures/nothing").status_code == 404
    assert client.get("/cohort/figures/doses?since=yesterday").status_code == 422


@pytest.mark.parametrize(
    "query,counted",
    [
        ("", True),
        ("ward={ward}", True),
        ("protocol=lvhn-2015 1.0.0", True),
        ("protocol=consensus-2014 1.0.0", False),
        ("since=20-Nov-2026&until=20-Nov-2026", True),
        ("since=21-Nov-2026", False),
        ("until=19-Nov-2026", False),
    ],
)
def test_the_filter_takes_ward_version_and_period(house: House, over: Stay, query: str, counted: bool) -> None:
    answer = house.client("prescriber").get(f"/cohort?{query.format(ward=house.ward.id)}")
    assert answer.status_code == 200
    assert ("1 cycle of 1 course" in answer.text) is counted


@pytest.mark.parametrize("query", ["since=yesterday", "until=32-Nov-2026", "since=21-Nov-2026&until=20-Nov-2026"])
def test_a_period_that_is_none_is_said_at_its_field(house: House, query: str) -> None:
    answer = house.client("prescriber").get(f"/cohort?{query}")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("query", ["ward=x", "ward=01a1f17a-8160-7006-962c-000000000000", "protocol=x"])
def test_a_ward_of_others_does_not_exist(house: House, query: str) -> None:
    for path in ("/cohort", "/cohort/figures/doses"):
        assert house.client("prescriber").get(f"{path}?{query}").status_code == 404


@pytest.mark.parametrize(
    "login,status",
    [("prescriber", 200), ("charge", 200), ("admin", 200), ("nurse", 403), ("pharmacist", 403), ("auditor", 403)],
)
def test_prescribers_charge_nurses_and_administrators_read_it(house: House, login: str, status: int) -> None:
    client = house.client(login)
    assert client.get("/cohort").status_code == status
    assert client.get("/cohort/figures/doses").status_code == status
    assert _take(client, "doses.csv")[0] == status
    assert ('href="/cohort"' in client.get("/").text) is (status == 200)


@pytest.mark.hazard("HZ-15")
@pytest.mark.usefixtures("over")
@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("table", [*FIGURES, "cycles"])
def test_a_file_carries_no_name_no_record_number_and_no_day(house: House, table: str, kind: str) -> None:
    status, text, name = _take(house.client("prescriber"), f"{table}.{kind}")
    assert (status, name) == (200, f'attachment; filename="doseward-cohort-{table}.{kind}"')
    for secret in (FAMILY_NAME, MRN, "Canary-Given", "1971", "2026-11", "Nov-2026", "CANARY-prescriber"):
        assert secret not in text
    assert _trail(house) == [f"table {table} as {kind}"]


def test_a_line_of_a_cycle_says_how_it_went(house: House, over: Stay) -> None:
    line = json.loads(_take(house.client("prescriber"), "cycles.ndjson")[1])
    assert (line["data"], line["quarter"]) == ("recorded", "2026 Q4")
    assert (line["given"], line["withheld"], line["missed"]) == (2, 1, 11)
    assert (line["creatinine_peak"], line["over"]) == ("2.9", True)


@pytest.mark.usefixtures("over")
def test_a_file_asks_for_a_fresh_proof_and_leaves_nothing_without_one(house: House) -> None:
    client = house.client("prescriber", begun=house.clock.at - timedelta(seconds=61))
    status, text, _ = _take(client, "doses.csv", since="20-Nov-2026")
    assert status == 422
    assert "Show that it is you" in text
    assert fields_of(text, "/cohort/export")["since"] == "20-Nov-2026"
    assert _take(client, "doses.csv", proof="CANARY-not-it")[0] == 422
    assert _trail(house) == []
    status, text, _ = _take(client, "doses.csv", proof=PASSWORD)
    assert (status, text.splitlines()[0]) == (200, "data,doses,cycles")
    assert len(_trail(house)) == 1


@pytest.mark.parametrize("file, status", [("doses.exe", 422), ("nothing.csv", 404), ("doses", 422), ("", 422)])
def test_a_file_that_does_not_exist_is_refused(house: House, file: str, status: int) -> None:
    assert _take(house.client("prescriber"), file)[0] == status
    assert _trail(house) == []


@pytest.mark.usefixtures("over")
def test_cycles_without_a_summary_are_said_and_not_passed_over(house: House) -> None:
    assert "doseward summaries rebuild" not in house.client("admin").get("/cohort").text
    with house.database.transaction() as tx:
        tx.connection.exec_driver_sql("DELETE FROM cycle_summary")
    text = house.client("admin").get("/cohort").text
    assert "1 cycles are not counted yet" in text


def test_demonstration_data_are_marked_on_the_page_and_in_the_file(house: House) -> None:
    house.app.state.demo = True
    with house.database.transaction() as tx:
        meta.put(tx, meta.DEMO, "since then")
    client = house.client("prescriber")
    assert "every cycle counted here is invented" in client.get("/cohort").text
    house.admit(first_due_at=house.clock.at)
    _, text, name = _take(client, "cycles.csv")
    assert "doseward-demonstration-cohort-cycles.csv" in name
    assert text.splitlines()[1].startswith('"demonstration, invented",1,1,')


def test_who_was_back_is_not_headed_by_the_word_of_the_button_that_goes_back() -> None:
    with speaking(catalogue("es")):
        heads = [words for _, words in recovery_table(()).columns]
    assert heads[1] == "De vuelta para entonces" != catalogue("es").gettext("Back")
