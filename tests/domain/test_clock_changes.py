"""Are sums, freshness and the q8h grid exact at midnight, at the end of a month and on the nights the clocks change?

Everything is counted in elapsed time; only the wall clock of a ward jumps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.domain.intervals import gapless, total
from app.domain.observation import Reading
from app.domain.schedule import due_at, window
from app.domain.vocabulary import Action, Verdict, Why
from tests.builders import (
    CONSENSUS,
    LVHN,
    SHIPPED,
    TIL,
    USPI,
    a_flowsheet,
    a_situation,
    action,
    ago,
    finding,
    hourly,
    missing,
    over_8_hours,
    reading,
    readings,
)

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
EIGHT, ENOUGH = 8 * HOUR, timedelta(hours=7.5)
CLOCKS: list[tuple[str, str, str, Fraction]] = [
    ("Europe/London", "2026-03-29", "2026-10-25", Fraction(1)),
    ("America/New_York", "2026-03-08", "2026-11-01", Fraction(1)),
    ("America/St_Johns", "2026-03-08", "2026-11-01", Fraction(1)),
    ("Australia/Lord_Howe", "2026-10-04", "2026-04-05", Fraction(1, 2)),
    ("Asia/Kolkata", "2026-03-29", "2026-10-25", Fraction(0)),
]
"""Zone, the day its clocks go forward, the day they go back, and by how many hours; those of Kolkata never do."""
ZONES = [row[0] for row in CLOCKS]
NIGHTS = ["2026-02-28", "2028-02-29", "2026-06-30", "2026-12-31", "2026-07-14"]
"""Ends of months, of a leap February and of a year, and a night like any other."""


def wall(zone: str, day: str, time: str = "00:00") -> datetime:
    """What the ward's clock shows, as the moment it is."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def edges() -> Sequence[object]:
    """For each zone the midnight after each of those nights, and noon of the days its clocks change."""
    found = []
    for zone, forward, back, _ in CLOCKS:
        found += [pytest.param(wall(zone, night) + 24 * HOUR, id=f"{zone} after {night}") for night in NIGHTS]
        for day in (forward, back):
            found += [pytest.param(wall(zone, day, f"0{hour}:00"), id=f"{zone} {day} {hour}") for hour in (0, 4, 7)]
    return found


AT_AN_EDGE = pytest.mark.parametrize("at", edges())


