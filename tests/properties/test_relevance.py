"""Does a decision stay the same when only the readings that can matter are kept?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from app.domain.observation import by_measure
from app.domain.protocol import Protocol
from app.domain.record import encode_decision
from app.domain.relevance import relevant
from app.domain.situation import Situation
from app.domain.vocabulary import BINDING
from tests.builders import (
    CONSENSUS,
    LVHN,
    SHIPPED,
    TIL,
    USPI,
    a_situation,
    ago,
    decision,
    every,
    over_8_hours,
    reading,
    readings,
)
from tests.properties.patients import PROFILE, histories, many, patients, protocols


def pruned(situation: Situation, protocol: Protocol) -> Situation:
    rows = by_measure(sorted(every(situation), key=lambda one: one.at))
    kept = relevant(rows, protocol, situation.at, situation.last_given_at, situation.unresolved)
    return replace(situation, readings=kept)


def same(situation: Situation, protocol: Protocol) -> bool:
    """What a held dose was decided on is named by a request alone, and of a request nothing is left out."""
    if situation.previous is not None and situation.previous.action not in BINDING:
        situation = replace(situation, previous=None)
    one, other = decision(situation, protocol), decision(pruned(situation, protocol), protocol)
    return encode_decision(one) == encode_decision(other)


@pytest.mark.hazard("HZ-08")
@PROFILE
@given(patients(many), protocols)
def test_what_is_left_out_never_shows(situation: Situation, protocol: Protocol) -> None:
    assert same(situation, protocol)


@pytest.mark.hazard("HZ-08")
def test_what_is_left_out_of_a_history_with_latches_never_shows() -> None:
    for number, situation in enumerate(histories(9041, 1500)):
        assert same(situation, USPI)
        if number % 5 == 0:
            assert all(same(situation, protocol) for protocol in (LVHN, CONSENSUS, TIL))


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
@pytest.mark.parametrize(
    "situation",
    [
        a_situation(readings("heart_rate", ("131", 484), ("110", 483), ("131", 256), ("131", 245), ("131", 240))),
        a_situation(readings("heart_rate", ("110", 480), ("110", 240))),
        a_situation(readings("heart_rate", ("110", 40), ("110", 10)), reading("temperature", "39", 300)),
        a_situation(readings("creatinine", ("2.6", 15), ("2.4", 10))),
        a_situation(readings("creatinine", ("2.6", 5), ("2.4", -2))),
        a_situation(readings("creatinine", ("2.6", 7), ("2.4", -2))),
        a_situation(readings("disorientation", (True, 900), (True, 100), (True, 10))),
        a_situation(readings("disorientation", (True, 900), (False, 100), (True, 10))),
        a_situation(over_8_hours("stool_volume", 1000, 1000)),
        a_situation(over_8_hours("stool_volume", 1000, 999)),
        a_situation(over_8_hours("urine_volume", 80, 0)),
        a_situation(readings("seizure", (True, 480), (False, 10)), last_given_at=ago(480)),
        a_situation(readings("seizure", (True, 481), (False, 10)), last_given_at=ago(480)),
        a_situation(readings("seizure", (True, 481)), last_given_at=ago(480)),
        a_situation(readings("frank_blood", (True, 2000), (False, 10))),
        a_situation(readings("phenylephrine_rate", ("1.5", 481), ("0", 300)), last_given_at=ago(480)),
        a_situation(readings("chest_pain", (True, 400), (False, 10)), readings("ecg_ischaemia", (False, 390))),
        a_situation(readings("troponin_elevated", (True, 1500), (False, 1450)), last_given_at=ago(480)),
        a_situation(readings("spo2", ("88", 9000), ("90", 5000), ("90", 10))),
        a_situation(readings("spo2", ("88", 9000), ("91", 8000), ("90", 10))),
        a_situation(readings("spo2", ("88", 9000), ("91", 9005), ("90", 10))),
        a_situation(readings("spo2", ("88", 9000), ("91", 8995), ("90", 10))),
        a_situation(readings("spo2", ("91", 5000), ("90", 10)), unresolved=("saturation-withhold",)),
        a_situation(readings("spo2", ("90", 5000), ("90", 10)), unresolved=("saturation-withhold",)),
        a_situation(readings("seizure", (True, 9000), (False, 5000), (True, 4000), (False, 10))),
        a_situation(readings("seizure", (True, 600), (False, 470), (False, 10)), last_given_at=ago(480)),
        a_situation(readings("seizure", (True, 600), (False, 490), (False, 10)), last_given_at=ago(480)),
        a_situation(readings("seizure", (False, 600), (False, 10)), unresolved=("seizure-withhold",),
                    last_given_at=ago(480)),
        a_situation(readings("frank_blood", (True, 900), (False, 10)),
                    readings("stool_occult_blood", ("negative", 800), ("positive", 700))),
        a_situation(readings("frank_blood", (True, 900), (False, 10)),
                    readings("stool_occult_blood", ("negative", 1000), ("positive", 700))),
        a_situation(readings("rhythm", ("atrial_fibrillation", 900), ("sinus", 800), ("sinus", 10)),
                    readings("systolic_bp", ("85", 850), ("118", 700), ("118", 10))),
        a_situation(readings("rhythm", ("atrial_fibrillation", 900), ("sinus", 800), ("sinus", 10)),
                    readings("dyspnoea_at_rest", (True, 600), (False, 10))),
        a_situation(readings("rhythm", ("atrial_fibrillation", 900), ("sinus", 800), ("sinus", 10)),
                    readings("dyspnoea_at_rest", (True, 600), (False, 10)), last_given_at=ago(700)),
        a_situation(readings("oxygen_device", ("intubated", 6000), ("intubated", 1000), ("room_air", 10))),
        a_situation(readings("oxygen_device", ("intubated", 4330), ("intubated", 10))),
        a_situation(readings("coma_or_toxic_psychosis", (False, 2900), (True, 2881), (True, 10))),
        a_situation(readings("coma_or_toxic_psychosis", (True, 2900), (False, 2897), (True, 2880), (True, 10))),
        a_situation(readings("vt_beats", ("6", 9000), ("0", 10))),
        a_situation(readings("weight", ("90", 15), ("80", 10)), over_8_hours("urine_volume", 340)),
        a_situation(readings("weight", ("90", 900), ("80", 10)), over_8_hours("urine_volume", 340)),
    ],
)  # fmt: skip
def test_the_edges_of_what_can_matter_are_kept(situation: Situation, protocol: Protocol) -> None:
    assert same(situation, protocol)


def test_most_of_a_long_cycle_is_left_out() -> None:
    rows = [reading("heart_rate", 84, minutes) for minutes in range(10, 6000, 15)]
    situation = a_situation(rows, readings("creatinine", *(("0.9", minutes) for minutes in range(30, 6000, 300))))
    for protocol, most in ((LVHN, 1), (CONSENSUS, 40), (USPI, 1), (TIL, 1)):
        kept = pruned(situation, protocol).readings
        assert len(kept["heart_rate"]) <= most
        assert len(kept["creatinine"]) == 1


def test_of_a_state_of_the_label_everything_since_it_was_set_is_kept_and_nothing_before() -> None:
    calm = [reading("spo2", 97, minutes) for minutes in range(5000, 9000, 60)]
    since = [reading("spo2", 90, minutes) for minutes in range(10, 4000, 60)]
    for rows, most in (((*calm, *since), 1), ((*calm, reading("spo2", 88, 4500), *since), len(since) + 2)):
        kept = pruned(a_situation(rows), USPI).readings
        assert len(kept["spo2"]) <= most
    for protocol in (LVHN, CONSENSUS, TIL):
        kept = pruned(a_situation(calm, reading("spo2", 88, 4500), since), protocol).readings
        assert len(kept["spo2"]) == 1
