"""What does a row answer where readings are absent, too old or disagree, and which grade has every number?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.answer import absent, certain, discordant, shown, stale
from app.domain.band import Band
from app.domain.grading import Grading
from app.domain.protocol import Protocol, Row
from app.domain.vocabulary import Why
from tests.builders import LVHN, ago, reading


def row(name: str, protocol: Protocol = LVHN) -> Row:
    """A row of a shipped protocol, by its id."""
    return next(one for one in protocol.rows if one.id == name)


ENZYMES = row("cardiac-enzymes")
"""Counts only what was taken, under no condition."""
MASK = row("simple-mask-oxygen")
"""Counts only what was taken, on a simple mask."""


# ---- Absent and stale


def test_a_row_that_counts_what_was_taken_says_no_where_nothing_was() -> None:
    assert absent(ENZYMES) == certain(ENZYMES, 0, None, None)


def test_under_its_condition_a_row_that_counts_what_was_taken_does_not_know_where_nothing_was() -> None:
    assert absent(MASK) == (0, MASK.worst, None, None, Why.MISSING, "fio2")


def test_any_other_row_does_not_know_where_nothing_was_charted() -> None:
    crackles = row("crackles")
    assert absent(crackles) == (0, crackles.worst, None, None, Why.MISSING, "crackles")


def test_an_old_reading_that_met_nothing_says_no_where_only_what_was_taken_counts() -> None:
    old = reading("troponin_elevated", value=False, minutes=3000)
    assert stale(ENZYMES, old) == certain(ENZYMES, 0, False, old.at)


def test_an_old_reading_that_met_a_criterion_is_stale_even_where_only_what_was_taken_counts() -> None:
    old = reading("troponin_elevated", value=True, minutes=3000)
    assert stale(ENZYMES, old) == (0, 1, True, old.at, Why.STALE, "troponin_elevated")


def test_under_its_condition_an_old_reading_that_met_nothing_is_stale() -> None:
    conditional = replace(ENZYMES, when=MASK.when)
    old = reading("troponin_elevated", value=False, minutes=3000)
    assert stale(conditional, old) == (0, 1, False, old.at, Why.STALE, "troponin_elevated")


# ---- Side by side


def test_of_readings_that_agree_the_last_one_answers() -> None:
    agreeing = [certain(ENZYMES, 1, True, ago(minutes)) for minutes in (3, 2, 1)]
    assert discordant(ENZYMES, agreeing) == agreeing[-1]


@pytest.mark.parametrize(
    "ranges,low,high",
    [
        (((0, 0), (0, 1)), 0, 1),
        (((1, 2), (0, 2)), 0, 2),
        (((0, 2), (0, 1)), 0, 2),
        (((0, 1), (2, 2), (0, 1)), 0, 2),
        (((2, 2), (1, 1), (2, 2)), 1, 2),
    ],
)
def test_what_only_some_of_the_readings_meet_is_open(ranges: tuple[tuple[int, int], ...], low: int, high: int) -> None:
    answers = [(*one, Decimal(at), ago(9 - at), Why.UNCONFIRMED, "other") for at, one in enumerate(ranges)]
    _, _, value, at, _, _ = answers[-1]
    assert discordant(MASK, answers) == (low, high, value, at, Why.DISCORDANT, "fio2")


# ---- Grades

HALF, TWO = Decimal("0.5"), Decimal(2)
BANDS = [
    (Band(TWO, True, None, False), 2),
    (Band(None, False, HALF, True), 1),
    (Band(HALF, False, TWO, False), 0),
]
"""Below 0.5 is grade 1, 0.5 to 2 is none, above 2 is grade 2: given out of order."""


@pytest.mark.parametrize(
    "number,grade",
    [("-7", 1), ("0", 1), ("0.499", 1), ("0.5", 0), ("0.501", 0), ("1.999", 0), ("2", 0), ("2.001", 2), ("9E+9", 2)],
)
def test_a_number_has_one_grade_however_it_is_written(number: str, grade: int) -> None:
    grading = Grading(BANDS, {}).of
    assert grading(Decimal(number)) == grade
    assert grading(Fraction(number)) == grade


def test_a_third_is_compared_exactly() -> None:
    grading = Grading(
        [(Band(None, False, Decimal("0.3333333333"), False), 1), (Band(Decimal("0.3333333333"), True, None, False), 2)],
        {},
    ).of
    assert grading(Fraction(1, 3)) == 2
    assert grading(Fraction(3333333333, 10000000000)) == 1


def test_a_word_is_looked_up_and_an_unknown_one_has_no_grade() -> None:
    grading = Grading([], {"voice": 2, True: 1}).of
    assert (grading("voice"), grading("alert"), grading(value=True), grading(value=False)) == (2, 0, 1, 0)


def test_a_number_has_no_grade_where_only_words_have_one() -> None:
    grading = Grading([], {"voice": 2}).of
    assert (grading(Decimal(2)), grading(Fraction(2))) == (0, 0)


def test_one_has_no_grade_where_only_true_has_one() -> None:
    assert Grading([], {True: 1}).of(Decimal(1)) == 0


# ---- What is shown


def test_a_decimal_is_shown_with_the_digits_it_has() -> None:
    assert str(shown(ENZYMES, Decimal("400.00"))) == "400.00"
