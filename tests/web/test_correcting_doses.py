"""Is a dose that was recorded wrongly put right at the bedside, and does its page say what was done?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.domain.course import Administration
from app.domain.vocabulary import Outcome
from app.services.cases import read_case
from app.store import alerts
from tests.web.house import NOW, House, Stay
from tests.web.pages import fields_of, fill, words_of

START = NOW - timedelta(minutes=20)
"""13:40 on the ward's wall."""


def _rows(house: House, stay: Stay) -> tuple[Administration, ...]:
    with house.database.reading() as tx:
        sheet = read_case(tx, house.library, house.acting(), stay.course.id).sheet
    return sheet.administrations_of(stay.dose(3).id)


@pytest.fixture
def given(house: House, stay: Stay) -> str:
    """The third dose, given at 13:40 and running; the address of what was recorded of it."""
    recorded = house.chart(stay, dose=3, at=START)
    assert recorded.record is not None
    return f"/administrations/{house.give(stay, 3, recorded.record.id, START).administration.id}"


def _page(house: House, stay: Stay, login: str = "nurse", query: str = "") -> str:
    answer = house.client(login).get(f"/doses/{stay.dose(3).id}{query}")
    assert answer.status_code == 200
    return answer.text


def _done(text: str) -> str:
    found = re.search(r'<section class="notice done".*?</section>', text, re.DOTALL)
    assert found is not None
    return found.group()


def test_what_was_done_is_said_with_a_way_to_put_it_right(house: House, stay: Stay, given: str) -> None:
    text = _done(_page(house, stay))
    assert "Given in full, started 13:40, end not recorded yet, 43,200,000 units, by CANARY-nurse." in words_of(text)
    assert f'href="{given}/correct"' in text
    assert f'href="{given}/end"' in text
    assert "/administrations/" not in _page(house, stay, "pharmacist")


