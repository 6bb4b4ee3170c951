"""Does a u chart hold at its edges: no opportunity, one unit, exactly on a limit, exactly as unlikely as a signal?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.domain.control_chart import LEAST_PERIODS, Chart, Period, Point, u_chart

FIRST = date(2026, 11, 1)


def _day(place: int) -> date:
    return FIRST + timedelta(days=place)


def _chart(*days: tuple[int, int]) -> Chart:
    """A chart of days in a row: how often it happened, and in how many units."""
    return u_chart([Period(_day(place), times, units) for place, (times, units) in enumerate(days)])


def _point(rate: str | None, low: str | None, high: str | None) -> Point:
    return Point(FIRST, 1, 1, *(None if one is None else Decimal(one) for one in (rate, low, high)))


@pytest.mark.parametrize(
    "rate,above,below",
    [("0.31", True, False), ("0.30", False, False), ("0.10", False, False), ("0.09", False, True)],
)
def test_a_point_on_a_limit_lies_within_it(rate: str, above: bool, below: bool) -> None:
    point = _point(rate, "0.10", "0.30")
    assert (point.above, point.below) == (above, below)


@pytest.mark.parametrize("rate,low,high", [(None, "0.10", "0.30"), ("0.2", None, None), (None, None, None)])
def test_without_a_rate_or_without_limits_nothing_is_beyond_them(
    rate: str | None, low: str | None, high: str | None
) -> None:
    point = _point(rate, low, high)
    assert (point.above, point.below) == (False, False)


def test_a_single_unit_of_opportunity_is_enough_for_a_centre() -> None:
    assert _chart((3, 1)).centre == Decimal(3)


def test_days_with_one_unit_each_are_enough_for_limits() -> None:
    chart = _chart(*[(4, 1)] * LEAST_PERIODS)
    assert chart.limited
    assert (chart.centre, chart.points[0].high) == (Decimal(4), Decimal(10))


def test_what_happened_on_a_day_without_opportunity_is_shown_and_counts_for_no_rate() -> None:
    chart = _chart(*[(9, 100)] * LEAST_PERIODS, (5, 0))
    assert chart.centre == Decimal("0.09")
    assert (chart.points[-1].times, chart.points[-1].rate, chart.times) == (5, None, 185)


def test_with_too_few_days_nothing_is_said_to_be_silent() -> None:
    assert _chart((90, 100), *[(0, 100)] * (LEAST_PERIODS - 2)).silent_since is None
    assert _chart((90, 100), *[(0, 100)] * (LEAST_PERIODS - 1)).silent_since == _day(1)


@pytest.mark.parametrize("times,since", [(661, _day(LEAST_PERIODS)), (660, None)])
def test_a_run_exactly_as_unlikely_as_a_point_beyond_three_sigma_is_silence(times: int, since: date | None) -> None:
    """So often in 100 units before, and one unit since without any: 6.61 and 6.60 expected."""
    before: Sequence[tuple[int, int]] = [(times - LEAST_PERIODS + 1, 81), *[(1, 1)] * (LEAST_PERIODS - 1)]
    assert _chart(*before, (0, 1)).silent_since == since


def test_one_unit_before_the_silence_is_enough_to_know_a_rate() -> None:
    assert _chart((7, 1), *[(0, 1)] * LEAST_PERIODS).silent_since == _day(1)


def test_without_any_opportunity_before_it_a_silence_has_no_rate_to_be_measured_by() -> None:
    assert _chart((7, 0), *[(0, 100)] * LEAST_PERIODS).silent_since is None
