"""How did one cycle go beside another, dose by dose?"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from app.domain.tolerance import CycleTolerance, DoseTolerance
from app.domain.tongue import worded
from dashboards.theme import BOX, GREY, INK, Figure, canvas, coordinate

_SHAPES = (("circle", INK, "solid"), ("diamond-open", "#005AB5", "dash"), ("square", GREY, "dot"))
_HEIGHT, _LEFT = 300, 96


def score_by_dose(cycles: Iterable[CycleTolerance]) -> Figure:
    """The NEWS2 score at each dose's decision, a line for each cycle; a dose without a score is a gap."""
    return _lines(
        [(cycle, [_score(dose) for dose in cycle.doses]) for cycle in cycles], worded("NEWS2 at the decision")
    )


def units_by_dose(cycles: Iterable[CycleTolerance]) -> Figure:
    """The units per kilogram of the dosing weight that holds, that had gone in by each dose, a line for each cycle."""
    return _lines([(cycle, _cumulative(cycle)) for cycle in cycles], worded("Cumulative units/kg"))


def _score(dose: DoseTolerance) -> Decimal | None:
    score = None if dose.decision is None else dose.decision.news2.score
    return None if score is None else Decimal(score)


def _cumulative(cycle: CycleTolerance) -> list[Decimal | None]:
    """Up to the last dose that went in; what comes after is not drawn."""
    total, found = Decimal(0), []
    for dose in cycle.doses:
        total += dose.units / cycle.weight
        found.append(total)
    last = max((dose.number for dose in cycle.went_in()), default=0)
    return [value if number <= last else None for number, value in enumerate(found, 1)]


def _lines(found: list[tuple[CycleTolerance, list[Decimal | None]]], title: str) -> Figure:
    longest = max((len(values) for _, values in found), default=1)
    layout = canvas(_HEIGHT, top=34, below=48, left=_LEFT) | {
        "hovermode": "x unified",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {
            **BOX,
            "range": [0.5, longest + 0.5],
            "dtick": 1,
            "tick0": 1,
            "fixedrange": True,
            "title": {"text": worded("Dose")},
        },
        "yaxis": {**BOX, "rangemode": "tozero", "fixedrange": True, "title": {"text": title}, "tickformat": ",~r"},
    }
    return {"data": [_trace(place, cycle, values) for place, (cycle, values) in enumerate(found)], "layout": layout}


def _trace(place: int, cycle: CycleTolerance, values: list[Decimal | None]) -> dict[str, Any]:
    symbol, colour, dash = _SHAPES[place % len(_SHAPES)]
    name = worded("Cycle {number}", number=cycle.cycle.number)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [dose.number for dose in cycle.doses],
        "y": [None if value is None else coordinate(value) for value in values],
        "connectgaps": False,
        "line": {"color": colour, "dash": dash, "width": 2},
        "marker": {"symbol": symbol, "color": colour, "size": 9},
        "hovertemplate": f"{name}: %{{y}}<extra></extra>",
    }
