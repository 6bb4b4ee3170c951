"""Does a decision stay the same when only the readings that can matter are kept?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from app.domain.protocol import Protocol
from app.domain.record import encode_decision
from app.domain.relevance import relevant
from app.domain.situation import Situation
from tests.builders import CONSENSUS, LVHN, SHIPPED, a_situation, ago, decision, over_8_hours, reading, readings
from tests.properties.patients import PROFILE, many, patients, protocols


def pruned(situation: Situation, protocol: Protocol) -> Situation:
    kept = relevant(situation.readings, protocol, situation.at, situation.last_given_at)
    return replace(situation, readings=kept)


def same(situation: Situation, protocol: Protocol) -> bool:
    one, other = decision(situation, protocol), decision(pruned(situation, protocol), protocol)
    return encode_decision(one) == encode_decision(other)


@pytest.mark.hazard("HZ-08")
@PROFILE
@given(patients(many), protocols)
def test_what_is_left_out_never_shows(situation: Situation, protocol: Protocol) -> None:
    assert same(situation, protocol)


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
    ],
)  # fmt: skip
def test_the_edges_of_what_can_matter_are_kept(situation: Situation, protocol: Protocol) -> None:
    assert same(situation, protocol)


def test_most_of_a_long_cycle_is_left_out() -> None:
    rows = [reading("heart_rate", 84, minutes) for minutes in range(10, 6000, 15)]
    situation = a_situation(rows, readings("creatinine", *(("0.9", minutes) for minutes in range(30, 6000, 300))))
    for protocol, most in ((LVHN, 1), (CONSENSUS, 40)):
        kept = pruned(situation, protocol).readings
        assert len([row for row in kept if row.measure == "heart_rate"]) <= most
        assert len([row for row in kept if row.measure == "creatinine"]) == 1
