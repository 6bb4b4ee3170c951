"""How high did creatinine rise in many cycles, and how soon was it back?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.domain import cohort
from app.domain.cohort_tables import number_words, share_words
from app.domain.cycle_summary import CycleSummary
from app.domain.published import Published
from app.domain.tongue import worded
from dashboards.plain import BLUE, frame, points
from dashboards.theme import INK, MUTED, PAPER, Figure, coordinate

_PRINTED = {"symbol": "diamond", "size": 13, "color": PAPER, "line": {"color": MUTED, "width": 2}}
"""How a published value looks: hollow, also on a bar."""


def creatinine_figure(cycles: Sequence[CycleSummary], published: Sequence[Published]) -> Figure:
    """A hollow circle for each cycle, a solid bar at the median, a dashed diamond where a series printed a mean."""
    found = cohort.peaks_by_cycle(cycles)
    said = [one for one in published if one.about == "peak_creatinine" and one.cycle is not None]
    numbers = sorted({*found, *(one.cycle for one in said if one.cycle is not None)})
    top = max([coordinate(values[-1]) for values in found.values()] + [coordinate(one.value) for one in said] + [4])
    return frame(
        _peaks(found, said),
        {
            "range": [0.5, max(numbers, default=1) + 0.5],
            "tickvals": numbers,
            "ticktext": [
                worded("Cycle {number}<br>n = {count}", number=number, count=len(found.get(number, ())))
                for number in numbers
            ],
            "showgrid": False,
        },
        {"range": [0, top * 1.1], "title": {"text": worded("Peak creatinine, mg/dL")}},
    )


def _peaks(found: Mapping[int, tuple[Decimal, ...]], said: Sequence[Published]) -> list[dict[str, Any]]:
    medians = {number: cohort.median(values) for number, values in found.items()}
    return [
        points(
            [number for number, values in found.items() for _ in values],
            [value for values in found.values() for value in values],
            [
                worded("Cycle {number}: {value} mg/dL", number=number, value=f"{value:f}")
                for number, values in found.items()
                for value in values
            ],
            {"symbol": "circle-open", "size": 9, "color": BLUE},
        ),
        points(
            list(medians),
            [Decimal(number_words(value, 2)) for value in medians.values()],
            [
                worded(
                    "Cycle {n}: median {number} mg/dL, n = {count}", n=n, number=number_words(v, 2), count=len(found[n])
                )
                for n, v in medians.items()
            ],
            {"symbol": "line-ew-open", "size": 44, "color": INK, "line": {"width": 3}},
        ),
        points(
            [one.cycle for one in said if one.cycle is not None],
            [one.value for one in said],
            [worded("Published, {series}: {words}", series=one.series, words=one.words) for one in said],
            _PRINTED,
        ),
    ]


def recovery_figure(cycles: Sequence[CycleSummary], published: Sequence[Published]) -> Figure:
    """By each time a bar of those back, of those that can be judged; a hollow diamond is what a series printed."""
    days = [length.days for length in cohort.HORIZONS]
    counts = [cohort.recovered_within(cycles, length) for length in cohort.HORIZONS]
    shares = [(day, share_words(*count)) for day, count in zip(days, counts, strict=True)]
    said = {day: one for day in days for one in published if one.about == f"recovered_{day}_days"}
    bars = {
        "type": "bar",
        "x": list(range(len(days))),
        "y": [100 * back / judged if judged else None for back, judged in counts],
        "width": 0.5,
        "marker": {"color": BLUE, "line": {"color": INK, "width": 1}},
        "hoverinfo": "text",
        "hovertext": [worded("By {day} days: {share}", day=day, share=share) for day, share in shares],
    }
    printed = points(
        [days.index(day) for day in said],
        [one.value for one in said.values()],
        [worded("Published, {series}: {value} %", series=one.series, value=f"{one.value:f}") for one in said.values()],
        _PRINTED,
    )
    return frame(
        [bars, printed],
        {
            "range": [-0.6, len(days) - 0.4],
            "tickvals": list(range(len(days))),
            "ticktext": [worded("{day} days<br>{share}", day=day, share=share) for day, share in shares],
            "showgrid": False,
        },
        {"range": [0, 108], "dtick": 25, "title": {"text": worded("Back, %")}},
    )
