"""How much was charted inside a stretch of time, and is the charting good enough to say?

Exact rational arithmetic: an interval that crosses an edge counts pro rata, and nothing is rounded or extrapolated.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from app.domain.observation import Reading
from app.domain.vocabulary import Why

_NOTHING = timedelta(0)


def total(readings: list[Reading], start: datetime, end: datetime, minimum: timedelta) -> Decimal | Fraction | Why:
    """The volume inside start..end, or why there is none: nothing charted, overlapping, or too little covered."""
    inside = _clip(readings, start, end)
    if not inside:
        return Why.MISSING
    if any(later[0] < earlier[1] for earlier, later in pairwise(inside)):
        return Why.OVERLAP
    covered, whole, parts = _NOTHING, Decimal(0), []
    for lower, upper, reading in inside:
        covered += upper - lower
        share = _share(lower, upper, reading)
        if isinstance(share, Decimal):
            whole += share
        else:
            parts.append(share)
    if covered < minimum:
        return Why.COVERAGE
    return sum(parts, Fraction(whole)) if parts else whole


def gapless(readings: list[Reading], start: datetime, end: datetime, tolerance: timedelta) -> bool:
    """True when charting runs from `start` without a hole or an overlap to within `tolerance` of `end`."""
    inside = _clip(readings, start, end)
    if not inside or inside[0][0] > start or end - inside[-1][1] > tolerance:
        return False
    return all(later[0] == earlier[1] for earlier, later in pairwise(inside))


def _clip(readings: list[Reading], start: datetime, end: datetime) -> list[tuple[datetime, datetime, Reading]]:
    parts = [
        (max(reading.start, start), min(reading.at, end), reading)
        for reading in readings
        if reading.start is not None and reading.start < end and reading.at > start
    ]
    return sorted(parts, key=lambda part: part[:2])


def _share(lower: datetime, upper: datetime, reading: Reading) -> Decimal | Fraction:
    if not isinstance(reading.value, Decimal) or reading.start is None:
        raise TypeError("a volume needs a number and two times")
    if upper == reading.at and lower == reading.start:
        return reading.value
    return Fraction(reading.value) * ((upper - lower) // _TICK) / ((reading.at - reading.start) // _TICK)


_TICK = timedelta(microseconds=1)
