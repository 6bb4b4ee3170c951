"""Is a temperature the same in either unit, to the last byte of a decision? Fine print 17 of the clinical rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Item, check_items
from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.record import encode_decision
from app.domain.situation import Situation
from app.domain.vocabulary import Action
from tests.builders import AT, CONSENSUS, MEASURES, a_situation, action, decision, every, readings, with_readings
from tests.properties.patients import PROFILE, patients, protocols

TENTHS = range(770, 1095)
"""Every temperature that may be entered in tenths of a degree Fahrenheit: 77.0 to 109.4."""


def celsius(tenths: int) -> Decimal:
    """(F - 32) x 5/9 rounded half up to a tenth, in whole numbers only: (10 F - 320) x 5/9 tenths."""
    return Decimal((2 * (tenths - 320) * 5 + 9) // 18) / 10


def charted(value: Decimal, unit: str, minutes: int) -> Reading:
    """A temperature as somebody enters it, as the engine sees it."""
    item = Item("temperature", value, unit, AT - timedelta(minutes=minutes))
    (found,) = check_items([item], MEASURES, AT, confirmation=False, pointer="")
    return Reading("t", found.measure, found.value, found.observed_at)


def test_every_fahrenheit_is_the_half_up_tenth_of_its_celsius() -> None:
    for tenths in TENTHS:
        assert charted(Decimal(tenths) / 10, "[degF]", 10).value == celsius(tenths)
    assert (celsius(1003), celsius(1004), celsius(986)) == (Decimal("37.9"), Decimal("38.0"), Decimal("37.0"))


def with_temperature(situation: Situation, row: Reading) -> Situation:
    others = tuple(reading for reading in every(situation) if reading.measure != "temperature")
    return with_readings(situation, (*others, row))


@pytest.mark.hazard("HZ-05")
@PROFILE
@given(patients(), protocols, st.sampled_from(TENTHS), st.integers(0, 300))
def test_either_unit_gives_one_decision(situation: Situation, protocol: Protocol, tenths: int, minutes: int) -> None:
    one = with_temperature(situation, charted(Decimal(tenths) / 10, "[degF]", minutes))
    other = with_temperature(situation, charted(celsius(tenths), "Cel", minutes))
    first, second = (encode_decision(decision(each, protocol)) for each in (one, other))
    assert first == second


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize("fahrenheit,expected", [("100.3", Action.CAUTION), ("100.4", Action.INCOMPLETE)])
def test_a_fast_heart_counts_up_to_a_tenth_below_38(fahrenheit: str, expected: Action) -> None:
    fast = readings("heart_rate", (110, 40), (110, 10))
    assert action(a_situation(fast, charted(Decimal(fahrenheit), "[degF]", 10)), CONSENSUS) is expected
