"""What was charted, as the second evaluator sees it: ages in microseconds before the decision, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

MINUTE = 60_000_000
HOUR = 60 * MINUTE

Value: TypeAlias = Any
"""A Decimal, a bool or a choice: what it is hangs on the measure, which no type can say."""
Point: TypeAlias = tuple[int, Value]
"""Age and value; a negative age is ahead of the decision."""
Volume: TypeAlias = tuple[int, int, Decimal]
"""Age of the start, age of the end, mL."""


@dataclass(frozen=True, slots=True)
class Context:
    """One evaluate request. `late` is the decision minus the due time; `unresolved` are our own row/class names."""

    at: datetime
    late: int
    number: int
    cycle: int
    admitted: int | None
    baseline: Mapping[str, Decimal | str]
    held: int
    given: int | None
    previous: tuple[str, Decimal | None] | None
    unresolved: tuple[str, ...]
    points: Mapping[str, tuple[Point, ...]]
    volumes: Mapping[str, tuple[Volume, ...]]


class Chart:
    """A context with its readings in order; a reading up to two minutes ahead counts as taken at the decision.

    `latest` is the age of the latest reading of each point measure; `pairs` holds that reading and all so close before
    it that they must agree with it (fine print 14), the latest first.
    """

    __slots__ = ("_series", "_totals", "context", "latest", "pair_span", "pairs")

    def __init__(self, context: Context, pair_span: int) -> None:
        self.context, self.pair_span = context, pair_span
        self._series: dict[str, tuple[Point, ...]] = {}
        self._totals: dict[tuple[str, int, int], Fraction | None] = {}
        self.latest: dict[str, int] = {}
        self.pairs: dict[str, list[Value]] = {}
        for measure, points in context.points.items():
            if len(points) == 1 and points[0][0] >= 0:
                self._series[measure] = points
                self.latest[measure], self.pairs[measure] = points[0][0], [points[0][1]]
            elif points:
                series = sorted(((max(age, 0), value) for age, value in points), key=lambda point: point[0])
                self._series[measure], last = tuple(series), series[0][0]
                self.latest[measure] = last
                self.pairs[measure] = [value for age, value in series if age - last <= pair_span]

    def series(self, measure: str) -> tuple[Point, ...]:
        """Every reading of a point measure, the newest first."""
        return self._series.get(measure, ())

    def pair(self, measure: str) -> list[Value]:
        """The values that must agree; none when it was never charted."""
        return self.pairs.get(measure, [])

    def pair_points(self, measure: str) -> list[Point]:
        """The same with their ages."""
        return list(zip((age for age, _ in self.series(measure)), self.pair(measure), strict=False))

    def reaches_back_beyond(self, age: int) -> bool:
        """Whether anything supplied is older, so that what was set before all of it is older too."""
        return any(then > age for points in self.context.points.values() for then, _ in points) or any(
            end > age for volumes in self.context.volumes.values() for _, end, _ in volumes
        )

    def total(self, measure: str, since: int, until: int, least: int) -> Fraction | None:
        """The exact mL between two ages; None where too little is covered or two intervals overlap."""
        key = (measure, since, until)
        if key not in self._totals:
            self._totals[key] = self._sum(measure, since, until, least)
        return self._totals[key]

    def _sum(self, measure: str, since: int, until: int, least: int) -> Fraction | None:
        whole, parts, covered, pieces = Decimal(0), Fraction(0), 0, []
        for start, end, volume in self.context.volumes.get(measure, ()):
            end = max(end, 0)  # noqa: PLW2901 - up to two minutes ahead counts as ending at the decision
            first, last = min(start, since), max(end, until)
            if first <= last:
                continue
            pieces.append((first, last))
            covered += first - last
            if first == start and last == end:
                whole += volume
            else:
                parts += Fraction(volume) * Fraction(first - last, start - end)
        pieces.sort(reverse=True)
        overlap = any(later[0] > earlier[1] for earlier, later in pairwise(pieces))
        return None if overlap or covered < least else Fraction(whole) + parts
