"""Does every figure keep the rules of drawing, whatever it is about?"""

from __future__ import annotations

import gzip
import re
from functools import cache
from itertools import pairwise, product

import orjson
import plotly.graph_objects as go
import pytest

from app.domain.vocabulary import Action, Choice
from dashboards.pages import COURSE, STACK
from dashboards.panel import Panel
from dashboards.view import View
from tests.dashboards.builders import (
    BERLIN,
    CONSENSUS,
    LVHN,
    ACourse,
    Drawn,
    a_story,
    a_view,
    draw,
    hour,
    words_of,
)

VIEWS = {"cycle": a_view(-6, 60, at=52), "day": a_view(28, 52), "before": a_view(-200, -100)}
COURSES = {"story": a_story(), "empty": ACourse()}
PROTOCOLS = {"lvhn": LVHN, "consensus": CONSENSUS}
CASES = [
    pytest.param(*case, id="-".join(case))
    for case in product([*(one.id for one in COURSE), STACK], COURSES, PROTOCOLS, VIEWS)
]
every_figure = pytest.mark.parametrize("panel,course,protocol,view", CASES)
MARKUP = re.compile(r"<(?!br>)[^>]*>")
PEOPLE_WROTE = '<b onclick="x">5 < 6 & "7"</b>'


@cache
def drawn(panel: str, course: str, protocol: str, view: str) -> Drawn:
    return draw(panel, COURSES[course], VIEWS[view], PROTOCOLS[protocol])


def axes(figure: Drawn, letter: str) -> dict[str, Drawn]:
    return {name: axis for name, axis in figure["layout"].items() if name.startswith(f"{letter}axis")}


@every_figure
def test_every_figure_is_one_plotly_accepts(panel: str, course: str, protocol: str, view: str) -> None:
    figure = drawn(panel, course, protocol, view)
    assert len(go.Figure(figure).data) == len(figure["data"])
    orjson.dumps(figure)


@every_figure
def test_no_panel_has_a_second_axis_and_none_can_be_stretched(
    panel: str, course: str, protocol: str, view: str
) -> None:
    figure = drawn(panel, course, protocol, view)
    assert list(axes(figure, "x")) == ["xaxis"]
    spans = []
    for axis in axes(figure, "y").values():
        assert "overlaying" not in axis
        assert axis["fixedrange"] is True
        assert axis["autorange"] is False
        assert axis["anchor"] == "x"
        spans.append(tuple(axis["domain"]))
    assert all(upper[0] > lower[1] for upper, lower in pairwise(spans)), "panels do not overlap"
    assert {trace["yaxis"].replace("y", "yaxis") for trace in figure["data"]} <= set(axes(figure, "y"))


@every_figure
def test_every_limit_lies_inside_its_own_panel(panel: str, course: str, protocol: str, view: str) -> None:
    figure = drawn(panel, course, protocol, view)
    for shape in figure["layout"]["shapes"]:
        low, high = figure["layout"][shape["yref"].replace("y", "yaxis")]["range"]
        assert low <= shape["y0"] <= shape["y1"] <= high
        assert [shape["x0"], shape["x1"]] == figure["layout"]["xaxis"]["range"]


@every_figure
def test_words_carry_no_markup_but_line_breaks(panel: str, course: str, protocol: str, view: str) -> None:
    """Markup would be inline style, which the content security policy of the pages refuses."""
    for words in words_of(drawn(panel, course, protocol, view)):
        assert MARKUP.search(words) is None, words


@pytest.mark.parametrize("panel", COURSE, ids=lambda panel: panel.id)
def test_all_figures_of_a_view_share_one_time_axis_and_its_margins(panel: Panel) -> None:
    first, figure = draw(COURSE[0].id, COURSES["story"]), draw(panel.id, COURSES["story"])
    assert figure["layout"]["xaxis"]["range"] == first["layout"]["xaxis"]["range"]
    assert figure["layout"]["xaxis"]["tickvals"] == first["layout"]["xaxis"]["tickvals"]
    for side in ("l", "r"):
        assert figure["layout"]["margin"][side] == first["layout"]["margin"][side]


@pytest.mark.parametrize("panel", COURSE, ids=lambda panel: panel.id)
def test_hover_is_unified_and_dates_are_day_month_in_letters_year(panel: Panel) -> None:
    layout = draw(panel.id, COURSES["story"])["layout"]
    assert (layout["hovermode"], layout["hoversubplots"], layout["dragmode"]) == ("x unified", "axis", False)
    assert layout["xaxis"]["tickformat"] == layout["xaxis"]["hoverformat"] == "%d-%b-%Y %H:%M"


