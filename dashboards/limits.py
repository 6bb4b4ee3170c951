"""Which limits does the protocol set on a measure, and how are they drawn?

Every line comes from the rows the engine decides with, so that a picture cannot disagree with a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from app.domain.band import Band
from app.domain.measure import Value
from app.domain.protocol import Condition, Criterion, Protocol, Row, WindowKind
from app.domain.tongue import mark, worded
from app.domain.units import unit_words
from app.domain.vocabulary import Action
from dashboards.theme import ACTIONS, BAND_OPACITY, GREY, INK, Scale, coordinate
from dashboards.words import charted_words, inline, lines_of, with_unit

_CALLS = {
    Action.CAUTION: mark("caution"),
    Action.INCOMPLETE: mark("cannot evaluate"),
    Action.HOLD: mark("hold"),
    Action.SKIP: mark("skip"),
    Action.STOP: mark("stop"),
    Action.DISCONTINUE: mark("discontinue"),
}
_MARGIN = "\u2002"
_DASH = {"color": INK, "width": 1, "dash": "dash"}
_WIDTH, _LINE = 62, 16
"""Characters in a line of a label, and its height in pixels."""
_NEAR, _ASIDE = 3, 40
"""Pixels between a line and its words: several lines of words stand aside, away from where most values are."""
_HOUR = timedelta(hours=1)


class Words(StrEnum):
    """Where the words of a limit stand: near its line, aside from bars that cross it, over bars from the floor."""

    NEAR = "near"
    ASIDE = "aside"
    OVER = "over"


class Limit(NamedTuple):
    """One edge of a criterion's band: `upward` where values above it are the graver ones.

    `always` is false where the row counts only under conditions. `lane` parts the labels of rows that share a panel,
    `words` name it for a ward: `hold below 80 mL in 8 h`.
    """

    action: Action
    band: Band
    edge: Decimal
    upward: bool
    first: bool
    always: bool
    lane: int
    words: str


def limits(protocol: Protocol, measure: str, unit: str | None) -> tuple[Limit, ...]:
    """The limits of a measure in one unit, mildest first; rows in another unit (a change in %) are another panel's."""
    rows = [row for row in protocol.rows if row.measure == measure and row.unit == unit]
    edges: dict[tuple[Action, Decimal, bool, bool], list[tuple[Row, Criterion, Band, int]]] = {}
    for lane, row in enumerate(rows):
        for criterion in row.criteria:
            for band in criterion.bands:
                for edge, upward in _edges(row, criterion, band):
                    key = (criterion.action, edge, upward, band.low_open if upward else band.high_open)
                    edges.setdefault(key, []).append((row, criterion, band, lane))
    return tuple(_limit(key, found, several=len(rows) > 1, protocol=protocol) for key, found in edges.items())


def _edges(row: Row, criterion: Criterion, band: Band) -> list[tuple[Decimal, bool]]:
    """The ends of a band at which a value turns graver; both for a band with milder ones on either side."""
    others = [(other.grade, b) for other in row.criteria for b in other.bands]
    below = next((grade for grade, b in others if b.high is not None and b.high == band.low), 0)
    above = next((grade for grade, b in others if b.low is not None and b.low == band.high), 0)
    found = []
    if band.low is not None and below < criterion.grade:
        found.append((band.low, True))
    if band.high is not None and above < criterion.grade:
        found.append((band.high, False))
    return found


def _limit(
    key: tuple[Action, Decimal, bool, bool],
    found: list[tuple[Row, Criterion, Band, int]],
    *,
    several: bool,
    protocol: Protocol,
) -> Limit:
    action, edge, upward, open_end = key
    row, criterion, band, lane = found[0]
    relation = (
        (mark("{action} above {edge}{rest}") if open_end else mark("{action} from {edge}{rest}"))
        if upward
        else (mark("{action} below {edge}{rest}") if open_end else mark("{action} at or below {edge}{rest}"))
    )
    suffixes = dict.fromkeys(_suffix(row, protocol, several=several) for row, _, _, _ in found)
    reading = with_unit(f"{edge:f}", unit_words(row.unit))
    return Limit(
        action=action,
        band=band,
        edge=edge,
        upward=upward,
        first=criterion.grade == 1,
        always=all(not row.when for row, _, _, _ in found),
        lane=lane,
        words=worded(relation, action=worded(_CALLS[action]), edge=reading, rest=worded(" or").join(suffixes)),
    )


