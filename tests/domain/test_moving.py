"""How far may a prescriber move the due times of a cycle?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.assess import situation_of
from app.domain.errors import Conflict, InvalidInput
from app.domain.flowsheet import Flowsheet
from app.domain.moving import check_move
from app.domain.vocabulary import Choice, CycleEventKind
from tests.builders import AT, LVHN, a_cycle_event, a_flowsheet, a_record, an_order

SHEET = a_flowsheet()
EIGHT, MINUTE = timedelta(hours=8), timedelta(minutes=1)
NOW = AT - EIGHT


def move(from_dose: int | None, to: datetime | None, sheet: Flowsheet = SHEET, now: datetime = NOW) -> None:
    check_move(sheet, sheet.cycles[0], LVHN, from_dose, to, now)


def refusal(from_dose: int | None, to: datetime | None, now: datetime = NOW, sheet: Flowsheet = SHEET) -> str:
    with pytest.raises((InvalidInput, Conflict)) as refused:
        move(from_dose, to, sheet, now)
    return refused.value.code


def test_a_dose_may_be_due_later_and_never_sooner_than_the_interval_after_the_one_before() -> None:
    move(5, AT + EIGHT)
    move(5, AT)
    assert refusal(5, AT - MINUTE) == "too_close"


def test_the_refusal_names_the_hours_and_the_earliest_time() -> None:
    with pytest.raises(InvalidInput, match="8 hours apart at least: not before 04-Mar-2026 16:00 UTC"):
        move(5, AT - MINUTE)


def test_a_move_can_be_taken_back_as_far_as_it_went() -> None:
    cycle = SHEET.cycles[0]
    moved = a_cycle_event(cycle, CycleEventKind.GRID_MOVED, from_dose=6, due_at=AT + 2 * EIGHT)
    sheet = replace(SHEET, events=(moved,))
    move(6, AT + EIGHT, sheet)
    move(7, AT + 3 * EIGHT, sheet)
    with pytest.raises(InvalidInput):
        move(7, AT + 3 * EIGHT - MINUTE, sheet)


def test_the_first_dose_is_not_due_before_the_admission() -> None:
    sheet = a_flowsheet(given=(), due=1)
    admitted = sheet.cycles[0].admitted_at
    move(1, admitted, sheet, admitted)
    with pytest.raises(InvalidInput):
        move(1, admitted - MINUTE, sheet, admitted)


@pytest.mark.parametrize("ahead,code", [(0, None), (2, None), (3, "due_past")])
def test_a_due_time_that_is_past_is_refused(ahead: int, code: str | None) -> None:
    now = AT + ahead * MINUTE
    if code is None:
        move(5, AT, now=now)
    else:
        assert refusal(5, AT, now) == code


@pytest.mark.parametrize("dose,to", [(None, AT), (5, None), (0, AT), (15, AT + 100 * EIGHT)])
def test_a_move_names_a_dose_of_the_cycle_and_a_time(dose: int | None, to: datetime | None) -> None:
    assert refusal(dose, to) == "grid_needed"


@pytest.mark.hazard("HZ-16")
def test_a_dose_whose_time_is_over_is_not_made_up() -> None:
    over = AT + LVHN.timing.delay_limit
    move(5, over, now=over)
    late = over + timedelta(microseconds=1)
    assert refusal(5, AT + EIGHT, late) == "already_skipped"
    move(6, AT + 2 * EIGHT, now=late)


def test_a_dose_that_was_ordered_to_be_skipped_is_not_moved() -> None:
    order = an_order(SHEET.doses[4], a_record(situation_of(SHEET, SHEET.doses[4], LVHN, AT)), Choice.SKIP)
    skipped = replace(SHEET, orders=(order,))
    assert refusal(5, AT + EIGHT, sheet=skipped) == "already_skipped"
    move(6, AT + 2 * EIGHT, skipped)


def test_a_dose_that_is_done_is_not_moved() -> None:
    assert refusal(4, AT + EIGHT) == "already_recorded"
    move(14, AT + 20 * EIGHT)