@pytest.mark.parametrize("panel", COURSE, ids=lambda panel: panel.id)
def test_lines_are_straight_and_gaps_stay_gaps(panel: Panel) -> None:
    for trace in draw(panel.id, COURSES["story"])["data"]:
        if "lines" in trace.get("mode", ""):
            assert trace["line"]["shape"] == "linear"
            assert trace["connectgaps"] is False


@pytest.mark.parametrize("panel", COURSE, ids=lambda panel: panel.id)
def test_an_empty_course_draws_words_instead_of_nothing(panel: Panel) -> None:
    assert "Nothing charted yet" in words_of(draw(panel.id, ACourse(doses=0)))


def test_ticks_are_the_dose_times_with_number_time_and_the_date_where_it_changes() -> None:
    axis = draw("temperature", COURSES["story"], a_view(-6, 30))["layout"]["xaxis"]
    assert axis["tickvals"][:2] == ["2026-11-19 08:00", "2026-11-19 16:00"]
    assert axis["ticktext"] == ["1<br>08:00<br>19-Nov-2026", "2<br>16:00", "3<br>00:00<br>20-Nov-2026", "4<br>08:00"]


def test_ticks_that_stand_too_close_keep_their_line_and_lose_their_words() -> None:
    axis = draw("temperature", COURSES["story"], a_view(-6, 480))["layout"]["xaxis"]
    assert len(axis["tickvals"]) == 14
    assert [words.split("<br>")[0] for words in axis["ticktext"] if words] == ["1", "6", "11"]


def test_an_axis_without_doses_has_times_of_day() -> None:
    axis = draw("temperature", COURSES["story"], a_view(-200, -176))["layout"]["xaxis"]
    assert axis["ticktext"][0].count(":") == 1
    assert axis["tickmode"] == "array"


def test_times_on_the_axis_are_the_wards() -> None:
    view = a_view()
    berlin = View(view.start, view.end, view.at, BERLIN, view.chart)
    assert (
        draw("temperature", COURSES["story"], berlin)["layout"]["xaxis"]["ticktext"][0] == "1<br>09:00<br>19-Nov-2026"
    )


def test_what_people_wrote_cannot_become_markup() -> None:
    course = ACourse()
    course.correct(course.chart("systolic_bp", "11", 1), "110", PEOPLE_WROTE)
    course.retract(course.chart("confusion_or_agitation", True, 1), PEOPLE_WROTE)
    course.decide(1, Action.HOLD, -0.5)
    course.order(1, Choice.HOLD, -0.4, PEOPLE_WROTE)
    for panel in ("blood-pressure", "mental-status", "doses"):
        words = " ".join(words_of(draw(panel, course)))
        assert MARKUP.search(words) is None
        assert "5 &lt; 6 &amp;" in words.replace("<br>", " ")


def test_a_long_word_cannot_widen_a_hover_box() -> None:
    course = ACourse()
    course.correct(course.chart("temperature", "41.0", 1), "37.0", "x" * 400)
    longest = max(len(line) for words in words_of(draw("temperature", course)) for line in words.split("<br>"))
    assert longest <= 100


def test_the_same_course_draws_the_same_figure() -> None:
    for panel in COURSE:
        assert orjson.dumps(draw(panel.id, a_story())) == orjson.dumps(draw(panel.id, a_story()))


def test_the_figures_of_a_full_cycle_stay_under_40_kilobytes_packed() -> None:
    course = a_story()
    for step in range(14, 60):
        for measure, value in (("heart_rate", "110"), ("temperature", "38.1"), ("spo2", "95"), ("systolic_bp", "101")):
            course.chart(measure, str(value), 2 * step, of=f"late-{step}")
    assert len(gzip.compress(orjson.dumps(draw(STACK, course, a_view(-6, 120))), 6)) < 40_000


def test_figures_do_not_change_with_the_moment_they_are_seen_from_but_for_doses_to_come() -> None:
    early, late = a_view(-6, 60, at=52), a_view(-6, 60, at=56)
    for panel in ("heart", "breathing", "labs", "news2", "mental-status"):
        assert draw(panel, COURSES["story"], early)["data"] == draw(panel, COURSES["story"], late)["data"]
    assert hour(52) < hour(56)