def _suffix(row: Row, protocol: Protocol, *, several: bool) -> str:
    window = row.window
    words = {
        WindowKind.LATEST: worded(" at dosing") if several and not row.when else "",
        WindowKind.MAX_SINCE_LAST_DOSE: worded(" since the last dose"),
        WindowKind.SINCE_BASELINE: worded(" from baseline"),
        WindowKind.PERSISTENT: worded(" when it persists"),
        WindowKind.LATCHED: worded(" until it is cleared"),
        WindowKind.AGAINST_BASELINE: worded(" where the test was passed before the cycle"),
    }.get(window.kind, "")
    if window.kind in (WindowKind.DURATION, WindowKind.OUTLASTED):
        longer = "" if window.kind is WindowKind.DURATION else worded("longer than ")
        words = worded(" when it lasts {longer}{hours} h", longer=longer, hours=window.span // _HOUR)
    if window.kind in (WindowKind.SUM, WindowKind.CONSECUTIVE_SUMS):
        words = worded(" in {hours} h", hours=window.span // _HOUR) + (
            worded(", {periods} times in a row", periods=window.periods) if window.periods > 1 else ""
        )
    return words + (worded(" with {conditions}", conditions=_conditions(row, protocol)) if row.when else "")


def _conditions(row: Row, protocol: Protocol) -> str:
    return worded(" and ").join(_condition(one, protocol) for one in row.when)


def _condition(condition: Condition, protocol: Protocol) -> str:
    measure = protocol.measures[condition.measure]
    if condition.band is None:
        return worded(" or ").join(charted_words(word) for word in sorted(condition.choices))
    band, unit = condition.band, unit_words(measure.unit)
    low = (
        ""
        if band.low is None
        else worded(mark("above {low} ") if band.low_open else mark("from {low} "), low=f"{band.low:f}")
    )
    high = (
        ""
        if band.high is None
        else worded(mark("below {high}") if band.high_open else mark("up to {high}"), high=f"{band.high:f}")
    )
    return with_unit(f"{inline(measure.label)} {low}{high}".strip(), unit)


def calls(protocol: Protocol, measure: str, value: Value) -> tuple[Criterion, str] | None:
    """The gravest criterion, of rows that count without conditions, that a choice or finding meets, and its words."""
    met = [
        (criterion, f"{worded(_CALLS[criterion.action])}{_suffix(row, protocol, several=False)}")
        for row in protocol.rows
        if row.measure == measure and not row.when
        for criterion in row.criteria
        if criterion.grade == row.grade(value)
    ]
    return max(met, key=lambda one: one[0].action.rank, default=None)


def gravest_limit(found: Iterable[Limit], value: Decimal | Fraction) -> Limit | None:
    """The gravest limit, of those that count without conditions, whose band holds the value."""
    held = [limit for limit in found if limit.always and limit.band.holds(value)]
    return max(held, key=lambda limit: limit.action.rank, default=None)


def shapes(
    found: Iterable[Limit], scale: Scale, ends: tuple[str, str], words: Words = Words.NEAR
) -> list[dict[str, Any]]:
    """A light band on the graver side and a dashed line at each edge with its words, between two ends of the time axis.

    Lines lie over the grid and all of it under the data: a label must never hide a reading. The caller names the axes.
    """
    across = {"x0": ends[0], "x1": ends[1]}
    drawn: list[dict[str, Any]] = []
    for limit in found:
        low = scale.low if limit.band.low is None else max(limit.band.low, scale.low)
        high = scale.high if limit.band.high is None else min(limit.band.high, scale.high)
        if low < high:
            look = {"opacity": BAND_OPACITY, "line": {"width": 0}, "layer": "below"}
            edges = {"y0": coordinate(low), "y1": coordinate(high)}
            tints = _tints(limit.action)
            drawn += [{"type": "rect", **across, **edges, "fillcolor": tint, **look} for tint in tints]
        if scale.low <= limit.edge <= scale.high:
            edge = coordinate(limit.edge)
            line = {"type": "line", **across, "y0": edge, "y1": edge}
            label = {"label": _label(limit, scale, words)}
            over = words is Words.OVER
            drawn.append({**line, "line": _DASH, "layer": "between", **({} if over else label)})
            drawn += [{**line, "line": {"width": 0}, "layer": "above", **label}] if over else []
    return drawn


def _tints(action: Action) -> tuple[str, ...]:
    """What ends the cycle is darker than what holds a dose: black over the red, for black alone is the paler."""
    if action is Action.INCOMPLETE:
        return (GREY,)
    fill = ACTIONS[action].fill
    return (ACTIONS[Action.HOLD].fill, fill) if action in (Action.STOP, Action.DISCONTINUE) else (fill,)


def _label(limit: Limit, scale: Scale, words: Words) -> dict[str, Any]:
    """The words at the left of the line; those of a second row at its right."""
    lines = lines_of(limit.words, _WIDTH)
    return {
        "text": "<br>".join(f"{_MARGIN}{line}{_MARGIN}" for line in lines),
        "textposition": "end" if limit.lane > 0 else "start",
        "yanchor": "bottom" if (limit.upward if words is Words.ASIDE else _above(limit, scale)) else "top",
        "padding": _NEAR if len(lines) == 1 and words is not Words.ASIDE else _ASIDE,
        "font": {"size": 12, "color": INK},
    }


def _above(limit: Limit, scale: Scale) -> bool:
    """The mildest limit is written on its milder side, a graver one beyond it: lines close together keep their words.

    Words that do not fit there, or take several lines, stand where there is more room; never outside the panel.
    """
    pixels = Decimal(scale.height) / (scale.high - scale.low)
    above, below = (scale.high - limit.edge) * pixels, (limit.edge - scale.low) * pixels
    wanted = limit.upward != limit.first
    single = len(limit.words) <= _WIDTH
    return wanted if single and (above if wanted else below) >= _LINE else above > below
