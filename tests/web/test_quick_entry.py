"""Can one thing be charted without the whole form, and without losing what stands in it?"""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.observation import Observation
from app.services.cases import read_case
from tests.web.house import NOW, House, Stay
from tests.web.pages import fields_of

BUDGET = 0.25
"""Seconds of work for one preview, of this process alone: what else the machine does is not counted."""
FETCHED = {"HX-Request": "true"}


@pytest.fixture
def path(stay: Stay) -> str:
    return f"/doses/{stay.dose(3).id}/observe"


def _charted(house: House, stay: Stay) -> dict[str, Observation]:
    with house.database.reading() as tx:
        sheet = read_case(tx, house.library, house.acting(), stay.course.id).sheet
    return {row.measure: row for row in sheet.charted() if row.recorded_at == house.clock.at}


def test_one_part_is_a_form_of_its_own_and_decides_like_the_whole(house: House, stay: Stay, path: str) -> None:
    house.chart(stay, dose=3, at=NOW - timedelta(minutes=20))
    client, only = house.client("nurse"), f"{path}?only=blood"
    text = client.get(only).text
    fields = fields_of(text, only)
    assert "creatinine" in fields
    assert "heart_rate" not in fields
    typed = fields | {"creatinine": "2.6", "blood.clock": "13:50"}
    preview = client.post(f"{path}/preview?only=blood", data=typed).text
    assert "Creatinine 2.6 mg/dL" in preview
    assert 'id="change-creatinine"' in preview
    assert 'id="change-heart-rate"' not in preview, "it is not on this page"
    saved = client.post(only, data=typed, follow_redirects=False)
    assert (saved.status_code, saved.headers["location"]) == (303, f"/doses/{stay.dose(3).id}?saved=1")
    assert {name: row.value for name, row in _charted(house, stay).items()} == {"creatinine": Decimal("2.6")}


def test_what_is_missing_leads_to_the_whole_form(house: House, stay: Stay, path: str) -> None:
    client, only = house.client("nurse"), f"{path}?only=weight"
    fields = fields_of(client.get(only).text, only)
    preview = client.post(f"{path}/preview?only=weight", data=fields).text
    assert f'href="{path}#systolic-bp"' in preview


@pytest.mark.hazard("HZ-07")
def test_a_part_saved_alone_leaves_the_draft_of_the_whole_form(house: House, stay: Stay, path: str) -> None:
    client, only = house.client("nurse"), f"{path}?only=heat"
    fields = fields_of(client.get(path).text, path) | {"heart_rate": "118"}
    assert client.post(f"{path}/draft", data=fields, headers=FETCHED).status_code == 204
    text = client.get(only).text
    assert "Draft of" not in text
    assert "data-draft" not in text
    answer = client.post(only, data=fields_of(text, only) | {"temperature": "37.0"}, follow_redirects=False)
    assert answer.status_code == 303
    assert fields_of(client.get(path).text, path)["heart_rate"] == "118"


def test_a_refused_part_stays_one(house: House, stay: Stay, path: str) -> None:
    client, only = house.client("nurse"), f"{path}?only=heat"
    answer = client.post(only, data=fields_of(client.get(only).text, only) | {"temperature": "98.6"})
    assert answer.status_code == 422
    assert "Use °F" in answer.text
    assert 'name="heart_rate"' not in answer.text


def test_an_unknown_part_is_not_found(house: House, path: str) -> None:
    assert house.client("nurse").get(f"{path}?only=horoscope").status_code == 404


def test_each_part_is_one_tap_from_the_course_and_from_the_form(house: House, stay: Stay, path: str) -> None:
    client = house.client("nurse")
    for page in (f"/courses/{stay.course.id}", path):
        text = client.get(page).text
        for part in ("breathing", "pressure", "heart", "mind", "heat", "volumes", "weight", "blood"):
            assert f'href="{path}?only={part}"' in text
    assert "?only=" not in house.client("pharmacist").get(f"/courses/{stay.course.id}").text


def test_a_volume_says_for_how_long_nothing_was_charted_since(house: House, stay: Stay, path: str) -> None:
    house.chart(stay, dose=3, at=NOW - timedelta(minutes=20))
    assert "to 13:40; not charted since: 20 min" in house.client("nurse").get(path).text


def test_the_tests_of_the_mind_are_written_out_step_by_step(house: House, path: str) -> None:
    text = house.client("nurse").get(path).text
    assert text.count("data-point") == 10
    assert "93, 86, 79, 72, 65" in text
    assert "D, L, R, O, W" in text
    assert "data-point checked" not in text


@pytest.mark.parametrize("only", ["", "?only=heat"])
def test_the_preview_is_worked_out_within_its_budget(house: House, only: str) -> None:
    """Interface page 2: what saving would decide is said while somebody types. A whole cycle is behind it."""
    stay = house.admit(first_due_at=NOW + timedelta(minutes=30) - timedelta(hours=8 * 13))
    house.given_until(stay, 13)
    house.chart(stay, dose=14, at=NOW - timedelta(minutes=20))
    path, client = f"/doses/{stay.dose(14).id}/observe", house.client("nurse")
    typed = fields_of(client.get(f"{path}{only}").text, f"{path}{only}") | {"temperature": "38.1"}
    spent = []
    for _ in range(9):
        begun = time.process_time()
        answer = client.post(f"{path}/preview{only}", data=typed)
        spent.append(time.process_time() - begun)
        assert "up 1.3 from 36.8" in answer.text
    assert statistics.median(spent) <= BUDGET, spent
