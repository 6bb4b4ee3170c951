"""Where does each dose stand at a given minute, and why was it not given?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress, dose_progress, pending, progress
from app.domain.situation import Situation
from app.domain.vocabulary import Choice, CycleEventKind, DoseState, Outcome, SkipReason
from tests.builders import (
    AT,
    LVHN,
    a_cycle_event,
    a_flowsheet,
    a_record,
    a_situation,
    an_administration,
    an_order,
)

MICROSECOND = timedelta(microseconds=1)


def minutes(count: float) -> datetime:
    """So long after the fifth dose was due."""
    return AT + timedelta(minutes=count)


def fifth(sheet: Flowsheet, now: datetime) -> DoseProgress:
    return dose_progress(sheet, sheet.doses[4], LVHN, now)


def decided(sheet: Flowsheet, *situations: Situation) -> Flowsheet:
    records = tuple(a_record(situation, LVHN, dose=sheet.doses[4]) for situation in situations)
    return replace(sheet, decisions=(*sheet.decisions, *records))


def ordered(sheet: Flowsheet, choice: Choice, at: datetime = AT) -> Flowsheet:
    record: DecisionRecord = a_record(a_situation(), LVHN, dose=sheet.doses[4])
    return replace(sheet, orders=(*sheet.orders, an_order(sheet.doses[4], record, choice, at)))


def done(sheet: Flowsheet, outcome: Outcome) -> Flowsheet:
    return replace(sheet, administrations=(*sheet.administrations, an_administration(sheet.doses[4], AT, outcome)))


@pytest.mark.parametrize(
    "now,state",
    [
        (minutes(-61), DoseState.SCHEDULED),
        (minutes(-60) - MICROSECOND, DoseState.SCHEDULED),
        (minutes(-60), DoseState.DUE),
        (minutes(0), DoseState.DUE),
        (minutes(0) + MICROSECOND, DoseState.OVERDUE),
        (minutes(60), DoseState.OVERDUE),
        (minutes(60) + MICROSECOND, DoseState.SKIPPED),
    ],
)
def test_a_dose_that_nobody_touched_moves_with_the_clock(now: datetime, state: DoseState) -> None:
    found = fifth(a_flowsheet(), now)
    assert found.state is state
    assert found.skip_reason is (SkipReason.MISSED if state is DoseState.SKIPPED else None)
    assert (found.window.due_at, found.units) == (AT, Decimal(48_000_000))


@pytest.mark.parametrize(
    "outcome,state",
    [
        (Outcome.GIVEN, DoseState.GIVEN),
        (Outcome.INTERRUPTED, DoseState.INTERRUPTED),
        (Outcome.NOT_GIVEN, DoseState.SKIPPED),
    ],
)
def test_what_was_recorded_wins_over_the_clock(outcome: Outcome, state: DoseState) -> None:
    for now in (minutes(-61), minutes(30), minutes(600)):
        assert fifth(done(a_flowsheet(), outcome), now).state is state


WELL, HELD = a_situation(), a_situation(crackles="third_to_half")
BLIND, STOPPED = a_situation(absent=["creatinine"]), a_situation(frank_blood=True)
BOTH = a_situation(crackles="third_to_half", absent=["creatinine"])


@pytest.mark.hazard("HZ-16")
@pytest.mark.parametrize(
    "situations,reason",
    [
        ([], "missed"),
        ([HELD], "criterion"),
        ([STOPPED], "criterion"),
        ([BLIND], "not_evaluable"),
        ([BOTH], "criterion"),
        ([WELL], "missed"),
        ([HELD, WELL], "missed"),
        ([WELL, HELD], "criterion"),
        ([HELD, BLIND], "criterion"),
        ([HELD, WELL, BLIND], "not_evaluable"),
        ([replace(HELD, due_at=minutes(121))], "missed"),
        ([replace(HELD, at=minutes(61), due_at=AT)], "missed"),
    ],
    ids=["never decided", "held", "stopped", "not evaluable", "held and blind", "well, forgotten", "cleared, forgotten",
         "held at last", "held, then blind", "cleared, then blind", "provisional only", "after the window only"],
)  # fmt: skip
def test_a_dose_that_was_not_given_says_why(situations: list[Situation], reason: str) -> None:
    found = fifth(decided(a_flowsheet(), *situations), minutes(61))
    assert (found.state, found.skip_reason) == (DoseState.SKIPPED, reason)


def test_a_review_does_not_change_why_a_dose_was_skipped() -> None:
    sheet = decided(a_flowsheet(), HELD)
    review = a_record(WELL, LVHN, dose=sheet.doses[4], reviews=sheet.decisions[0])
    assert fifth(replace(sheet, decisions=(*sheet.decisions, review)), minutes(61)).skip_reason == "criterion"


def test_an_order_to_skip_skips_at_once_and_a_later_order_to_give_takes_it_back() -> None:
    sheet = ordered(a_flowsheet(), Choice.SKIP)
    assert (fifth(sheet, AT).state, fifth(sheet, AT).skip_reason) == (DoseState.SKIPPED, SkipReason.ORDERED)
    assert fifth(ordered(sheet, Choice.GIVE, minutes(1)), minutes(2)).state is DoseState.OVERDUE


def test_an_order_to_hold_keeps_the_dose_pending_and_is_the_reason_at_the_end() -> None:
    sheet = ordered(decided(a_flowsheet(), WELL), Choice.HOLD)
    assert fifth(sheet, minutes(30)).state is DoseState.OVERDUE
    assert fifth(sheet, minutes(61)).skip_reason is SkipReason.ORDERED


@pytest.mark.parametrize("kind", [CycleEventKind.STOPPED, CycleEventKind.DISCHARGED])
def test_the_end_of_a_cycle_cancels_what_was_still_open_and_nothing_before(kind: CycleEventKind) -> None:
    sheet = a_flowsheet(given=(1, 2, 3))
    sheet = replace(sheet, events=(a_cycle_event(sheet.cycles[0], kind, minutes(-10)),))
    states = [str(dose.state) for dose in progress(sheet, sheet.cycles[0], LVHN, minutes(600))]
    assert states == ["given", "given", "given", "skipped"] + ["cancelled"] * 10
    early = [str(dose.state) for dose in progress(sheet, sheet.cycles[0], LVHN, minutes(-20))]
    assert early[4:6] == ["due", "scheduled"]


def test_the_ward_works_towards_the_first_dose_that_is_neither_done_nor_past() -> None:
    sheet = a_flowsheet()
    for now, number in ((minutes(-300), 5), (minutes(60), 5), (minutes(61), 6)):
        found = pending(sheet, sheet.cycles[0], LVHN, now)
        assert found is not None
        assert found.dose.number == number
    assert pending(sheet, sheet.cycles[0], LVHN, minutes(60 * 24 * 9)) is None


def test_the_newest_decision_and_order_stand_beside_the_dose() -> None:
    sheet = ordered(decided(a_flowsheet(), HELD, WELL), Choice.GIVE)
    found = fifth(sheet, AT)
    assert (found.decision, found.order, found.administration) == (sheet.decisions[1], sheet.orders[0], None)
