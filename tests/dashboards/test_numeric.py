"""Is a number over time drawn as it was charted: straight, with its gaps, corrections and excursions?"""

from __future__ import annotations

import pytest

from app.domain.vocabulary import NotTaken, Outcome
from dashboards.theme import CORRECTED, NOT_TAKEN, SCALES, coordinate
from tests.dashboards.builders import ACourse, a_view, draw, the_line, traces_of, words_of


def of(*pairs: tuple[float, str], measure: str = "temperature") -> ACourse:
    course = ACourse()
    course.series(measure, *pairs)
    return course


def test_lines_are_straight_and_never_bridge_a_gap() -> None:
    line = the_line(draw("temperature", of((0, "36.8"), (4, "37.0"), (12, "38.1"))))
    assert line["connectgaps"] is False
    assert line["line"]["shape"] == "linear"
    assert line["y"] == [36.8, 37, None, 38.1]


def test_readings_within_one_and_a_half_times_their_freshness_are_joined() -> None:
    assert None not in the_line(draw("temperature", of((0, "36.8"), (6, "37.0"))))["y"]
    assert None in the_line(draw("temperature", of((0, "36.8"), (6.1, "37.0"))))["y"]


def test_a_reading_that_was_not_taken_breaks_the_line_and_is_a_cross_at_the_foot() -> None:
    course = of((0, "36.8"), (4, "37.0"))
    course.not_taken("temperature", 2, NotTaken.REFUSED)
    figure = draw("temperature", course)
    assert the_line(figure)["y"] == [36.8, None, 37]
    (cross,) = traces_of(figure, NOT_TAKEN)
    assert cross["y"] == [35]
    assert cross["hovertext"] == ["Before dose 1, 19-Nov-2026 10:00, not taken: refused"]


def test_a_new_admission_breaks_the_line() -> None:
    course = of((98, "36.8"), (101, "37.0"))
    course.admit(2, course.first.replace(day=23, hour=18))
    assert None in the_line(draw("temperature", course, a_view(90, 120)))["y"]


def test_a_corrected_value_is_hollow_and_on_no_line() -> None:
    course = of((0, "36.8"), (4, "37.0"))
    course.correct(course.chart("temperature", "41.0", 2), "37.1", "misread")
    figure = draw("temperature", course)
    assert the_line(figure)["y"] == [36.8, 37.1, 37]
    (hollow,) = traces_of(figure, CORRECTED)
    assert (hollow["mode"], hollow["y"]) == ("markers", [41])
    assert "Hollow" in " ".join(words_of(figure))


@pytest.mark.parametrize(
    "value,symbol,edge",
    [("204", "triangle-up", SCALES["heart_rate"].high), ("31", "triangle-down", SCALES["heart_rate"].low)],
)
def test_a_value_off_the_scale_is_an_arrow_at_the_edge_with_its_value_in_words(
    value: str, symbol: str, edge: object
) -> None:
    figure = draw("heart", of((0, "90"), (4, value), measure="heart_rate"))
    (arrow,) = traces_of(figure, symbol)
    assert (arrow["y"], arrow["text"]) == ([edge], [f"{value} /min"])
    assert the_line(figure)["y"] == [90, int(value)], "the line runs to the true value"
    assert figure["layout"]["yaxis"]["range"][1] < 200, "the scale stays"


def test_a_value_at_the_very_edge_is_on_the_scale() -> None:
    assert traces_of(draw("heart", of((0, "180"), (4, "40"), measure="heart_rate")), "triangle-up") == []


def test_the_scale_does_not_follow_the_data() -> None:
    quiet, wild = draw("temperature", of((0, "36.8"))), draw("temperature", of((0, "30.1"), (1, "42.9")))
    assert quiet["layout"]["yaxis"]["range"] == wild["layout"]["yaxis"]["range"]
    assert quiet["layout"]["yaxis"]["fixedrange"] is True
    assert quiet["layout"]["yaxis"]["autorange"] is False


def test_the_title_carries_unit_last_and_previous_value_with_their_times() -> None:
    words = words_of(draw("temperature", of((0, "36.8"), (4, "38.0")), a_view(-6, 6)))
    assert "Temperature, °C" in words
    assert "38.0 at 12:00 (before: 36.8 at 08:00)" in words


def test_values_of_another_day_carry_their_date() -> None:
    words = words_of(draw("temperature", of((0, "36.8"), (20, "38.0")), a_view(-6, 50)))
    assert "38.0 at 20-Nov-2026 04:00 (before: 36.8 at 19-Nov-2026 08:00)" in words


def test_hover_says_dose_time_value_and_the_limit_it_lies_beyond() -> None:
    course = of((43 + 1 / 6, "131"), measure="heart_rate")
    course.give(6, 40)
    assert the_line(draw("heart", course))["hovertext"] == [
        "Dose 6 + 3 h 10 min, 21-Nov-2026 03:10, 131 /min, stop above 130 /min"
    ]


def test_hover_names_the_cycle_where_there_are_two_and_starts_anew_with_each() -> None:
    course = of((20, "37.0"), (100, "37.1"), (110, "37.2"))
    course.give(1, 0)
    course.admit(2, course.first.replace(day=23, hour=18))
    course.give(1, 106, cycle=2)
    texts = [text for text in the_line(draw("temperature", course, a_view(-6, 130)))["hovertext"] if text]
    assert [text.split(",")[0] for text in texts] == ["Cycle 1 dose 1 + 20 h", "Before dose 1", "Cycle 2 dose 1 + 4 h"]


def test_a_dose_that_was_not_given_does_not_start_the_clock_anew() -> None:
    course = of((20, "37.0"))
    course.give(1, 0)
    course.give(2, 8, outcome=Outcome.INTERRUPTED)
    course.give(3, 16, outcome=Outcome.NOT_GIVEN)
    assert the_line(draw("temperature", course))["hovertext"] == ["Dose 2 + 12 h, 20-Nov-2026 04:00, 37.0 °C"]


def test_nothing_charted_is_said_in_words() -> None:
    assert "Nothing charted yet" in words_of(draw("temperature", ACourse()))


def test_nothing_charted_in_this_view_names_the_last_value_before_it() -> None:
    words = words_of(draw("labs", of((-3, "0.90"), measure="creatinine"), a_view(20, 44)))
    assert "Nothing charted here; last 0.90 mg/dL at 19-Nov-2026 05:00" in words


def test_coordinates_are_the_nearest_number_and_whole_ones_are_whole() -> None:
    assert [type(coordinate(value)) for value in (SCALES["spo2"].low, SCALES["phenylephrine_rate"].step)] == [
        int,
        float,
    ]
