"""Is nobody forgotten: neither a patient nobody observes, nor a dose nobody decides or gives?"""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.assess import situation_of
from app.domain.deadlines import KINDS, NO_DECISION, OBSERVATIONS, OVERDUE, RECHECK, Deadline, waiting
from app.domain.flowsheet import Flowsheet
from app.domain.vocabulary import Action, Choice, CycleEventKind
from tests.builders import (
    AT,
    LVHN,
    MEASURES,
    a_cycle_event,
    a_flowsheet,
    a_record,
    a_situation,
    an_administration,
    an_observation,
    an_order,
    reading,
    readings,
)

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


def test_observations_of_a_clock_a_little_ahead_are_observations() -> None:
    charted = a_flowsheet(absent=MEASURES).charting([an_observation(reading("spo2", 97, -1), recorded_at=AT)])
    assert _found(charted)[OBSERVATIONS] == AT + MINUTES + LVHN.fresh_for["vital"]


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


def test_what_comes_first_stands_first_whichever_kind_it_is() -> None:
    found = waiting(a_flowsheet(), LVHN, AT).deadlines
    assert [(one.kind, one.at) for one in found] == [(NO_DECISION, AT), (OBSERVATIONS, AT + 210 * MINUTES)]


def test_a_cycle_whose_doses_are_all_done_waits_for_observations_alone_and_for_ever() -> None:
    found = waiting(a_flowsheet(doses=4), LVHN, AT)
    assert [one.kind for one in found.deadlines] == [OBSERVATIONS]
    assert found.changes_at is None


def test_another_dose_is_waited_for_once_the_window_of_this_one_has_closed() -> None:
    sheet, closes = a_flowsheet(), AT + LVHN.timing.delay_limit
    assert waiting(sheet, LVHN, AT).changes_at == closes
    fifth, sixth = (
        next(one for one in waiting(sheet, LVHN, now).deadlines if one.kind == NO_DECISION)
        for now in (closes, closes + MINUTES)
    )
    assert (fifth.dose_id, sixth.dose_id) == (sheet.doses[4].id, sheet.doses[5].id)


def test_vital_signs_of_a_later_moment_are_not_yet_an_observation() -> None:
    sheet, taken = a_flowsheet(), AT - 30 * MINUTES
    admitted = sheet.cycles[0].admitted_at
    found = [_found(sheet, now)[OBSERVATIONS] for now in (taken - timedelta(microseconds=1), taken)]
    assert found == [admitted + LVHN.fresh_for["vital"], taken + LVHN.fresh_for["vital"]]


def test_the_latest_of_several_vital_signs_counts() -> None:
    sheet = a_flowsheet(readings("heart_rate", (80, 500), (82, 20), (84, 200)))
    assert _found(sheet)[OBSERVATIONS] == AT - 20 * MINUTES + LVHN.fresh_for["vital"]


def test_a_held_dose_is_looked_at_again_by_the_time_that_was_ordered() -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    dose, again = sheet.doses[4], AT + 45 * MINUTES
    hold = replace(an_order(dose, sheet.decisions[-1], Choice.HOLD), recheck_at=again)
    found = waiting(replace(sheet, orders=(hold,)), LVHN, AT).deadlines
    assert [one for one in found if one.kind != OBSERVATIONS] == [
        Deadline(RECHECK, f"recheck_overdue:{dose.id}", again, dose.id)
    ]


def test_the_time_of_a_recheck_ends_with_the_order_that_named_it() -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    dose, record = sheet.doses[4], sheet.decisions[-1]
    hold = replace(an_order(dose, record, Choice.HOLD), recheck_at=AT + 45 * MINUTES)
    later = an_order(dose, record, Choice.HOLD, AT + 5 * MINUTES)
    assert set(_found(replace(sheet, orders=(hold, later)), AT + 10 * MINUTES)) == {OBSERVATIONS}


def test_a_preview_that_finds_the_patient_well_is_no_decision_either() -> None:
    sheet = a_flowsheet()
    preview = a_record(a_situation(minutes_past_due=-121), dose=sheet.doses[4], course_id=sheet.course.id)
    assert (preview.provisional, preview.action) == (True, Action.PROCEED)
    assert _found(replace(sheet, decisions=(preview,)))[NO_DECISION] == AT


def test_whatever_is_late_has_a_key_that_begins_with_its_kind_and_every_kind_occurs() -> None:
    bare, well, held = a_flowsheet(), _decided(a_flowsheet()), _decided(a_flowsheet(creatinine="2.6"))
    again = replace(an_order(held.doses[4], held.decisions[-1], Choice.HOLD), recheck_at=AT + 45 * MINUTES)
    sheets = (bare, well, replace(held, orders=(again,)))
    found = [one for sheet in sheets for one in waiting(sheet, LVHN, AT).deadlines]
    assert {one.kind for one in found} == set(KINDS)
    assert {one.key.partition(":")[0] for one in found} == set(KINDS)
    assert {one.key.partition(":")[2] for one in found if one.dose_id is not None} == {
        one.doses[4].id for one in sheets
    }
