"""What holds, what was corrected, what was not taken, and what lies before the view?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.domain.vocabulary import NotTaken
from dashboards.points import Track, tracks
from tests.dashboards.builders import LVHN, ACourse, a_view, hour


def of(course: ACourse, measure: str, start: float = -6, end: float = 60) -> Track:
    return tracks(course.sheet(), LVHN, a_view(start, end), (measure,))[0]


def test_a_corrected_value_is_struck_and_its_correction_holds() -> None:
    course = ACourse()
    course.correct(course.chart("systolic_bp", "11", 3), "110", "typed too fast")
    track = of(course, "systolic_bp")
    assert [(point.text, point.note) for point in track.points] == [("110", "corrected from 11")]
    assert [(point.text, point.note) for point in track.struck] == [("11", "corrected to 110: typed too fast")]


def test_a_value_that_was_moved_in_time_says_whence_and_whither() -> None:
    course = ACourse()
    wrong = course.chart("temperature", "39.4", 2)
    course.correct(wrong, "39.4", "the wrong hour")
    course.observations[-1] = replace(course.observations[-1], observed_at=hour(1))
    (track,) = tracks(course.sheet(), LVHN, a_view(), ("temperature",))
    assert [point.note for point in track.points] == ["corrected from 39.4 at 19-Nov-2026 10:00"]
    assert [point.note for point in track.struck] == ["corrected to 39.4 at 19-Nov-2026 09:00: the wrong hour"]


def test_a_volume_whose_hours_were_corrected_says_which() -> None:
    course = ACourse()
    wrong = course.chart("urine_volume", "300", 2, since=-2)
    course.correct(wrong, "300", "two hours")
    course.observations[-1] = replace(course.observations[-1], start_at=hour(0))
    (track,) = tracks(course.sheet(), LVHN, a_view(), ("urine_volume",))
    assert [point.note for point in track.points] == ["over 2 h, corrected from 300 over 4 h"]
    assert [point.note for point in track.struck] == ["over 4 h, corrected to 300 over 2 h: two hours"]


def test_a_correction_of_a_correction_strikes_both() -> None:
    course = ACourse()
    course.correct(course.correct(course.chart("heart_rate", "8", 3), "88", "a digit"), "98", "another")
    track = of(course, "heart_rate")
    assert [point.text for point in track.points] == ["98"]
    assert [point.text for point in track.struck] == ["8", "88"]


def test_a_retracted_value_is_struck_and_nothing_takes_its_place() -> None:
    course = ACourse()
    course.retract(course.chart("heart_rate", "170", 3), "wrong patient")
    track = of(course, "heart_rate")
    assert track.points == ()
    assert [(point.text, point.note) for point in track.struck] == [("170", "retracted: wrong patient")]


def test_a_correction_that_moves_a_value_out_of_the_view_leaves_only_the_struck_one_in_it() -> None:
    course = ACourse()
    wrong = course.chart("heart_rate", "90", 3)
    moved = course.correct(wrong, "90", "yesterday")
    course.observations[-1] = replace(moved, observed_at=hour(70))
    track = of(course, "heart_rate")
    assert (len(track.points), len(track.struck)) == (0, 1)


def test_what_was_not_taken_is_no_value_and_says_why() -> None:
    course = ACourse()
    course.not_taken("temperature", 4, NotTaken.OFF_WARD)
    track = of(course, "temperature")
    assert track.points == ()
    assert [(point.value, point.text) for point in track.missed] == [(None, "not taken: off the ward")]


def test_zero_and_absent_are_values() -> None:
    course = ACourse()
    course.chart("phenylephrine_rate", "0", 2)
    course.chart("hallucinations", False, 2)
    assert [point.value for point in of(course, "phenylephrine_rate").points] == [Decimal(0)]
    assert [point.value for point in of(course, "hallucinations").points] == [False]


def test_both_ends_of_the_view_are_inside_and_the_last_value_before_it_is_remembered() -> None:
    course = ACourse()
    course.series("creatinine", (-30, "0.8"), (-7, "0.9"), (-6, "1.0"), (60, "2.0"), (60.1, "3.0"))
    track = of(course, "creatinine")
    assert [point.text for point in track.points] == ["1.0", "2.0"]
    assert track.earlier is not None
    assert track.earlier.text == "0.9"


def test_order_is_that_of_the_moments_not_of_the_entry() -> None:
    course = ACourse()
    course.series("heart_rate", (8, "100"), (4, "90"))
    assert [point.text for point in of(course, "heart_rate").points] == ["90", "100"]


def test_recorded_precision_is_kept() -> None:
    course = ACourse()
    course.series("creatinine", (1, "1.20"), (2, "1.2"))
    assert [point.text for point in of(course, "creatinine").points] == ["1.20", "1.2"]


def test_a_value_entered_in_another_unit_says_what_was_entered() -> None:
    course = ACourse()
    row = course.chart("temperature", "38.5", 1)
    course.observations[-1] = replace(row, entered="101.3", entered_unit="[degF]")
    point = of(course, "temperature").points[0]
    assert (point.text, point.note) == ("38.5", "entered as 101.3 °F")


def test_a_gap_is_one_and_a_half_times_what_the_protocol_calls_fresh() -> None:
    course = ACourse()
    assert of(course, "heart_rate").gap_after == timedelta(hours=6)
    assert of(course, "creatinine").gap_after == timedelta(hours=36)


def test_a_volume_says_over_how_long_it_was_collected() -> None:
    course = ACourse()
    course.chart("urine_volume", "90", 3, since=1.5)
    assert of(course, "urine_volume").points[0].note == "over 1 h 30 min"
