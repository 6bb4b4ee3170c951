"""How is a number over time drawn: line, gaps, corrections, values off the scale, and limits?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.domain.tongue import mark, worded
from dashboards.limits import Limit, Words, limits, shapes
from dashboards.pane import Aged, Pane
from dashboards.points import Point, Track
from dashboards.scene import Scene
from dashboards.theme import CORRECTED, INK, MUTED, NOT_TAKEN, PAPER, SCALES, Scale, coordinate
from dashboards.words import HOVER, escape, with_unit, wrapped

HOLLOW = mark("Hollow: corrected or retracted since.")
CROSSED = mark("×: no value; the table says why.")


def numeric_pane(track: Track, scene: Scene, remarks: tuple[str, ...] = ()) -> Pane:
    """One measure as a straight line between its limits; `remarks` are for the foot of the figure."""
    scale = SCALES[track.name]
    found = limits(scene.protocol, track.name, track.ucum)
    return framed(track, scale, found, scene, [line(track, found, scene), *beside(track, scale, scene)], remarks)


def framed(
    track: Track,
    scale: Scale,
    found: tuple[Limit, ...],
    scene: Scene,
    traces: Iterable[dict[str, Any]],
    remarks: tuple[str, ...] = (),
    words: Words = Words.NEAR,
) -> Pane:
    """The panel around drawn traces: title, last values, fixed scale, limits, and what it says when empty."""
    return Pane(
        title=track.title,
        reading=reading(track, scene),
        aged=aged(track),
        height=scale.height,
        axis=_axis(scale),
        traces=tuple(trace for trace in traces if trace["x"]),
        shapes=tuple(shapes(found, scale, scene.clock.ends(), words)),
        annotations=tuple(nothing(track, scene)),
        notes=(*remarks, *notes(track), *((whose_limits(scene),) if found else ())),
    )


def whose_limits(scene: Scene) -> str:
    """Which text the limits of a panel stand in."""
    pin = scene.protocol.pin
    return worded("Limits: {name}, version {version}.", name=pin.id, version=pin.version)


def _axis(scale: Scale) -> dict[str, Any]:
    """The same on every screen, a little wider than the scale, so that no mark at an edge is cut."""
    pad = (scale.high - scale.low) / 40
    ends = [coordinate(scale.low - pad), coordinate(scale.high + pad)]
    return {"range": ends, "dtick": coordinate(scale.step), "tick0": coordinate(scale.low), "autorange": False}


def notes(track: Track) -> tuple[str, ...]:
    """What the marks of this track need explained."""
    return (*((worded(HOLLOW),) if track.struck else ()), *((worded(CROSSED),) if track.missed else ()))


def aged(track: Track) -> tuple[Aged, ...]:
    """The last value and the one before it, which may lie before the view; none while the view is empty."""
    if not track.points:
        return ()
    found = [track.points[-1], track.points[-2] if len(track.points) > 1 else track.earlier]
    return tuple(Aged(point.text, point.at) for point in found if point is not None)


def reading(track: Track, scene: Scene) -> str:
    """`78 at 14:00 (before: 84 at 12:00)`, the unit being in the title; "" while nothing is charted in the view."""
    values = aged(track)
    if not values:
        return ""
    last = values[0]
    words = worded("{text} at {at}", text=last.text, at=scene.clock.brief(last.at))
    before = "".join(
        worded(" (before: {text} at {at})", text=one.text, at=scene.clock.brief(one.at, last.at)) for one in values[1:]
    )
    return words + before


def nothing(track: Track, scene: Scene) -> list[dict[str, Any]]:
    """The words in the middle of a panel without points."""
    if track.points:
        return []
    words = worded("Nothing charted yet")
    if track.missed:
        words = worded("No value here: {text}", text=track.missed[-1].text)
    elif track.earlier is not None:
        was = with_unit(track.earlier.text, track.unit)
        words = worded("Nothing charted here; last {was} at {at}", was=was, at=scene.clock.label(track.earlier.at))
    return [empty_words(words, coordinate(SCALES[track.name].middle))]


def empty_words(words: str, y: float) -> dict[str, Any]:
    """Words in the middle of a panel that has nothing to draw."""
    place = {"xref": "paper", "x": 0.5, "y": y, "yanchor": "middle", "showarrow": False}
    return {**place, "text": escape(words), "font": {"size": 14, "color": INK}, "bgcolor": PAPER}


def line(track: Track, found: tuple[Limit, ...], scene: Scene) -> dict[str, Any]:
    """The line through the points that hold; it stops where a reading is missing."""
    cuts = sorted((*scene.breaks, *(point.at for point in track.missed)))
    xs: list[str] = []
    ys: list[int | float | None] = []
    texts: list[str] = []
    previous: datetime | None = None
    for point in track.points:
        if previous is not None and _apart(previous, point.at, track, cuts):
            xs.append(xs[-1])
            ys.append(None)
            texts.append("")
        xs.append(scene.clock.x(point.at))
        ys.append(coordinate(number(point)))
        texts.append(wrapped(scene.hover(track, point, found), HOVER))
        previous = point.at
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(track.label),
        "x": xs,
        "y": ys,
        "hovertext": texts,
        "hoverinfo": "name+text",
        "connectgaps": False,
        "line": {"color": INK, "width": 1.5, "shape": "linear"},
        "marker": {"symbol": "circle", "size": 7, "color": INK},
    }


def _apart(earlier: datetime, later: datetime, track: Track, cuts: list[datetime]) -> bool:
    if track.gap_after is not None and later - earlier > track.gap_after:
        return True
    return bisect_right(cuts, earlier) != bisect_right(cuts, later)


def is_number(point: Point) -> bool:
    """True of a quantity, false of a word, a finding, and of nothing."""
    return isinstance(point.value, Decimal | Fraction)


def number(point: Point) -> Decimal | Fraction:
    """The value of a point that is a number."""
    if not isinstance(point.value, Decimal | Fraction):
        raise TypeError("a numeric panel draws numbers")
    return point.value


def beside(track: Track, scale: Scale, scene: Scene) -> list[dict[str, Any]]:
    """What stands beside the line: arrows for values off the scale, hollow corrected values, crosses for untaken ones.

    The line itself runs on to the true value and is cut at the edge; its point keeps its hover text.
    """
    high = [point for point in track.points if number(point) > scale.high]
    low = [point for point in track.points if number(point) < scale.low]
    struck = [(point, min(max(number(point), scale.low), scale.high)) for point in track.struck]
    return [
        _arrows(high, track, scale.high, "triangle-up", scene),
        _arrows(low, track, scale.low, "triangle-down", scene),
        marks(track, struck, CORRECTED, scene),
        marks(track, [(point, scale.low) for point in track.missed], NOT_TAKEN, scene),
    ]


def _arrows(points: list[Point], track: Track, edge: Decimal, symbol: str, scene: Scene) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [scene.clock.x(point.at) for point in points],
        "y": [coordinate(edge)] * len(points),
        "text": [escape(with_unit(point.text, track.unit)) for point in points],
        "textposition": "middle left",
        "textfont": {"size": 12, "color": INK, "weight": 600},
        "hoverinfo": "skip",
        "marker": {"symbol": symbol, "size": 11, "color": INK},
        "cliponaxis": False,
    }


def marks(track: Track, places: list[tuple[Point, Decimal | Fraction]], symbol: str, scene: Scene) -> dict[str, Any]:
    """Symbols beside the line, each with its own words."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": escape(track.label),
        "x": [scene.clock.x(point.at) for point, _ in places],
        "y": [coordinate(place) for _, place in places],
        "hovertext": [wrapped(scene.hover(track, point), HOVER) for point, _ in places],
        "hoverinfo": "name+text",
        "marker": {"symbol": symbol, "size": 9, "color": MUTED, "line": {"width": 1.5, "color": MUTED}},
        "cliponaxis": False,
    }
