"""What do the figures that have no time axis share: the frame, an axis, lines with words above?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from dashboards.theme import BOX, INK, MUTED, PAPER, Figure, canvas, coordinate
from dashboards.words import escape

HEIGHT = 300
BLUE = "#005AB5"
ROW, FOOT, LETTER, SIDE = 26, 64, 7, 16
"""Pixels: a row of words, what stands below the rows, a letter, and the space beside."""
_LONGEST = 40
_LEFT, _RIGHT, _TOP, _BOTTOM, _LANE = 64, 18, 14, 50, 18


class Mark(NamedTuple):
    """A line across the figure at a value of the upright axis's foot, with words; dashed where it was published."""

    at: float
    words: str
    published: bool


def frame(
    traces: list[dict[str, Any]],
    x: dict[str, Any],
    y: dict[str, Any],
    *,
    height: int = HEIGHT,
    left: int = _LEFT,
    marks: Sequence[Mark] = (),
) -> Figure:
    """The figure; each mark has a lane of its own for its words, above the box, so that none covers another."""
    top = _TOP + _LANE * len(marks)
    inner = height - _TOP - _BOTTOM
    layout = canvas(top + inner + _BOTTOM, top=top, below=_BOTTOM, left=left, right=_RIGHT) | {
        "xaxis": {**BOX, "fixedrange": True, **x},
        "yaxis": {**BOX, "fixedrange": True, **y},
        "shapes": [_line(mark, 1 + (lane * _LANE + 2) / inner) for lane, mark in enumerate(marks)],
        "annotations": [_words(mark, 1 + (lane * _LANE + 2) / inner, x["range"]) for lane, mark in enumerate(marks)],
    }
    return {"data": traces, "layout": layout}


def _line(mark: Mark, top: float) -> dict[str, Any]:
    style = {"color": MUTED, "width": 1.5, "dash": "dash"} if mark.published else {"color": INK, "width": 2}
    place = {"xref": "x", "yref": "paper", "x0": mark.at, "x1": mark.at, "y0": 0, "y1": top}
    return {"type": "line", "line": style, **place}


def _words(mark: Mark, top: float, ends: Sequence[float]) -> dict[str, Any]:
    """Beside the head of its line, on the side that has room."""
    right = mark.at > (ends[0] + ends[1]) / 2
    return {
        "text": escape(mark.words),
        "xref": "x",
        "yref": "paper",
        "x": mark.at,
        "y": top,
        "xanchor": "right" if right else "left",
        "yanchor": "middle",
        "xshift": -5 if right else 5,
        "showarrow": False,
        "font": {"size": 12, "color": MUTED if mark.published else INK},
        "bgcolor": PAPER,
    }


def points(x: Sequence[Any], y: Sequence[Decimal], hover: Sequence[str], marker: dict[str, Any]) -> dict[str, Any]:
    """Symbols alone, each with words beside the pointer."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [coordinate(value) if isinstance(value, Decimal) else value for value in x],
        "y": [coordinate(value) for value in y],
        "marker": marker,
        "hovertext": list(hover),
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def cut(words: str) -> str:
    """A label no longer than has room."""
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
