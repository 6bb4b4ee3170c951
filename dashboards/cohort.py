"""How do many cycles compare, in pictures that say no more than the numbers bear?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.domain import cohort
from app.domain.cohort import Group
from app.domain.cohort_tables import count_words, number_words, percent
from app.domain.cycle_summary import CycleSummary
from app.domain.published import Published
from app.domain.tongue import worded
from dashboards.plain import BLUE, FOOT, HEIGHT, LETTER, ROW, SIDE, Mark, cut, frame, points
from dashboards.theme import GREY, GRID, INK, MUTED, PAPER, Figure, coordinate
from dashboards.words import escape

_LEAST_DOSES = 14
_DOSE_AXIS = {"tick0": 0, "dtick": 1, "zeroline": False}


def doses_figure(cycles: Sequence[CycleSummary], published: Sequence[Published]) -> Figure:
    """A bar for each number of doses; the median here is a solid line, published ones are dashed."""
    counts = cohort.doses_given(cycles)
    middle = cohort.median(cohort.finished(cycles))
    marks = (
        []
        if middle is None
        else [Mark(coordinate(middle), worded("here: median {number}", number=number_words(middle)), published=False)]
    )
    marks += [
        Mark(
            coordinate(one.value),
            worded("published, {series}: median {value}", series=one.series, value=f"{one.value:f}"),
            published=True,
        )
        for one in published
        if one.about == "median_doses"
    ]
    most = max([*counts, _LEAST_DOSES])
    bars = _bars(list(counts), list(counts.values()), "cycle", "doses")
    return frame(
        [bars],
        {**_DOSE_AXIS, "range": [-0.6, most + 0.6], "title": {"text": worded("Doses given in the cycle")}},
        _counted(worded("Finished cycles"), counts.values()),
        marks=marks,
    )


def receiving_figure(cycles: Sequence[CycleSummary]) -> Figure:
    """The share still receiving doses: it falls at the dose after which a cycle ended, and nowhere else."""
    steps = cohort.still_receiving(cycles)
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [step.dose for step in steps],
        "y": [coordinate(step.share * 100) for step in steps],
        "line": {"shape": "hv", "color": BLUE, "width": 2},
        "marker": {"symbol": "circle", "color": BLUE, "size": 7},
        "hovertext": [
            worded(
                "After dose {dose}: {percent} % still receiving; of {at_risk} ended {stopped}",
                dose=step.dose,
                percent=percent(step.share),
                at_risk=step.at_risk,
                stopped=step.stopped,
            )
            for step in steps
        ],
        "hoverinfo": "text",
    }
    most = max([step.dose for step in steps] + [_LEAST_DOSES])
    return frame(
        [line],
        {**_DOSE_AXIS, "range": [-0.6, most + 0.6], "title": {"text": worded("After dose")}},
        {"range": [0, 104], "dtick": 25, "title": {"text": worded("Still receiving, %")}},
    )


def pairs_figure(cycles: Sequence[CycleSummary]) -> Figure:
    """A circle for each pair of counts, its number inside; below the diagonal the second cycle had fewer doses."""
    pairs = cohort.first_and_second(cycles)
    most = max([pair.first for pair in pairs] + [pair.second for pair in pairs] + [_LEAST_DOSES])
    circles = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [pair.first for pair in pairs],
        "y": [pair.second for pair in pairs],
        "text": [str(pair.courses) for pair in pairs],
        "textfont": {"size": 12, "color": PAPER},
        "marker": {"symbol": "circle", "size": 22, "color": BLUE, "line": {"color": INK, "width": 1}},
        "hovertext": [
            worded(
                "{count}: {first} doses, then {second}",
                count=count_words(pair.courses, "course"),
                first=pair.first,
                second=pair.second,
            )
            for pair in pairs
        ],
        "hoverinfo": "text",
    }
    axis = {**_DOSE_AXIS, "dtick": 2, "range": [-0.8, most + 0.8]}
    figure = frame(
        [circles],
        {**axis, "title": {"text": worded("Doses in cycle 1")}},
        {**axis, "title": {"text": worded("Doses in cycle 2")}},
        height=HEIGHT + 60,
    )
    ends = {"x0": 0, "y0": 0, "x1": most, "y1": most, "xref": "x", "yref": "y", "layer": "below"}
    figure["layout"]["shapes"].append({"type": "line", "line": {"color": GREY, "width": 1, "dash": "dot"}, **ends})
    return figure


def groups_figure(groups: Sequence[Group]) -> Figure:
    """For each group a line from the fewest to the most doses, and its median."""
    told = [one for one in groups if one.doses]
    labels = [f"{cut(one.name)} (n = {len(one.doses)})" for one in told]
    medians = points(
        [Decimal(number_words(cohort.median(one.doses))) for one in told],
        [Decimal(row) for row in range(len(told))],
        [
            escape(
                worded(
                    "{name}: median {number}, n = {count}",
                    name=one.name,
                    number=number_words(cohort.median(one.doses)),
                    count=len(one.doses),
                )
            )
            for one in told
        ],
        {"symbol": "diamond", "size": 13, "color": BLUE, "line": {"color": INK, "width": 1}},
    )
    most = max([one.doses[-1] for one in told] + [_LEAST_DOSES])
    figure = frame(
        [medians],
        {**_DOSE_AXIS, "range": [-0.6, most + 0.6], "title": {"text": worded("Doses given: fewest, median, most")}},
        {
            "range": [max(len(told), 1) - 0.5, -0.5],
            "tickvals": list(range(len(told))),
            "ticktext": [escape(label) for label in labels],
            "gridcolor": GRID,
        },
        height=FOOT + ROW * max(len(told), 1) + SIDE,
        left=LETTER * max([len(label) for label in labels] + [8]) + SIDE,
    )
    figure["layout"]["shapes"] += [_span(row, one) for row, one in enumerate(told)]
    return figure


def _span(row: int, one: Group) -> dict[str, Any]:
    ends = {"x0": one.doses[0], "x1": one.doses[-1], "y0": row, "y1": row}
    return {"type": "line", "layer": "below", "line": {"color": MUTED, "width": 3}, **ends}


def _bars(x: list[int], y: list[int], noun: str, of: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": x,
        "y": [count or None for count in y],
        "marker": {"color": BLUE, "line": {"color": INK, "width": 1}},
        "text": [str(count) if count else "" for count in y],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": 12, "color": INK},
        "hovertext": [f"{number} {of}: {count_words(count, noun)}" for number, count in zip(x, y, strict=True)],
        "hoverinfo": "text",
    }


def _counted(title: str, counts: Any) -> dict[str, Any]:
    most = max(counts, default=1)
    return {"range": [0, most * 1.18], "title": {"text": title}, "tickformat": "d", "dtick": max(1, -(-most // 6))}
