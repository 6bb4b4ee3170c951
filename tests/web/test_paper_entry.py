"""Is a record that was kept on paper copied with its own times, and marked as what it is?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.observation import Observation
from app.services.cases import read_case
from tests.web.house import NOW, House, Stay
from tests.web.pages import fields_of, fill

SHEET = "sheet 2 of the downtime on 21-Nov"


@pytest.fixture
def path(stay: Stay) -> str:
    return f"/doses/{stay.dose(3).id}/observe?paper=1"


def _charted(house: House, stay: Stay) -> dict[str, Observation]:
    with house.database.reading() as tx:
        sheet = read_case(tx, house.library, house.acting(), stay.course.id).sheet
    return {row.measure: row for row in sheet.charted() if row.recorded_at == house.clock.at}


def test_no_time_stands_in_the_form_and_none_since_is_not_offered(house: House, path: str) -> None:
    text = house.client("nurse").get(path).text
    fields = fields_of(text, path)
    clocks = {name: value for name, value in fields.items() if name.endswith(".clock")}
    assert clocks["at.clock"] == clocks["urine_volume.from.clock"] == ""
    assert set(clocks.values()) == {""}
    assert 'name="urine_volume.none"' not in text
    assert text.index('name="at.clock"') < text.index('name="paper_record"') < text.index('name="respiratory_rate"')


@pytest.mark.hazard("HZ-04")
def test_what_is_copied_keeps_its_time_and_says_which_paper_it_is_from(house: House, stay: Stay, path: str) -> None:
    client = house.client("nurse")
    typed = {"at.clock": "11:30", "paper_record": SHEET, "heart_rate": "84", "spo2.why": "equipment"}
    answer = fill(client, path, typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}&saved=2")
    charted = _charted(house, stay)
    assert {row.observed_at for row in charted.values()} == {NOW - timedelta(hours=2, minutes=30)}
    text = client.get(f"/doses/{stay.dose(3).id}").text
    assert text.count(f"Late entry, from paper: {SHEET}") == 2
    assert "Saved: 2 values." in client.get(answer.headers["Location"]).text


def test_a_time_of_just_now_is_marked_too(house: House, stay: Stay, path: str) -> None:
    typed = {"at.clock": "13:55", "paper_record": SHEET, "heart_rate": "84"}
    assert fill(house.client("nurse"), path, typed).status_code == 303
    text = house.client("nurse").get(f"/doses/{stay.dose(3).id}").text
    assert f"Late entry, from paper: {SHEET}" in text


@pytest.mark.parametrize("left_out", ["at.clock", "paper_record"])
def test_neither_time_nor_paper_may_be_left_out(house: House, stay: Stay, path: str, left_out: str) -> None:
    typed = {"at.clock": "11:30", "paper_record": SHEET, "heart_rate": "84"} | {left_out: ""}
    client = house.client("nurse")
    answer = fill(client, path, typed)
    assert answer.status_code == 422
    assert 'value="84"' in answer.text
    assert _charted(house, stay) == {}
    sent = fields_of(client.get(path).text, path) | typed
    preview = client.post(path.replace("?", "/preview?"), data=sent).text
    assert "No decision yet. Check:" in preview


def test_the_draft_of_a_copy_is_another_than_that_of_what_is_seen(house: House, stay: Stay, path: str) -> None:
    client, plain = house.client("nurse"), path.partition("?")[0]
    typed = fields_of(client.get(path).text, path) | {"paper_record": SHEET, "heart_rate": "84"}
    answer = client.post(f"{plain}/draft?paper=1", data=typed, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "restored" not in client.get(plain).text
    restored = client.get(path).text
    assert SHEET in restored
    assert f'data-draft="{plain}/draft?paper=1"' in restored
    assert fill(client, path, {"at.clock": "11:30", "paper_record": SHEET, "heart_rate": "84"}).status_code == 303
    assert "restored" not in client.get(path).text


def test_a_value_seen_now_is_from_no_paper(house: House, stay: Stay, path: str) -> None:
    plain = path.partition("?")[0]
    assert fill(house.client("nurse"), plain, {"heart_rate": "84", "paper_record": SHEET}).status_code == 303
    assert _charted(house, stay)["heart_rate"].reason is None
    assert f'href="{path}"' in house.client("nurse").get(plain).text
