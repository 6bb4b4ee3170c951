"""Does the sheet tell what holds from what was, and what was known from what came later?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.flowsheet import Flowsheet
from app.domain.observation import current
from app.domain.vocabulary import Choice, CycleEventKind, Outcome
from tests.builders import (
    AT,
    LVHN,
    a_cycle_event,
    a_flowsheet,
    a_record,
    a_situation,
    an_administration,
    an_observation,
    an_order,
    reading,
)

LATER = AT + timedelta(minutes=10)


def full() -> Flowsheet:
    """A sheet on which one thing of each kind was written ten minutes after the dose was due."""
    sheet = a_flowsheet(given=())
    dose, cycle = sheet.doses[4], sheet.cycles[0]
    record = replace(a_record(a_situation(), LVHN, dose=dose), recorded_at=LATER)
    return replace(
        sheet,
        observations=(*sheet.observations, an_observation(reading("ast", 30), recorded_at=LATER)),
        decisions=(record,),
        orders=(an_order(dose, record, Choice.GIVE, LATER),),
        administrations=(replace(an_administration(dose, AT), recorded_at=LATER),),
        events=(a_cycle_event(cycle, CycleEventKind.STOPPED, LATER),),
    )


@pytest.mark.hazard("HZ-08")
def test_nothing_that_was_written_later_was_known_before() -> None:
    sheet, before = full(), full().as_known_at(LATER - timedelta(microseconds=1))
    assert len(before.observations) == len(sheet.observations) - 1
    assert (before.decisions, before.orders, before.administrations, before.events) == ((), (), (), ())
    assert sheet.as_known_at(LATER) == sheet
    assert before.as_known_at(AT - timedelta(days=30)).cycles == ()


@pytest.mark.hazard("HZ-08")
def test_an_admission_written_down_hours_later_was_not_known_before() -> None:
    sheet = a_flowsheet()
    late = replace(sheet.cycles[0], recorded_at=sheet.cycles[0].admitted_at + timedelta(hours=5))
    known = replace(sheet, cycles=(late,))
    assert known.as_known_at(late.recorded_at - timedelta(microseconds=1)).cycles == ()
    assert known.as_known_at(late.recorded_at).cycles == (late,)


@pytest.mark.hazard("HZ-08")
def test_the_last_word_on_a_decision_is_its_newest_review() -> None:
    sheet = a_flowsheet()
    dose, other = sheet.doses[4], sheet.doses[5]
    first, second, apart = (a_record(a_situation(), LVHN, dose=one) for one in (dose, dose, other))
    review, newest = (replace(a_record(a_situation(), LVHN, dose=dose), reviews=first.id) for _ in range(2))
    assert sheet.latest_word(first) == first
    sheet = replace(sheet, decisions=(first, second, review, apart, newest))
    assert [sheet.latest_word(one).id for one in (first, second, apart)] == [newest.id, second.id, apart.id]
    assert (sheet.latest_word(review), sheet.latest_word(newest)) == (review, newest)
    assert sheet.decisions_of(dose.id) == (first, second)
    assert replace(sheet, decisions=(first, review)).latest_word(first) == review


def test_orders_and_events_are_those_of_the_dose_and_the_cycle_in_their_order() -> None:
    sheet = a_flowsheet()
    dose, other, cycle = sheet.doses[4], sheet.doses[5], sheet.cycles[0]
    record = a_record(a_situation(), LVHN, dose=dose)
    hold, give = (an_order(dose, record, choice, LATER) for choice in (Choice.HOLD, Choice.GIVE))
    apart = an_order(other, record, Choice.SKIP, LATER)
    moved, stopped = (a_cycle_event(cycle, kind, LATER) for kind in (CycleEventKind.MOVED, CycleEventKind.STOPPED))
    elsewhere = replace(a_cycle_event(cycle, CycleEventKind.STOPPED, AT), cycle_id="another cycle")
    sheet = replace(sheet, orders=(hold, apart, give), events=(elsewhere, moved, stopped))
    assert (sheet.orders_of(dose.id), sheet.orders_of(other.id)) == ((hold, give), (apart,))
    assert sheet.orders_of(sheet.doses[0].id) == ()
    assert (sheet.events_of(cycle.id), sheet.events_of("no cycle")) == ((moved, stopped), ())
    assert sheet.ended(cycle.id) == stopped
    assert replace(sheet, orders=(), events=()).orders_of(dose.id) == ()


def test_what_was_sought_on_a_sheet_is_no_part_of_it() -> None:
    sheet = full()
    same, dose, cycle = replace(sheet), sheet.doses[4].id, sheet.cycles[0].id
    assert len(sheet.doses_of(cycle)) == len(sheet.doses)
    assert all([sheet.events_of(cycle), sheet.decisions_of(dose), sheet.orders_of(dose), sheet.administration(dose)])
    assert sheet.latest_word(sheet.decisions[0]) == sheet.decisions[0]
    assert sheet == same
    assert repr(sheet) == repr(same)


def test_sheets_that_follow_one_another_answer_each_of_its_own_rows() -> None:
    sheet = full()
    dose, cycle = sheet.doses[4].id, sheet.cycles[0].id
    bare = replace(sheet, events=(), decisions=(), orders=(), administrations=(), doses=sheet.doses[:2])
    before = sheet.as_known_at(AT - timedelta(days=30))
    for _ in range(2):
        assert all([sheet.events_of(cycle), sheet.decisions_of(dose), sheet.orders_of(dose)])
        assert sheet.administration(dose) is not None
        assert len(sheet.doses_of(cycle)) == len(sheet.doses)
        assert not any([bare.events_of(cycle), bare.decisions_of(dose), bare.orders_of(dose)])
        assert bare.administration(dose) is None
        assert len(bare.doses_of(cycle)) == 2
        assert before.administration(dose) is None


def test_of_corrections_the_last_holds_and_of_retractions_nothing() -> None:
    first = an_observation(reading("creatinine", "3.4"))
    second = an_observation(reading("creatinine", "2.6"), supersedes=first)
    third = an_observation(reading("creatinine", "2.4"), supersedes=second)
    gone = an_observation(reading("creatinine", "2.4"), supersedes=third, retracts=True)
    assert current((first, second, third)) == (third,)
    assert current((third, first, second)) == (third,)
    assert current((first, second, third, gone)) == ()


def test_rows_that_hold_come_by_the_time_they_were_true() -> None:
    late, early = an_observation(reading("ast", 30, 10)), an_observation(reading("ast", 31, 300))
    assert current((late, early)) == (early, late)


@pytest.mark.hazard("HZ-16")
def test_one_administration_holds_for_a_dose_and_it_is_the_corrected_one() -> None:
    sheet = a_flowsheet(given=())
    given = an_administration(sheet.doses[4], AT)
    corrected = replace(an_administration(sheet.doses[4], AT, Outcome.INTERRUPTED), supersedes=given.id)
    for rows in ((given, corrected), (corrected, given)):
        assert replace(sheet, administrations=rows).administration(sheet.doses[4].id) == corrected
    assert sheet.administration(sheet.doses[4].id) is None
    assert replace(sheet, administrations=(given,)).administration(sheet.doses[3].id) is None


def test_reviews_are_kept_apart_from_decisions() -> None:
    sheet = a_flowsheet()
    dose = sheet.doses[4]
    first, second = a_record(a_situation(), LVHN, dose=dose), a_record(a_situation(), LVHN, dose=dose)
    review = a_record(a_situation(), LVHN, dose=dose, reviews=first)
    other = a_record(a_situation(), LVHN, dose=sheet.doses[5])
    decided = replace(sheet, decisions=(first, second, review, other))
    assert decided.decisions_of(dose.id) == (first, second)
    assert decided.latest_decision(dose.id) == second
    assert sheet.latest_decision(dose.id) is None


@pytest.mark.parametrize(
    "kind,ends",
    [(CycleEventKind.STOPPED, True), (CycleEventKind.DISCHARGED, True), (CycleEventKind.MOVED, False),
     (CycleEventKind.GRID_MOVED, False)],
)  # fmt: skip
def test_a_cycle_ends_by_stop_or_discharge(kind: CycleEventKind, *, ends: bool) -> None:
    sheet = a_flowsheet()
    event = a_cycle_event(sheet.cycles[0], kind)
    assert replace(sheet, events=(event,)).ended(sheet.cycles[0].id) == (event if ends else None)
    assert replace(sheet, events=(event,)).ended("another cycle") is None


def test_what_is_not_on_the_sheet_is_no_silent_none() -> None:
    sheet = a_flowsheet()
    assert sheet.dose(sheet.doses[2].id) == sheet.doses[2]
    assert [dose.number for dose in sheet.doses_of(sheet.cycles[0].id)] == list(range(1, 15))
    for ask in (sheet.dose, sheet.cycle, LVHN.criterion):
        with pytest.raises(KeyError):
            ask("nowhere")


@pytest.mark.hazard("HZ-08")
def test_a_cycle_that_was_opened_long_after_the_admission_was_not_known_before() -> None:
    sheet = full()
    opened = replace(sheet.cycles[0], recorded_at=sheet.cycles[0].admitted_at + timedelta(hours=2))
    sheet = replace(sheet, cycles=(opened,))
    assert sheet.as_known_at(opened.recorded_at - timedelta(microseconds=1)).cycles == ()
    assert sheet.as_known_at(opened.recorded_at).cycles == (opened,)
