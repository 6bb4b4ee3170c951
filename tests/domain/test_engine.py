"""What does one decision say beyond its criteria: time, missing data, the past of the cycle, faults inside?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.decision import Counts
from app.domain.measure import Value
from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.scores.news2 import News2
from app.domain.situation import Previous
from app.domain.vocabulary import Action, Class, Verdict, Why, gravest
from tests.builders import (
    AT,
    CONSENSUS,
    LVHN,
    SHIPPED,
    TIL,
    USPI,
    a_situation,
    action,
    ago,
    decision,
    every,
    finding,
    missing,
    poisoned,
    reading,
    readings,
    with_readings,
)

BOTH = pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
MICROSECOND = timedelta(microseconds=1)
GRAVE = {
    LVHN.pin.id: ("frank_blood", Action.STOP),
    CONSENSUS.pin.id: ("frank_blood", Action.HOLD),
    USPI.pin.id: ("chest_pain", Action.DISCONTINUE),
    TIL.pin.id: ("fluid_refractory_hypotension", Action.STOP),
}
"""A finding of each protocol that is grave by itself, and what it calls for."""


def test_actions_are_ordered_mildest_first() -> None:
    order = ["proceed", "caution", "incomplete", "hold", "skip", "stop", "discontinue"]
    assert sorted(Action, key=lambda action: action.rank) == [Action(name) for name in order]
    assert gravest() is Action.PROCEED
    assert gravest(Action.SKIP, Action.CAUTION, Action.STOP, Action.HOLD) is Action.STOP


# ---- What a decision lists


@BOTH
def test_a_decision_lists_every_criterion_with_value_time_and_source(protocol: Protocol) -> None:
    made = decision(a_situation(), protocol)
    assert [f.criterion.id for f in made.findings] == [c.id for row in protocol.rows for c in row.criteria]
    assert {f.verdict for f in made.findings} == {Verdict.NOT_MET}
    assert (made.missing, made.rules, made.counts) == ((), (), Counts(0, 0, 0))
    partial = protocol in (USPI, TIL)
    assert (made.protocol, made.coverage, made.engine) == (protocol.pin, "partial" if partial else "complete", "1")
    assert made.news2.score == 0
    consciousness = finding(a_situation(), protocol, "consciousness-uncovered")
    assert (consciousness.value, consciousness.observed_at) == ("alert", ago(30))
    for found in (one for one in made.findings if one.criterion.measure == "creatinine"):
        assert (found.value, found.observed_at) == (Decimal("0.9"), ago(240))


def test_met_criteria_are_counted_by_class_and_come_gravest_first() -> None:
    made = decision(a_situation(crackles="third_to_half", dyspnoea_at_rest=True, frank_blood=True), LVHN)
    assert made.counts == Counts(2, 1, 0)
    assert [f.criterion.cls for f in made.met()] == [Class.ABSOLUTE, Class.RELATIVE, Class.RELATIVE]
    assert made.open() == ()


@pytest.mark.hazard("HZ-06")
@BOTH
def test_missing_data_never_lowers_an_action_and_is_listed_beside_it(protocol: Protocol) -> None:
    met, gravest_of_all = GRAVE[protocol.pin.id]
    everything = [name for name in protocol.measures if name != met]
    made = decision(a_situation(reading(met, True), absent=everything), protocol)
    assert made.action is gravest_of_all
    assert {row.measure for row in made.missing} == set(protocol.required) - {met}


@BOTH
def test_an_empty_form_is_not_evaluable(protocol: Protocol) -> None:
    made = decision(a_situation(absent=list(protocol.measures)), protocol)
    assert made.action is Action.INCOMPLETE
    assert {row.measure for row in made.missing} == set(protocol.required)
    assert made.news2.score is None


def test_a_measure_is_missing_once_and_for_the_first_reason() -> None:
    assert [row.measure for row in decision(a_situation(absent=["systolic_bp"]), LVHN).missing] == ["systolic_bp"]
    old = decision(a_situation(reading("heart_rate", 0, 300)), LVHN)
    assert [(row.measure, row.why, row.observed_at) for row in old.missing] == [("heart_rate", Why.STALE, ago(300))]


# ---- Time


@BOTH
@pytest.mark.parametrize(
    "minutes,provisional,expected",
    [
        (-121, True, Action.PROCEED),
        (-120, False, Action.PROCEED),
        (0, False, Action.PROCEED),
        (60, False, Action.PROCEED),
        (61, False, Action.SKIP),
        (10_000, False, Action.SKIP),
    ],
)
def test_a_dose_is_assessed_two_hours_before_it_is_due_and_skipped_an_hour_after(
    protocol: Protocol, minutes: int, *, provisional: bool, expected: Action
) -> None:
    made = decision(a_situation(minutes_past_due=minutes), protocol)
    assert (made.provisional, made.action) == (provisional, expected)
    assert [rule.name for rule in made.rules] == (["window_closed"] if expected is Action.SKIP else [])


def test_the_edges_of_the_window_are_exact_to_the_microsecond() -> None:
    closing = a_situation(minutes_past_due=60)
    assert action(replace(closing, due_at=closing.due_at - MICROSECOND), LVHN) is Action.SKIP
    opening = a_situation(minutes_past_due=-120)
    assert decision(replace(opening, due_at=opening.due_at + MICROSECOND), LVHN).provisional


@BOTH
def test_after_the_window_nothing_is_milder_than_skip_and_the_findings_stay(protocol: Protocol) -> None:
    grave, alone = GRAVE[protocol.pin.id]
    for change, value, late in (
        ("crackles", "third_to_half", Action.SKIP),
        ("urine_volume", "60", None),
        (grave, True, gravest(alone, Action.SKIP)),
    ):
        row = reading(change, value, 0, since=480) if change == "urine_volume" else reading(change, value)
        inside = decision(a_situation(row), protocol)
        outside = decision(a_situation(row, minutes_past_due=61), protocol)
        assert outside.action is (late or gravest(inside.action, Action.SKIP))
        assert outside.findings == inside.findings


def test_a_provisional_decision_judges_like_any_other_and_is_good_for_nothing() -> None:
    made = decision(a_situation(minutes_past_due=-121, frank_blood=True), LVHN)
    assert (made.action, made.provisional, made.valid_until) == (Action.STOP, True, None)


@pytest.mark.hazard("HZ-04")
@BOTH
@pytest.mark.parametrize(
    "past_due,series,minutes",
    [
        (0, (), 60),
        (-90, (), 60),
        (30, (), 30),
        (60, (), 0),
        (0, (("systolic_bp", 118, 200),), 40),
        (0, (("systolic_bp", 118, 240),), 0),
        (0, (("systolic_bp", 118, 200), ("systolic_bp", 118, 10)), 60),
        (0, (("systolic_bp", 118, 200), ("consciousness", "alert", 210)), 30),
        (0, (("ast", 22, 1439),), 60),
    ],
)
def test_a_decision_is_good_for_an_hour_or_until_the_window_or_a_value_ends(
    protocol: Protocol, past_due: int, series: tuple[tuple[str, Value, int], ...], minutes: int
) -> None:
    rows = [reading(measure, value, taken) for measure, value, taken in series]
    made = decision(a_situation(rows, minutes_past_due=past_due), protocol)
    assert made.action is Action.PROCEED
    assert made.valid_until == AT + timedelta(minutes=minutes)


@pytest.mark.hazard("HZ-04")
@pytest.mark.parametrize(
    "protocol,measure,well,taken,minutes",
    [
        (LVHN, "creatinine", "0.9", 1439, 1),
        (CONSENSUS, "creatinine", "0.9", 1439, 1),
        (TIL, "creatinine", "0.9", 719, 1),
        (USPI, "creatinine", "0.9", 1439, 60),
        (LVHN, "ecg_ischaemia", False, 1410, 30),
        (USPI, "ecg_ischaemia", False, 1410, 30),
        (TIL, "ecg_ischaemia", False, 1439, 60),
        (TIL, "weight", "80", 1439, 1),
        (USPI, "weight", "80", 1439, 60),
    ],
)
def test_a_decision_ends_with_a_slow_value_only_where_the_protocol_asks_for_it(
    protocol: Protocol, measure: str, well: Value, taken: int, minutes: int
) -> None:
    made = decision(a_situation(reading(measure, well, taken)), protocol)
    assert made.action is Action.PROCEED
    assert made.valid_until == AT + timedelta(minutes=minutes)


@pytest.mark.hazard("HZ-10")
@BOTH
def test_a_clock_up_to_two_minutes_ahead_counts_as_now(protocol: Protocol) -> None:
    measure, value = ("systolic_bp", "89") if protocol is USPI else ("creatinine", "2.6")
    for minutes in (-1, -2):
        made = decision(a_situation(reading(measure, value, minutes)), protocol)
        assert [(found.criterion.measure, found.observed_at) for found in made.met()] == [(measure, AT)]


@pytest.mark.hazard("HZ-10")
@BOTH
@pytest.mark.parametrize("measure", ["creatinine", "heart_rate", "rhythm", "seizure", "ast", "troponin_elevated"])
def test_a_reading_of_the_future_makes_a_decision_impossible(protocol: Protocol, measure: str) -> None:
    well = protocol.measures[measure].well
    assert well is not None
    row = reading(measure, well, -2)
    later = a_situation(replace(row, at=row.at + MICROSECOND), reading(measure, well))
    assert action(later, protocol) is Action.INCOMPLETE
    assert missing(later, protocol) == {measure: "future"}


def test_two_monitors_ahead_are_one_moment_and_disagree() -> None:
    situation = a_situation(readings("platelets", ("220", -2), ("29", -1)))
    assert finding(situation, LVHN, "platelets-absolute").why is Why.DISCORDANT


# ---- What is no value of its measure


@pytest.mark.hazard("HZ-06")
@BOTH
@pytest.mark.parametrize(
    "measure,value",
    [
        ("heart_rate", "84"), ("heart_rate", True), ("heart_rate", Decimal("NaN")), ("creatinine", Decimal("Infinity")),
        ("platelets", Decimal("sNaN")), ("rhythm", "flutter"), ("rhythm", Decimal(1)), ("rhythm", True), ("rhythm", ""),
        ("seizure", "false"), ("seizure", Decimal(0)), ("oxygen_device", "helmet"), ("troponin_elevated", "no"),
        ("ast", "22"), ("crackles", ""), ("urine_volume", Decimal(600)), ("an_unknown_measure", Decimal(1)),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_never_passes(protocol: Protocol, measure: str, value: Value) -> None:
    situation = a_situation(absent=[measure])
    situation = with_readings(situation, (*every(situation), Reading("odd", measure, value, ago(10))))
    made = decision(situation, protocol)
    assert made.action is Action.INCOMPLETE
    assert {row.measure: str(row.why) for row in made.missing} == {measure: "mistyped"}


# ---- The past of the cycle


@BOTH
@pytest.mark.parametrize("earlier", [Action.STOP, Action.DISCONTINUE])
def test_an_earlier_stop_binds_whatever_is_found(protocol: Protocol, earlier: Action) -> None:
    previous = Previous(earlier)
    for situation in (
        a_situation(previous=previous),
        a_situation(previous=previous, crackles="third_to_half"),
        a_situation(previous=previous, absent=["creatinine"]),
        a_situation(previous=previous, minutes_past_due=61),
    ):
        assert action(situation, protocol) is earlier


@BOTH
@pytest.mark.parametrize("earlier", [Action.PROCEED, Action.CAUTION, Action.INCOMPLETE, Action.HOLD, Action.SKIP])
def test_anything_milder_than_stop_binds_nothing(protocol: Protocol, earlier: Action) -> None:
    """The well saturation of 97 clears what a hold at 88 left set."""
    assert action(a_situation(previous=Previous(earlier, (("spo2", Decimal(88)),))), protocol) is Action.PROCEED


@pytest.mark.parametrize(
    "held,relatives,expected",
    [(0, 0, "proceed"), (0, 1, "hold"), (0, 2, "hold"), (0, 3, "stop"), (1, 1, "hold"), (1, 2, "hold"),
     (2, 0, "proceed"), (2, 1, "stop"), (3, 0, "stop"), (4, 0, "stop")],
)  # fmt: skip
def test_held_doses_and_relative_criteria_add_up_in_lvhn(held: int, relatives: int, expected: str) -> None:
    rows = [reading("crackles", "third_to_half"), reading("dyspnoea_at_rest", True), reading("creatinine", "2.6")]
    made = decision(a_situation(rows[:relatives], held_doses=held), LVHN)
    assert (made.action, made.counts) == (expected, Counts(relatives, 0, held))


@pytest.mark.parametrize(
    "relatives,expected", [(0, "proceed"), (1, "caution"), (2, "caution"), (3, "hold"), (4, "hold")]
)
@pytest.mark.parametrize("held", [0, 5])
def test_relative_criteria_add_up_in_the_consensus_and_held_doses_do_not(
    held: int, relatives: int, expected: str
) -> None:
    rows = [reading("crackles", "third_to_half"), reading("dyspnoea_at_rest", True), reading("creatinine", "2.6")]
    rows.append(reading("platelets", "40"))
    assert action(a_situation(rows[:relatives], held_doses=held), CONSENSUS) == expected


@BOTH
def test_a_rule_cites_nothing_that_does_not_print_it(protocol: Protocol) -> None:
    """No source prints how late a dose may be given, or that a stop binds: no table of doses may be cited for it."""
    dosing = protocol.dosing.source.citation
    made = decision(a_situation(minutes_past_due=61, previous=Previous(Action.STOP)), protocol)
    assert {rule.name for rule in made.rules} == {"window_closed", "earlier_decision"}
    assert dosing not in {rule.citation for rule in made.rules}


# ---- A fault inside


@pytest.mark.hazard("HZ-01")
@BOTH
def test_a_fault_inside_is_incomplete_and_says_so(protocol: Protocol) -> None:
    grave = reading(GRAVE[protocol.pin.id][0], True)
    for situation in (a_situation(), a_situation(grave), a_situation(absent=["consciousness"])):
        made = decision(situation, poisoned(protocol))
        assert made.action is Action.INCOMPLETE
        assert [(row.measure, row.why) for row in made.missing] == [("engine", Why.FAULT)]
        assert (made.findings, made.news2) == ((), News2(None, None, None, single=False, parts=(), missing=()))


@BOTH
def test_a_fault_inside_still_knows_the_time_and_the_earlier_stop(protocol: Protocol) -> None:
    broken = poisoned(protocol)
    assert action(a_situation(minutes_past_due=61), broken) is Action.SKIP
    assert action(a_situation(previous=Previous(Action.STOP)), broken) is Action.STOP
    assert decision(a_situation(minutes_past_due=-121), broken).provisional


def test_a_baseline_of_zero_is_a_fault_and_never_a_pass() -> None:
    assert action(a_situation(baseline_weight="0"), LVHN) is Action.INCOMPLETE