def test_the_end_of_a_running_dose_takes_a_time_and_nothing_else(house: House, stay: Stay, given: str) -> None:
    client = house.client("nurse")
    assert fill(client, f"{given}/end", {}).status_code == 422
    answer = fill(client, f"{given}/end", {"ended.clock": "13:55"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/doses/{stay.dose(3).id}")
    text = _done(_page(house, stay))
    assert "Given in full, 13:40 to 13:55, 43,200,000 units" in words_of(text)
    assert "Corrected 14:00: Its end was not known when it was written down." in text
    assert "/end" not in text
    old, new = _rows(house, stay)
    assert (new.ended_at, new.supersedes) == (NOW - timedelta(minutes=5), old.id)


@pytest.mark.hazard("HZ-08")
def test_a_corrected_dose_stands_struck_with_its_reason_and_not_before_it_was(
    house: House, stay: Stay, given: str
) -> None:
    typed = {"outcome": "interrupted", "units": "21,600,000", "ended.clock": "13:47", "reason": "CANARY-leak"}
    assert fill(house.client("nurse"), f"{given}/correct", typed).status_code == 303
    text = _done(_page(house, stay))
    assert "Interrupted, 13:40 to 13:47, 21,600,000 units went in, by CANARY-nurse." in words_of(text)
    assert re.search(r"<s>.*Given in full, started 13:40.*</s>", text)
    assert "Corrected 14:00: CANARY-leak" in text
    assert text.count("/correct") == 1
    before = _done(_page(house, stay, query="?at=2026-11-21T13:50"))
    assert "Given in full, started 13:40" in before
    for later in ("<s>", "CANARY-leak", "Interrupted", "/correct"):
        assert later not in before


@pytest.mark.hazard("HZ-05", "HZ-08")
def test_a_dose_that_was_more_than_whole_is_corrected_to_that_and_back(house: House, stay: Stay, given: str) -> None:
    client, typed = house.client("nurse"), {"outcome": "more", "why": "CANARY-two-bags", "reason": "CANARY-pump"}
    without = fill(client, f"{given}/correct", typed)
    assert (without.status_code, "Write how many units went in" in without.text) == (422, True)
    unsaid = fill(client, f"{given}/correct", {**typed, "units": "86,400,000", "why": ""})
    assert "say why more went in" in words_of(unsaid.text)
    assert fill(client, f"{given}/correct", {**typed, "units": "86,400,000"}).status_code == 303
    assert "86,400,000 units went in where a dose is 43,200,000 units" in words_of(_page(house, stay))
    assert "86,400,000 units went in where" in words_of(client.get("/handover").text)
    back = {"outcome": "given", "reason": "CANARY-misread"}
    row = _rows(house, stay)[-1]
    assert fill(client, f"/administrations/{row.id}/correct", back).status_code == 303
    assert "It was corrected, and holds no longer (since 14:00)." in words_of(client.get("/alerts").text)


def test_only_what_is_entered_is_different(house: House, stay: Stay, given: str) -> None:
    typed = {"started.clock": "13:41", "reason": "CANARY-clock"}
    assert fill(house.client("nurse"), f"{given}/correct", typed).status_code == 303
    old, new = _rows(house, stay)
    assert new.started_at == START + timedelta(minutes=1)
    assert (new.outcome, new.units, new.ended_at, new.decision_id) == (old.outcome, old.units, None, old.decision_id)


@pytest.mark.parametrize(
    "typed, status, sentence",
    [
        ({}, 422, "A correction needs its reason."),
        ({"reason": "x"}, 422, "Nothing would be different"),
        ({"reason": "x", "outcome": "not_given"}, 422, "Say why it was not given."),
        ({"reason": "x", "outcome": "interrupted"}, 422, "Say how many units went in"),
        ({"reason": "x", "outcome": "interrupted", "units": "all"}, 422, "Write how many units went in"),
        (
            {"reason": "x", "outcome": "interrupted", "units": "43200001"},
            422,
            "A whole dose is 43,200,000 units. If more",
        ),
        ({"reason": "x", "ended.clock": "13:39"}, 422, "The infusion cannot end before it started."),
        ({"reason": "x", "ended.clock": "14:03"}, 422, "In the future."),
        ({"reason": "x", "started.clock": "13:35"}, 409, "Giving needs a decision that stood when it began."),
    ],
)
def test_what_cannot_have_been_is_said_at_its_field_and_kept(
    house: House, stay: Stay, given: str, typed: dict[str, str], status: int, sentence: str
) -> None:
    answer = fill(house.client("nurse"), f"{given}/correct", typed)
    assert answer.status_code == status
    assert sentence in answer.text
    for value in typed.values():
        assert value in answer.text
    assert len(_rows(house, stay)) == 1


@pytest.mark.hazard("HZ-16")
def test_a_start_before_the_decision_is_recorded_with_a_reason_and_alerts(house: House, stay: Stay, given: str) -> None:
    typed = {"started.clock": "13:35", "reason": "CANARY-hour", "why": "CANARY-it-could-not-wait"}
    assert fill(house.client("nurse"), f"{given}/correct", typed).status_code == 303
    assert "Reason: CANARY-it-could-not-wait" in _done(_page(house, stay))
    with house.database.reading() as tx:
        found = [one.key for one in alerts.alerts_of_course(tx, stay.course.id)]
    assert f"deviation:{stay.dose(3).id}" in found


def test_what_was_corrected_or_has_ended_leads_back_to_the_dose(house: House, stay: Stay, given: str) -> None:
    client, dose = house.client("nurse"), f"/doses/{stay.dose(3).id}"
    typed = {"outcome": "not_given", "why": "CANARY-refused", "reason": "CANARY-other-bed"}
    stale = client.get(f"{given}/correct")
    assert fill(client, f"{given}/correct", typed).status_code == 303
    for path in (
        f"{given}/correct",
        f"{given}/end",
        f"/administrations/{_rows(house, stay)[-1].id}/end",
        f"{dose}/give",
    ):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, dose), path
    assert stale.status_code == 200
    assert "Not given, 13:40, by CANARY-nurse." in words_of(_done(_page(house, stay)))
    assert _rows(house, stay)[-1].outcome is Outcome.NOT_GIVEN


def test_who_comes_second_is_told_what_holds(house: House, stay: Stay, given: str) -> None:
    client = house.client("nurse")
    stale = fields_of(client.get(f"{given}/end").text, f"{given}/end")
    assert fill(client, f"{given}/end", {"ended.clock": "13:55"}).status_code == 303
    answer = client.post(f"{given}/end", data=stale | {"ended.clock": "13:56"})
    assert answer.status_code == 409
    assert "This was corrected already" in answer.text


@pytest.mark.parametrize("login", ["admin", "pharmacist"])
def test_who_may_not_give_corrects_no_dose(house: House, stay: Stay, given: str, login: str) -> None:
    for path in (f"{given}/correct", f"{given}/end"):
        assert house.client(login).get(path).status_code == 403


_SINCE = (
    "Cycle 1, dose 3, corrected 14:00: CANARY-leak. Before: Given in full, started 13:40, end not recorded yet, "
    "43,200,000 units, by CANARY-nurse. Since: Interrupted, 13:40 to 13:47, 21,600,000 units went in, by CANARY-nurse."
)


@pytest.mark.hazard("HZ-08", "HZ-20")
@pytest.mark.parametrize("path", ["/courses/{}/handover", "/handover"])
def test_whoever_takes_over_reads_for_a_day_what_was_put_right_of_a_dose(
    house: House, stay: Stay, given: str, path: str
) -> None:
    page = path.format(stay.course.id)
    assert "corrected" not in words_of(house.client("charge").get(page).text)
    typed = {"outcome": "interrupted", "units": "21,600,000", "ended.clock": "13:47", "reason": "CANARY-leak"}
    assert fill(house.client("nurse"), f"{given}/correct", typed).status_code == 303
    assert _SINCE in words_of(house.client("charge").get(page).text)
    house.clock.forward(hours=25)
    assert "corrected" not in words_of(house.client("charge").get(page).text)


def test_the_end_of_an_infusion_is_handed_over_as_no_correction(house: House, stay: Stay, given: str) -> None:
    assert fill(house.client("nurse"), f"{given}/end", {"ended.clock": "13:55"}).status_code == 303
    for page in (f"/courses/{stay.course.id}/handover", "/handover"):
        assert "corrected" not in words_of(house.client("charge").get(page).text)
