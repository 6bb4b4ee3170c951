"""Do the bands of a row cover every number once, are others refused by name, and do limits read as printed?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.band import Band
from app.domain.errors import ProtocolRefused
from app.domain.protocol import Window, WindowKind
from app.domain.protocol_bands import parse_band, parse_bands, period_words, threshold_words
from app.domain.protocol_keys import Keys

LATEST = Window(WindowKind.LATEST)
SUM = Window(WindowKind.SUM, span=timedelta(hours=8), minimum=timedelta(hours=7, minutes=30))
TWICE = Window(WindowKind.CONSECUTIVE_SUMS, span=timedelta(hours=7, minutes=30), periods=2)


def bands_of(*ranges: dict[str, Any]) -> dict[str, list[Band]]:
    return parse_bands(Keys({"bands": [{"class": "none"} | one for one in ranges]}, "file: row x"))


def refusal(*ranges: dict[str, Any]) -> str:
    with pytest.raises(ProtocolRefused) as refused:
        bands_of(*ranges)
    return refused.value.sentence


def band(low: str | None, high: str | None, *, above: bool = False, below: bool = False) -> Band:
    return Band(None if low is None else Decimal(low), above, None if high is None else Decimal(high), below)


def test_no_bands_at_all_are_missing() -> None:
    assert refusal() == "file: row x: bands is missing."


@pytest.mark.parametrize(
    "ranges,fault",
    [
        ([{"from": 0}], "have a gap: the lowest and the highest band are unbounded"),
        ([{"to": 5}], "have a gap: the lowest and the highest band are unbounded"),
        ([{"below": 0}, {"from": 0, "to": 1}], "have a gap: the lowest and the highest band are unbounded"),
        ([{"below": 3}, {"above": 3}], "have a gap at 3"),
        ([{"to": 3}, {"from": 4}], "have a gap at 3"),
        ([{"to": 3}, {"from": 3}], "overlap at 3"),
        ([{"to": 4}, {"from": 3}], "overlap"),
        ([{}, {}], "overlap"),
        ([{"to": 3}, {}], "overlap"),
        ([{}, {"from": 3}], "overlap"),
        ([{"to": 3}, {"above": 3}, {"above": 3}], "overlap"),
        ([{"to": 0}, {"above": 0}, {"above": 1}], "overlap"),
    ],
)
def test_bands_that_leave_a_number_out_or_take_one_twice_are_refused(ranges: list[dict[str, Any]], fault: str) -> None:
    assert refusal(*ranges) == f"file: row x: bands {fault}."


@pytest.mark.parametrize(
    "ranges",
    [
        [{}],
        [{"below": 0}, {"from": 0}],
        [{"to": 0}, {"above": 0}],
        [{"above": 0}, {"from": -3, "to": 0}, {"below": -3}],
        [{"above": 2}, {"from": 2, "to": 2}, {"below": 2}],
        [{"from": "1.5"}, {"below": "1.5"}],
        [{"above": 2}, {"above": -1, "to": 2}, {"to": -1}],
        [{"to": 0}, {"above": 0, "to": "0.5"}, {"above": "0.5"}],
    ],
)
def test_bands_that_meet_at_their_ends_are_read_in_any_order(ranges: list[dict[str, Any]]) -> None:
    read = bands_of(*({key: Decimal(value) for key, value in one.items()} for one in ranges))["none"]
    numbers = [Decimal(tenths) / 10 for tenths in range(-50, 51)]
    assert [sum(one.holds(number) for one in read) for number in numbers] == [1] * len(numbers)


def test_bands_of_one_class_stay_together_in_the_order_of_the_file() -> None:
    ranges = [("relative", {"above": 9}), ("none", {"from": 1, "to": 9}), ("relative", {"below": 1})]
    read = parse_bands(Keys({"bands": [{"class": name} | bounds for name, bounds in ranges]}, "x"))
    assert read == {
        "relative": [band("9", None, above=True), band(None, "1", below=True)],
        "none": [band("1", "9")],
    }


@pytest.mark.parametrize(
    "table,read",
    [
        ({"from": 1, "to": 1}, band("1", "1")),
        ({"above": 1, "to": 2}, band("1", "2", above=True)),
        ({"from": 1, "below": 2}, band("1", "2", below=True)),
        ({"above": 1, "below": 2}, band("1", "2", above=True, below=True)),
        ({}, band(None, None)),
    ],
)
def test_a_range_is_read_with_its_ends(table: dict[str, Any], read: Band) -> None:
    assert parse_band(Keys(table, "x")) == read


@pytest.mark.parametrize(
    "table,fault",
    [
        ({"from": 1, "above": 1}, "exclude each other"),
        ({"to": 1, "below": 1}, "exclude each other"),
        ({"from": 2, "to": 1}, "leaves nothing below its upper bound"),
        ({"from": 1, "below": 1}, "leaves nothing below its upper bound"),
        ({"above": 1, "to": 1}, "leaves nothing below its upper bound"),
        ({"above": 1, "below": 1}, "leaves nothing below its upper bound"),
        ({"from": Decimal("NaN")}, "is not a number"),
    ],
)
def test_a_range_that_says_two_things_or_holds_nothing_is_refused(table: dict[str, Any], fault: str) -> None:
    with pytest.raises(ProtocolRefused, match=fault):
        parse_band(Keys(table, "x"))


@pytest.mark.parametrize(
    "one,words",
    [
        (band("2.5", "3.0", below=True), "2.5 ≤ x < 3.0 mL"),
        (band("2.5", "3.0", above=True), "2.5 < x ≤ 3.0 mL"),
        (band("120", None), "≥ 120 mL"),
        (band("130", None, above=True), "> 130 mL"),
        (band(None, "80"), "≤ 80 mL"),
        (band(None, "80", below=True), "< 80 mL"),
        (band("1E+2", "1.5E+2"), "100 ≤ x ≤ 150 mL"),
    ],
)
def test_a_bound_is_put_as_signs_and_never_as_powers_of_ten(one: Band, words: str) -> None:
    assert threshold_words([one], [], "mL", LATEST) == words


def test_a_limit_says_over_how_long_and_how_often() -> None:
    below = [band(None, "80", below=True)]
    assert threshold_words(below, [], "mL", SUM) == "< 80 mL in 8 h"
    assert threshold_words(below, [], "mL", TWICE) == "< 80 mL in 7.5 h, 2 times in a row"
    assert threshold_words([*below, band("9", None)], [], "mL", LATEST) == "< 80 or ≥ 9 mL"


def test_choices_and_findings_are_said_with_how_long_they_last() -> None:
    lasting = Window(WindowKind.DURATION, span=timedelta(hours=2))
    outlasted = Window(WindowKind.OUTLASTED, span=timedelta(hours=72))
    assert threshold_words([], ["third_to_half", "intubated"], None, LATEST) == "third to half or intubated"
    assert threshold_words([], ["confused"], None, lasting) == "confused for 2 h"
    assert threshold_words([], [], None, outlasted) == "present for longer than 72 h"
    assert threshold_words([], [], None, LATEST) == "present"


def test_only_a_sum_has_a_period() -> None:
    persistent = Window(WindowKind.PERSISTENT, span=timedelta(hours=8))
    assert [period_words(window) for window in (SUM, TWICE, persistent, LATEST)] == ["8 h", "7.5 h", None, None]
