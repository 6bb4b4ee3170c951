"""Is nobody forgotten: neither a patient nobody observes, nor a dose nobody decides or gives?"""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.assess import situation_of
from app.domain.deadlines import NO_DECISION, OBSERVATIONS, OVERDUE, waiting
from app.domain.flowsheet import Flowsheet
from app.domain.vocabulary import Choice, CycleEventKind
from tests.builders import AT, LVHN, a_cycle_event, a_flowsheet, a_record, an_administration, an_order

MINUTES = timedelta(minutes=1)


def _found(sheet: Flowsheet, now: datetime = AT) -> dict[str, datetime]:
    return {one.kind: one.at for one in waiting(sheet, LVHN, now).deadlines}


def _decided(sheet: Flowsheet, at: datetime = AT) -> Flowsheet:
    dose = sheet.doses[4]
    record = a_record(situation_of(sheet, dose, LVHN, at), dose=dose, course_id=sheet.course.id)
    return replace(sheet, decisions=(*sheet.decisions, record))


def test_observations_are_due_again_when_the_vital_signs_turn_stale() -> None:
    sheet = a_flowsheet()
    last = max(row.observed_at for row in sheet.charted() if LVHN.measures[row.measure].group == "vital")
    assert _found(sheet)[OBSERVATIONS] == last + LVHN.fresh_for["vital"]


def test_a_patient_nobody_has_observed_is_due_that_long_after_admission() -> None:
    sheet = replace(a_flowsheet(), observations=())
    assert _found(sheet)[OBSERVATIONS] == sheet.cycles[0].admitted_at + LVHN.fresh_for["vital"]


def test_a_laboratory_value_is_no_observation_of_the_patient() -> None:
    sheet = a_flowsheet()
    labs = tuple(row for row in sheet.observations if LVHN.measures[row.measure].group == "lab")
    assert labs
    assert _found(replace(sheet, observations=labs))[OBSERVATIONS] < AT


def test_a_dose_needs_a_decision_by_its_due_time() -> None:
    assert _found(a_flowsheet())[NO_DECISION] == AT


def test_a_preview_is_no_decision() -> None:
    sheet = _decided(a_flowsheet(), AT - timedelta(hours=3))
    assert sheet.decisions[-1].provisional
    assert _found(sheet)[NO_DECISION] == AT


def test_what_may_be_given_is_overdue_half_way_through_its_delay() -> None:
    found = _found(_decided(a_flowsheet()))
    assert found[OVERDUE] == AT + LVHN.timing.delay_limit / 2
    assert found[NO_DECISION] == AT + LVHN.timing.validity


def test_a_decision_that_expired_asks_for_another() -> None:
    sheet, expires = _decided(a_flowsheet()), AT + 40 * MINUTES
    early = replace(sheet, decisions=(replace(sheet.decisions[-1], valid_until=expires),))
    late = _found(early, expires + MINUTES)
    assert late[NO_DECISION] == expires
    assert OVERDUE not in late


def test_what_could_not_be_evaluated_is_not_decided_unless_something_was_ordered_on_it() -> None:
    open_ = _decided(a_flowsheet(absent=["creatinine"]))
    assert _found(open_)[NO_DECISION] == AT
    hold = an_order(open_.doses[4], open_.decisions[-1], Choice.HOLD)
    assert set(_found(replace(open_, orders=(hold,)))) == {OBSERVATIONS}


def test_a_dose_that_is_held_is_not_waited_for() -> None:
    assert set(_found(_decided(a_flowsheet(creatinine="2.6")))) == {OBSERVATIONS}


def test_an_order_to_give_a_held_dose_is_waited_for_and_an_order_to_hold_is_not() -> None:
    held, well = _decided(a_flowsheet(creatinine="2.6")), _decided(a_flowsheet())
    give = an_order(held.doses[4], held.decisions[-1], Choice.GIVE)
    hold = an_order(well.doses[4], well.decisions[-1], Choice.HOLD)
    assert OVERDUE in _found(replace(held, orders=(give,)))
    assert set(_found(replace(well, orders=(hold,)))) == {OBSERVATIONS}


def test_a_dose_that_was_given_is_waited_for_no_more_and_the_next_one_is() -> None:
    sheet = _decided(a_flowsheet())
    given = replace(sheet, administrations=(*sheet.administrations, an_administration(sheet.doses[4], AT)))
    assert _found(given)[NO_DECISION] == AT + LVHN.timing.interval


def test_nothing_is_waited_for_once_the_cycle_has_ended_or_before_it_began() -> None:
    sheet = a_flowsheet()
    ended = replace(sheet, events=(a_cycle_event(sheet.cycles[0], CycleEventKind.STOPPED),))
    assert waiting(ended, LVHN, AT) == ((), None)
    assert waiting(replace(sheet, cycles=()), LVHN, AT) == ((), None)


def test_what_passed_first_comes_first() -> None:
    found = waiting(a_flowsheet(), LVHN, AT + timedelta(hours=9)).deadlines
    assert [one.at for one in found] == sorted(one.at for one in found)
