"""How is something drawn that is no number: a rhythm, a device, a finding that is there or not?

One line of marks per word: a dash where things are as in a well patient, a filled symbol where they are not. The symbol
is that of the action the protocol calls for, a plain square where it calls for none. Not asked leaves no mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from app.domain.tongue import mark, worded
from app.domain.vocabulary import Class
from dashboards.limits import calls
from dashboards.numeric import aged, empty_words, notes, reading
from dashboards.pane import Pane
from dashboards.points import Point, Track
from dashboards.scene import Scene
from dashboards.theme import ACTIONS, INK, MUTED
from dashboards.words import HOVER, capitalised, charted_words, escape, inline, wrapped

_ROW, _LINE, _LABEL = 10, 15, 18
"""Pixels of a row without its words and of one line of them; characters in a line."""

_DASH, _SQUARE, _STRUCK = "line-ew-open", "square", "square-open"
_LEGEND = mark("Dash: as in a well patient. Filled: not so.")


class Mark(NamedTuple):
    """One symbol on a line; `text` is what it says when pointed at; "" says nothing."""

    x: str
    text: str
    symbol: str
    fill: str


class Line(NamedTuple):
    """One line of the panel: its words, its marks, and what stands before their words when pointed at."""

    label: str
    marks: tuple[Mark, ...]
    name: str = ""


def choice_pane(track: Track, scene: Scene) -> Pane:
    """One measure with a closed list of words: a line for each that occurs, and for that of a well patient."""
    measure = scene.protocol.measures[track.name]
    seen = {point.value for point in (*track.points, *track.struck)} | {measure.well}
    lines = [
        Line(capitalised(charted_words(choice)), _marks(track, scene, choice), track.label)
        for choice in measure.choices
        if choice in seen
    ]
    pane = lines_pane(track.label, reading(track, scene), lines, (worded(_LEGEND), *notes(track)))
    return replace(pane, aged=aged(track))


def findings_pane(title: str, tracks: Iterable[Track], scene: Scene) -> Pane:
    """A line per finding that was asked for in the view."""
    shown = [track for track in tracks if track.points or track.struck]
    lines = [Line(track.label, _spoken(_marks(track, scene, None)), track.label) for track in shown]
    odd = [inline(track.label) for track in shown if track.points and not _well(track, track.points[-1], scene)]
    reading = worded("At the last check: {names}", names=", ".join(odd) if odd else worded("none")) if shown else ""
    explained = (note for track in shown for note in notes(track))
    return lines_pane(title, reading, lines, (worded(_LEGEND), *explained))


def lines_pane(title: str, reading: str, lines: list[Line], remarks: tuple[str, ...]) -> Pane:
    """The panel of the lines from top to bottom, and what it says empty."""
    labels = [wrapped(line.label, _LABEL) for line in lines] or [""]
    heights = [_ROW + _LINE * (label.count("<br>") + 1) for label in labels]
    places = [sum(heights[:row]) + heights[row] / 2 for row in range(len(heights))]
    height = sum(heights)
    drawn = tuple(trace for place, line in zip(places, lines, strict=False) for trace in _traces(place, line))
    return Pane(
        title=title,
        reading=reading,
        height=height,
        axis={
            "range": [height, 0],
            "autorange": False,
            "tickvals": places,
            "ticktext": labels,
            "tickfont": {"size": 12, "color": INK},
        },
        traces=drawn,
        annotations=() if drawn else (empty_words(worded("Nothing charted yet"), height / 2),),
        notes=remarks if drawn else (),
    )


def _traces(place: float, line: Line) -> list[dict[str, Any]]:
    """The marks that speak and those that do not, which Plotly would give an empty row in the hover box."""
    spoken = [mark for mark in line.marks if mark.text]
    silent = [mark for mark in line.marks if not mark.text]
    words = {"hovertext": [wrapped(mark.text, HOVER) for mark in spoken]}
    says = {"name": escape(line.name), "hoverinfo": "name+text"} if line.name else {"hoverinfo": "text"}
    traces = [_trace(place, spoken) | words | says] if spoken else []
    return [*traces, _trace(place, silent) | {"hoverinfo": "skip"}] if silent else traces


def _trace(place: float, marks: list[Mark]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [mark.x for mark in marks],
        "y": [place] * len(marks),
        "marker": {
            "symbol": [mark.symbol for mark in marks],
            "color": [mark.fill for mark in marks],
            "size": 11,
            "line": {"width": [2 if mark.symbol.endswith("open") else 1 for mark in marks], "color": INK},
        },
        "cliponaxis": False,
    }


def _marks(track: Track, scene: Scene, choice: str | None) -> tuple[Mark, ...]:
    """The marks of a track, or of one of its words."""
    marks = [_mark(track, point, scene) for point in track.points if choice is None or point.value == choice]
    struck = [point for point in track.struck if choice is None or point.value == choice]
    marks += [Mark(scene.clock.x(point.at), scene.hover(track, point), _STRUCK, MUTED) for point in struck]
    return tuple(marks)


def _spoken(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Only what is not as in a well patient speaks: a dozen findings absent would bury the one that is there."""
    return tuple(mark._replace(text="") if mark.symbol == _DASH else mark for mark in marks)


def _mark(track: Track, point: Point, scene: Scene) -> Mark:
    x = scene.clock.x(point.at)
    if _well(track, point, scene):
        return Mark(x, scene.hover(track, point), _DASH, MUTED)
    met = None if isinstance(point.value, Fraction | None) else calls(scene.protocol, track.name, point.value)
    if met is None:
        return Mark(x, scene.hover(track, point), _SQUARE, INK)
    criterion, words = met
    style = ACTIONS[criterion.action]
    text = scene.hover(track, point, calls=words)
    if criterion.cls is Class.UNCOVERED:
        return Mark(x, text, _SQUARE, INK)
    return Mark(x, text, style.symbol, style.fill)


def _well(track: Track, point: Point, scene: Scene) -> bool:
    return point.value == scene.protocol.measures[track.name].well
