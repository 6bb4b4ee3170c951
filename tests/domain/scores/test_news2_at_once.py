"""Of several values of one and the same moment, does the score take the one that gives the most points?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from app.domain.observation import Reading
from app.domain.scores.book import news2_at
from app.domain.scores.news2 import News2
from app.domain.vocabulary import CycleEventKind, SpO2Scale
from tests.builders import AT, LIBRARY, LVHN, Charted, Plain, a_cycle_event, a_situation, decision, reading
from tests.domain.scores.seen import scored, sheet


def in_a_decision(*charted: Charted, scale: SpO2Scale = SpO2Scale.ONE) -> News2:
    return decision(replace(a_situation(*charted), spo2_scale=scale), LVHN).news2


def in_a_set(*charted: Charted, scale: SpO2Scale = SpO2Scale.ONE) -> News2:
    found = sheet(*charted)
    if scale is SpO2Scale.TWO:
        found = replace(found, events=(a_cycle_event(found.cycles[0], CycleEventKind.SPO2_SCALE, scale=scale),))
    news2 = scored(found).news2
    assert news2_at(LIBRARY.scores, LVHN, found, AT) == news2
    return news2


def at_once(measure: str, values: Sequence[Plain]) -> tuple[Reading, ...]:
    """Several values of one moment, told apart by their ids as rows of the flowsheet are."""
    return tuple(replace(reading(measure, value), id=f"{measure}-{place}") for place, value in enumerate(values))


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize(
    "measure,values,points",
    [
        ("spo2", ("88", "97"), 3),
        ("spo2", ("95", "93", "97"), 2),
        ("systolic_bp", ("85", "118"), 3),
        ("heart_rate", ("72", "131"), 3),
        ("heart_rate", ("39", "72", "105"), 3),
        ("respiratory_rate", ("8", "16"), 3),
        ("temperature", ("35.0", "36.8"), 3),
        ("oxygen_device", ("nasal_cannula", "room_air"), 2),
        ("consciousness", ("alert", "voice"), 3),
    ],
)  # fmt: skip
def test_the_gravest_value_of_a_moment_counts_in_any_order(measure: str, values: tuple[str, ...], points: int) -> None:
    for order in permutations(values):
        rows = at_once(measure, order)
        assert (in_a_decision(rows).score, in_a_set(rows).score) == (points, points), order


@pytest.mark.hazard("HZ-05")
def test_each_parameter_is_scored_by_its_own_gravest_value() -> None:
    low, high = {"spo2": "88", "heart_rate": "72", "systolic_bp": "118"}, {"heart_rate": "131", "systolic_bp": "85"}
    rows = [at_once(name, (value, high.get(name, "97"))) for name, value in low.items()]
    assert (in_a_decision(*rows).score, in_a_set(*rows).score) == (9, 9)


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize("devices", list(permutations(("room_air", "nasal_cannula"))))
@pytest.mark.parametrize("values,points", [(("88", "97"), 3), (("83", "92"), 3), (("88", "93"), 1), (("88", "92"), 0)])
def test_on_scale_2_the_saturation_is_read_by_the_gravest_device(
    devices: tuple[str, ...], values: tuple[str, ...], points: int
) -> None:
    for order in permutations(values):
        rows = (at_once("spo2", order), at_once("oxygen_device", devices))
        found = in_a_decision(*rows, scale=SpO2Scale.TWO), in_a_set(*rows, scale=SpO2Scale.TWO)
        assert [one.score for one in found] == [2 + points] * 2, order


def test_on_scale_2_nobody_knows_the_points_of_several_values_without_a_device() -> None:
    rows = (at_once("spo2", ("83", "97")), reading("oxygen_device", "room_air", 241))
    for found in (in_a_decision(*rows, scale=SpO2Scale.TWO), in_a_set(*rows, scale=SpO2Scale.TWO)):
        assert (found.least, found.missing) == (0, ("oxygen_device",))


@pytest.mark.hazard("HZ-04")
def test_several_values_of_a_moment_turn_stale_together() -> None:
    rows = tuple(replace(one, at=reading("spo2", "88", 241).at) for one in at_once("spo2", ("88", "97")))
    assert in_a_decision(rows).missing == in_a_set(rows).missing == ("spo2",)


def test_a_value_of_an_earlier_moment_is_not_scored() -> None:
    for before in (("88",), ("88", "85"), ("88", "85", "97")):
        rows = (*(reading("spo2", value, 34 - place) for place, value in enumerate(before)), reading("spo2", "97", 30))
        assert (in_a_decision(rows).score, in_a_set(rows).score) == (0, 0), before
