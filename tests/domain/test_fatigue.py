"""Are the figures of alert fatigue those one works out by hand, and does a rule that falls silent show?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.domain.control_chart import LEAST_PERIODS, Chart, Period, Point, u_chart
from app.domain.fatigue import Charted, Fatigue, Happening, Ordered, Overridden, days_between, fatigue
from app.domain.vocabulary import Action, AlertKind, Choice

FIRST = date(2026, 11, 1)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _chart(counts: Sequence[int], units: int = 100) -> Chart:
    return u_chart([Period(FIRST + timedelta(days=day), count, units) for day, count in enumerate(counts)])


def _beyond(chart: Chart) -> list[Point]:
    """The points beyond a limit."""
    return [point for point in chart.points if point.above or point.below]


def _events(
    alert_id: str, key: str, *, acknowledged: int | None = None, escalated: int | None = None
) -> list[Happening]:
    """An alert raised at noon of the first day, and what followed it after so many minutes."""
    found = [Happening(alert_id, key, AlertKind.RAISED, NOON)]
    followed = ((AlertKind.ESCALATED, escalated), (AlertKind.ACKNOWLEDGED, acknowledged))
    return found + [
        Happening(alert_id, key, kind, NOON + after * MINUTE) for kind, after in followed if after is not None
    ]


def _figures(
    happened: Sequence[Happening] = (),
    given: int = 0,
    ordered: Sequence[Ordered] = (),
    criteria: Sequence[str] = (),
    decided: int = 10,
) -> Fatigue:
    return fatigue(
        Charted(
            days_between(FIRST, FIRST), ZoneInfo("UTC"), happened, [NOON] * decided, given, ordered, frozenset(criteria)
        )
    )


def test_the_limits_are_three_sigma_of_a_poisson_rate_around_the_centre() -> None:
    """Twenty days of 9 in 100: u = 0.09, sigma = sqrt(0.09 / 100) = 0.03, so 0.00 and 0.18."""
    chart = _chart([9] * 20)
    assert chart.centre == Decimal("0.09")
    assert {(point.low, point.high) for point in chart.points} == {(Decimal("0.00"), Decimal("0.18"))}
    assert _beyond(chart) == []


def test_a_day_with_more_opportunity_has_narrower_limits() -> None:
    """U = (20 * 16 + 64) / (20 * 100 + 400) = 0.16; sigma is 0.04 where there were 100, 0.02 where there were 400."""
    days = [*(Period(FIRST + timedelta(days=day), 16, 100) for day in range(20)), Period(date(2026, 11, 21), 64, 400)]
    points = u_chart(days).points
    assert (points[0].low, points[0].high) == (Decimal("0.04"), Decimal("0.28"))
    assert (points[-1].low, points[-1].high) == (Decimal("0.10"), Decimal("0.22"))


def test_the_lower_limit_is_never_below_zero() -> None:
    assert {point.low for point in _chart([1] * 20).points} == {Decimal(0)}


def test_there_are_no_limits_with_too_few_days() -> None:
    chart = _chart([9] * (LEAST_PERIODS - 1))
    assert chart.centre == Decimal("0.09")
    assert not chart.limited
    assert {(point.low, point.high) for point in chart.points} == {(None, None)}


def test_a_day_without_decisions_has_no_rate_and_counts_for_no_limit() -> None:
    days = [Period(FIRST + timedelta(days=day), 0 if day == 3 else 9, 0 if day == 3 else 100) for day in range(20)]
    chart = u_chart(days)
    assert not chart.limited
    assert chart.points[3].rate is None
    assert chart.centre == Decimal("0.09")


def test_nothing_that_could_happen_has_no_rate_at_all() -> None:
    assert _chart([0] * 20, units=0).centre is None


@pytest.mark.hazard("HZ-01")
def test_a_rule_taken_away_falls_below_the_lower_limit() -> None:
    """20 days of 30 in 100 and 4 of none: u = 600 / 2400 = 0.25, sigma 0.05, so the lower limit is 0.10."""
    chart = _chart([30] * 20 + [0] * 4)
    assert chart.points[0].low == Decimal("0.10")
    assert [point.day.day for point in _beyond(chart)] == [21, 22, 23, 24]
    assert all(point.below for point in _beyond(chart))


def test_a_rare_rule_taken_away_is_silent_too_long_for_its_own_rate() -> None:
    """One in 100 on each of 20 days is a rate of 0.01: 7 more days should bring 7, over 6.61; 6 days 6."""
    assert _chart([1] * 20 + [0] * 6).silent_since is None
    silent = _chart([1] * 20 + [0] * 7)
    assert silent.silent_since == date(2026, 11, 21)
    assert _beyond(silent) == []


def test_what_fires_to_the_last_day_and_what_never_fired_are_not_silent() -> None:
    assert _chart([1] * 27).silent_since is None
    assert _chart([0] * 27).silent_since is None


def test_a_day_far_more_often_is_above_the_upper_limit() -> None:
    chart = _chart([4] * 20 + [40])
    assert [(point.times, point.above) for point in _beyond(chart)] == [(40, True)]


@pytest.mark.hazard("HZ-13")
def test_alerts_per_hundred_doses() -> None:
    figures = _figures([*_events("a", "creatinine"), *_events("b", "platelets"), *_events("c", "creatinine")], given=8)
    assert figures.alerts == 3
    assert figures.per_100_doses == Decimal("37.5")


def test_without_a_dose_there_is_no_rate_per_dose() -> None:
    assert _figures(_events("a", "creatinine")).per_100_doses is None


def test_a_single_dose_is_enough_for_a_rate_per_dose() -> None:
    assert _figures([*_events("a", "x"), *_events("b", "x")], given=1).per_100_doses == Decimal(200)


def test_an_alert_that_was_not_raised_in_the_period_is_none_of_it_whatever_happened_to_it() -> None:
    earlier = Happening("old", "urine", AlertKind.ACKNOWLEDGED, NOON)
    figures = _figures([earlier, *_events("a", "x")])
    assert (figures.alerts, figures.acknowledged.alerts, figures.acknowledged.followed) == (1, 1, 0)
    assert list(figures.by_key) == ["x"]


def test_the_median_time_to_acknowledge_is_of_those_that_were() -> None:
    happened = [
        *_events("a", "x", acknowledged=2),
        *_events("b", "x", acknowledged=30),
        *_events("c", "x", acknowledged=9, escalated=5),
        *_events("d", "x"),
    ]
    figures = _figures(happened)
    assert figures.acknowledged == (4, 3, 9 * MINUTE)
    assert figures.escalated == (4, 1, 5 * MINUTE)


def test_of_two_the_median_lies_half_way() -> None:
    figures = _figures([*_events("a", "x", acknowledged=2), *_events("b", "x", acknowledged=7)])
    assert figures.acknowledged.median == timedelta(minutes=4, seconds=30)


def test_where_nothing_was_acknowledged_there_is_no_median() -> None:
    assert _figures(_events("a", "x")).acknowledged == (1, 0, None)


def test_waiting_is_counted_by_steps_and_what_nobody_acknowledged_is_no_step() -> None:
    after = (1, 2, 5, 6, 60, 61)
    happened = [item for minutes in after for item in _events(str(minutes), "x", acknowledged=minutes)]
    assert _figures([*happened, *_events("never", "x")]).waits == (1, 2, 1, 0, 0, 1, 1, 1)


@pytest.mark.parametrize("step,minutes", [(0, 1), (1, 5), (2, 10), (3, 15), (4, 30), (5, 60)])
def test_a_step_holds_what_took_exactly_so_long_and_a_moment_longer_is_the_next(step: int, minutes: int) -> None:
    just = NOON + minutes * MINUTE
    happened = [
        *_events("a", "x", acknowledged=minutes),
        *_events("b", "x"),
        Happening("b", "x", AlertKind.ACKNOWLEDGED, just + timedelta.resolution),
    ]
    waits = _figures(happened).waits
    assert [place for place, count in enumerate(waits) if count > 0] == [step, step + 1]
    assert (len(waits), waits[-1]) == (8, 0)


def test_the_first_escalation_counts() -> None:
    later = Happening("a", "x", AlertKind.ESCALATED, NOON + 10 * MINUTE)
    assert _figures([later, *_events("a", "x", escalated=5)]).escalated.median == 5 * MINUTE


def test_a_repeat_and_a_worsening_are_the_same_alert() -> None:
    more = [Happening("a", "x", kind, NOON + MINUTE) for kind in (AlertKind.REPEATED, AlertKind.WORSENED)]
    assert _figures([*_events("a", "x"), *more]).alerts == 1


def test_criteria_that_never_fired_are_named() -> None:
    figures = _figures(_events("a", "creatinine"), criteria=["creatinine", "platelets", "bilirubin"])
    assert figures.never == ("bilirubin", "platelets")


def test_what_fired_what_never_did_and_what_was_overridden_are_in_order_of_their_names() -> None:
    names = ["urine", "weight", "bilirubin", "spo2", "creatinine", "rhythm", "platelets", "fio2"]
    happened = [item for name in names for item in _events(name, name)]
    ordered = [Ordered(Choice.HOLD, {name: Action.HOLD}) for name in names]
    figures = _figures(happened, ordered=ordered)
    assert list(figures.by_key) == sorted(names)
    assert [one.criterion for one in figures.overridden] == sorted(names)
    assert _figures(criteria=names).never == tuple(sorted(names))


def test_alerts_of_one_kind_about_several_doses_are_counted_together() -> None:
    figures = _figures([*_events("a", "void:1"), *_events("b", "void:2")])
    assert {key: chart.times for key, chart in figures.by_key.items()} == {"void": 2}


def test_the_share_of_orders_milder_than_a_criterion_called_for() -> None:
    called = {"creatinine": Action.HOLD}
    ordered = [Ordered(Choice.GIVE, called), Ordered(Choice.HOLD, called), Ordered(Choice.SKIP, called)]
    ordered.append(Ordered(Choice.HOLD, {"creatinine": Action.HOLD, "shock": Action.STOP}))
    found = {one.criterion: one for one in _figures(ordered=ordered).overridden}
    assert (found["creatinine"].milder, found["creatinine"].orders, found["creatinine"].percent) == (1, 4, Decimal(25))
    assert (found["shock"].milder, found["shock"].orders, found["shock"].percent) == (1, 1, Decimal(100))


@pytest.mark.parametrize("orders,milder,percent", [(4, 3, 75), (1, 1, 100), (1, 0, 0), (0, 0, None)])
def test_a_share_of_orders_is_in_percent_and_of_no_orders_there_is_none(
    orders: int, milder: int, percent: int | None
) -> None:
    assert Overridden("creatinine", orders, milder).percent == percent


def test_without_orders_nobody_went_against_anything_and_no_share_is_said() -> None:
    assert _figures().overridden == ()


@pytest.mark.parametrize("zone, day", [("UTC", 0), ("Pacific/Auckland", 1)])
def test_a_day_is_one_of_the_wards_clock(zone: str, day: int) -> None:
    days = days_between(FIRST, FIRST + timedelta(days=1))
    figures = fatigue(Charted(days, ZoneInfo(zone), _events("a", "x"), [NOON], 0, (), frozenset()))
    assert [point.times for point in figures.firing.points] == [int(day == 0), int(day == 1)]
    assert [point.units for point in figures.by_key["x"].points] == [int(day == 0), int(day == 1)]
