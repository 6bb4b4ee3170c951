"""Does the order of entry matter, or the ids that rows were given?"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.record import encode_decision
from app.domain.situation import Situation
from tests.builders import SHIPPED, USPI, a_situation, decision, every, readings, with_readings
from tests.properties.patients import PROFILE, anything, histories, many, patients, protocols


def decided(situation: Situation, protocol: Protocol) -> bytes:
    return encode_decision(decision(situation, protocol))


@pytest.mark.hazard("HZ-07")
@PROFILE
@given(patients(many), protocols, st.randoms(use_true_random=False))
def test_the_order_of_entry_never_shows(situation: Situation, protocol: Protocol, dice: Random) -> None:
    rows = list(every(situation))
    dice.shuffle(rows)
    assert decided(with_readings(situation, rows), protocol) == decided(situation, protocol)


@pytest.mark.hazard("HZ-07")
def test_the_order_of_entry_of_a_history_with_latches_never_shows() -> None:
    dice = Random(9041)
    for situation in histories(1409, 800):
        rows = list(every(situation))
        dice.shuffle(rows)
        assert decided(with_readings(situation, rows), USPI) == decided(situation, USPI)


@PROFILE
@given(patients(), st.lists(anything(), min_size=1, max_size=6), protocols)
def test_the_order_of_what_nobody_should_have_let_in_never_shows(
    situation: Situation, odd: list[Reading], protocol: Protocol
) -> None:
    one = with_readings(situation, (*every(situation), *odd))
    other = with_readings(situation, (*odd[::-1], *every(situation)[::-1]))
    assert decided(one, protocol) == decided(other, protocol)


@PROFILE
@given(patients(), protocols)
def test_the_ids_of_rows_never_show(situation: Situation, protocol: Protocol) -> None:
    renamed = tuple(replace(row, id=f"{number}") for number, row in enumerate(every(situation)))
    assert decided(with_readings(situation, renamed), protocol) == decided(situation, protocol)


@pytest.mark.hazard("HZ-07")
@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_six_readings_in_all_720_orders_give_one_decision(protocol: Protocol) -> None:
    rows = (
        *readings("heart_rate", ("131", 40), ("129", 10)),
        *readings("creatinine", ("2.6", 12), ("2.4", 10)),
        *readings("oxygen_device", ("room_air", 10), ("intubated", 10)),
    )
    assert len({decided(a_situation(order), protocol) for order in permutations(rows)}) == 1


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
@pytest.mark.parametrize("one,other", [("0", "84"), ("84", "85"), ("84", "131"), ("40", "131"), ("110", "111")])
def test_two_values_of_one_moment_have_no_first_and_no_last(protocol: Protocol, one: str, other: str) -> None:
    pair = readings("heart_rate", (one, 10), (other, 10))
    assert decided(a_situation(pair), protocol) == decided(a_situation(pair[::-1]), protocol)
