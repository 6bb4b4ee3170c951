"""What does a decision say at its edges: after a fault, on a past nobody can read, of a figure that never ends?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from app.domain.decision import Counts
from app.domain.measure import Kind
from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.situation import UNREADABLE, Situation
from app.domain.vocabulary import Action, Verdict, Why
from tests.builders import (
    AT,
    LVHN,
    SHIPPED,
    USPI,
    a_situation,
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

EACH = pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)


# ---- A fault


@EACH
def test_a_fault_counts_nothing_but_the_held_occasions_and_holds_for_as_long_as_any_decision(
    protocol: Protocol,
) -> None:
    made = decision(a_situation(held_doses=1, minutes_past_due=-90), poisoned(protocol))
    assert made.counts == Counts(0, 0, 1)
    assert made.valid_until == AT + protocol.timing.validity
    assert (made.at, made.due_at, made.rules) == (AT, ago(-90), ())


@pytest.mark.hazard("HZ-01")
@EACH
def test_on_a_past_that_nobody_can_read_nothing_is_decided(protocol: Protocol) -> None:
    made = decision(a_situation(unresolved=(UNREADABLE,)), protocol)
    assert made.action is Action.INCOMPLETE
    assert [(row.measure, row.why) for row in made.missing] == [("engine", Why.FAULT)]


# ---- What explains a low consciousness, and what only looks so


def test_a_row_that_another_criterion_answers_says_nothing_at_all() -> None:
    made = finding(a_situation(consciousness="voice", seizure=True), LVHN, "consciousness-uncovered")
    assert (made.verdict, made.action, made.why) == (Verdict.NOT_MET, Action.PROCEED, None)


def test_only_the_row_that_is_answered_for_falls_silent() -> None:
    situation = a_situation(consciousness="voice", seizure=True, crackles="third_to_half")
    assert finding(situation, LVHN, "crackles-relative").verdict is Verdict.MET
    assert finding(situation, LVHN, "seizure-absolute").verdict is Verdict.MET


def test_a_criterion_of_another_kind_explains_nothing() -> None:
    made = finding(a_situation(consciousness="voice", crackles="third_to_half"), LVHN, "consciousness-uncovered")
    assert (made.verdict, made.why) == (Verdict.UNKNOWN, Why.UNCOVERED)


# ---- Conditions


def test_on_an_old_device_nobody_knows_what_the_flow_means() -> None:
    situation = a_situation(reading("oxygen_device", "nasal_cannula", 300), oxygen_flow=2)
    criteria = next(row for row in LVHN.rows if row.id == "nasal-oxygen").criteria
    for criterion in criteria:
        found = finding(situation, LVHN, criterion.id)
        assert (found.verdict, found.why, found.blame) == (Verdict.UNKNOWN, Why.STALE, "oxygen_device")


# ---- Figures


def test_a_change_is_shown_exactly_where_it_ends_and_else_to_a_tenth() -> None:
    shown = {
        ("80", "84"): "5",
        ("80", "84.1"): "5.125",
        ("75", "80"): "6.7",
        ("60", "64.01"): "6.7",
        ("90", "80"): "-11.1",
    }
    for (baseline, weight), words in shown.items():
        found = finding(a_situation(baseline_weight=baseline, weight=weight), LVHN, "weight-gain-relative")
        assert str(found.value) == words


def test_a_change_that_a_tenth_would_move_over_its_limit_is_shown_with_every_digit() -> None:
    """68.99 kg on 60 kg is 14.98333… %: 15.0 would say that the limit was reached."""
    found = finding(a_situation(baseline_weight="60", weight="68.99"), LVHN, "weight-gain-relative")
    assert (found.verdict, found.value) == (Verdict.NOT_MET, Decimal("14.98333333333333333333333333"))


# ---- What is missing


@pytest.mark.hazard("HZ-06")
@EACH
def test_a_value_at_its_limit_is_plausible_and_one_beyond_it_is_not(protocol: Protocol) -> None:
    for name in protocol.required:
        measure = protocol.measures[name]
        if measure.warn is None or measure.decimals is None or measure.group not in ("vital", "lab"):
            continue
        step = Decimal(1).scaleb(-measure.decimals)
        for limit, beyond in zip(measure.warn, (-step, step), strict=True):
            assert Why.IMPLAUSIBLE not in _why(protocol, name, limit), (name, limit)
            made = decision(_charted(name, limit + beyond), protocol)
            met = name in {one.criterion.measure for one in made.met()}
            assert met or name in {row.measure for row in made.missing}, (name, limit + beyond)


@EACH
def test_only_a_vital_sign_or_a_lab_is_ever_implausible(protocol: Protocol) -> None:
    for name in protocol.required:
        measure = protocol.measures[name]
        if measure.warn is not None and measure.group not in ("vital", "lab") and measure.kind is Kind.QUANTITY:
            assert Why.IMPLAUSIBLE not in _why(protocol, name, measure.warn[1] + 1), name


def _charted(name: str, value: Decimal) -> Situation:
    odd = Reading("odd", name, value, ago(30))
    well = a_situation(absent=[name])
    return with_readings(well, (*every(well), odd))


def _why(protocol: Protocol, name: str, value: Decimal) -> list[Why]:
    return [row.why for row in decision(_charted(name, value), protocol).missing if row.measure == name]


def test_a_vital_sign_without_limits_is_plausible_at_any_value() -> None:
    unlimited = replace(LVHN.measures["heart_rate"], warn=None)
    protocol = replace(LVHN, measures={**LVHN.measures, "heart_rate": unlimited})
    assert _why(LVHN, "heart_rate", Decimal(10)) == [Why.IMPLAUSIBLE]
    assert decision(_charted("heart_rate", Decimal(10)), protocol).action is Action.PROCEED


@EACH
def test_pressures_of_one_moment_must_agree_and_those_of_two_need_not(protocol: Protocol) -> None:
    upper, lower = ("systolic_bp", 110), ("diastolic_bp", 110)
    together = a_situation(reading(*upper, 30), reading(*lower, 30))
    apart = a_situation(reading(*upper, 30), reading(*lower, 28))
    assert missing(together, protocol) == (
        {"systolic_bp": "contradictory"} if "systolic_bp" in protocol.required else {}
    )
    assert missing(apart, protocol) == {}


@EACH
@pytest.mark.parametrize("lower", [(60, 118), (118, 60), (60, 118, 70)])
def test_of_several_pressures_of_one_moment_each_must_agree(protocol: Protocol, lower: tuple[int, ...]) -> None:
    several = a_situation(reading("systolic_bp", 118, 30), readings("diastolic_bp", *((one, 30) for one in lower)))
    expected = {"systolic_bp": "contradictory"} if "systolic_bp" in protocol.required else {}
    assert missing(several, protocol) == expected
    well = a_situation(reading("systolic_bp", 118, 30), readings("diastolic_bp", (60, 30), (70, 30)))
    assert missing(well, protocol) == {}


@EACH
@pytest.mark.parametrize("unasked", ["systolic_bp", "diastolic_bp", "oxygen_flow", "oxygen_device"])
def test_what_a_protocol_does_not_require_contradicts_nothing(protocol: Protocol, unasked: str) -> None:
    asks = replace(protocol, freshness={name: held for name, held in protocol.freshness.items() if name != unasked})
    odd = a_situation(reading("systolic_bp", 110, 30), reading("diastolic_bp", 110, 30), oxygen_flow=2)
    assert missing(odd, protocol) == {"systolic_bp": "contradictory", "oxygen_flow": "contradictory"}
    other = "oxygen_flow" if unasked.endswith("bp") else "systolic_bp"
    assert missing(odd, asks) == {other: "contradictory"}


def test_a_volume_that_ends_before_it_began_is_no_volume() -> None:
    for since, to in ((10, 10), (10, 11)):
        rows = reading("urine_volume", "75", to, since=since)
        assert missing(a_situation(rows), LVHN) == {"urine_volume": "mistyped"}


def test_a_number_taken_at_one_moment_has_no_beginning() -> None:
    rows = reading("heart_rate", 84, 30, since=90)
    assert missing(a_situation(rows), LVHN) == {"heart_rate": "mistyped"}


@pytest.mark.parametrize("value", [True, "75", Decimal("NaN"), Decimal("Infinity")], ids=str)
def test_a_volume_that_is_no_finite_number_is_no_volume(value: Decimal | bool | str) -> None:
    well = a_situation()
    odd = Reading("odd", "urine_volume", value, ago(0), ago(60))
    made = decision(with_readings(well, (*every(well), odd)), LVHN)
    assert {row.measure: row.why for row in made.missing} == {"urine_volume": Why.MISTYPED}


@pytest.mark.parametrize("name", ["rhythm", "unheard_of"])
@pytest.mark.parametrize(
    "value, since", [(Decimal(1), None), (Decimal(1), 60), ("nonsense", None), (True, None), (Decimal("NaN"), None)]
)
def test_what_no_measure_can_have_been_is_named(name: str, value: Decimal | bool | str, since: int | None) -> None:
    odd = Reading("odd", name, value, ago(0), None if since is None else ago(since))
    made = decision(with_readings(a_situation(), (*every(a_situation()), odd)), LVHN)
    assert {row.measure: row.why for row in made.missing} == {name: Why.MISTYPED}
    assert made.action is Action.INCOMPLETE


def test_a_reading_too_far_ahead_hides_none_that_was_handed_over_after_it() -> None:
    well = a_situation()
    ahead = reading("spo2", 97, -3)
    made = decision(with_readings(well, (ahead, *every(well))), LVHN)
    assert {row.measure: row.why for row in made.missing} == {"spo2": Why.FUTURE}


def test_of_several_readings_none_of_which_can_be_one_each_is_refused_and_nothing_fails() -> None:
    odd = [Reading(f"odd-{minutes}", "spo2", "nonsense", ago(minutes)) for minutes in (20, 10)]
    made = decision(with_readings(a_situation(), (*every(a_situation(absent=["spo2"])), *odd)), LVHN)
    assert {row.measure: row.why for row in made.missing} == {"spo2": Why.MISTYPED}


def test_a_reading_of_a_measure_nobody_knows_hides_none_that_was_handed_over_after_it() -> None:
    well = a_situation()
    unheard_of = Reading("odd", "unheard_of", Decimal(1), ago(30))
    made = decision(with_readings(well, (unheard_of, *every(well))), LVHN)
    assert {row.measure: row.why for row in made.missing} == {"unheard_of": Why.MISTYPED}


def test_a_value_that_meets_a_criterion_is_not_called_implausible_too() -> None:
    made = decision(a_situation(heart_rate=260), LVHN)
    assert (made.action, made.missing) == (Action.STOP, ())


@EACH
def test_a_flow_that_its_device_cannot_have_is_contradictory(protocol: Protocol) -> None:
    assert missing(a_situation(oxygen_flow=2), protocol) == {"oxygen_flow": "contradictory"}


def test_two_readings_that_satisfy_a_condition_leave_nothing_open() -> None:
    twice = a_situation(readings("oxygen_device", ("room_air", 33), ("room_air", 30)))
    assert decision(twice, LVHN).action is Action.PROCEED


@pytest.mark.parametrize("minutes", [(90, 60, 30), (33, 30, 30), (30, 30, 30)])
def test_readings_may_be_handed_over_in_any_order(minutes: tuple[int, int, int]) -> None:
    well = a_situation(absent=["spo2"])
    series = [reading("spo2", value, at) for value, at in zip((88, 92, 90), minutes, strict=True)]
    for protocol in SHIPPED:
        made = {decision(with_readings(well, (*every(well), *rows)), protocol) for rows in permutations(series)}
        assert len(made) == 1


def test_what_was_left_set_holds_though_nothing_was_charted() -> None:
    made = decision(a_situation(absent=list(USPI.measures), unresolved=("saturation-withhold",)), USPI)
    assert made.action is Action.HOLD
    assert Why.FAULT not in {row.why for row in made.missing}


def test_what_is_refused_is_listed_by_name_whatever_was_charted_first() -> None:
    odd = [Reading("odd", name, "nonsense", ago(10)) for name in ("spo2", "ast", "rhythm")]
    well = a_situation(absent=[row.measure for row in odd])
    for rows in (odd, odd[::-1]):
        made = decision(with_readings(well, (*rows, *every(well))), LVHN)
        assert [row.measure for row in made.missing] == ["ast", "rhythm", "spo2"]
