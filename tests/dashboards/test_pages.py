"""Which panels make the course dashboard?"""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.domain.errors import NotFound
from dashboards.pages import COURSE, STACK, STACKS, panel
from dashboards.theme import SCALES
from tests.dashboards.builders import ACourse, Drawn, a_story, a_view, draw


def test_doses_and_events_stand_on_top_and_every_question_follows_in_order() -> None:
    assert [one.id for one in COURSE] == [
        "doses",
        "events",
        "blood-pressure",
        "heart",
        "breathing",
        "temperature",
        "fluids",
        "mental-status",
        "labs",
        "news2",
    ]


def test_a_panel_is_found_by_its_id() -> None:
    assert panel("labs").title == "Laboratory values"


def test_an_unknown_panel_is_not_found() -> None:
    with pytest.raises(NotFound) as refused:
        panel("horoscope")
    assert refused.value.code == "unknown_panel"


def test_the_stack_holds_every_panel_in_order_on_one_time_axis() -> None:
    stack = draw(STACK, a_story())
    alone = [draw(one.id, a_story()) for one in COURSE]
    assert [key for key in stack["layout"] if key.startswith("xaxis")] == ["xaxis"]
    titles = [note["text"] for figure in alone for note in figure["layout"]["annotations"] if _bold(note)]
    assert [note["text"] for note in stack["layout"]["annotations"] if _bold(note)] == titles
    readings = [trace["y"] for figure in alone for trace in figure["data"]]
    assert [
        trace["y"] for trace in stack["data"] if "opacity" not in trace["marker"] or trace["hoverinfo"] != "skip"
    ] == (readings)


def _bold(note: Drawn) -> bool:
    return bool(note["font"].get("weight") == 700)


def test_panels_of_the_stack_are_as_high_as_alone_and_do_not_overlap() -> None:
    stack, labs = draw(STACK, a_story())["layout"], draw("labs", a_story())["layout"]
    plot = stack["height"] - stack["margin"]["t"] - stack["margin"]["b"]
    axes = [axis for name, axis in stack.items() if name.startswith("yaxis")]
    spans = [axis["domain"] for axis in axes]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(spans))
    (creatinine,) = [axis for axis in axes if axis["range"] == labs["yaxis"]["range"]]
    assert round(plot * (creatinine["domain"][1] - creatinine["domain"][0])) == SCALES["creatinine"].height


def test_the_doses_are_numbered_below_every_group_of_panels() -> None:
    stack = draw(STACK, a_story(), a_view(-6, 30))
    rows = [trace for trace in stack["data"] if trace["hoverinfo"] == "skip" and trace.get("text")]
    assert len(rows) == len(COURSE) - 1, "the last has the axis itself"
    for row in rows:
        assert row["text"] == ["1", "2", "3", "4"]
        assert row["x"] == stack["layout"]["xaxis"]["tickvals"]
        axis = stack["layout"][row["yaxis"].replace("y", "yaxis")]
        assert row["y"] == [axis["range"][0]] * len(row["x"])


def test_a_title_names_the_last_values_and_when_they_were_measured() -> None:
    course = ACourse()
    course.series("heart_rate", (0, "84"), (4, "9"))
    layout = draw(STACK, course, a_view(-6, 10))["layout"]
    ages = {layout["annotations"][one["annotation"]]["text"]: one["values"] for one in layout["meta"]["ages"]}
    assert ages["9 at 12:00 (before: 84 at 08:00)"] == [
        {"text": "9", "at": "2026-11-19T12:00:00+00:00"},
        {"text": "84", "at": "2026-11-19T08:00:00+00:00"},
    ]


def test_the_stack_of_nothing_is_a_figure_all_the_same() -> None:
    assert draw(STACK, ACourse(doses=0))["layout"]["meta"]["ages"] == []


def test_each_stack_begins_with_the_doses_and_a_part_is_lower_than_all_of_it() -> None:
    heights = {name: draw(name, a_story())["layout"]["height"] for name in STACKS}
    assert all(panels[0].id == "doses" for panels in STACKS.values())
    assert {panel for panels in STACKS.values() for panel in panels} == set(COURSE)
    assert set(STACKS).isdisjoint(panel.id for panel in COURSE)
    assert max(height for name, height in heights.items() if name != STACK) < 0.5 * heights[STACK]
