"""How much was charted inside a stretch of time, and is the charting good enough to say?

Exact rational arithmetic: an interval that crosses an edge counts pro rata, and nothing is rounded or extrapolated.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from operator import attrgetter

from app.domain.observation import Reading
from app.domain.vocabulary import Why

_NOTHING = timedelta(0)
_TICK = timedelta(microseconds=1)
_end = attrgetter("at")


def total(readings: Sequence[Reading], start: datetime, end: datetime, minimum: timedelta) -> Decimal | Fraction | Why:
    """The volume inside start..end, or why there is none: nothing charted, overlapping, or too little covered.

    `readings` stand oldest first: where none overlap, in the order of their beginnings too.
    """
    covered, whole, begun, done = _NOTHING, Decimal(0), start, start
    parts: list[Fraction] = []
    for reading in readings[bisect_right(readings, start, key=_end) :]:
        volume, since, to = reading.value, reading.start, reading.at
        if since is None or not isinstance(volume, Decimal):
            raise TypeError("a volume needs a number and two times")
        if since >= end:
            continue
        lower, upper = since, to
        if start <= since and to <= end:
            whole += volume
        else:
            lower, upper = max(since, start), min(to, end)
            parts.append(Fraction(volume) * _ticks(lower, upper) / _ticks(since, to))
        if lower != done:
            if lower < done:
                return Why.OVERLAP
            covered += done - begun
            begun = lower
        done = upper
    covered += done - begun
    if covered < minimum:
        return Why.COVERAGE if covered else Why.MISSING
    return sum(parts, Fraction(whole)) if parts else whole


def gapless(readings: Sequence[Reading], start: datetime, end: datetime, tolerance: timedelta) -> bool:
    """True when charting runs from `start` without a hole or an overlap to within `tolerance` of `end`."""
    times = [(reading.start, reading.at) for reading in readings if reading.start is not None]
    inside = sorted((max(lower, start), min(upper, end)) for lower, upper in times if lower < end and upper > start)
    if not inside or inside[0][0] > start or end - inside[-1][1] > tolerance:
        return False
    return all(later[0] == earlier[1] for earlier, later in pairwise(inside))


def _ticks(lower: datetime, upper: datetime) -> int:
    return (upper - lower) // _TICK
