"""Do the pages show scores on their own axis, with what gave them and what is missing, and never as a decision?"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from app.services import correcting
from app.services.correcting import Change
from app.services.observing import Recorded
from app.web.entry import layout
from tests.web.house import NOW, House, Stay
from tests.web.pages import fields_of, fill

SOON = NOW - timedelta(minutes=20)
NEED_A_CLINICIAN = "graded from numbers; hypotension, tachycardia, confusion and capillary leak need a clinician"


def _text(house: House, path: str, login: str = "nurse") -> str:
    answer = house.client(login).get(path)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def _dose(house: House, stay: Stay, query: str = "") -> str:
    return _text(house, f"/doses/{stay.dose(3).id}{query}")


def _block(text: str) -> str:
    """The grades of a dose's page."""
    found = re.search(r'<section class="grades".*?</section>', text, re.DOTALL)
    assert found is not None
    return found.group()


def test_the_grades_stand_beside_the_verdict_and_say_what_they_are(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6", temperature="39.4")
    text = _dose(house, stay)
    block = _block(text)
    assert "Grades (CTCAE v5), they do not change the decision" in block
    assert NEED_A_CLINICIAN in block
    assert text.index('class="chip chip-hold"') < text.index(block)
    assert 'Fever: grade 2</strong> <span class="small">(39.4 °C, 13:40)' in block
    assert "Creatinine increased: grade 2" in block or "Creatinine increased: at least grade 2" in block


def test_a_grade_names_its_arm_and_an_open_arm_its_reason(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    assert "2.6 mg/dL, upper limit of normal 1.1 mg/dL, a site parameter, 13:40" in _block(_dose(house, stay))


def test_what_cannot_be_graded_is_said_in_words_and_is_not_grade_0(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, without=["temperature"])
    block = _block(_dose(house, stay))
    assert re.search(r"Not graded:.*Fever", block)
    assert re.search(r"Fever: too old, last taken \d\d:\d\d", block)
    assert "Cytokine release syndrome: suspected not recorded" in block
    zero = re.search(r"Grade 0: ([^<]*)", block)
    assert zero is not None
    assert "Fever" not in zero.group(1)


def test_a_dose_that_was_not_decided_has_no_grades(house: House, stay: Stay) -> None:
    assert 'class="grades"' not in _text(house, f"/doses/{stay.dose(4).id}")


def test_entered_findings_are_graded_by_the_consensus(house: House, stay: Stay) -> None:
    path = f"/doses/{stay.dose(3).id}/observe"
    typed = {"temperature": "38.4", "crs_suspected": "yes", "crs_hypotension": "one_vasopressor"}
    assert fill(house.client("nurse"), path, typed).status_code == 303
    block = _block(_dose(house, stay))
    assert "Cytokine release syndrome: grade 3" in block or "Cytokine release syndrome: at least grade 3" in block
    assert "hypotension: one vasopressor" in block


def test_grading_is_asked_apart_and_no_tap_answers_it(house: House, stay: Stay) -> None:
    fields = fields_of(_text(house, f"/doses/{stay.dose(3).id}/observe"), f"/doses/{stay.dose(3).id}/observe")
    assert "none.grading" not in fields
    part = next(part for part in layout.parts(house.library.measures) if part.id == "grading")
    assert set(part.measures) == {name for name, one in house.library.measures.items() if one.system == "grading"}


def test_the_course_lists_the_scores_of_every_set(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, temperature="39.4")
    house.clock.forward(minutes=10)
    house.chart(stay, dose=3, at=NOW, temperature="36.8")
    text = _text(house, f"/courses/{stay.course.id}")
    table = text[text.index('<h2 id="scores">') :]
    assert "They do not change a decision" in table
    assert table.index("14:00") < table.index("13:40")
    assert "Fever: grade 2" in table
    before = _text(house, f"/courses/{stay.course.id}?at=2026-11-21T12:30:00Z")
    assert "Fever: grade 2" not in before


@pytest.mark.hazard("HZ-06")
def test_an_incomplete_set_shows_what_it_adds_up_to(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, without=["temperature"], respiratory_rate=22, heart_rate=112, spo2=93)
    assert "NEWS2: at least 6, the set is incomplete." in _dose(house, stay)
    course = _text(house, f"/courses/{stay.course.id}")
    assert "<td>at least 6</td>" in course[course.index('<h2 id="scores">') :]
    alerts = _text(house, "/alerts")
    assert "NEWS2 incomplete, at least 6. Urgent response" in alerts
    trend = alerts[alerts.index("NEWS2:") :]
    assert "at least 6" in trend[: trend.index("13:40")]


def _correct(house: House, saved: Recorded, measure: str, change: Change) -> None:
    wrong = next(row for row in saved.observations if row.measure == measure)
    house.clock.forward(minutes=5)
    with house.database.transaction() as tx:
        correcting.correct(tx, house.library, house.acting(), wrong.id, change)


def _scores_of_course(house: House, stay: Stay) -> str:
    text = _text(house, f"/courses/{stay.course.id}")
    return text[text.index('<h2 id="scores">') : text.index('<h2 id="decisions">')]


def test_scores_on_a_value_that_was_corrected_are_made_anew_and_marked(house: House, stay: Stay) -> None:
    saved = house.chart(stay, dose=3, at=SOON, temperature="39.4")
    house.chart(stay, dose=3, at=SOON + timedelta(minutes=5), without=["temperature"])
    assert "amended" not in _block(_dose(house, stay))
    before = _scores_of_course(house, stay)
    assert (before.count("Fever: grade 2"), "Scored anew" in before) == (2, False)
    _correct(house, saved, "temperature", Change("CANARY-REASON", value=Decimal("36.8"), unit="Cel"))
    after = _scores_of_course(house, stay)
    assert "Fever: grade 2" not in after
    assert after.count("Scored anew on what was entered or corrected since") == 1


@pytest.mark.hazard("HZ-08")
def test_the_map_of_a_cycle_knows_no_grade_of_a_value_that_was_corrected(house: House, stay: Stay) -> None:
    saved = house.chart(stay, dose=3, at=SOON, creatinine="3.5")
    house.chart(stay, dose=3, at=SOON + timedelta(minutes=5), without=["creatinine"])
    path = f"/courses/{stay.course.id}/tolerance"
    assert "3.5 mg/dL" in _text(house, path)
    _correct(house, saved, "creatinine", Change("CANARY-REASON", value=Decimal("0.9"), unit="mg/dL"))
    assert "3.5 mg/dL" not in _text(house, path)


def test_the_grades_beside_a_decision_rest_on_no_value_that_was_moved_away_before_it(house: House, stay: Stay) -> None:
    saved = house.chart(stay, dose=3, at=SOON, temperature="39.4")
    house.clock.forward(minutes=5)
    query = f"?at={house.clock.at:%Y-%m-%dT%H:%M:%SZ}"
    _correct(house, saved, "temperature", Change("CANARY-REASON", observed_at=SOON - timedelta(hours=11)))
    block = _block(_dose(house, stay))
    assert ("Fever: grade 2" in block, "Based on amended data" in block) == (False, False)
    assert "Fever: grade 2" in _block(_dose(house, stay, query))


@pytest.mark.hazard("HZ-08")
def test_scores_stand_by_the_moment_they_are_of_each_as_it_was_written_last(house: House, stay: Stay) -> None:
    saved = house.chart(stay, dose=3, at=SOON, respiratory_rate=25, temperature="39.4", creatinine="2.6")
    _correct(house, saved, "respiratory_rate", Change("CANARY-REASON", value=Decimal(22), unit="/min"))
    _correct(house, saved, "temperature", Change("CANARY-REASON", observed_at=SOON - timedelta(hours=11)))
    table = _scores_of_course(house, stay)
    heading, *times = re.findall(r"<tr>\s*<th[^>]*>([^<]*)", table)
    assert heading == "For"
    assert times == ["13:40", "06:00", "02:40", "20-Nov-2026 22:00"]
    assert ", 13:40)" in _block(_dose(house, stay))


@pytest.mark.hazard("HZ-08")
def test_the_trend_of_the_score_goes_by_the_moments_it_is_of(house: House, stay: Stay) -> None:
    saved = house.chart(stay, dose=3, at=SOON, respiratory_rate=25, heart_rate=112)
    weight = Change("CANARY-REASON", value=Decimal("79.0"), unit="kg", observed_at=SOON - timedelta(hours=11))
    _correct(house, saved, "weight", weight)
    alerts = _text(house, "/alerts")
    trend = re.sub(r"<[^>]+>", " ", alerts[alerts.index("NEWS2:") :])[:300]
    assert re.findall(r"\d\d:\d\d", trend)[:3] == ["02:40", "06:00", "13:40"]


def test_a_prescriber_chooses_the_scale_and_the_pages_say_which(house: House, stay: Stay) -> None:
    path = f"/cycles/{stay.cycle.id}/spo2_scale"
    assert path in _text(house, f"/courses/{stay.course.id}", "prescriber")
    assert path not in _text(house, f"/courses/{stay.course.id}", "nurse")
    prescriber = house.client("prescriber")
    nothing = fill(prescriber, path, {"reason": "CANARY-REASON"})
    assert (nothing.status_code, "Choose the scale." in nothing.text) == (422, True)
    assert fill(prescriber, path, {"scale": "2", "reason": "CANARY-REASON"}).status_code == 303
    assert "SpO2 scale of NEWS2 chosen: scale 2" in _text(house, f"/courses/{stay.course.id}")
    house.clock.forward(minutes=5)
    house.chart(stay, dose=3, at=house.clock.at, spo2="95")
    assert "(SpO2 scale 2)" in _dose(house, stay)
    assert "(SpO2 scale 2)" in _text(house, f"/courses/{stay.course.id}")


@pytest.mark.parametrize("login", ["nurse", "charge", "pharmacist"])
def test_who_does_not_prescribe_does_not_choose_the_scale(house: House, stay: Stay, login: str) -> None:
    assert house.client(login).get(f"/cycles/{stay.cycle.id}/spo2_scale").status_code in (403, 404)
