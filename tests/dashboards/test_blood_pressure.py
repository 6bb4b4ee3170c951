"""Is a pressure one bar, and does what holds it up stand below it?"""

from __future__ import annotations

from dataclasses import replace

from tests.dashboards.builders import ACourse, Drawn, draw, hour, traces_of, words_of


def bars(figure: Drawn) -> Drawn:
    return next(trace for trace in figure["data"] if "error_y" in trace)


def a_pair(course: ACourse, at: float, high: str, low: str) -> None:
    course.chart("systolic_bp", high, at)
    course.chart("diastolic_bp", low, at)


def test_a_pair_is_one_bar_with_end_caps_from_diastolic_to_systolic() -> None:
    course = ACourse()
    a_pair(course, 1, "118", "72")
    a_pair(course, 2, "78", "44")
    trace = bars(draw("blood-pressure", course))
    assert trace["y"] == [118, 78]
    assert trace["error_y"]["arrayminus"] == [46, 34]
    assert trace["error_y"]["array"] == [0, 0]
    assert trace["error_y"]["width"] > 0, "end caps"
    assert trace["mode"] == "markers", "bars are not joined"


def test_hover_names_the_pair_and_the_limit_of_the_systolic() -> None:
    course = ACourse()
    a_pair(course, 1, "78", "44")
    (text,) = bars(draw("blood-pressure", course))["hovertext"]
    assert text.replace("<br>", " ") == "Before dose 1, 19-Nov-2026 09:00, 78/44 mmHg, cannot evaluate below 80 mmHg"


def test_a_systolic_alone_says_so_and_has_no_length() -> None:
    course = ACourse()
    course.chart("systolic_bp", "78", 1)
    trace = bars(draw("blood-pressure", course))
    assert trace["error_y"]["arrayminus"] == [0]
    assert "78 systolic mmHg" in trace["hovertext"][0]


def test_a_diastolic_alone_is_a_cap_of_its_own() -> None:
    course = ACourse()
    a_pair(course, 1, "118", "72")
    course.chart("diastolic_bp", "44", 2)
    figure = draw("blood-pressure", course)
    lone = [trace for trace in traces_of(figure, "line-ew") if "error_y" not in trace]
    assert [trace["y"] for trace in lone] == [[44]]


def test_where_only_diastolics_were_charted_no_words_say_that_nothing_was() -> None:
    course = ACourse()
    course.chart("phenylephrine_rate", "0", 2)
    assert "Nothing charted yet" in words_of(draw("blood-pressure", course))
    course.chart("diastolic_bp", "44", 2)
    assert "Nothing charted yet" not in words_of(draw("blood-pressure", course))


def test_a_diastolic_that_was_corrected_or_not_taken_has_its_mark_explained() -> None:
    course = ACourse()
    a_pair(course, 1, "118", "72")
    course.correct(course.observations[1], "74", "a digit")
    course.not_taken("diastolic_bp", 2)
    words = " ".join(words_of(draw("blood-pressure", course)))
    assert words.count("Hollow: corrected or retracted since.") == 1
    assert words.count("no value; the table says why.") == 1


def test_two_pressures_of_one_moment_are_each_a_pair_of_what_was_charted_together() -> None:
    course = ACourse()
    for of, high, low in (("one", "120", "70"), ("two", "90", "50")):
        course.chart("systolic_bp", high, 1, of=of)
        course.chart("diastolic_bp", low, 1, of=of)
    course.correct(course.observations[1], "72", "a digit")
    course.observations[-1] = replace(course.observations[-1], recorded_at=hour(2))
    course.chart("diastolic_bp", "44", 1, of="three")
    figure = draw("blood-pressure", course)
    trace = bars(figure)
    assert (trace["y"], trace["error_y"]["arrayminus"]) == ([120, 90], [48, 40])
    lone = [trace for trace in traces_of(figure, "line-ew") if "error_y" not in trace]
    assert [trace["y"] for trace in lone] == [[44]]


def test_a_pair_that_was_charted_one_after_the_other_is_one_bar() -> None:
    course = ACourse()
    course.chart("systolic_bp", "118", 1, of="one")
    course.chart("diastolic_bp", "72", 1, of="two")
    assert bars(draw("blood-pressure", course))["error_y"]["arrayminus"] == [46]


def test_the_pressors_have_panels_of_their_own_below() -> None:
    course = ACourse()
    a_pair(course, 1, "118", "72")
    course.chart("phenylephrine_rate", "0.4", 1)
    figure = draw("blood-pressure", course)
    assert figure["layout"]["yaxis"]["domain"][0] > figure["layout"]["yaxis2"]["domain"][1]
    assert "Phenylephrine, µg/kg/min" in words_of(figure)


def test_a_pressor_that_was_never_running_is_a_remark_that_tells_zero_from_not_charted() -> None:
    course = ACourse()
    course.chart("norepinephrine_rate", "0", 1)
    words = " ".join(words_of(draw("blood-pressure", course))).replace("<br>", " ")
    assert "Norepinephrine: 0 µg/kg/min at 19-Nov-2026 09:00." in words
    assert "Dopamine: not charted here." in words


def test_another_pressor_and_refractory_hypotension_appear_once_they_are_true() -> None:
    course = ACourse()
    course.chart("norepinephrine_rate", "0.05", 1)
    course.chart("other_vasopressor", True, 2)
    figure = draw("blood-pressure", course)
    assert {"Norepinephrine, µg/kg/min", "Circulation findings"} <= set(words_of(figure))
    assert traces_of(figure, "line-ew-open") == []


def test_both_values_of_a_corrected_pair_are_hollow() -> None:
    course = ACourse()
    course.correct(course.chart("systolic_bp", "11", 1), "110", "a digit")
    course.correct(course.chart("diastolic_bp", "7", 1), "70", "a digit")
    figure = draw("blood-pressure", course)
    assert sorted(trace["y"] for trace in traces_of(figure, "circle-open")) == [[30], [30]]
    assert bars(figure)["y"] == [110]
