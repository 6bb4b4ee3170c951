"""Does the engine see of a flowsheet what was true, known and still holds at that moment?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain import relevance
from app.domain.assess import last_given, situation_of
from app.domain.course import Administration
from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation, Reading
from app.domain.situation import UNREADABLE, Previous, Situation
from app.domain.vocabulary import Action, Choice, CycleEventKind, Outcome
from tests.builders import (
    AT,
    CONSENSUS,
    LVHN,
    TIL,
    a_cycle_event,
    a_flowsheet,
    a_record,
    a_situation,
    action,
    ago,
    an_administration,
    an_observation,
    an_order,
    decision,
    every,
    reading,
    readings,
    with_readings,
)
from tests.domain.breaking import broken

FIFTH = 4
MINUTE = timedelta(minutes=1)


def seen(sheet: Flowsheet, *, number: int = 5, at: datetime = AT) -> Situation:
    return situation_of(sheet, sheet.doses[number - 1], LVHN, at)


def charted(sheet: Flowsheet, *rows: Observation) -> Flowsheet:
    return replace(sheet, observations=(*sheet.observations, *rows))


def decided(sheet: Flowsheet, *records: DecisionRecord) -> Flowsheet:
    return replace(sheet, decisions=(*sheet.decisions, *records))


def of(situation: Situation, measure: str) -> list[Reading]:
    return [*situation.readings.get(measure, ())]


def observation_of(sheet: Flowsheet, measure: str) -> Observation:
    return max((row for row in sheet.observations if row.measure == measure), key=lambda row: row.observed_at)


def test_a_well_flowsheet_is_a_well_situation() -> None:
    sheet = a_flowsheet()
    situation = seen(sheet)
    assert (situation.at, situation.due_at, situation.dose_number, situation.cycle_number) == (AT, AT, 5, 1)
    assert situation.admitted_at == sheet.cycles[0].admitted_at
    assert situation.last_given_at == ago(480)
    assert situation.baseline == (("weight", Decimal("80.0")),)
    assert (situation.held_doses, situation.previous, situation.unresolved) == (0, None, ())
    assert decision(situation, LVHN).action is Action.PROCEED
    assert decision(situation_of(sheet, sheet.doses[FIFTH], CONSENSUS, AT), CONSENSUS).action is Action.PROCEED


# ---- Readings


@pytest.mark.hazard("HZ-08")
def test_a_corrected_value_is_no_input_from_the_moment_of_correction() -> None:
    sheet = a_flowsheet(creatinine="3.4")
    wrong = observation_of(sheet, "creatinine")
    right = an_observation(reading("creatinine", "0.9"), recorded_at=AT, supersedes=wrong)
    assert of(seen(sheet), "creatinine") == [replace(reading("creatinine", "3.4"), id=wrong.id)]
    assert [row.value for row in of(seen(charted(sheet, right)), "creatinine")] == [Decimal("0.9")]
    later = an_observation(reading("creatinine", "1.1"), recorded_at=AT, supersedes=right)
    assert [row.value for row in of(seen(charted(sheet, right, later)), "creatinine")] == [Decimal("1.1")]


@pytest.mark.hazard("HZ-03")
def test_a_retracted_value_is_gone_and_leaves_nothing_behind() -> None:
    sheet = a_flowsheet(creatinine="3.4")
    wrong = observation_of(sheet, "creatinine")
    retraction = an_observation(reading("creatinine", "3.4"), recorded_at=AT, supersedes=wrong, retracts=True)
    assert of(seen(charted(sheet, retraction)), "creatinine") == []
    assert action(seen(charted(sheet, retraction)), LVHN) is Action.INCOMPLETE


def test_what_was_not_taken_is_no_reading() -> None:
    sheet = a_flowsheet(absent=["creatinine"])
    row = replace(an_observation(reading("creatinine", "0.9")), value=None)
    assert of(seen(charted(sheet, row)), "creatinine") == []


def test_a_late_entry_counts_from_the_moment_it_was_true() -> None:
    late = an_observation(reading("creatinine", "2.6", 20), recorded_at=AT + 300 * MINUTE)
    assert action(seen(charted(a_flowsheet(), late)), LVHN) is Action.HOLD


@pytest.mark.hazard("HZ-10")
@pytest.mark.parametrize(
    "ahead,recorded,counts",
    [(2, 0, True), (3, 0, False), (1, 1, False), (0, 5, True), (2, 2, False)],
    ids=["a clock ahead", "too far ahead", "true only later", "late", "true and written later"],
)
def test_what_was_not_yet_true_is_not_seen(ahead: int, recorded: int, *, counts: bool) -> None:
    row = an_observation(reading("creatinine", "2.6", -ahead), recorded_at=AT + recorded * MINUTE)
    assert (action(seen(charted(a_flowsheet(), row)), LVHN) is Action.HOLD) is counts


@pytest.mark.hazard("HZ-03")
@pytest.mark.parametrize("before,expected", [(0, (("weight", Decimal("77.0")),)), (1, ())])
def test_readings_from_more_than_a_day_before_admission_are_not_seen(
    before: int, expected: tuple[tuple[str, Decimal], ...]
) -> None:
    sheet = a_flowsheet()
    since = sheet.cycles[0].admitted_at - timedelta(hours=24)
    old = an_observation(reading("weight", "77.0", before, at=since))
    kept = tuple(row for row in sheet.observations if row.measure != "weight" or row.observed_at > ago(600))
    assert seen(replace(sheet, observations=(*kept, old))).baseline == expected


@pytest.mark.hazard("HZ-10")
@pytest.mark.parametrize("early", [timedelta(0), MINUTE], ids=["at this very moment", "a minute ago"])
def test_what_was_written_down_too_early_and_is_true_by_now_is_seen_once(early: timedelta) -> None:
    first = an_observation(reading("creatinine", "0.9", at=AT - early, minutes=0), recorded_at=AT - 5 * MINUTE)
    ahead = an_observation(reading("creatinine", "1.0", -1), recorded_at=AT)
    situation = seen(charted(a_flowsheet(absent=["creatinine"]), first, ahead))
    assert [row.id for row in of(situation, "creatinine")] == [first.id, ahead.id]


@pytest.mark.parametrize("ahead", [3, 60])
def test_a_clock_too_far_ahead_is_not_handed_to_the_engine(ahead: int) -> None:
    row = an_observation(reading("creatinine", "2.6", -ahead), recorded_at=AT)
    assert row.id not in {one.id for one in of(seen(charted(a_flowsheet(), row)), "creatinine")}


def test_of_a_finding_asked_since_the_last_dose_nothing_before_the_look_before_it_is_kept() -> None:
    sheet = a_flowsheet(readings("chest_pain", (False, 1400), (False, 700), (False, 300), (False, 30)))
    assert [row.at for row in of(seen(sheet), "chest_pain")] == [ago(700), ago(300), ago(30)]


# ---- The cycle's own facts


def test_the_baseline_is_the_last_weight_at_or_before_the_first_dose() -> None:
    sheet = a_flowsheet()
    first = sheet.cycles[0].first_due_at
    at_dose_1 = an_observation(reading("weight", "81.0", 0, at=first))
    after = an_observation(reading("weight", "95.0", -1, at=first))
    assert seen(charted(sheet, at_dose_1, after)).baseline == (("weight", Decimal("81.0")),)


def test_without_a_weight_before_the_first_dose_there_is_no_baseline() -> None:
    sheet = a_flowsheet()
    late = replace(sheet, observations=tuple(row for row in sheet.observations if row.observed_at > ago(600)))
    assert seen(late).baseline == ()
    assert decision(seen(late), LVHN).action is Action.INCOMPLETE


def test_before_any_dose_the_latest_value_is_the_baseline() -> None:
    sheet = a_flowsheet(given=(), due=1, weight="83.0")
    assert seen(sheet, number=1).baseline == (("weight", Decimal("83.0")),)


def test_the_attention_tests_have_their_baseline_too() -> None:
    sheet = a_flowsheet(serial_sevens="fail")
    situation = situation_of(sheet, sheet.doses[FIFTH], CONSENSUS, AT)
    assert dict(situation.baseline) == {"weight": Decimal("80.0"), "serial_sevens": "pass", "world_backward": "pass"}
    assert action(situation, CONSENSUS) is Action.HOLD


@pytest.mark.hazard("HZ-01")
def test_a_first_dose_that_was_skipped_ends_the_days_of_the_baseline_too() -> None:
    before, after = a_flowsheet(given=(), due=1, weight="80.0"), AT + timedelta(hours=1)
    sheet = charted(before, an_observation(reading("weight", "95.0", 0, at=after + timedelta(minutes=1))))
    later = situation_of(sheet, sheet.doses[1], LVHN, AT + timedelta(hours=8))
    assert later.baseline == (("weight", Decimal("80.0")),)
    at_the_end = charted(before, an_observation(reading("weight", "95.0", 0, at=after)))
    assert situation_of(at_the_end, sheet.doses[1], LVHN, after).baseline == (("weight", Decimal("95.0")),)


def _tested(sheet: Flowsheet, *results: tuple[str, float]) -> Flowsheet:
    """The sheet with these results of serial sevens and no others."""
    others = tuple(row for row in sheet.observations if row.measure != "serial_sevens")
    rows = [an_observation(one) for one in readings("serial_sevens", *results)]
    return charted(replace(sheet, observations=others), *rows)


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "results, baseline, action_",
    [
        ([("pass", 30)], "pass", Action.PROCEED),
        ([("fail", 30)], None, Action.INCOMPLETE),
        ([("fail", 30), ("fail", 30)], None, Action.INCOMPLETE),
        ([("pass", 300), ("fail", 30)], "pass", Action.HOLD),
        ([("pass", 300), ("fail", 60), ("fail", 30)], "pass", Action.HOLD),
        ([("fail", 300), ("fail", 30)], "fail", Action.PROCEED),
        ([("fail", 300), ("pass", 30)], "pass", Action.PROCEED),
    ],
)
def test_a_test_failed_before_the_first_dose_is_not_its_own_baseline(
    results: list[tuple[str, float]], baseline: str | None, action_: Action
) -> None:
    sheet = _tested(a_flowsheet(given=(), due=1, protocol=CONSENSUS), *results)
    situation = situation_of(sheet, sheet.doses[0], CONSENSUS, AT)
    assert dict(situation.baseline).get("serial_sevens") == baseline
    assert action(situation, CONSENSUS) is action_


@pytest.mark.hazard("HZ-01")
def test_a_test_passed_once_before_the_first_dose_was_not_failed_before_the_cycle() -> None:
    bare = a_flowsheet(protocol=CONSENSUS, given=(1,), due=2)
    failing = (("pass", 800), ("fail", 500), ("fail", 30))
    sheet = _tested(bare, *failing)
    assert action(situation_of(sheet, sheet.doses[1], CONSENSUS, AT), CONSENSUS) is Action.HOLD
    always = _tested(bare, *failing[1:])
    assert action(situation_of(always, always.doses[1], CONSENSUS, AT), CONSENSUS) is Action.PROCEED


def _with(sheet: Flowsheet, *rows: Administration) -> Flowsheet:
    return replace(sheet, administrations=rows)


@pytest.mark.parametrize(
    "outcome,last", [(Outcome.GIVEN, 60), (Outcome.INTERRUPTED, 60), (Outcome.NOT_GIVEN, 480)], ids=str
)
def test_the_last_dose_is_the_last_that_went_in_at_least_in_part(outcome: Outcome, last: int) -> None:
    sheet = a_flowsheet()
    rows = (
        an_administration(sheet.doses[2], ago(480)),
        an_administration(sheet.doses[3], ago(60), outcome),
        an_administration(sheet.doses[4], AT),
    )
    found = _with(sheet, *rows)
    assert seen(found).last_given_at == last_given(found, sheet.doses[FIFTH].id, AT) == ago(last)


def test_before_the_first_dose_none_was_given() -> None:
    sheet = a_flowsheet(given=())
    assert last_given(sheet, sheet.doses[FIFTH].id, AT) is None


def test_the_last_dose_is_the_last_in_time_whatever_its_number() -> None:
    sheet = a_flowsheet()
    swapped = (an_administration(sheet.doses[2], ago(200)), an_administration(sheet.doses[3], ago(480)))
    assert seen(_with(sheet, *swapped)).last_given_at == ago(200)
    assert seen(_with(sheet, *swapped[::-1])).last_given_at == ago(200)


@pytest.mark.parametrize("number,seconds,counts", [(4, 0, True), (5, 0, False), (5, 59, False), (5, 60, True)])
def test_a_dose_began_no_sooner_than_the_decision_of_that_minute_on_it(number: int, seconds: int, counts: bool) -> None:
    sheet, start = a_flowsheet(), AT.replace(second=0, microsecond=0)
    given = _with(sheet, an_administration(sheet.doses[number - 1], start))
    found = situation_of(given, sheet.doses[4], LVHN, start + timedelta(seconds=seconds, microseconds=1))
    assert (found.last_given_at == start) is counts


def test_a_corrected_administration_counts_as_corrected() -> None:
    sheet = a_flowsheet(given=())
    wrong = an_administration(sheet.doses[3], ago(480))
    right = replace(an_administration(sheet.doses[3], ago(450)), supersedes=wrong.id)
    assert seen(_with(sheet, wrong, right)).last_given_at == ago(450)


def test_a_moved_grid_moves_what_is_due() -> None:
    sheet = a_flowsheet()
    event = a_cycle_event(sheet.cycles[0], CycleEventKind.GRID_MOVED, from_dose=5, due_at=AT + timedelta(hours=3))
    moved = seen(replace(sheet, events=(event,)))
    assert moved.due_at == AT + timedelta(hours=3)
    assert decision(moved, LVHN).provisional


# ---- Held doses

HOLD, STOP = a_situation(crackles="third_to_half"), a_situation(frank_blood=True)
BLIND, WELL = a_situation(absent=["creatinine"]), a_situation()


def earlier(sheet: Flowsheet, number: int, situation: Situation, minutes: int = 0) -> DecisionRecord:
    """A decision of a dose `minutes` after it was due."""
    due = sheet.cycles[0].first_due_at + LVHN.timing.interval * (number - 1)
    at = due + minutes * MINUTE
    shifted = replace(with_readings(situation, _shifted(every(situation), at - situation.at)), at=at, due_at=due)
    return a_record(shifted, LVHN, dose=sheet.doses[number - 1], course_id=sheet.course.id)


def _shifted(rows: Iterable[Reading], by: timedelta) -> Iterable[Reading]:
    return (replace(row, at=row.at + by, start=None if row.start is None else row.start + by) for row in rows)


def held(*decisions: tuple[int, Situation, int], given: tuple[int, ...] = ()) -> int:
    sheet = a_flowsheet(given=given)
    return seen(decided(sheet, *(earlier(sheet, *entry) for entry in decisions))).held_doses


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "decisions,given,expected",
    [
        ([], (), 0),
        ([(3, HOLD, 0)], (), 1),
        ([(2, HOLD, 0), (3, HOLD, 0), (4, STOP, 0)], (), 3),
        ([(3, HOLD, -30), (3, HOLD, 0), (3, HOLD, 30)], (), 1),
        ([(3, HOLD, 0)], (3,), 0),
        ([(3, HOLD, -30), (3, WELL, 0)], (3,), 0),
        ([(3, HOLD, -30), (3, WELL, 0)], (), 0),
        ([(3, BLIND, 0)], (), 0),
        ([(3, WELL, 0)], (), 0),
        ([(3, HOLD, -121)], (), 0),
        ([(3, HOLD, 61)], (), 0),
        ([(5, HOLD, -30)], (), 0),
    ],
    ids=["none", "one", "three", "decided three times", "held, then given", "cleared and given", "cleared, not given",
         "not evaluable", "missed", "provisional", "after the window", "the dose itself"],
)  # fmt: skip
def test_a_dose_withheld_on_a_criterion_counts_once(
    decisions: list[tuple[int, Situation, int]], given: tuple[int, ...], expected: int
) -> None:
    assert held(*decisions, given=given) == expected


@pytest.mark.hazard("HZ-08")
def test_a_dose_skipped_on_a_value_that_was_corrected_later_stays_a_held_dose() -> None:
    sheet = a_flowsheet(given=())
    record = earlier(sheet, 3, HOLD)
    review = replace(earlier(sheet, 3, WELL), reviews=record.id)
    assert seen(decided(sheet, record, review)).held_doses == 1


def test_a_dose_decided_again_is_not_counted_against_by_doses_after_it() -> None:
    """A review of dose 5 reads a sheet on which dose 6 was held and skipped long since."""
    sheet = a_flowsheet()
    record = earlier(sheet, 6, HOLD)
    skipped = an_order(sheet.doses[5], record, Choice.SKIP, record.at)
    assert seen(replace(decided(sheet, record), orders=(skipped,))).held_doses == 0


# ---- What binds


def bound(*decisions: tuple[int, Situation], reviews: tuple[Situation, ...] = ()) -> Previous | None:
    """The binding action after these decisions, each followed by the review at its place."""
    sheet = a_flowsheet()
    records = [earlier(sheet, number, situation) for number, situation in decisions]
    reviewed = [
        replace(earlier(sheet, number, situation), reviews=record.id)
        for (number, _), situation, record in zip(decisions, reviews, records, strict=False)
    ]
    return seen(decided(sheet, *records, *reviewed)).previous


DISCONTINUED = a_situation(previous=Previous(Action.DISCONTINUE))


@pytest.mark.parametrize(
    "decisions,reviews,expected",
    [
        ([], (), None),
        ([(3, HOLD)], (), None),
        ([(3, STOP)], (), Action.STOP),
        ([(3, STOP), (4, WELL)], (), Action.STOP),
        ([(3, STOP), (4, DISCONTINUED)], (), Action.DISCONTINUE),
        ([(3, STOP)], (WELL,), None),
        ([(3, STOP)], (HOLD,), None),
        ([(3, STOP)], (STOP,), Action.STOP),
        ([(3, DISCONTINUED)], (STOP,), Action.STOP),
        ([(3, WELL)], (STOP,), Action.STOP),
        ([(3, STOP), (4, STOP)], (WELL,), Action.STOP),
    ],
)
def test_a_stop_binds_until_its_corrected_inputs_no_longer_give_it(
    decisions: list[tuple[int, Situation]], reviews: tuple[Situation, ...], expected: Action | None
) -> None:
    previous = bound(*decisions, reviews=reviews)
    assert (None if previous is None else previous.action) == expected


def test_a_provisional_stop_binds_nothing() -> None:
    sheet = a_flowsheet()
    assert seen(decided(sheet, earlier(sheet, 4, STOP, -121))).previous is None


def test_the_decision_that_is_taken_again_does_not_bind_itself() -> None:
    sheet = a_flowsheet()
    record = earlier(sheet, 4, STOP)
    again = situation_of(decided(sheet, record), sheet.doses[3], LVHN, record.at)
    assert again.previous is None


def test_a_stop_of_another_cycle_does_not_bind_and_a_discontinue_does() -> None:
    sheet = a_flowsheet()
    stop, gone = (
        replace(earlier(sheet, 3, situation), cycle_id="other-cycle", dose_id="other-dose")
        for situation in (STOP, DISCONTINUED)
    )
    assert (stop.action, gone.action) == (Action.STOP, Action.DISCONTINUE)
    assert seen(decided(sheet, stop)).previous is None
    assert seen(decided(sheet, gone)).previous == Previous(Action.DISCONTINUE)


# ---- As somebody saw it


@pytest.mark.hazard("HZ-08")
def test_a_sheet_can_be_seen_as_it_was_known_at_any_minute() -> None:
    sheet = a_flowsheet(creatinine="3.4")
    wrong = observation_of(sheet, "creatinine")
    corrected = charted(
        sheet, an_observation(reading("creatinine", "0.9"), recorded_at=AT + 10 * MINUTE, supersedes=wrong)
    )
    assert action(seen(corrected.as_known_at(AT)), LVHN) is Action.STOP
    assert action(seen(corrected.as_known_at(AT + 10 * MINUTE)), LVHN) is Action.PROCEED
    assert corrected.superseded() == {wrong.id}
    assert sheet.superseded() == frozenset()


def test_the_order_of_recording_never_matters_to_what_is_seen() -> None:
    rows = readings("creatinine", ("2.6", 200), ("0.9", 30), ("2.7", 400))
    sheet = a_flowsheet(rows)
    backwards = replace(sheet, observations=sheet.observations[::-1])
    assert decision(seen(sheet), LVHN) == decision(seen(backwards), LVHN)


def test_two_weights_of_one_moment_give_one_baseline_whichever_was_written_first() -> None:
    sheet = a_flowsheet()
    pair = [
        an_observation(reading("weight", weight, 30, at=sheet.cycles[0].first_due_at)) for weight in ("79.0", "81.0")
    ]
    assert seen(charted(sheet, *pair)).baseline == seen(charted(sheet, *pair[::-1])).baseline


def test_a_weight_that_is_no_number_is_no_baseline_beside_one_that_is() -> None:
    sheet = a_flowsheet(protocol=TIL)
    odd = Reading("odd", "weight", "eighty", sheet.cycles[0].first_due_at - 60 * MINUTE)
    for rows in (
        charted(sheet, an_observation(odd)),
        replace(sheet, observations=(an_observation(odd), *sheet.observations)),
    ):
        situation = situation_of(rows, sheet.doses[FIFTH], TIL, AT)
        assert dict(situation.baseline)["weight"] == Decimal("80.0")


# ---- What cannot be read


@pytest.mark.hazard("HZ-01")
def test_a_fault_in_reading_the_sheet_leaves_the_times_and_what_binds_and_nothing_to_judge() -> None:
    sheet = a_flowsheet(given=())
    known = seen(decided(sheet, earlier(sheet, 3, STOP)))
    with broken(relevance, "relevant") as broke:
        blind = seen(decided(sheet, earlier(sheet, 3, STOP)))
    assert broke.calls == 1
    assert (known.held_doses, known.previous) == (1, Previous(Action.STOP))
    assert blind == replace(known, held_doses=0, baseline=(), readings={}, unresolved=(UNREADABLE,))
