"""Where exactly does a window begin and end: fresh, side by side, lasting, since the last dose?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.situation import Situation
from app.domain.vocabulary import Action, Verdict, Why
from tests.builders import (
    CONSENSUS,
    LVHN,
    SHIPPED,
    TIL,
    USPI,
    a_situation,
    action,
    ago,
    decision,
    finding,
    missing,
    reading,
    readings,
)

TICK = Fraction(1, 60_000_000)
"""One microsecond, in minutes."""


# ---- Freshness


@pytest.mark.hazard("HZ-04")
@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_a_required_value_is_fresh_to_the_microsecond_and_no_longer(protocol: Protocol) -> None:
    for measure, limit in protocol.freshness.items():
        minutes = Fraction(int(limit.total_seconds()), 60)
        well = protocol.measures[measure].well
        assert well is not None
        row = reading(measure, well, minutes)
        assert action(a_situation(row), protocol) is Action.PROCEED, measure
        older = a_situation(replace(row, at=row.at - timedelta(microseconds=1)))
        assert action(older, protocol) is Action.INCOMPLETE, measure
        assert missing(older, protocol)[measure] == "stale"


@pytest.mark.hazard("HZ-06")
@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_without_one_required_measure_nothing_proceeds_and_it_is_named(protocol: Protocol) -> None:
    for measure in protocol.required:
        situation = a_situation(absent=[measure])
        assert action(situation, protocol) is Action.INCOMPLETE, measure
        assert missing(situation, protocol) == {measure: "missing"}


@pytest.mark.hazard("HZ-10")
@pytest.mark.parametrize(
    "taken,decided,expected",
    [
        ("2026-03-29T00:30:00+00:00", "2026-03-29T05:30:00+01:00", Action.PROCEED),  # 5 h on the wall, 4 h passed
        ("2026-03-29T00:29:59+00:00", "2026-03-29T05:30:00+01:00", Action.INCOMPLETE),
        ("2026-10-25T00:30:00+01:00", "2026-10-25T03:30:00+00:00", Action.PROCEED),  # 3 h on the wall, 4 h passed
        ("2026-10-25T00:29:59+01:00", "2026-10-25T03:30:00+00:00", Action.INCOMPLETE),
    ],
)
def test_hours_are_hours_on_the_nights_the_clocks_change(taken: str, decided: str, expected: Action) -> None:
    at = datetime.fromisoformat(decided)
    row = replace(reading("systolic_bp", "118", at=at), at=datetime.fromisoformat(taken))
    for protocol in SHIPPED:
        assert action(a_situation(row, at=at), protocol) is expected


# ---- Side by side


@pytest.mark.parametrize(
    "apart,verdict",
    [(Fraction(5), Verdict.UNKNOWN), (5 + TICK, Verdict.NOT_MET), (TICK, Verdict.UNKNOWN), (0, Verdict.UNKNOWN)],
)
@pytest.mark.parametrize(
    "protocol,criterion,measure,graver,milder",
    [
        (LVHN, "creatinine-relative", "creatinine", "2.5", "2.4"),
        (CONSENSUS, "creatinine-relative", "creatinine", "2.5", "2.4"),
        (TIL, "creatinine-hold", "creatinine", "2.5", "2.4"),
        (USPI, "low-systolic-withhold", "systolic_bp", "89", "90"),
        (USPI, "saturation-withhold", "spo2", "89", "91"),
    ],
)
def test_two_readings_disagree_up_to_five_minutes_and_not_a_microsecond_longer(
    apart: Fraction, verdict: Verdict, protocol: Protocol, criterion: str, measure: str, graver: str, milder: str
) -> None:
    found = finding(a_situation(readings(measure, (graver, 10 + apart), (milder, 10))), protocol, criterion)
    assert found.verdict is verdict
    assert (found.why is Why.DISCORDANT) == (verdict is Verdict.UNKNOWN)


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_two_equal_readings_never_disagree(protocol: Protocol) -> None:
    for measure, value in (("systolic_bp", "118"), ("creatinine", "2.6"), ("spo2", "89"), ("rhythm", "uncontrolled")):
        pair, one = a_situation(readings(measure, (value, 12), (value, 10))), a_situation(reading(measure, value, 10))
        assert decision(pair, protocol).findings == decision(one, protocol).findings


def test_a_graver_reading_beside_a_milder_one_keeps_what_both_meet() -> None:
    situation = a_situation(readings("heart_rate", ("131", 12), ("129", 10)))
    assert finding(situation, LVHN, "heart-rate-relative").verdict is Verdict.MET
    assert finding(situation, LVHN, "heart-rate-absolute").verdict is Verdict.UNKNOWN


def test_the_odd_reading_is_settled_by_a_repeat_more_than_five_minutes_later() -> None:
    odd = readings("platelets", ("49", 20), ("51", 18))
    assert action(a_situation(odd, reading("platelets", "52", 15)), LVHN) is Action.INCOMPLETE
    assert action(a_situation(odd, reading("platelets", "52", 15 - TICK)), LVHN) is Action.PROCEED


def test_three_readings_within_five_minutes_are_judged_together() -> None:
    three = a_situation(readings("creatinine", ("2.6", 14), ("2.4", 12), ("2.7", 10)))
    assert finding(three, LVHN, "creatinine-relative").why is Why.DISCORDANT


def test_of_three_devices_within_five_minutes_each_counts() -> None:
    between = a_situation(
        readings("oxygen_device", ("nasal_cannula", 14), ("room_air", 12), ("nasal_cannula", 10)),
        reading("oxygen_flow", "4", 10),
    )
    for protocol in (LVHN, CONSENSUS):
        found = finding(between, protocol, "nasal-oxygen-relative")
        assert (found.verdict, found.why, found.blame) == (Verdict.UNKNOWN, Why.DISCORDANT, "oxygen_device")


def test_a_device_that_changed_a_minute_ago_leaves_its_flow_open() -> None:
    situation = a_situation(
        readings("oxygen_device", ("nasal_cannula", 12), ("room_air", 10)),
        readings("oxygen_flow", ("4", 12), ("0", 10)),
    )
    for protocol in (LVHN, CONSENSUS):
        assert finding(situation, protocol, "nasal-oxygen-relative").verdict is Verdict.UNKNOWN
    for protocol in SHIPPED:
        assert missing(situation, protocol)["oxygen_flow"] in ("contradictory", "discordant")


# ---- Since the last dose

DOSE = ago(480)


@pytest.mark.parametrize("measure", ["seizure", "frank_blood", "ecg_ischaemia", "fluid_refractory_hypotension"])
def test_an_event_counts_from_the_moment_of_the_last_dose(measure: str) -> None:
    def with_event(minutes: Fraction) -> Situation:
        return a_situation(readings(measure, (True, minutes), (False, 10)), last_given_at=DOSE)

    assert action(with_event(Fraction(480)), LVHN) is not Action.PROCEED
    assert action(with_event(480 + TICK), LVHN) is Action.PROCEED


def test_the_highest_rate_counts_from_the_moment_of_the_last_dose() -> None:
    def with_rate(minutes: Fraction) -> Situation:
        return a_situation(readings("phenylephrine_rate", ("1.5", minutes), (0, 10)), last_given_at=DOSE)

    assert action(with_rate(Fraction(480)), CONSENSUS) is Action.HOLD
    assert action(with_rate(480 + TICK), CONSENSUS) is Action.PROCEED


def test_an_old_event_stays_met_while_the_look_that_is_due_is_asked_for() -> None:
    situation = a_situation(reading("seizure", True, 479), last_given_at=DOSE)
    assert finding(situation, LVHN, "seizure-absolute").verdict is Verdict.MET
    assert missing(situation, LVHN) == {"seizure": "stale"}


def test_chest_pain_is_answered_only_by_an_ecg_after_the_last_of_it() -> None:
    pain = readings("chest_pain", (True, 90), (True, 60))
    for minutes, expected in ((75, Action.INCOMPLETE), (60, Action.INCOMPLETE), (60 - TICK, Action.PROCEED)):
        situation = a_situation(pain, reading("ecg_ischaemia", False, minutes))
        assert {action(situation, protocol) for protocol in (LVHN, CONSENSUS)} == {expected}


# ---- Lasting


def _fast(*series: tuple[str, Fraction | int], temperature: str = "36.8", dopamine: str = "0") -> Situation:
    return a_situation(readings("heart_rate", *series), temperature=temperature, dopamine_rate=dopamine)


@pytest.mark.parametrize(
    "situation,relative,absolute",
    [
        (_fast(("110", 25), ("110", 10)), "met", "not_met"),
        (_fast(("110", 25 - TICK), ("110", 10)), "unknown", "not_met"),
        (_fast(("110", 250), ("110", 10)), "met", "not_met"),
        (_fast(("110", 250 + TICK), ("110", 10)), "unknown", "not_met"),
        (_fast(("110", 40), ("99", 20), ("110", 10)), "unknown", "not_met"),
        (_fast(("110", 40), ("100", 20), ("110", 10)), "met", "not_met"),
        (_fast(("131", 40), ("131", 10)), "not_met", "met"),
        (_fast(("110", 40), ("131", 10)), "met", "unknown"),
        (_fast(("131", 40), ("110", 10)), "met", "not_met"),
        (_fast(("131", 10)), "unknown", "unknown"),
        (_fast(("99", 10)), "not_met", "not_met"),
        (_fast(("110", 40), ("110", 10), temperature="38.0"), "unknown", "not_met"),
        (_fast(("110", 40), ("110", 10), temperature="37.9"), "met", "not_met"),
        (_fast(("110", 40), ("110", 10), dopamine="0.1"), "unknown", "not_met"),
        (_fast(("131", 40), ("131", 10), temperature="38.0"), "unknown", "unknown"),
    ],
)
def test_a_fast_heart_counts_when_it_lasts(situation: Situation, relative: str, absolute: str) -> None:
    assert finding(situation, CONSENSUS, "heart-rate-relative").verdict == relative
    assert finding(situation, CONSENSUS, "heart-rate-absolute").verdict == absolute


def test_of_two_temperatures_equally_near_both_must_be_below() -> None:
    fast = readings("heart_rate", ("110", 40), ("110", 20))
    for other, verdict in (("37.5", Verdict.MET), ("38.5", Verdict.UNKNOWN)):
        situation = a_situation(fast, readings("temperature", ("37.0", 30), (other, 10)))
        assert finding(situation, CONSENSUS, "heart-rate-relative").verdict is verdict


def test_the_nearest_temperature_must_itself_be_fresh() -> None:
    fast = readings("heart_rate", ("110", 260), ("110", 230))
    situation = a_situation(fast, readings("temperature", ("37.0", 241), ("37.0", 10)))
    assert finding(situation, CONSENSUS, "heart-rate-relative").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("measure", ["disorientation", "confusion_or_agitation", "lethargy_or_somnolence"])
@pytest.mark.parametrize(
    "series,verdict,why",
    [
        (((True, Fraction(120)), (True, 10)), Verdict.MET, None),
        (((True, 120 - TICK), (True, 10)), Verdict.UNKNOWN, Why.PERSISTING),
        (((True, 10),), Verdict.UNKNOWN, Why.PERSISTING),
        (((True, 240),), Verdict.MET, None),
        (((True, 240 + TICK),), Verdict.UNKNOWN, Why.STALE),
        (((True, 300), (False, 100), (True, 10)), Verdict.UNKNOWN, Why.PERSISTING),
        (((False, 300), (True, 120), (True, 10)), Verdict.MET, None),
        (((True, 300), (False, 10)), Verdict.NOT_MET, None),
        (((True, 300), (True, 12), (False, 10)), Verdict.UNKNOWN, Why.DISCORDANT),
    ],
)
def test_a_changed_mind_counts_after_two_unbroken_hours(
    measure: str, series: tuple[tuple[bool, Fraction | int], ...], verdict: Verdict, why: Why | None
) -> None:
    (criterion,) = [c for row in CONSENSUS.rows if row.measure == measure for c in row.criteria]
    found = finding(a_situation(readings(measure, *series)), CONSENSUS, criterion.id)
    assert (found.verdict, found.why) == (verdict, why)


# ---- Zero, false and absent


@pytest.mark.hazard("HZ-06")
@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
@pytest.mark.parametrize(
    "charted,absent",
    [
        (reading("urine_volume", 0, 0, since=480), "urine_volume"),
        (reading("stool_volume", 0, 0, since=480), "stool_volume"),
        (reading("dopamine_rate", 0), "dopamine_rate"),
        (reading("heart_rate", 0), "heart_rate"),
        (reading("seizure", False), "seizure"),
        (reading("other_vasopressor", False), "other_vasopressor"),
        (reading("oxygen_flow", 0), "oxygen_flow"),
    ],
)
def test_a_charted_zero_or_no_is_another_thing_than_nothing(protocol: Protocol, charted: Reading, absent: str) -> None:
    assert missing(a_situation(charted), protocol).get(absent) != "missing"
    required = absent in protocol.required
    assert missing(a_situation(absent=[absent]), protocol).get(absent) == ("missing" if required else None)
