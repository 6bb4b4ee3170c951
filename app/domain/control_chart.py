"""Does something happen as often as it used to?

A u chart: how often per unit of opportunity, period by period, with limits that follow each period's opportunity.
Centre line u = all counts / all units; limits u ± 3 √(u / units of the period), never below zero (Montgomery,
Introduction to Statistical Quality Control, 7.3, control charts for nonconformities with variable sample size).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

SIGMAS: Final = 3
LEAST_PERIODS: Final = 20
"""With fewer periods the estimate is too poor to draw limits from (Montgomery: 20 to 25 preliminary samples)."""
UNLIKELY: Final = Decimal("6.61")
"""So many expected and none seen is as unlikely as a point beyond 3 sigma: exp(-6.61) = 0.00135 (Poisson)."""


class Period(NamedTuple):
    """How often it happened on a day, and in how many units of opportunity it could have."""

    day: date
    times: int
    units: int


class Point(NamedTuple):
    """A period as drawn; without units there is no rate, and without enough periods there are no limits."""

    day: date
    times: int
    units: int
    rate: Decimal | None
    low: Decimal | None
    high: Decimal | None

    @property
    def above(self) -> bool:
        """True beyond the upper limit."""
        return self.rate is not None and self.high is not None and self.rate > self.high

    @property
    def below(self) -> bool:
        """True beyond the lower limit; a lower limit of zero lets nothing lie below it."""
        return self.rate is not None and self.low is not None and self.rate < self.low


@dataclass(frozen=True, slots=True)
class Chart:
    """The periods in order. `centre` is None without any opportunity at all; `limited` once there are limits.

    `silent_since` is the first day of a run without any to the end, where its own rate before makes that run too
    unlikely: a low rate has a lower limit of zero, below which nothing can fall, however long it is silent.
    """

    points: tuple[Point, ...]
    centre: Decimal | None
    limited: bool
    silent_since: date | None

    @property
    def times(self) -> int:
        """How often it happened in all."""
        return sum(point.times for point in self.points)


def u_chart(periods: Sequence[Period]) -> Chart:
    """The chart of periods in order; those without opportunity keep their place and count for nothing."""
    units = sum(period.units for period in periods)
    usable = sum(period.units > 0 for period in periods)
    centre = Decimal(sum(period.times for period in periods if period.units > 0)) / units if units > 0 else None
    limited = usable >= LEAST_PERIODS
    points = tuple(_point(period, centre if limited else None) for period in periods)
    return Chart(points, centre, limited, _silent_since(periods) if limited else None)


def _point(period: Period, centre: Decimal | None) -> Point:
    if period.units == 0:
        return Point(*period, None, None, None)
    rate = Decimal(period.times) / period.units
    if centre is None:
        return Point(*period, rate, None, None)
    reach = SIGMAS * (centre / period.units).sqrt()
    return Point(*period, rate, max(centre - reach, Decimal(0)), centre + reach)


def _silent_since(periods: Sequence[Period]) -> date | None:
    last = max((place for place, period in enumerate(periods) if period.times > 0), default=None)
    if last is None:
        return None
    before, since = periods[: last + 1], periods[last + 1 :]
    units = sum(period.units for period in before)
    if units == 0:
        return None
    rate = Decimal(sum(period.times for period in before)) / units
    expected = rate * sum(period.units for period in since)
    return since[0].day if expected >= UNLIKELY else None
