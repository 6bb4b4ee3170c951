"""How is a table of doses drawn: a row for each word, a column for each dose, a filled or hatched cell where it counts?

A cell is told apart by its text and pattern, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dashboards.theme import BOX, GREY, INK, Figure, canvas
from dashboards.words import HOVER, escape, wrapped

ROW, TOP, BELOW, SIDE = 26, 8, 52, 12
_WIDE = 0.94
_LABEL = 34
_PER_LETTER = 7
_LEAST = 120


class Cell(NamedTuple):
    """One cell: which column and row, the words in it and beside the pointer, and how it is filled."""

    column: int
    row: int
    text: str
    hover: str
    fill: str
    ink: str = INK
    hatched: bool = False


def grid(
    columns: Sequence[str], rows: Sequence[str], cells: Iterable[Cell], axis_title: str, beyond: Iterable[str] = ()
) -> Figure:
    """The figure: columns from left to right, rows from top to bottom.

    `beyond` are the words of the rows of another grid above or below: the columns of both stand under each other.
    """
    found = tuple(cells)
    labels = [escape(_cut(row)) for row in rows]
    left = max([_LEAST, *(_PER_LETTER * len(_cut(row)) for row in (*rows, *beyond))]) + SIDE
    height = TOP + ROW * max(len(rows), 1) + BELOW
    layout = canvas(height, top=TOP, below=BELOW, left=left, right=SIDE) | {
        "barmode": "overlay",
        "xaxis": _axis(columns, len(columns)) | {"title": {"text": axis_title, "standoff": 6}, "side": "bottom"},
        "yaxis": _axis(labels, len(rows)) | {"range": [len(rows) - 0.5, -0.5]},
    }
    return {"data": _traces(found), "layout": layout}


def _axis(words: Sequence[str], count: int) -> dict[str, Any]:
    places = {"tickmode": "array", "tickvals": list(range(count)), "ticktext": list(words), "ticks": ""}
    return {**BOX, **places, "range": [-0.5, count - 0.5], "fixedrange": True, "showgrid": False, "autorange": False}


def _traces(cells: tuple[Cell, ...]) -> list[dict[str, Any]]:
    """One trace for each look: a bar that floats at its row is a cell, and bars can be hatched."""
    looks: dict[tuple[str, str, bool], list[Cell]] = {}
    for cell in cells:
        looks.setdefault((cell.fill, cell.ink, cell.hatched), []).append(cell)
    return [_trace(fill, ink, found, hatched=hatched) for (fill, ink, hatched), found in looks.items()]


def _trace(fill: str, ink: str, cells: list[Cell], *, hatched: bool) -> dict[str, Any]:
    pattern = {"shape": "/", "fgcolor": GREY, "size": 6, "solidity": 0.35} if hatched else {"shape": ""}
    return {
        "type": "bar",
        "x": [cell.column for cell in cells],
        "y": [_WIDE] * len(cells),
        "base": [cell.row - _WIDE / 2 for cell in cells],
        "width": _WIDE,
        "marker": {"color": fill, "line": {"color": INK, "width": 1}, "pattern": pattern},
        "text": [escape(cell.text) for cell in cells],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": ink, "size": 12},
        "hovertext": [wrapped(cell.hover, HOVER) for cell in cells],
        "hoverinfo": "text",
        "cliponaxis": True,
    }


def _cut(words: str) -> str:
    return words if len(words) <= _LABEL else f"{words[: _LABEL - 1]}…"
