"""Is worse ever milder? Never within one measure, but for the four exceptions of fine print 21.

The exceptions are left out by construction: one reading of the measure (no discordant pair, no confirming second), the
fast heart apart from dopamine and temperature, and no measure charted in one patient and withdrawn in the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.measure import Kind, Value
from app.domain.observation import Reading
from app.domain.protocol import Protocol, WindowKind
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action
from tests.builders import (
    CONSENSUS,
    MEASURES,
    SHIPPED,
    a_situation,
    action,
    decision,
    every,
    flat,
    reading,
    readings,
    with_readings,
)
from tests.properties.patients import EDGES, PROFILE, charted, criteria, patients, protocols

Chart: TypeAlias = Callable[[Value], tuple[Reading, ...]]


@dataclass(frozen=True)
class Scale:
    """A measure from its mildest value to its gravest, and how one value of it is charted."""

    measure: str
    mildest: str
    gravest: str
    chart: Chart

    def values(self) -> list[Decimal]:
        """Every printed number on the scale with its neighbours, mildest first."""
        decimals, ends = MEASURES[self.measure].decimals or 0, (Decimal(self.mildest), Decimal(self.gravest))
        step = Decimal(1).scaleb(-decimals)
        bounds = (*EDGES, *ends, *(MEASURES[self.measure].warn or ()))
        near = {bound + off * step for bound in bounds for off in (-1, 0, 1)}
        inside = sorted(number for number in near if min(ends) <= number <= max(ends))
        return inside if ends[0] < ends[1] else inside[::-1]


def now(measure: str, *others: Reading) -> Chart:
    return lambda value: (reading(measure, value, 10), *others)


def over_8_hours(measure: str) -> Chart:
    return lambda value: (reading(measure, value, 0, since=480), reading(measure, 1000, 480, since=960))


def percent(value: Value) -> tuple[Reading, ...]:
    return (reading("weight", value, 10),)


CANNULA, MASK = reading("oxygen_device", "nasal_cannula", 10), reading("oxygen_device", "simple_mask", 10)
SCALES = [
    Scale("heart_rate", "20", "300", now("heart_rate")),
    Scale("heart_rate", "20", "300", now("heart_rate", reading("heart_rate", 110, 40))),
    Scale("heart_rate", "20", "300", now("heart_rate", reading("heart_rate", 140, 40))),
    Scale("systolic_bp", "250", "0", now("systolic_bp", reading("diastolic_bp", 72, 60))),
    Scale("spo2", "100", "0", now("spo2")),
    Scale("spo2", "100", "0", now("spo2", CANNULA, reading("oxygen_flow", 2, 10))),
    Scale("spo2", "100", "0", now("spo2", CANNULA, reading("oxygen_flow", 4, 10))),
    Scale("oxygen_flow", "0.1", "80", now("oxygen_flow", CANNULA)),
    Scale("fio2", "21", "100", now("fio2", MASK, reading("oxygen_flow", 6, 10))),
    Scale("phenylephrine_rate", "0", "20", now("phenylephrine_rate")),
    Scale("phenylephrine_rate", "0", "20", now("phenylephrine_rate", reading("phenylephrine_rate", "0.9", 200))),
    Scale("norepinephrine_rate", "0", "10", now("norepinephrine_rate")),
    Scale("dopamine_rate", "0", "50", now("dopamine_rate", reading("heart_rate", 84, 10))),
    Scale("vt_beats", "0", "10000", now("vt_beats")),
    Scale("vt_beats", "0", "10000", now("vt_beats", reading("rhythm", "ventricular_tachycardia", 10))),
    Scale("creatinine", "0.2", "40", now("creatinine")),
    Scale("bilirubin", "0.1", "100", now("bilirubin")),
    Scale("bicarbonate", "50", "0", now("bicarbonate")),
    Scale("platelets", "1200", "0", now("platelets")),
    Scale("weight", "30", "500", percent),
    Scale("urine_volume", "10000", "0", over_8_hours("urine_volume")),
    Scale("stool_volume", "0", "20000", over_8_hours("stool_volume")),
]
LADDERS: dict[str, tuple[Value, ...]] = {
    "crackles": ("none", "below_a_third", "third_to_half", "half_or_more"),
    "abdominal_distension": ("none", "present", "affecting_breathing"),
    "stool_occult_blood": ("negative", "positive"),
    "serial_sevens": ("pass", "fail"),
    "world_backward": ("pass", "fail"),
    "rhythm": ("sinus", "bradycardia_treated_or_recurrent", "uncontrolled"),
} | {measure.name: (False, True) for measure in MEASURES.values() if measure.kind is Kind.FINDING}


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.measure)
@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_the_whole_scale_only_climbs(scale: Scale, protocol: Protocol) -> None:
    ranks = [action(a_situation(scale.chart(value)), protocol).rank for value in scale.values()]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_every_numeric_criterion_has_a_scale(protocol: Protocol) -> None:
    named = {row.measure for row in protocol.rows if protocol.measures[row.measure].numeric}
    assert named <= {scale.measure for scale in SCALES}


def beside(situation: Situation, rows: tuple[Reading, ...]) -> Situation:
    """The same patient with these readings in place of all others of their measures."""
    replaced = {row.measure for row in rows}
    return with_readings(situation, (*(row for row in every(situation) if row.measure not in replaced), *rows))


@pytest.mark.hazard("HZ-01")
@PROFILE
@given(patients(), protocols, st.sampled_from(SCALES), st.data())
def test_a_worse_number_is_never_milder_in_any_patient(
    situation: Situation, protocol: Protocol, scale: Scale, data: st.DataObject
) -> None:
    values = scale.values()
    first, second = sorted(data.draw(st.sampled_from(range(len(values)))) for _ in range(2))
    mild, grave = (beside(situation, scale.chart(values[number])) for number in (first, second))
    assert action(grave, protocol).rank >= action(mild, protocol).rank


@pytest.mark.hazard("HZ-01")
@PROFILE
@given(patients(), protocols, st.sampled_from(sorted(LADDERS)))
def test_a_worse_finding_is_never_milder_in_any_patient(situation: Situation, protocol: Protocol, name: str) -> None:
    ranks = [action(beside(situation, (reading(name, value, 10),)), protocol).rank for value in LADDERS[name]]
    assert ranks == sorted(ranks)


@PROFILE
@given(patients(), protocols)
def test_one_more_held_dose_is_never_milder(situation: Situation, protocol: Protocol) -> None:
    ranks = [action(replace(situation, held_doses=held), protocol).rank for held in range(5)]
    assert ranks == sorted(ranks)


@pytest.mark.hazard("HZ-01")
@PROFILE
@given(patients(), protocols, st.sampled_from(criteria))
def test_one_more_criterion_left_set_is_never_milder(situation: Situation, protocol: Protocol, name: str) -> None:
    clean, left = replace(situation, unresolved=()), replace(situation, unresolved=(name,))
    assert action(left, protocol).rank >= action(clean, protocol).rank


@pytest.mark.hazard("HZ-01")
@PROFILE
@given(patients(), protocols, st.sampled_from((Action.HOLD, Action.SKIP)))
def test_a_lower_saturation_at_the_hold_before_is_never_milder(
    situation: Situation, protocol: Protocol, held: Action
) -> None:
    was = [Previous(held, (("spo2", Decimal(spo2)),)) for spo2 in (97, 91, 90, 89, 60)]
    ranks = [action(replace(situation, previous=previous), protocol).rank for previous in was]
    assert ranks == sorted(ranks)


def remembered(protocol: Protocol) -> set[str]:
    """The measures on which a row looks back as far as anything was charted."""
    lasting = (WindowKind.DURATION, WindowKind.OUTLASTED, WindowKind.LATCHED, WindowKind.COUNT)
    rows = [row for row in protocol.rows if row.window.kind in lasting]
    clearing = {condition.measure for row in rows for condition in row.window.clear}
    return {row.measure for row in rows} | clearing | {name for row in rows for name in row.window.quiet}


@PROFILE
@given(patients(), protocols, charted())
def test_a_reading_long_before_the_last_dose_only_matters_where_the_rules_look_back(
    situation: Situation, protocol: Protocol, row: Reading
) -> None:
    """A stale reading of a point measure changes nothing where a fresh one stands and no row remembers the measure."""
    if row.start is not None or row.measure in remembered(protocol):
        return
    given_at = situation.at - protocol.timing.interval
    fresh = replace(situation, last_given_at=given_at)
    fresh = beside(fresh, (reading(row.measure, MEASURES[row.measure].well or row.value, 20),))
    older = replace(row, at=given_at - protocol.timing.interval)
    assert action(with_readings(fresh, (*every(fresh), older)), protocol) is action(fresh, protocol)


# ---- The four exceptions, so that they stay four


def test_exception_one_a_discordant_pair_may_be_milder_than_its_graver_half() -> None:
    graver = a_situation(creatinine="3.1")
    pair = a_situation(readings("creatinine", ("3.1", 12), ("2.4", 10)))
    assert [str(action(situation, CONSENSUS)) for situation in (graver, pair)] == ["hold", "incomplete"]


@pytest.mark.parametrize("suspended_by", [reading("temperature", "39.0", 10), reading("dopamine_rate", "2", 10)])
def test_exception_two_fever_and_dopamine_suspend_a_fast_heart(suspended_by: Reading) -> None:
    fast = readings("heart_rate", ("140", 40), ("140", 10))
    assert action(a_situation(fast), CONSENSUS) == "hold"
    assert action(a_situation(fast, suspended_by), CONSENSUS) == "incomplete"


def test_exception_three_a_confirming_reading_may_turn_incomplete_into_caution() -> None:
    one, two = readings("heart_rate", ("110", 10)), readings("heart_rate", ("110", 40), ("110", 10))
    assert [str(action(a_situation(rows), CONSENSUS)) for rows in (one, two)] == ["incomplete", "caution"]


def test_exception_four_a_withdrawn_test_meets_nothing() -> None:
    assert decision(a_situation(flat([reading("troponin_elevated", True)])), CONSENSUS).action == "hold"
    assert decision(a_situation(absent=["troponin_elevated"]), CONSENSUS).action == "proceed"
