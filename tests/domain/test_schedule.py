"""When is a dose due, how much of it, and which dose is there none of?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.domain.course import CycleEvent
from app.domain.errors import InvalidInput
from app.domain.protocol import Protocol
from app.domain.schedule import check_dose_number, due_at, units, window
from app.domain.vocabulary import CycleEventKind
from tests.builders import CONSENSUS, LVHN, TIL, USPI, a_cycle_event, a_flowsheet

EIGHT = timedelta(hours=8)
LONDON = ZoneInfo("Europe/London")
CYCLE = a_flowsheet().cycles[0]
FIRST = CYCLE.first_due_at


def moved(from_dose: int, to: datetime) -> CycleEvent:
    return a_cycle_event(CYCLE, CycleEventKind.GRID_MOVED, from_dose=from_dose, due_at=to)


def test_doses_are_due_every_eight_hours_from_the_first() -> None:
    assert [due_at(CYCLE, (), number, EIGHT) - FIRST for number in (1, 2, 14)] == [
        timedelta(0),
        timedelta(hours=8),
        timedelta(hours=104),
    ]


def test_a_moved_grid_moves_its_dose_and_all_later_ones_and_no_earlier_one() -> None:
    to = FIRST + timedelta(hours=20)
    assert due_at(CYCLE, (moved(3, to),), 2, EIGHT) == FIRST + EIGHT
    assert due_at(CYCLE, (moved(3, to),), 3, EIGHT) == to
    assert due_at(CYCLE, (moved(3, to),), 5, EIGHT) == to + 2 * EIGHT


def test_the_last_order_that_moves_the_grid_holds() -> None:
    early, late = FIRST + timedelta(hours=20), FIRST + timedelta(hours=30)
    assert due_at(CYCLE, (moved(3, early), moved(3, late)), 3, EIGHT) == late
    assert due_at(CYCLE, (moved(3, early), moved(4, late)), 3, EIGHT) == early
    assert due_at(CYCLE, (moved(3, early), moved(4, late)), 4, EIGHT) == late


def test_other_events_leave_the_grid_alone() -> None:
    bed = a_cycle_event(CYCLE, CycleEventKind.MOVED, bed="CANARY-BED-2")
    assert due_at(CYCLE, (bed,), 2, EIGHT) == FIRST + EIGHT


def test_only_an_order_that_moves_the_grid_moves_it_and_only_one_that_says_from_where_to_where() -> None:
    late = FIRST + timedelta(hours=30)
    stopped = a_cycle_event(CYCLE, CycleEventKind.STOPPED, from_dose=2, due_at=late)
    nowhere = a_cycle_event(CYCLE, CycleEventKind.GRID_MOVED, from_dose=2)
    from_nowhere = a_cycle_event(CYCLE, CycleEventKind.GRID_MOVED, due_at=late)
    for event in (stopped, nowhere, from_nowhere):
        assert due_at(CYCLE, (event,), 2, EIGHT) == FIRST + EIGHT


@pytest.mark.hazard("HZ-10")
@pytest.mark.parametrize("month,day,wall", [(3, 28, "05:00"), (10, 24, "03:00")])
def test_eight_hours_are_eight_hours_on_the_nights_the_clocks_change(month: int, day: int, wall: str) -> None:
    first = datetime(2026, month, day, 20, tzinfo=LONDON).astimezone(UTC)
    cycle = a_flowsheet(at=first, due=1, given=()).cycles[0]
    second = due_at(cycle, (), 2, EIGHT)
    assert second - first == EIGHT
    assert f"{second.astimezone(LONDON):%H:%M}" == wall


def test_a_dose_window_is_two_hours_one_hour_and_one_hour() -> None:
    times = window(FIRST, LVHN.timing)
    assert [moment - FIRST for moment in (times.assess_at, times.opens_at, times.due_at, times.closes_at)] == [
        timedelta(hours=-2),
        timedelta(hours=-1),
        timedelta(0),
        timedelta(hours=1),
    ]


@pytest.mark.parametrize("weight,expected", [("80.0", 48_000_000), ("71.3", 42_780_000), ("0.1", 60_000)])
def test_units_are_whole_and_follow_the_ordered_weight(weight: str, expected: int) -> None:
    assert str(units(LVHN.dosing, Decimal(weight))) == str(expected)


def test_half_a_unit_is_a_whole_one() -> None:
    one_per_kg = replace(LVHN.dosing, units_per_kg=Decimal(1))
    assert [str(units(one_per_kg, Decimal(kg))) for kg in ("72.4", "72.5", "73.5")] == ["72", "73", "74"]


@pytest.mark.hazard("HZ-16")
@pytest.mark.parametrize("protocol,cap", [(LVHN, 14), (CONSENSUS, 14), (USPI, 14), (TIL, 6)])
def test_a_dose_that_does_not_exist_is_refused_and_the_rule_is_named(protocol: Protocol, cap: int) -> None:
    for number in (0, -1, cap + 1, 99):
        with pytest.raises(InvalidInput) as refused:
            check_dose_number(protocol.dosing, number, protocol.pin.id)
        assert refused.value.code == ("over_cap" if number > cap else "dose_number")
        assert (f"{protocol.pin.id} allows at most {cap}" in refused.value.sentence) == (number > cap)
    for number in range(1, cap + 1):
        check_dose_number(protocol.dosing, number, protocol.pin.id)
