"""Does somebody who cannot see the picture learn the same from it?"""

from __future__ import annotations

import pytest

from app.domain.vocabulary import Action, NotTaken
from dashboards.pages import COURSE, panel
from dashboards.panel import Panel
from dashboards.summary import TableRow, sentence, table
from dashboards.view import View
from tests.dashboards.builders import LVHN, ACourse, a_scene, a_story, a_view


def said(course: ACourse, panel_id: str, view: View | None = None) -> str:
    return sentence(course.sheet(), LVHN, view or a_view(), panel(panel_id))


def rows(course: ACourse, panel_id: str) -> tuple[TableRow, ...]:
    return table(course.sheet(), LVHN, a_view(), panel(panel_id))


def test_a_fall_is_told_with_its_ends_its_doses_and_its_limit() -> None:
    course = ACourse()
    for number in range(1, 7):
        course.give(number, 8 * (number - 1))
    course.series("systolic_bp", (-1, "118"), (20, "96"), (41, "78"))
    assert said(course, "blood-pressure", a_view(-6, 44)).startswith(
        "Systolic blood pressure fell from 118 to 78 mmHg over 6 doses; latest 78 at 01:00 "
        "(cannot evaluate below 80 mmHg)."
    )


@pytest.mark.parametrize(
    "values,words",
    [
        (("36.8", "38.1"), "Temperature rose from 36.8 to 38.1 °C over 4 h; latest 38.1 at 12:00."),
        (("38.1", "36.8"), "Temperature fell from 38.1 to 36.8 °C over 4 h; latest 36.8 at 12:00."),
        (("37.0", "37.0"), "Temperature stayed at 37.0 °C over 4 h; latest 37.0 at 12:00."),
    ],
)
def test_a_rise_a_fall_and_a_constant_are_told_apart(values: tuple[str, str], words: str) -> None:
    course = ACourse()
    course.series("temperature", (0, values[0]), (4, values[1]))
    assert said(course, "temperature", a_view(-6, 6)) == words


def test_a_value_that_came_back_names_its_extremes() -> None:
    course = ACourse()
    course.series("temperature", (0, "37.0"), (2, "39.2"), (4, "37.0"))
    assert "went between 37.0 and 39.2 °C" in said(course, "temperature")


def test_one_value_is_told_with_its_time() -> None:
    course = ACourse()
    course.chart("heart_rate", "131", 0)
    assert said(course, "heart", a_view(-6, 6)) == (
        "Heart rate 131 /min at 08:00 (stop above 130 /min). Not charted: heart rhythm."
    )


def test_a_rhythm_is_told_in_the_order_it_came() -> None:
    course = ACourse()
    for at, rhythm in ((0, "sinus"), (4, "atrial_fibrillation"), (8, "atrial_fibrillation")):
        course.chart("rhythm", rhythm, at)
    assert said(course, "heart", a_view(-6, 10)) == (
        "Heart rhythm: sinus, then atrial fibrillation; latest atrial fibrillation at 16:00. Not charted: heart rate."
    )


def test_findings_are_told_as_present_absent_and_not_charted() -> None:
    course = ACourse()
    course.chart("hallucinations", False, 1)
    course.chart("seizure", True, 1)
    words = said(course, "mental-status")
    assert "Present at the last check: seizure; absent: hallucinations." in words
    assert "Not charted: consciousness (ACVPU), ICE score, serial sevens, WORLD backward," in words


def test_doses_are_counted_and_the_last_one_named() -> None:
    course = ACourse()
    course.decide(1, Action.PROCEED, -0.5)
    course.give(1, 0)
    course.decide(2, Action.HOLD, 7.5)
    assert said(course, "doses", a_view(-6, 10)) == (
        "Decision: no hold criterion met for 1 dose, hold for 1 dose; dose 2: hold. "
        "Outcome: given for 1 dose, not given for 1 dose; dose 2: not given."
    )


@pytest.mark.parametrize("one", COURSE, ids=lambda one: one.id)
def test_nothing_charted_is_told_for_every_panel(one: Panel) -> None:
    assert said(ACourse(doses=0), one.id) == f"{one.title}: nothing charted in this view."


@pytest.mark.parametrize("one", COURSE, ids=lambda one: one.id)
def test_the_table_holds_every_point_of_every_track(one: Panel) -> None:
    course = a_story()
    tracks = one.tracks(a_scene(course))
    points = [point for track in tracks for point in (*track.points, *track.struck, *track.missed)]
    found = rows(course, one.id)
    assert len(found) == len(points) > 0
    assert sorted(row.value for row in found) == sorted(point.text for point in points)
    assert [row.at for row in found] == sorted(row.at for row in found)


def test_a_row_says_when_after_which_dose_what_and_who() -> None:
    course = ACourse()
    course.give(6, 40)
    course.chart("systolic_bp", "78", 43 + 1 / 6)
    (row,) = rows(course, "blood-pressure")
    assert (row.time, row.dose, row.since) == ("21-Nov-2026 03:10", "Dose 6", "3 h 10 min")
    assert (row.measure, row.value, row.unit) == ("Systolic blood pressure", "78", "mmHg")
    assert (row.corrected, row.note, row.recorded_by) == (False, "", "nurse-1")


def test_a_corrected_value_stays_in_the_table_marked() -> None:
    course = ACourse()
    course.correct(course.chart("temperature", "41.0", 1), "37.0", "<misread>")
    struck, held = sorted(rows(course, "temperature"), key=lambda row: not row.corrected)
    assert (struck.value, struck.corrected, struck.note) == ("41.0", True, "corrected to 37.0: <misread>")
    assert (held.value, held.corrected, held.note) == ("37.0", False, "corrected from 41.0")


def test_what_was_not_taken_is_a_row_without_a_unit() -> None:
    course = ACourse()
    course.not_taken("temperature", 1, NotTaken.EQUIPMENT)
    (row,) = rows(course, "temperature")
    assert (row.value, row.unit) == ("not taken: equipment", "")


def test_urine_is_in_the_table_as_it_was_charted_and_as_it_was_summed() -> None:
    course = ACourse(lain=10)
    course.chart("urine_volume", "600", 0, since=-8)
    found = {(row.measure, row.value, row.note) for row in rows(course, "fluids") if row.unit == "mL"}
    assert ("Urine output", "600", "over 8 h") in found
    assert ("Urine output in 8 h", "600", "from 19-Nov-2026 00:00") in found


def test_a_row_of_the_strip_is_about_its_own_dose() -> None:
    course = ACourse()
    course.give(1, 0)
    course.decide(2, Action.HOLD, 7.5)
    row = next(row for row in rows(course, "doses") if row.measure == "Decision")
    assert (row.dose, row.since, row.value) == ("Dose 2", "", "Hold")
