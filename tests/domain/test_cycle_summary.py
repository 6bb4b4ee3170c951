"""Does the summary of a cycle say what the account of it says, and does time alone change nothing in it?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

import pytest

from app.domain.assess import situation_of
from app.domain.cycle_summary import CycleSummary, known_criteria, summarise
from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.recovery import Recovery
from app.domain.summary_record import criteria_met, decode_summary, encode_summary
from app.domain.tolerance import tolerance
from app.domain.vocabulary import Action, Choice, CycleEventKind, DoseState, Outcome, SkipReason
from tests.builders import AT, LVHN, a_cycle_event, a_flowsheet, a_record, an_administration, an_id, an_order
from tests.cohorts import a_cycle

T = TypeVar("T")
HOUR = timedelta(hours=1)
AFTER_ALL = AT + timedelta(days=9)


def _met(record: DecisionRecord) -> tuple[str, ...]:
    return criteria_met(record.document)


def _summary(sheet: Flowsheet) -> CycleSummary:
    return summarise(sheet, LVHN, sheet.cycles[0], _met)


def _recovery(measure: str) -> Recovery:
    return Recovery(measure, Decimal(1), Decimal(2), AT, AT, None, AT)


def _decided(sheet: Flowsheet) -> Flowsheet:
    record = a_record(situation_of(sheet, sheet.doses[4], LVHN, AT), dose=sheet.doses[4], course_id=sheet.course.id)
    return replace(sheet, decisions=(record,))


def test_before_the_time_of_a_dose_is_over_nothing_is_known_of_it() -> None:
    known = _summary(a_flowsheet()).known_at(AT)
    assert ([dose.number for dose in known.doses], known.given, known.last, known.over) == ([1, 2, 3, 4], 4, 4, False)


def test_once_the_times_of_all_doses_are_over_the_cycle_is_over() -> None:
    known = _summary(a_flowsheet()).known_at(AFTER_ALL)
    assert (known.given, known.over, len(known.doses)) == (4, True, 14)
    assert {dose.reason for dose in known.doses[4:]} == {SkipReason.MISSED}


def test_a_stop_ends_the_cycle_at_once() -> None:
    sheet = a_flowsheet()
    ended = replace(sheet, events=(a_cycle_event(sheet.cycles[0], CycleEventKind.STOPPED),))
    assert not _summary(ended).known_at(AT - HOUR).over
    known = _summary(ended).known_at(AT)
    assert known.over
    assert known.doses[-1].state is DoseState.CANCELLED


def test_a_dose_that_went_in_counts_from_when_it_began() -> None:
    sheet = a_flowsheet()
    begun = [row.started_at for row in sheet.administrations]
    assert [dose.since for dose in _summary(sheet).doses[:4]] == begun
    assert [_summary(sheet).known_at(at).given for at in begun] == [1, 2, 3, 4]


def test_a_dose_nobody_gave_counts_once_its_last_minute_is_over_and_not_in_it() -> None:
    summary, closes = _summary(a_flowsheet()), AT + LVHN.timing.delay_limit
    assert len(summary.known_at(closes).doses) == 4
    assert len(summary.known_at(closes + timedelta.resolution).doses) == 5


def test_a_dose_missed_before_a_stop_counts_from_its_own_time() -> None:
    sheet = a_flowsheet()
    stopped = replace(sheet, events=(a_cycle_event(sheet.cycles[0], CycleEventKind.STOPPED, AT + 5 * HOUR),))
    missed, cancelled = _summary(stopped).doses[4:6]
    assert (missed.state, cancelled.state) == (DoseState.SKIPPED, DoseState.CANCELLED)
    assert missed.since == AT + LVHN.timing.delay_limit + timedelta.resolution
    assert cancelled.since == AT + 5 * HOUR


def test_units_of_a_dose_that_was_not_given_are_not_counted() -> None:
    sheet = a_flowsheet()
    refused = an_administration(sheet.doses[4], AT, Outcome.NOT_GIVEN)
    summary = _summary(replace(sheet, administrations=(*sheet.administrations, refused)))
    assert (summary.given, summary.last, summary.units_per_kg) == (4, 4, Decimal(2_400_000))


def test_units_of_a_dose_that_was_broken_off_are_counted() -> None:
    sheet = a_flowsheet()
    part = replace(an_administration(sheet.doses[4], AT, Outcome.INTERRUPTED), units=Decimal(8_000_000))
    summary = _summary(replace(sheet, administrations=(*sheet.administrations, part)))
    assert (summary.given, summary.last, summary.units_per_kg) == (5, 5, Decimal(2_500_000))


@pytest.mark.parametrize("choice", [Choice.GIVE, Choice.HOLD])
def test_an_order_that_does_not_skip_leaves_a_dose_open_until_its_time_is_over(choice: Choice) -> None:
    sheet = _decided(a_flowsheet())
    ordered = replace(sheet, orders=(an_order(sheet.doses[4], sheet.decisions[0], choice),))
    assert _summary(ordered).doses[4].since == AT + LVHN.timing.delay_limit + timedelta.resolution


def test_an_order_to_skip_written_after_the_time_of_the_dose_changes_nothing_of_since_when() -> None:
    sheet = _decided(a_flowsheet())
    late = an_order(sheet.doses[4], sheet.decisions[0], Choice.SKIP, AT + 4 * HOUR)
    assert (
        _summary(replace(sheet, orders=(late,))).doses[4].since == AT + LVHN.timing.delay_limit + timedelta.resolution
    )


def test_an_order_to_skip_counts_from_the_order() -> None:
    sheet = _decided(a_flowsheet())
    skipped = replace(sheet, orders=(an_order(sheet.doses[4], sheet.decisions[0], Choice.SKIP),))
    assert _summary(skipped).doses[4].since == AT
    assert _summary(skipped).known_at(AT).doses[-1].reason is SkipReason.ORDERED


def test_a_dose_held_until_its_time_was_over_is_withheld_by_the_criteria_of_its_last_decision() -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    assert _summary(sheet).known_at(AT + HOUR).withheld() == ()
    (held,) = _summary(sheet).known_at(AFTER_ALL).withheld()
    assert (held.number, held.met, held.reason) == (5, ("creatinine-relative",), SkipReason.CRITERION)
    assert known_criteria([_summary(sheet)]) == {sheet.decisions[0].id: ("creatinine-relative",)}


@pytest.mark.hazard("HZ-16")
def test_a_dose_held_and_then_not_looked_at_again_is_withheld_by_what_held_it() -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    blind = a_flowsheet(absent=["creatinine"])
    later = a_record(situation_of(blind, blind.doses[4], LVHN, AT), dose=sheet.doses[4], course_id=sheet.course.id)
    (held,) = _summary(replace(sheet, decisions=(*sheet.decisions, later))).withheld()
    assert (held.decision_id, held.met) == (sheet.decisions[0].id, ("creatinine-relative",))


def test_a_dose_recorded_as_left_out_before_it_was_held_is_withheld_all_the_same() -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    left_out = an_administration(sheet.doses[4], AT - timedelta(minutes=20), Outcome.NOT_GIVEN)
    (dose,) = _summary(replace(sheet, administrations=(*sheet.administrations, left_out))).withheld()
    assert (dose.number, dose.reason, dose.met) == (5, SkipReason.CRITERION, ("creatinine-relative",))


def test_the_review_of_a_decision_says_what_was_met() -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    worse = a_flowsheet(creatinine="3.1")
    review = replace(
        a_record(situation_of(worse, worse.doses[4], LVHN, AT), dose=sheet.doses[4], reviews=sheet.decisions[0]),
        course_id=sheet.course.id,
    )
    (held,) = _summary(replace(sheet, decisions=(*sheet.decisions, review))).withheld()
    assert (held.decision_id, held.met) == (review.id, ("creatinine-absolute",))


def test_a_dose_at_which_a_criterion_stopped_the_cycle_is_withheld() -> None:
    sheet = _decided(a_flowsheet(creatinine="3.1"))
    stopped = replace(sheet, events=(a_cycle_event(sheet.cycles[0], CycleEventKind.STOPPED, AT + HOUR),))
    (dose,) = _summary(stopped).withheld()
    assert (dose.number, dose.state, dose.met) == (5, DoseState.CANCELLED, ("creatinine-absolute",))


@pytest.mark.parametrize(
    "action,withheld",
    [
        (Action.PROCEED, False),
        (Action.CAUTION, False),
        (Action.INCOMPLETE, False),
        (Action.HOLD, True),
        (Action.SKIP, True),
        (Action.STOP, True),
        (Action.DISCONTINUE, True),
    ],
)
def test_of_a_cycle_that_ended_the_dose_decided_last_is_withheld_if_its_decision_called_for_that(
    action: Action, withheld: bool
) -> None:
    sheet = _decided(a_flowsheet())
    ended = replace(
        sheet,
        decisions=(replace(sheet.decisions[0], action=action),),
        events=(a_cycle_event(sheet.cycles[0], CycleEventKind.STOPPED, AT + HOUR / 2),),
    )
    assert [dose.number for dose in _summary(ended).withheld()] == ([5] if withheld else [])


def test_a_dose_given_against_a_hold_was_not_withheld() -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    given = an_administration(sheet.doses[4], AT + HOUR / 2)
    summary = _summary(replace(sheet, administrations=(*sheet.administrations, given)))
    assert (summary.given, summary.withheld()) == (5, ())


def test_a_cycle_that_was_stopped_though_nothing_called_for_it_has_no_withheld_dose() -> None:
    sheet = _decided(a_flowsheet())
    stopped = replace(sheet, events=(a_cycle_event(sheet.cycles[0], CycleEventKind.STOPPED, AT + HOUR),))
    assert _summary(stopped).withheld() == ()


@pytest.mark.parametrize("now", [AT - 30 * HOUR, AT, AT + HOUR, AT + 3 * HOUR, AT + 50 * HOUR, AFTER_ALL])
def test_at_any_time_it_agrees_with_the_account_of_the_cycle(now: object) -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    seen = replace(sheet, administrations=tuple(row for row in sheet.administrations if row.started_at <= now))  # type: ignore[operator]
    account = tolerance(seen, LVHN, (), {}, now)[0]  # type: ignore[arg-type]
    known = _summary(seen).known_at(now)  # type: ignore[arg-type]
    assert known.given == len(account.went_in())
    assert [dose.number for dose in known.withheld()] == [d.number for d in account.skipped_for(SkipReason.CRITERION)]
    assert {d.number: d.state for d in known.doses} == {
        d.number: d.progress.state
        for d in account.doses
        if d.progress.state in (DoseState.GIVEN, DoseState.INTERRUPTED, DoseState.SKIPPED, DoseState.CANCELLED)
    }
    assert known.units_per_kg == account.units_per_kg == Decimal(600_000) * known.given


def test_a_move_brings_the_cycle_to_the_other_ward() -> None:
    sheet, other = a_flowsheet(), an_id()
    moved = a_cycle_event(sheet.cycles[0], CycleEventKind.MOVED, ward_id=other, bed="CANARY-2")
    assert _summary(sheet).ward_id == sheet.cycles[0].ward_id
    assert _summary(replace(sheet, events=(moved,))).ward_id == other


def test_a_cycle_is_of_the_time_its_first_dose_was_moved_to() -> None:
    sheet = a_flowsheet(given=())
    cycle, later = sheet.cycles[0], sheet.cycles[0].first_due_at + timedelta(days=1)
    moved = a_cycle_event(cycle, CycleEventKind.GRID_MOVED, due_at=later, from_dose=1)
    assert _summary(sheet).first_due_at == cycle.first_due_at
    assert _summary(replace(sheet, events=(moved,))).first_due_at == later


def test_the_last_of_several_moves_says_where_the_patient_lay_whatever_came_after_it() -> None:
    sheet, first, last = a_flowsheet(), an_id(), an_id()
    (cycle,) = sheet.cycles
    events = (
        a_cycle_event(cycle, CycleEventKind.MOVED, AT - 9 * HOUR, ward_id=first),
        a_cycle_event(cycle, CycleEventKind.MOVED, AT - HOUR, ward_id=last),
        a_cycle_event(cycle, CycleEventKind.STOPPED, AT),
    )
    assert _summary(replace(sheet, events=events)).ward_id == last


def test_nothing_of_another_cycle_of_the_course_is_in_the_summary() -> None:
    sheet = _decided(a_flowsheet(creatinine="2.6"))
    (cycle,) = sheet.cycles
    later = AT + timedelta(days=30)
    other = replace(cycle, id=an_id(), number=2, admitted_at=later, first_due_at=later)
    slots = tuple(replace(dose, id=an_id(), cycle_id=other.id) for dose in sheet.doses)
    record = replace(sheet.decisions[0], id=an_id(), cycle_id=other.id, dose_id=slots[4].id)
    both = replace(
        sheet,
        cycles=(cycle, other),
        events=(a_cycle_event(other, CycleEventKind.MOVED, later, ward_id=an_id()),),
        doses=(*slots, *sheet.doses),
        decisions=(*sheet.decisions, record),
        orders=(an_order(slots[5], record, Choice.SKIP, later),),
        administrations=(*sheet.administrations, *(an_administration(slot, later) for slot in slots[:3])),
    )
    assert _summary(both) == _summary(sheet)


def _noted(rows: Iterable[T], name: str, notes: list[str]) -> tuple[T, ...]:
    """The rows, which note their name whenever somebody goes through all of them."""

    class Noted(tuple[T, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[T]:
            notes.append(name)
            return super().__iter__()

    return Noted(rows)


def test_the_decisions_and_orders_of_a_long_course_are_gone_through_once_not_once_for_each_dose() -> None:
    sheet, notes = _decided(a_flowsheet()), list[str]()
    held = an_order(sheet.doses[4], sheet.decisions[0], Choice.HOLD)
    decisions, orders = _noted(sheet.decisions, "decisions", notes), _noted([held], "orders", notes)
    _summary(replace(sheet, decisions=decisions, orders=orders))
    assert sorted(notes) == ["decisions", "orders"]


def test_a_laboratory_value_is_found_by_its_name_and_one_not_charted_is_none() -> None:
    creatinine, platelets = _recovery("creatinine"), _recovery("platelets")
    summary = a_cycle(8, recovered=(platelets, creatinine))
    assert summary.recovery("creatinine") is creatinine
    assert summary.recovery("bilirubin") is None


def test_what_is_written_down_is_read_back_the_same() -> None:
    summary = _summary(_decided(a_flowsheet(creatinine="2.6")))
    assert summary.recovered
    assert decode_summary(encode_summary(summary)) == summary
