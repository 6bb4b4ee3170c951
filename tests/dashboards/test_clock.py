"""Does the time axis say what the ward's clock says, also on the nights it changes?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from dashboards.clock import WardClock
from dashboards.view import View
from tests.dashboards.builders import BERLIN, LIBRARY, NEW_YORK, ZULU

AUTUMN = datetime(2026, 10, 24, 22, tzinfo=UTC)
SPRING = datetime(2026, 3, 28, 22, tzinfo=UTC)


def a_clock(start: datetime, hours: int = 24, zone: object = BERLIN) -> WardClock:
    end = start + timedelta(hours=hours)
    return WardClock(View(start, end, end, zone, LIBRARY.news2))  # type: ignore[arg-type]


def test_a_moment_is_written_day_month_in_letters_year_and_24_hours() -> None:
    clock = a_clock(datetime(2026, 11, 21, 6, tzinfo=UTC))
    at = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)
    assert clock.label(at) == "22-Nov-2026 00:05"
    assert clock.time(at) == "00:05"
    assert clock.x(at) == "2026-11-22 00:05"


def test_on_the_night_the_clocks_go_back_nothing_runs_backwards_and_hours_keep_their_length() -> None:
    clock = a_clock(AUTUMN)
    moments = [AUTUMN + timedelta(minutes=30 * step) for step in range(20)]
    places = [datetime.fromisoformat(clock.x(at)) for at in moments]
    assert {later - earlier for earlier, later in pairwise(places)} == {timedelta(minutes=30)}


def test_the_hour_that_comes_twice_carries_its_offset() -> None:
    clock = a_clock(AUTUMN)
    assert clock.label(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == "25-Oct-2026 02:30 UTC+02:00"
    assert clock.label(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "25-Oct-2026 02:30 UTC+01:00"
    assert clock.label(datetime(2026, 10, 25, 2, 30, tzinfo=UTC)) == "25-Oct-2026 03:30"


def test_a_view_that_crosses_a_change_names_the_offset_of_its_axis() -> None:
    assert a_clock(AUTUMN).hover_format() == "%d-%b-%Y %H:%M UTC+02:00"
    assert a_clock(SPRING).hover_format() == "%d-%b-%Y %H:%M UTC+01:00"
    assert a_clock(datetime(2026, 11, 21, tzinfo=UTC)).hover_format() == "%d-%b-%Y %H:%M"
    assert a_clock(datetime(2026, 10, 31, 22, tzinfo=UTC), zone=NEW_YORK).hover_format().endswith("UTC-04:00")


def test_two_changes_inside_one_view_are_seen_although_both_ends_have_one_offset() -> None:
    assert a_clock(datetime(2026, 1, 10, tzinfo=UTC), hours=24 * 330).hover_format() != "%d-%b-%Y %H:%M"


def test_doses_every_eight_hours_stay_evenly_spaced_over_a_change() -> None:
    clock = a_clock(SPRING)
    places = [datetime.fromisoformat(clock.x(SPRING + timedelta(hours=8 * step))) for step in range(3)]
    assert places[2] - places[1] == places[1] - places[0] == timedelta(hours=8)
    assert clock.time(SPRING) == "23:00"
    assert clock.time(SPRING + timedelta(hours=8)) == "08:00"


def test_the_date_is_left_out_only_where_it_is_clear() -> None:
    clock = a_clock(datetime(2026, 11, 21, 6, tzinfo=UTC), zone=ZULU)
    today, yesterday = datetime(2026, 11, 22, 4, tzinfo=UTC), datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert clock.brief(today) == "04:00"
    assert clock.brief(yesterday) == "21-Nov-2026 22:00"
    assert clock.brief(yesterday, beside=yesterday + timedelta(hours=1)) == "22:00"
    assert clock.brief(yesterday, beside=today) == "21-Nov-2026 22:00"


def test_an_axis_without_doses_has_at_most_a_dozen_whole_hours() -> None:
    for hours in (24, 48, 120, 24 * 30):
        ticks = a_clock(datetime(2026, 11, 1, 5, 17, tzinfo=UTC), hours=hours, zone=ZULU).even_ticks()
        assert 2 <= len(ticks) <= 13
        assert all(tick.minute == 0 and tick.hour % 4 == 0 for tick in ticks)
