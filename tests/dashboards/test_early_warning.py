"""Does the score stand where the values fresh at a set are complete, and what it is at least where they are not?"""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go

from app.domain.scores.book import news2_at
from app.domain.vocabulary import CycleEventKind, SpO2Scale
from dashboards import early_warning
from dashboards.points import Track
from dashboards.summary import table
from dashboards.theme import NOT_TAKEN
from tests.dashboards.builders import LIBRARY, LVHN, ACourse, a_scene, a_view, draw, the_line, traces_of, words_of

WELL = {
    "respiratory_rate": "16",
    "spo2": "97",
    "oxygen_device": "room_air",
    "systolic_bp": "118",
    "heart_rate": "84",
    "consciousness": "alert",
    "temperature": "36.8",
}


def a_set(course: ACourse, at: float, **values: str) -> None:
    for measure, value in (WELL | values).items():
        course.chart(measure, value, at, of=f"set-{at}")


def track_of(course: ACourse) -> Track:
    return early_warning.PANEL.tracks(a_scene(course))[0]


def test_a_complete_set_has_its_score_and_what_it_is_made_of() -> None:
    course = ACourse()
    a_set(course, 1)
    a_set(course, 5, heart_rate="112", temperature="39.4", consciousness="new_confusion")
    well, ill = track_of(course).points
    assert (well.text, ill.text) == ("0", "7")
    assert ill.note == "high: heart rate 2, temperature 2, consciousness (ACVPU) 3"


def test_an_incomplete_set_has_no_score_however_well_the_rest() -> None:
    course = ACourse()
    a_set(course, 1)
    course.observations.pop()
    assert track_of(course).points == ()


def test_a_set_is_scored_with_what_is_still_fresh_of_another_as_the_alert_is() -> None:
    course = ACourse()
    for measure, value in WELL.items():
        course.chart(measure, value, 1 if measure == "temperature" else 1.5, of=f"set-{measure == 'temperature'}")
    course.chart("respiratory_rate", "25", 2)
    points = track_of(course).points
    assert [(point.text, point.at.hour, point.at.minute) for point in points] == [("0", 9, 30), ("3", 10, 0)]
    found = [news2_at(LIBRARY.scores, LVHN, course.sheet(), point.at).score for point in points]
    assert [str(score) for score in found] == [point.text for point in points]


def test_an_incomplete_set_stands_hollow_at_what_it_adds_up_to_and_cuts_the_line() -> None:
    course = ACourse()
    a_set(course, 1)
    course.chart("respiratory_rate", "22", 12)
    course.chart("heart_rate", "112", 12)
    a_set(course, 13)
    figure = draw("news2", course)
    assert len(go.Figure(figure).data) == len(figure["data"])
    (hollow,) = traces_of(figure, "circle-open")
    assert (hollow["x"], hollow["y"], hollow["text"]) == (["2026-11-19 20:00"], [4], ["at least 4"])
    assert "temperature" in hollow["hovertext"][0]
    assert the_line(figure)["y"] == [0, None, 0]
    rows = table(course.sheet(), LVHN, a_view(), early_warning.PANEL)
    assert [row.value for row in rows] == ["0", "at least 4", "0"]


def test_the_title_says_that_the_last_score_is_only_at_least_so_much() -> None:
    course = ACourse()
    a_set(course, 1)
    course.chart("respiratory_rate", "25", 12)
    assert any("at least 3 at" in words for words in words_of(draw("news2", course)))


def test_an_incomplete_set_that_adds_up_to_nothing_is_a_gap_and_a_row_of_the_table() -> None:
    course = ACourse()
    a_set(course, 1)
    course.chart("respiratory_rate", "16", 6.5)
    a_set(course, 7)
    figure = draw("news2", course)
    assert the_line(figure)["y"] == [0, None, 0]
    assert not [trace for trace in figure["data"] if trace["marker"]["symbol"] == NOT_TAKEN]
    rows = table(course.sheet(), LVHN, a_view(), early_warning.PANEL)
    assert [row.value for row in rows] == ["0", "incomplete", "0"]


def test_a_corrected_value_belongs_to_the_set_it_was_charted_in() -> None:
    course = ACourse()
    a_set(course, 1, heart_rate="184")
    wrong = next(row for row in course.observations if row.measure == "heart_rate")
    course.correct(wrong, "84", "a digit")
    assert [point.text for point in track_of(course).points] == ["0"]


def test_a_value_moved_in_time_leaves_the_moment_of_its_set_and_has_one_of_its_own() -> None:
    course = ACourse()
    a_set(course, 9, respiratory_rate="25", temperature="39.4")
    wrong = next(row for row in course.observations if row.measure == "respiratory_rate")
    moved = course.correct(wrong, "25", "the time")
    course.observations[-1] = replace(moved, observed_at=course.first.replace(hour=20))
    assert [(point.at.hour, point.text) for point in track_of(course).points] == [(17, "at least 2"), (20, "5")]


def test_a_value_that_a_late_entry_overtook_within_its_set_keeps_a_score_of_its_own() -> None:
    course = ACourse()
    a_set(course, 9, temperature="39.4")
    course.chart("heart_rate", "84", 9.5, of="set-9")
    course.chart("temperature", "36.8", 9.2, of="late")
    found = [(point.at.hour, point.at.minute, point.text) for point in track_of(course).points]
    assert found == [(17, 0, "2"), (17, 12, "0"), (17, 30, "0")]


def test_a_retracted_value_leaves_its_set_without_a_score() -> None:
    course = ACourse()
    a_set(course, 1)
    course.retract(course.observations[0], "wrong patient")
    assert track_of(course).points == ()


def test_a_set_stands_at_its_last_moment() -> None:
    course = ACourse()
    a_set(course, 1)
    course.observations[-1] = replace(course.observations[-1], observed_at=course.first.replace(hour=9, minute=7))
    assert the_line(draw("news2", course))["x"] == ["2026-11-19 09:07"]


def test_the_charts_own_thresholds_are_drawn_and_no_protocols_limit() -> None:
    words = [text.strip("\u2002") for text in words_of(draw("news2", ACourse()))]
    assert {"emergency response from 7", "urgent response from 5"} <= set(words)
    assert not [text for text in words if "Limits:" in text]


def test_a_saturation_is_read_on_the_scale_a_prescriber_had_chosen_by_then() -> None:
    course = ACourse()
    for at in (1, 5, 9):
        a_set(course, at, spo2="90")
    for at, scale in ((3, SpO2Scale.TWO), (7, SpO2Scale.ONE)):
        course.events.append(replace(course.end(CycleEventKind.SPO2_SCALE, at), scale=scale))
        course.events.pop(-2)
    assert [point.text for point in track_of(course).points] == ["3", "0", "3"]
    assert [point.note for point in track_of(course).points][1] == "none, SpO2 scale 2"