@pytest.mark.parametrize("zone,forward,back,by", CLOCKS)
def test_the_clocks_of_these_zones_change_when_they_do(zone: str, forward: str, back: str, by: Fraction) -> None:
    """Else the tests below would look at nights like any other."""
    for day, hours in ((forward, 8 - by), (back, 8 + by)):
        evening = (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()
        assert wall(zone, day, "06:00") - wall(zone, evening, "22:00") == timedelta(hours=float(hours))


# ---- Sums


@pytest.mark.hazard("HZ-10")
@AT_AN_EDGE
def test_eight_hours_of_urine_are_eight_hours(at: datetime) -> None:
    rows = hourly("urine_volume", *["10.001"] * 16, at=at)[::-1]
    assert total(rows, at - EIGHT, at, ENOUGH) == Decimal("80.008")
    assert total(rows, at - 2 * EIGHT, at - EIGHT, ENOUGH) == Decimal("80.008")
    whole_day = [reading("urine_volume", "240", -600, since=840, at=at)]
    assert total(whole_day, at - EIGHT, at, ENOUGH) == Fraction(80)
    assert gapless(rows, at - 16 * HOUR, at, 30 * HOUR / 60)
    assert not gapless(rows, at - 16 * HOUR - TICK, at, 30 * HOUR / 60)


@pytest.mark.hazard("HZ-10")
@AT_AN_EDGE
def test_a_decision_on_urine_is_the_same_on_any_night(at: datetime) -> None:
    for volume, lvhn, til in (("79.992", Action.STOP, Action.HOLD), ("80", Action.HOLD, Action.HOLD)):
        situation = a_situation(over_8_hours("urine_volume", volume, at=at), at=at)
        assert [action(situation, protocol) for protocol in (LVHN, TIL)] == [lvhn, til]
    for volume, protocol in (("160.008", LVHN), ("160.008", CONSENSUS), ("320", TIL)):
        assert action(a_situation(over_8_hours("urine_volume", volume, at=at), at=at), protocol) is Action.PROCEED


@pytest.mark.hazard("HZ-10")
@pytest.mark.parametrize("zone,forward,back,by", CLOCKS)
def test_a_night_shift_on_the_wall_is_as_long_as_it_was(zone: str, forward: str, back: str, by: Fraction) -> None:
    """From 22:00 to 06:00 on the wall; half an hour may be uncovered, and what is longer counts pro rata."""
    for day, hours in ((forward, 8 - by), (back, 8 + by)):
        evening = (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()
        start, at = wall(zone, evening, "22:00"), wall(zone, day, "06:00")
        rows = [Reading("night", "urine_volume", Decimal(170), at, start)]
        expected = 170 * min(Fraction(1), Fraction(8) / hours) if hours >= Fraction(15, 2) else Why.COVERAGE
        assert total(rows, at - EIGHT, at, ENOUGH) == expected


# ---- Freshness, persistence, length


@pytest.mark.hazard("HZ-04")
@AT_AN_EDGE
def test_four_hours_are_four_hours_on_any_night(at: datetime) -> None:
    for protocol in SHIPPED:
        row = reading("systolic_bp", 118, 240, at=at)
        assert action(a_situation(row, at=at), protocol) is Action.PROCEED
        assert missing(a_situation(replace(row, at=row.at - TICK), at=at), protocol) == {"systolic_bp": "stale"}


@AT_AN_EDGE
def test_what_lasts_is_measured_in_elapsed_time(at: datetime) -> None:
    for minutes, verdict in ((120, Verdict.MET), (119, Verdict.UNKNOWN)):
        situation = a_situation(readings("disorientation", (True, minutes), (True, 5), at=at), at=at)
        assert finding(situation, CONSENSUS, "disorientation-absolute").verdict is verdict
    for minutes, verdict in ((48 * 60 + 1, Verdict.MET), (48 * 60, Verdict.NOT_MET)):
        situation = a_situation(readings("coma_or_toxic_psychosis", (True, minutes), (True, 5), at=at), at=at)
        assert finding(situation, USPI, "long-coma-permanent").verdict is verdict
    for minutes, verdict in ((20, Verdict.MET), (19, Verdict.UNKNOWN)):
        situation = a_situation(readings("heart_rate", (110, minutes), (110, 5), at=at), at=at)
        assert finding(situation, CONSENSUS, "heart-rate-relative").verdict is verdict


@AT_AN_EDGE
def test_eight_hours_since_admission_are_eight_hours(at: datetime) -> None:
    rows = (reading(name, 0, 0, since=479, at=at) for name in ("urine_volume", "stool_volume"))
    situation = a_situation(*rows, at=at, admitted_at=ago(479, at))
    assert {action(situation, protocol) for protocol in SHIPPED} == {Action.PROCEED}
    longer = a_situation(reading("urine_volume", 0, 0, since=480, at=at), at=at, admitted_at=ago(480, at))
    assert [action(longer, protocol) for protocol in (LVHN, CONSENSUS, TIL)] == [Action.STOP, Action.HOLD, Action.HOLD]


# ---- The grid of doses


@pytest.mark.hazard("HZ-10")
@pytest.mark.parametrize("zone,forward,back,by", CLOCKS)
def test_doses_follow_each_other_every_eight_hours_over_the_change(
    zone: str, forward: str, back: str, by: Fraction
) -> None:
    for day, shift in ((forward, by), (back, -by)):
        evening = (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()
        first = wall(zone, evening, "20:00")
        cycle = a_flowsheet(at=first, due=1, given=()).cycles[0]
        due = [due_at(cycle, (), number, LVHN.timing.interval) for number in range(1, 15)]
        assert [later - earlier for earlier, later in pairwise(due)] == [EIGHT] * 13
        local = [moment.astimezone(ZoneInfo(zone)) for moment in due]
        minutes = int(shift * 60)
        assert (local[1].hour * 60 + local[1].minute) == 4 * 60 + minutes
        assert {(moment.hour * 60 + moment.minute - minutes) % 480 for moment in local[1:]} == {240}


@pytest.mark.hazard("HZ-10")
@AT_AN_EDGE
def test_a_dose_window_is_as_long_on_any_night(at: datetime) -> None:
    times = window(at, LVHN.timing)
    assert [times.assess_at - at, times.opens_at - at, times.closes_at - at] == [-2 * HOUR, -HOUR, HOUR]
    for protocol in SHIPPED:
        assert action(a_situation(at=at, minutes_past_due=60), protocol) is Action.PROCEED
        assert action(a_situation(at=at, minutes_past_due=61), protocol) is Action.SKIP
