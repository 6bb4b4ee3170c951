"""Are the bars the engine's own sums, and the change of weight its own change?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.assess import situation_of
from app.domain.engine import decide
from app.domain.tongue import speaking
from app.domain.vocabulary import Action
from app.web.translate import catalogue
from dashboards import fluids
from dashboards.points import Track
from dashboards.summary import sentence
from tests.dashboards.builders import LIBRARY, LVHN, ACourse, Drawn, a_scene, a_view, draw, hour, traces_of, words_of


def hourly(course: ACourse, start: int, end: int, volume: str) -> None:
    for at in range(start, end):
        course.chart("urine_volume", volume, at + 1, since=at)


def tracks_of(course: ACourse, end: float = 60) -> tuple[Track, ...]:
    return fluids.PANEL.tracks(a_scene(course, a_view(-6, end)))


def bars(figure: Drawn) -> Drawn:
    return next(trace for trace in figure["data"] if trace["type"] == "bar")


def test_a_bar_is_the_sum_of_the_eight_hours_before_a_dose() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 0, "10")
    trace = bars(draw("fluids", course, a_view(-6, 6)))
    assert trace["y"] == [80]
    assert trace["x"] == ["2026-11-19 04:00"]
    assert trace["width"] == 8 * 3_600_000 * 9 // 10


def test_a_bar_ends_where_the_dose_was_decided() -> None:
    course = ACourse(lain=10)
    hourly(course, -10, 0, "10")
    course.decide(1, Action.HOLD, -0.5)
    assert bars(draw("fluids", course, a_view(-6, 6)))["x"] == ["2026-11-19 03:30"]


@pytest.mark.parametrize("decided_at", [-1.0, -0.4, 0.0, 0.75])
def test_bar_and_decision_never_disagree(decided_at: float) -> None:
    course = ACourse(lain=10)
    for at, volume in enumerate(("31.5", "7", "12", "9", "22", "3", "18", "5", "16", "4"), start=-10):
        course.chart("urine_volume", volume, at + 1, since=at)
    course.decide(1, Action.HOLD, decided_at)
    sheet = course.sheet()
    situation = situation_of(sheet, sheet.doses[0], LVHN, hour(decided_at))
    findings = decide(situation, LVHN, LIBRARY.news2).findings
    shown = next(row.value for row in findings if row.criterion.measure == "urine_volume")
    point = tracks_of(course, 6)[0].points
    if shown is None:
        assert [one.at for one in point] == [hour(0)], "nothing at the decision, but by the time the dose was due"
    else:
        assert isinstance(shown, Decimal)
        assert abs(Decimal(point[0].value.numerator) / Decimal(point[0].value.denominator) - shown) < Decimal("0.1")  # type: ignore[union-attr]


def test_too_little_charting_is_a_cross_and_a_reason_never_a_small_bar() -> None:
    course = ACourse(lain=10)
    hourly(course, -4, 0, "100")
    figure = draw("fluids", course, a_view(-6, 6))
    assert not [trace for trace in figure["data"] if trace["type"] == "bar"]
    (cross,) = traces_of(figure, "x-thin-open")
    assert "the charted intervals do not cover the last hours" in cross["hovertext"][0].replace("<br>", " ")
    assert "No value here: the charted intervals do not cover the last hours" in words_of(figure)


def test_overlapping_intervals_are_no_sum() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 0, "10")
    course.chart("urine_volume", "50", 0, since=-2)
    assert [point.text for point in tracks_of(course, 6)[0].missed] == ["charted intervals overlap"]


def test_none_since_six_is_a_bar_of_zero() -> None:
    course = ACourse(lain=10)
    course.chart("urine_volume", "0", 0, since=-8)
    assert bars(draw("fluids", course, a_view(-6, 6)))["text"] == ["0"]


def test_a_sum_just_short_of_a_limit_is_not_rounded_onto_it() -> None:
    course = ACourse(lain=10)
    course.chart("urine_volume", "79.6", 0, since=-8)
    course.chart("urine_volume", "160.4", 8, since=0)
    course.chart("urine_volume", "300.4", 16, since=8)
    assert bars(draw("fluids", course, a_view(-6, 17)))["text"] == ["79.6", "160.4", "300"]


def test_a_dose_not_yet_due_has_no_bar() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 7, "60")
    course.chart("urine_volume", "48", 7.8, since=7)
    assert len(bars(draw("fluids", course, a_view(-6, 14, at=7.9)))["y"]) == 1
    assert len(bars(draw("fluids", course, a_view(-6, 14, at=8)))["y"]) == 2


def test_weight_is_drawn_as_its_change_from_the_last_weight_before_dose_1() -> None:
    course = ACourse(lain=10)
    course.series("weight", (-5, "70.0"), (-1, "72.0"), (20, "82.8"))
    course.give(1, 0)
    change = tracks_of(course)[1]
    assert [(point.text, point.note) for point in change.points] == [
        ("-2.8", "70.0 kg"),
        ("0.0", "72.0 kg"),
        ("+15.0", "82.8 kg"),
    ]


def test_the_change_of_weight_is_the_engines() -> None:
    course = ACourse()
    course.series("weight", (-30, "70.1"), (-1, "72.3"), (15, "83.1"))
    course.give(1, 0)
    sheet = course.sheet()
    situation = situation_of(sheet, sheet.doses[2], LVHN, hour(15.5))
    assert dict(situation.baseline)["weight"] == Decimal("72.3")
    findings = decide(situation, LVHN, LIBRARY.news2).findings
    shown = next(row.value for row in findings if row.criterion.measure == "weight")
    assert f"+{shown}" == tracks_of(course)[1].points[-1].text == "+14.9"


@pytest.mark.parametrize("given", [2, None])
def test_a_skipped_dose_1_ends_the_days_of_the_baseline_of_the_figure_as_of_the_engine(given: int | None) -> None:
    course = ACourse()
    course.series("weight", (-1, "72.0"), (7, "84.0"), (15, "84.0"))
    if given is not None:
        course.give(given, 8)
    sheet = course.sheet()
    situation = situation_of(sheet, sheet.doses[2], LVHN, hour(15.5))
    assert dict(situation.baseline)["weight"] == Decimal("72.0")
    assert [point.text for point in tracks_of(course)[1].points] == ["0.0", "+16.7", "+16.7"]


def test_a_limit_per_kilogram_that_no_line_can_show_is_said_in_words() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 8, "30")
    words = " ".join(words_of(draw("fluids", course, protocol=LIBRARY.protocols["til-2024"]))).replace("<br>", " ")
    assert "No line, for it goes by the weight: hold below 4 mL/kg in 8 h. Limits: til-2024, version 1." in words
    assert "goes by the weight" not in " ".join(words_of(draw("fluids", course)))


def test_whose_limits_a_volume_goes_by_is_said_in_the_readers_language() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 8, "30")
    with speaking(catalogue("es")):
        words = " ".join(words_of(draw("fluids", course, protocol=LIBRARY.protocols["til-2024"]))).replace("<br>", " ")
    assert "Límites: til-2024, versión 1." in words


def test_what_the_protocol_does_not_sum_or_cannot_is_not_called_uncharted() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 8, "30")
    course.chart("weight", "72.0", -1)
    label = sentence(course.sheet(), LIBRARY.protocols["uspi-2023"], a_view(), fluids.PANEL)
    assert "urine" not in label
    course.chart("urine_volume", "30", 7.5, since=6.5)
    course.chart("urine_volume", "30", -0.5, since=-1.5)
    overlap = sentence(course.sheet(), LVHN, a_view(), fluids.PANEL)
    assert "No value: urine output in 8 h (" in overlap
    assert "Not charted" not in overlap


def test_weight_without_a_baseline_is_not_compared_with_anything() -> None:
    course = ACourse()
    course.give(1, 0)
    course.chart("weight", "80.0", 20)
    assert [point.text for point in tracks_of(course)[1].missed] == ["80.0 kg, no weight before dose 1 to compare with"]


def test_a_weight_from_long_before_admission_is_no_baseline() -> None:
    course = ACourse()
    course.series("weight", (-31, "60.0"), (20, "80.0"))
    course.give(1, 0)
    assert tracks_of(course)[1].points == ()


def test_each_cycle_has_its_own_baseline() -> None:
    course = ACourse()
    course.series("weight", (-1, "70.0"), (20, "77.0"), (335, "68.0"), (360, "68.0"))
    course.give(1, 0)
    course.admit(2, hour(336))
    course.give(1, 336, cycle=2)
    assert [point.text for point in tracks_of(course, 400)[1].points] == ["0.0", "+10.0", "0.0", "0.0"]


def test_the_balance_is_what_went_in_minus_urine_and_charted_stool() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 0, "50")
    course.chart("fluid_intake", "1000", 0, since=-8)
    found = {track.name: track for track in tracks_of(course)}
    (point,) = found["fluid_balance"].points
    assert (point.value, point.text, point.note) == (600, "+600", "fluid intake 1000, urine output 400")
    course.chart("stool_volume", "700", 0, since=-8)
    (point,) = {track.name: track for track in tracks_of(course)}["fluid_balance"].points
    assert (point.value, point.text) == (-100, "-100")


def test_a_balance_with_a_gap_in_either_is_none_and_says_why() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 0, "50")
    course.chart("fluid_intake", "500", 0, since=-4)
    track = {track.name: track for track in tracks_of(course, 6)}["fluid_balance"]
    assert track.points == ()
    assert track.missed[0].text.startswith("fluid intake: ")


def test_without_charted_intake_there_is_no_balance_and_the_foot_says_so() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 0, "50")
    assert "fluid_balance" not in {track.name for track in tracks_of(course)}
    assert "Fluid intake: not charted here." in " ".join(words_of(draw("fluids", course)))


def test_bars_of_the_balance_lie_between_nothing_and_their_value() -> None:
    course = ACourse(lain=10)
    hourly(course, -8, 0, "50")
    course.chart("fluid_intake", "1000", 0, since=-8)
    figure = draw("fluids", course, a_view(-6, 6))
    (bar,) = [trace for trace in figure["data"] if trace["type"] == "bar" and trace["yaxis"] == "y2"]
    low, high = figure["layout"]["yaxis2"]["range"]
    assert bar["y"] == [600]
    assert low < 0 < bar["y"][0] < high
