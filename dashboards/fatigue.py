"""How often do alerts fire, how long do they wait, and how often is a criterion overruled, in pictures?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.control_chart import Chart, Point
from app.domain.fatigue import WITHIN, Fatigue, Overridden
from app.domain.tongue import worded
from dashboards.theme import BOX, GREY, INK, PAPER, Figure, canvas, coordinate
from dashboards.words import escape, length_words

_BLUE, _RED = "#005AB5", "#DC3220"
_HEIGHT, _LEFT, _ROW = 320, 70, 30
_PER = 100
"""Rates are drawn for so many decisions: three in a hundred is read at a glance, 0.03 is not."""
_PLACES = Decimal("0.1")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def firing_rate(chart: Chart) -> Figure:
    """Alerts per hundred decisions of each day, with centre line and limits; a day without decisions is a gap."""
    days = [_day(point.day) for point in chart.points]
    data = [_rates(chart.points, days)]
    if chart.centre is not None and chart.limited:
        data += [
            _limit(days, [point.high for point in chart.points], worded("Upper limit"), "dash"),
            _limit(
                days, [chart.centre if point.units else None for point in chart.points], worded("Centre line"), "solid"
            ),
            _limit(days, [point.low for point in chart.points], worded("Lower limit"), "dash"),
        ]
    axis = {
        "title": {"text": worded("Alerts per {per} decisions", per=_PER)},
        "rangemode": "tozero",
        "fixedrange": True,
    }
    days_axis = {"type": "category", "fixedrange": True, "nticks": 8, "tickangle": 0, "range": [-0.5, len(days) - 0.5]}
    return {"data": data, "layout": _layout(_HEIGHT, _LEFT, days_axis, axis, legend=True)}


def waiting(figures: Fatigue) -> Figure:
    """How many alerts were acknowledged within how long."""
    words = wait_words()
    trace = {
        "type": "bar",
        "x": words,
        "y": list(figures.waits),
        "text": [str(times) for times in figures.waits],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": [_BLUE] * (len(words) - 1) + [PAPER],
            "line": {"color": INK, "width": 1},
            "pattern": {"shape": [""] * (len(words) - 1) + ["/"], "fgcolor": GREY},
        },
        "hovertemplate": "%{x}: %{y}<extra></extra>",
    }
    axis = {"title": {"text": worded("Alerts")}, "rangemode": "tozero", "fixedrange": True, "tickformat": ",~r"}
    return {"data": [trace], "layout": _layout(_HEIGHT, _LEFT, {"type": "category", "fixedrange": True}, axis)}


def overridden(rows: Sequence[Overridden], labels: Mapping[str, str]) -> Figure:
    """For each criterion the share of orders that were milder than it called for, the greatest on top."""
    shown = sorted(rows, key=lambda row: (row.percent or Decimal(0), row.criterion))
    names = [
        worded(
            "{label}: {milder} of {orders}",
            label=escape(labels.get(row.criterion, row.criterion)),
            milder=row.milder,
            orders=row.orders,
        )
        for row in shown
    ]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [coordinate(row.percent) if row.percent is not None else None for row in shown],
        "y": list(range(len(shown))),
        "marker": {"color": _BLUE, "line": {"color": INK, "width": 1}},
        "hovertext": names,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    left = max([_LEFT, *(7 * len(name) for name in names)]) + 12
    rows_axis = {"tickmode": "array", "tickvals": list(range(len(shown))), "ticktext": names, "fixedrange": True}
    shares = {
        "title": {"text": worded("Orders milder than the criterion called for, %")},
        "range": [0, 100],
        "fixedrange": True,
    }
    height = 70 + _ROW * max(len(shown), 1)
    rows_axis["range"] = [-0.5, max(len(shown), 1) - 0.5]
    return {"data": [trace], "layout": _layout(height, left, shares, rows_axis)}


def wait_words() -> list[str]:
    """The steps of waiting: `within 5 min`, `later`, `not yet`."""
    within = [f"≤ {length_words(step)}" for step in WITHIN]
    return [*within, worded("later"), worded("not yet")]


def per_hundred(rate: Decimal | None) -> str:
    """A rate for a hundred decisions, with one digit; a dash where there is none."""
    return "–" if rate is None else f"{(rate * _PER).quantize(_PLACES):f}"


def _day(day: date) -> str:
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"


def _place(rate: Decimal | None) -> int | float | None:
    return None if rate is None else coordinate((rate * _PER).quantize(Decimal("0.01")))


def _rates(points: Sequence[Point], days: list[str]) -> dict[str, Any]:
    beyond = [point.above or point.below for point in points]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": worded("Day"),
        "x": days,
        "y": [_place(point.rate) for point in points],
        "connectgaps": False,
        "line": {"color": _BLUE, "width": 2},
        "marker": {
            "symbol": ["square" if out else "circle" for out in beyond],
            "color": [_RED if out else _BLUE for out in beyond],
            "line": {"color": INK, "width": 1},
            "size": [12 if out else 8 for out in beyond],
        },
        "text": [worded("{times} in {units} decisions", times=point.times, units=point.units) for point in points],
        "hovertemplate": "%{text}: %{y}<extra></extra>",
    }


def _limit(days: list[str], rates: Sequence[Decimal | None], name: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": days,
        "y": [_place(rate) for rate in rates],
        "connectgaps": False,
        "line": {"color": GREY if dash == "solid" else INK, "dash": dash, "width": 1, "shape": "hvh"},
        "hovertemplate": f"{name}: %{{y}}<extra></extra>",
    }


def _layout(height: int, left: int, x: dict[str, Any], y: dict[str, Any], *, legend: bool = False) -> dict[str, Any]:
    return canvas(height, top=34 if legend else 18, below=52, left=left) | {
        "hovermode": "x unified" if legend else "closest",
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {**BOX, **x},
        "yaxis": {**BOX, **y},
    }
