"""How do panels stack into one figure on one time axis?

Panels share the axis and never a y axis: no secondary axes. Everything is put together once, as plain dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.domain.tongue import worded
from dashboards.clock import WardClock
from dashboards.doses import DueDose
from dashboards.theme import BOX, INK, LEFT, MUTED, NIGHT, TIME_AXIS, Figure, canvas
from dashboards.view import View
from dashboards.words import escape, lines_of

_TOP, _TITLE, _BELOW, _NUMBERS, _TICKS, _NOTE, _END = 4, 30, 12, 18, 60, 16, 6
_NOTE_WIDTH = 100
_SLOTS = 14
"""At the narrowest width served (768 px) so many dose numbers stand side by side; a date takes the room of two."""


class Aged(NamedTuple):
    """A value in words and when it was measured, for whoever shows how old it is."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pane:
    """One panel: its title, the last reading in words, its y axis, and what is drawn in it.

    Title, reading and notes are plain words, escaped when they are drawn; notes stand once at the foot of the figure.
    Shapes and annotations are in the panel's own y values. `aged` are the values of the reading, newest first. The
    numbers of the doses stand once more below a panel that is `numbered`.
    """

    title: str
    reading: str
    height: int
    axis: dict[str, Any]
    traces: tuple[dict[str, Any], ...]
    shapes: tuple[dict[str, Any], ...] = ()
    annotations: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    aged: tuple[Aged, ...] = ()
    numbered: bool = False


def stack(panes: Iterable[Pane], view: View, clock: WardClock, doses: tuple[DueDose, ...]) -> Figure:
    """The figure: panels from top to bottom with their titles, dose times as ticks, notes at the foot.

    `layout.meta.ages` says which annotation is the reading of a panel, and its values with their times: how old they
    are is for whoever shows the figure, which holds for every moment it is seen from.
    """
    shown = tuple(panes)
    notes = " ".join(dict.fromkeys(note for pane in shown for note in pane.notes))
    lines = lines_of(notes, _NOTE_WIDTH)
    below = _TICKS + _NOTE * len(lines) + _END
    plot = sum(pane.height + _TITLE + _under(pane) for pane in shown) - _under(shown[-1])
    layout = _layout(plot + _TOP + below, below)
    due = [(one.at, str(one.dose.number)) for one in doses if view.holds(one.at)]
    time = _time_axis(due, view, clock) | {"anchor": "y" if len(shown) == 1 else f"y{len(shown)}"}
    layout["xaxis"] = time
    data: list[dict[str, Any]] = []
    top = 0
    for index, pane in enumerate(shown, 1):
        axis = "y" if index == 1 else f"y{index}"
        top += _TITLE
        domain = [round(1 - (top + pane.height) / plot, 6), round(1 - top / plot, 6)]
        layout[axis.replace("y", "yaxis")] = {**BOX, **pane.axis, "fixedrange": True, "anchor": "x", "domain": domain}
        data += [{**trace, "xaxis": "x", "yaxis": axis} for trace in (*pane.traces, *_numbers(pane, due, time))]
        layout["shapes"] += [{**shape, "xref": "x", "yref": axis} for shape in pane.shapes]
        layout["meta"]["ages"] += _ages(pane, len(layout["annotations"]) + 1)
        layout["annotations"] += [*_heading(pane, domain[1]), *({**note, "yref": axis} for note in pane.annotations)]
        layout["annotations"] += [_left(worded("Dose"), domain[0], -5)] if pane.numbered and due else []
        top += pane.height + _under(pane)
    layout["annotations"] += _foot(lines, dosed=len(due) > 0)
    return {"data": data, "layout": layout}


def _under(pane: Pane) -> int:
    return _BELOW + (_NUMBERS if pane.numbered else 0)


def _ages(pane: Pane, annotation: int) -> list[dict[str, Any]]:
    values = [{"text": escape(one.text), "at": one.at.isoformat()} for one in pane.aged]
    return [{"annotation": annotation, "values": values}] if values else []


def _numbers(pane: Pane, due: list[tuple[datetime, str]], time: dict[str, Any]) -> list[dict[str, Any]]:
    """The numbers of the doses that the axis has room for, once more."""
    if not pane.numbered or not due:
        return []
    ticks = zip(time["tickvals"], time["ticktext"], due, strict=True)
    worded = [(place, number) for place, words, (_, number) in ticks if words]
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [place for place, _ in worded],
            "y": [pane.axis["range"][0]] * len(worded),
            "text": [number for _, number in worded],
            "textposition": "bottom center",
            "textfont": {"size": 12, "color": INK},
            "marker": {"size": 9, "opacity": 0},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
    ]


def _layout(height: int, below: int) -> dict[str, Any]:
    return canvas(height, top=_TOP, below=below) | {
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "meta": {"night": NIGHT, "ages": []},
        "shapes": [],
        "annotations": [],
    }


def _time_axis(due: list[tuple[datetime, str]], view: View, clock: WardClock) -> dict[str, Any]:
    moments = due or [(moment, "") for moment in clock.even_ticks()]
    return TIME_AXIS | {
        "range": list(clock.ends()),
        "hoverformat": clock.hover_format(),
        "tickvals": [clock.x(at) for at, _ in moments],
        "ticktext": _tick_words(moments, view, clock),
    }


def _tick_words(moments: list[tuple[datetime, str]], view: View, clock: WardClock) -> list[str]:
    """Dose number and time where there is room for them, the date where it changes."""
    room = (view.end - view.start) / _SLOTS
    words: list[str] = []
    worded: datetime | None = None
    dated: datetime | None = None
    day = ""
    for at, number in moments:
        if worded is not None and at - worded < room:
            words.append("")
            continue
        worded, date = at, clock.date(at)
        if date == day or (dated is not None and at - dated < room * 2):
            date = ""
        else:
            dated, day = at, date
        words.append("<br>".join(word for word in (number, clock.time(at), date) if word))
    return words


def _heading(pane: Pane, top: float) -> list[dict[str, Any]]:
    place = {"xref": "paper", "yref": "paper", "y": top, "yanchor": "bottom", "yshift": 3, "showarrow": False}
    name = {"x": 0, "xanchor": "left", "xshift": 4 - LEFT, "font": {"size": 14, "color": INK, "weight": 700}}
    last = {"x": 1, "xanchor": "right", "font": {"size": 14, "color": INK, "weight": 600}}
    return [{**place, **name, "text": escape(pane.title)}, {**place, **last, "text": escape(pane.reading)}]


def _foot(lines: list[str], *, dosed: bool) -> list[dict[str, Any]]:
    names = [_left(worded("Dose<br>Due at<br>Date"), 0, -5)] if dosed else []
    return names + ([_left("<br>".join(lines), 0, -_TICKS)] if lines else [])


def _left(text: str, y: float, shift: int) -> dict[str, Any]:
    """Small words in the left margin, below a height."""
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": y, "yanchor": "top", "showarrow": False, "align": "left"}
    look = {"xanchor": "left", "xshift": 4 - LEFT, "yshift": shift, "font": {"size": 12, "color": MUTED}}
    return {**place, **look, "text": text}
