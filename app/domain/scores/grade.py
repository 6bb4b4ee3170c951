"""How grave is one thing by a published scale, which arm of the scale says so, and what could not be answered?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from app.domain.measure import Value

_TENTH = Decimal("0.1")
CHARTED = (Decimal, bool, str)


class Ungraded(StrEnum):
    """Why an arm has no grade; it never stands for grade 0."""

    MISSING = "missing"
    STALE = "stale"
    BASELINE = "baseline"
    LIMIT = "limit"
    COVERAGE = "coverage"
    OVERLAP = "overlap"
    FAULT = "fault"


class Step(NamedTuple):
    """Numbers up to `high` (None: no upper end; `below` leaves the end itself out) have this grade."""

    high: Decimal | None
    below: bool
    grade: int


class Arm(NamedTuple):
    """What one arm says: a grade, or `why` it has none; `most` is the gravest it could have said.

    `value` in `unit` is what was compared, `against` what it was compared with where that is no printed number.
    """

    name: str
    measure: str
    grade: int
    most: int
    value: Value | Fraction | None
    unit: str | None
    against: Decimal | None
    observed_at: datetime | None
    why: Ungraded | None


class Open(NamedTuple):
    """An arm that could not answer; `observed_at` is the last time its measure was taken."""

    arm: str
    measure: str
    why: Ungraded
    observed_at: datetime | None


class Grade(NamedTuple):
    """The grade of a term: that of its gravest arm, None where nothing can be said.

    `at_least`: an arm that could not answer might be graver. `open` are the arms that could not answer.
    """

    term: str
    grade: int | None
    at_least: bool
    arm: str | None
    value: Value | None
    unit: str | None
    against: Decimal | None
    observed_at: datetime | None
    open: tuple[Open, ...]


def grade_of(steps: Sequence[Step], number: Decimal | Fraction, times: Decimal | None = None) -> int:
    """The grade of a number, its bounds taken `times` a reference where there is one. Exact."""
    if not isinstance(number, Decimal):
        return _grade_of_fraction(steps, number)
    for high, below, grade in steps:
        if high is None:
            return grade
        bound = high if times is None else high * times
        if number < bound or (number == bound and not below):
            return grade
    raise ValueError("the steps have no end")


def _grade_of_fraction(steps: Sequence[Step], number: Fraction) -> int:
    for high, below, grade in steps:
        if high is None or number < Fraction(high) or (number == Fraction(high) and not below):
            return grade
    raise ValueError("the steps have no end")


def worst(term: str, arms: Sequence[Arm]) -> Grade:
    """The gravest of the arms that answered. Grade 0 needs the answer of every arm that could say more."""
    top: Arm | None = None
    open_: list[Open] = []
    graver = 0
    for arm in arms:
        if arm.why is not None:
            open_.append(Open(arm.name, arm.measure, arm.why, arm.observed_at))
            graver = max(graver, arm.most)
        elif top is None or arm.grade > top.grade:
            top = arm
    if top is None or (top.grade == 0 and graver > 0):
        return Grade(term, None, False, None, None, None, None, None, tuple(open_))
    value = top.value if isinstance(top.value, CHARTED) else _decimal(top.value)
    return Grade(
        term, top.grade, graver > top.grade, top.name, value, top.unit, top.against, top.observed_at, tuple(open_)
    )


def _decimal(value: Fraction | None) -> Decimal | None:
    """A sum as it is shown: exact where a tenth holds it, else with every digit, so that no bound is crossed."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(_TENTH, rounding=ROUND_HALF_UP)
    return rounded if rounded == exact else exact
