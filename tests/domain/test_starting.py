"""When may a cycle or a course begin, and how long does a cycle last?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.course import Cycle
from app.domain.errors import Conflict
from app.domain.flowsheet import Flowsheet
from app.domain.progress import cycle_closes_at
from app.domain.schedule import cycle_closes
from app.domain.starting import check_retreatment, start_warnings
from app.domain.vocabulary import CycleEventKind, Outcome
from tests.builders import AT, LVHN, REASON, TIL, a_cycle_event, a_flowsheet, an_administration, an_id

DAY = timedelta(days=1)
DOSING = LVHN.dosing
CALENDAR = replace(DOSING, cycle_window=None, cycle_days=5)
LONDON = ZoneInfo("Europe/London")
SHEET = a_flowsheet(given=range(1, 15), due=14)
LAST_DOSE = SHEET.administrations[-1].started_at


def second(first_due_at: datetime, sheet: Flowsheet = SHEET) -> tuple[Flowsheet, Cycle]:
    cycle = replace(sheet.cycles[0], id=an_id(), number=2, first_due_at=first_due_at)
    return replace(sheet, cycles=(*sheet.cycles, cycle)), cycle


def warnings(first_due_at: datetime, sheet: Flowsheet = SHEET) -> tuple[str, ...]:
    return start_warnings(*second(first_due_at, sheet), DOSING)


def test_the_first_cycle_has_nothing_to_be_warned_of() -> None:
    assert start_warnings(SHEET, SHEET.cycles[0], DOSING) == ()


def test_nine_days_of_rest_are_enough_and_a_minute_less_warns() -> None:
    assert warnings(LAST_DOSE + 9 * DAY) == ()
    assert warnings(LAST_DOSE + 9 * DAY - timedelta(minutes=1)) == (
        "Cycle 2 begins 8 days after the last dose of cycle 1: the protocol asks for 9 days of rest.",
    )


def test_the_rest_is_counted_to_where_the_first_dose_was_moved() -> None:
    sheet, cycle = second(LAST_DOSE + 7 * DAY)
    for days, warned in ((8, 1), (10, 0)):
        moved = a_cycle_event(cycle, CycleEventKind.GRID_MOVED, due_at=LAST_DOSE + days * DAY, from_dose=1)
        assert len(start_warnings(replace(sheet, events=(moved,)), cycle, DOSING)) == warned


def test_a_cycle_whose_first_dose_was_moved_lasts_from_where_it_was_moved_to() -> None:
    cycle, to = SHEET.cycles[0], SHEET.cycles[0].first_due_at + 6 * DAY
    moved = a_cycle_event(cycle, CycleEventKind.GRID_MOVED, due_at=to, from_dose=1)
    later = a_cycle_event(cycle, CycleEventKind.GRID_MOVED, due_at=to + 2 * DAY, from_dose=2)
    sheet = replace(SHEET, administrations=(), events=(moved, later))
    assert cycle_closes_at(sheet, cycle, LVHN, LONDON) == to + timedelta(hours=120)


def test_a_dose_that_was_not_given_does_not_delay_the_rest() -> None:
    *given, last = SHEET.administrations
    sheet = replace(SHEET, administrations=(*given, replace(last, outcome=Outcome.NOT_GIVEN)))
    assert warnings(LAST_DOSE - timedelta(hours=8) + 9 * DAY, sheet) == ()


def test_a_stopped_cycle_says_why_before_the_next_one() -> None:
    stop = a_cycle_event(SHEET.cycles[0], CycleEventKind.STOPPED)
    assert warnings(LAST_DOSE + 20 * DAY, replace(SHEET, events=(stop,))) == (f"Cycle 1 was stopped: {REASON}",)


def test_a_course_that_cannot_hold_a_whole_cycle_says_what_is_left() -> None:
    sheet, middle = second(LAST_DOSE + 20 * DAY)
    slots = tuple(replace(dose, id=an_id(), cycle_id=middle.id) for dose in SHEET.doses[:3])
    gone = tuple(an_administration(dose, LAST_DOSE + 20 * DAY) for dose in slots)
    sheet = replace(sheet, doses=(*SHEET.doses, *slots), administrations=(*SHEET.administrations, *gone))
    third = replace(middle, id=an_id(), number=3, first_due_at=LAST_DOSE + 60 * DAY)
    found = start_warnings(replace(sheet, cycles=(*sheet.cycles, third)), third, DOSING)
    assert found == ("The course has 11 doses left of its 28.",)


def test_a_new_course_waits_seven_weeks_from_the_last_discharge() -> None:
    out = (AT - 100 * DAY, AT)
    check_retreatment(out, AT + 49 * DAY, DOSING, "lvhn-2015")
    check_retreatment((), AT, DOSING, "lvhn-2015")
    with pytest.raises(Conflict) as refusal:
        check_retreatment(out, AT + 49 * DAY - timedelta(minutes=1), DOSING, "lvhn-2015")
    assert refusal.value.code == "retreatment_too_early"
    assert str(refusal.value) == (
        "lvhn-2015 asks for at least 49 days between the last discharge and a new course: not before"
        " 22-Apr-2026 16:00 UTC."
    )


def test_a_cycle_of_hours_ends_120_hours_after_its_first_dose() -> None:
    assert cycle_closes(DOSING, AT, LONDON) == AT + timedelta(hours=120)


@pytest.mark.parametrize(
    "zone,first,ends",
    [
        ("Europe/London", "2026-03-02T17:00+00:00", "2026-03-07T00:00+00:00"),
        ("Europe/London", "2026-03-27T17:00+00:00", "2026-03-31T23:00+00:00"),
        ("America/New_York", "2026-10-30T01:00+00:00", "2026-11-03T05:00+00:00"),
        ("Asia/Kolkata", "2026-03-02T18:30+00:00", "2026-03-07T18:30+00:00"),
        ("Australia/Lord_Howe", "2026-04-03T12:00+00:00", "2026-04-07T13:30+00:00"),
    ],
)
def test_a_cycle_of_calendar_days_ends_with_the_wards_fifth_day(zone: str, first: str, ends: str) -> None:
    assert cycle_closes(CALENDAR, datetime.fromisoformat(first), ZoneInfo(zone)) == datetime.fromisoformat(ends)


def test_the_days_are_counted_from_the_first_dose_that_was_given() -> None:
    cycle = SHEET.cycles[0]
    first = SHEET.administrations[0]
    late = replace(first, started_at=first.started_at + timedelta(minutes=50))
    unused = replace(SHEET, administrations=())
    moved = replace(SHEET, administrations=(late, *SHEET.administrations[1:]))
    closes = [cycle_closes_at(sheet, cycle, LVHN, UTC) - cycle.first_due_at for sheet in (unused, SHEET, moved)]
    assert closes == [timedelta(hours=120), timedelta(hours=120), timedelta(hours=120, minutes=50)]


def test_the_run_after_cells_is_six_doses_in_all() -> None:
    assert (TIL.dosing.dose_cap, TIL.dosing.course_cap) == (6, 6)
