"""Do ranges, choices and labels read as a nurse would say them?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.band import Band
from app.domain.clearing_words import condition_words, inline, join_words, target_words
from app.domain.protocol import Condition
from tests.builders import MEASURES


def _band(low: str | None, high: str | None, *, low_open: bool = False, high_open: bool = False) -> Band:
    low_end, high_end = (None if end is None else Decimal(end) for end in (low, high))
    return Band(low_end, low_open, high_end, high_open)


@pytest.mark.parametrize(
    "band,said",
    [
        (_band(None, "0"), "0 mL"),
        (_band("0", "0"), "0 mL"),
        (_band(None, "0", high_open=True), "below 0 mL"),
        (_band(None, "5"), "5 mL or less"),
        (_band("160", None, low_open=True), "161 mL or more"),
        (_band("0.5", None, low_open=True), "0.6 mL or more"),
        (_band("160", None), "160 mL or more"),
        (_band("80", "160", low_open=True), "above 80 to 160 mL"),
    ],
)
def test_a_whole_figure_is_named_a_step_beyond_an_open_end_and_nothing_is_zero(band: Band, said: str) -> None:
    assert target_words(band, "mL", whole=True) == said


def test_a_figure_that_is_not_whole_stays_above_its_open_end() -> None:
    assert target_words(_band("50", None, low_open=True), "mL", whole=False) == "above 50 mL"


def test_a_figure_without_a_unit_ends_with_its_number() -> None:
    assert target_words(_band(None, "0"), None, whole=False) == "0"


def test_the_choices_of_a_condition_are_in_order_of_their_words() -> None:
    choices = frozenset({"simple_mask", "room_air", "nasal_cannula", "non_rebreather", "intubated", "mask_40_percent"})
    condition = Condition("oxygen_device", None, choices, timedelta(0), nearest=False)
    assert condition_words(condition, MEASURES) == (
        "oxygen device intubated or mask 40 percent or nasal cannula or non rebreather or room air or simple mask"
    )


@pytest.mark.parametrize(
    "label,inside",
    [
        ("Heart rate", "heart rate"),
        ("ECG changes of ischaemia", "ECG changes of ischaemia"),
        ("QTc interval", "QTc interval"),
    ],
)
def test_a_label_inside_a_sentence_loses_its_capital_unless_it_is_an_abbreviation(label: str, inside: str) -> None:
    assert inline(replace(MEASURES["heart_rate"], printed=label)) == inside


@pytest.mark.parametrize(
    "words,joined",
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and d"),
    ],
)
def test_words_are_joined_with_commas_and_the_last_with_a_word(words: list[str], joined: str) -> None:
    assert join_words(words) == joined
    assert join_words(words, "or") == joined.replace("and", "or")
