"""Do the figures over many cycles draw what their tables say, in pictures that Plotly accepts?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import orjson
import plotly.graph_objects as go
import pytest

from app.domain import cohort
from app.domain.cycle_summary import CycleSummary
from app.protocols.published import published
from dashboards.cohort import doses_figure, groups_figure, pairs_figure, receiving_figure
from dashboards.cohort_labs import creatinine_figure, recovery_figure
from dashboards.cohort_reasons import reasons_figure
from dashboards.theme import Figure
from tests.cohorts import a_cycle, creatinine

CYCLES = [
    *(
        a_cycle(n, ("creatinine", "rhythm"), ("urine",), course_id=str(n), recovered=creatinine(n, 30))
        for n in (4, 8, 9)
    ),
    *(
        a_cycle(n - 2, ("creatinine",), course_id=str(n), number=2, recovered=creatinine(None, 8, "4.4"))
        for n in (8, 9)
    ),
    a_cycle(2, over=False),
]


def _every(cycles: list[CycleSummary]) -> dict[str, Figure]:
    reasons = cohort.reasons_withheld(cycles, lambda one: f"<b>{one}</b>")
    return {
        "doses": doses_figure(cycles, published()),
        "receiving": receiving_figure(cycles),
        "reasons": reasons_figure(reasons, cohort.withheld(cycles)),
        "pairs": pairs_figure(cycles),
        "creatinine": creatinine_figure(cycles, published()),
        "recovery": recovery_figure(cycles, published()),
        "versions": groups_figure(cohort.by_version(cycles)),
    }


@pytest.mark.parametrize("cycles", [CYCLES, CYCLES[:1], CYCLES[-1:], []], ids=["many", "one", "running", "none"])
def test_every_figure_is_one_plotly_accepts(cycles: list[CycleSummary]) -> None:
    for figure in _every(cycles).values():
        assert len(go.Figure(figure).data) == len(figure["data"])
        orjson.dumps(figure)


def test_every_point_and_every_line_lies_inside_its_box() -> None:
    for name, figure in _every(CYCLES).items():
        layout = figure["layout"]
        for axis in ("x", "y"):
            low, high = sorted(layout[f"{axis}axis"]["range"])
            values = [value for trace in figure["data"] for value in trace[axis] if value is not None]
            values += [shape[end] for shape in layout["shapes"] for end in _ends(shape, axis)]
            assert all(low <= value <= high for value in values), (name, axis)


def _ends(shape: dict[str, Any], axis: str) -> list[str]:
    return [] if shape.get(f"{axis}ref") == "paper" else [f"{axis}0", f"{axis}1"]


def test_no_text_of_a_figure_is_markup() -> None:
    assert b"<b>" not in orjson.dumps(_every(CYCLES)["reasons"])


def test_the_bars_are_the_distribution_and_the_solid_line_is_the_median_here() -> None:
    figure = doses_figure(CYCLES, published())
    bars = figure["data"][0]
    drawn = {dose: count for dose, count in zip(bars["x"], bars["y"], strict=True) if count is not None}
    assert drawn == {dose: count for dose, count in cohort.doses_given(CYCLES).items() if count}
    here, *others = figure["layout"]["shapes"]
    assert (here["x0"], "dash" in here["line"]) == (7, False)
    assert all(other["line"]["dash"] == "dash" for other in others)


def test_every_published_value_is_marked_as_published() -> None:
    figure = doses_figure(CYCLES, published())
    words = [note["text"] for note in figure["layout"]["annotations"]]
    assert words[0] == "here: median 7"
    assert len(words) == 3
    assert all(text.startswith("published, ") for text in words[1:])
    for labs in (creatinine_figure(CYCLES, published()), recovery_figure(CYCLES, published())):
        assert all(text.startswith("Published, ") for text in labs["data"][-1]["hovertext"])


def test_words_of_two_lines_never_stand_at_one_height() -> None:
    heights = [note["y"] for note in doses_figure(CYCLES, published())["layout"]["annotations"]]
    assert all(after > before for before, after in pairwise(heights))


def test_the_most_frequent_reason_is_at_the_top() -> None:
    figure = reasons_figure(cohort.reasons_withheld(CYCLES, lambda one: one), cohort.withheld(CYCLES))
    assert figure["layout"]["yaxis"]["ticktext"] == ["creatinine", "rhythm", "urine"]
    assert figure["data"][0]["text"] == ["5 of 8", "3 of 8", "3 of 8"]


def test_nobody_judged_is_no_bar_and_no_percentage() -> None:
    figure = recovery_figure([a_cycle(3)], published())
    assert figure["data"][0]["y"] == [None, None, None]
    assert figure["layout"]["xaxis"]["ticktext"][0] == "7 days<br>0 of 0"
