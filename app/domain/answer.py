"""What can be said about a row: which grade is certain, and which cannot be excluded?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from app.domain.facts import Facts
from app.domain.measure import Value
from app.domain.observation import Reading
from app.domain.protocol import Row
from app.domain.units import TENTH
from app.domain.vocabulary import Why

Answer: TypeAlias = tuple[int, int, Value | None, datetime | None, Why | None, str]
"""A range of grades, with what was compared and when: the lower one is certain, anything above it up to the higher one
is unknown because of the reason in the measure named last.

A plain tuple, for every row of a protocol makes one in every decision: a named one takes four times as long.
"""


def certain(row: Row, grade: int, value: Value | None, at: datetime | None) -> Answer:
    """An answer with nothing open."""
    return grade, grade, value, at, None, row.measure


def absent(row: Row) -> Answer:
    """Never charted: nothing can be excluded, unless the row counts only what was taken."""
    if row.when_taken and not row.when:
        return certain(row, 0, None, None)
    return 0, row.worst, None, None, Why.MISSING, row.measure


def stale(row: Row, reading: Reading) -> Answer:
    """Charted too long ago: nothing can be excluded, unless the row counts only what was taken and it was none."""
    if row.when_taken and not row.when and row.grade(reading.value) == 0:
        return certain(row, 0, reading.value, reading.at)
    return 0, row.worst, reading.value, reading.at, Why.STALE, row.measure


def all_stale(row: Row, beside: Iterable[Reading]) -> Answer:
    """The latest reading and those beside it, all too old."""
    return discordant(row, [stale(row, reading) for reading in beside])


def discordant(row: Row, found: Sequence[Answer]) -> Answer:
    """Readings side by side: what all meet is certain, what only some meet is not; never the average or the kinder."""
    if len(found) == 1:
        return found[0]
    lows, highs, values, times, _, _ = zip(*found, strict=True)
    if len(set(lows)) == 1 and len(set(highs)) == 1:
        return found[-1]
    return min(lows), max(highs), values[-1], times[-1], Why.DISCORDANT, row.measure


def divided(over: int, under: int) -> Decimal | Fraction:
    """An exact quotient: a decimal where there is one."""
    found = Decimal(over) / Decimal(under)
    numerator, denominator = found.as_integer_ratio()
    return found if numerator * under == over * denominator else Fraction(over, under)


def shown(row: Row, value: Decimal | Fraction) -> Decimal:
    """A computed figure as a decimal: exact where it can be, else to a tenth unless that would change its grade."""
    exact = value if isinstance(value, Decimal) else divided(*value.as_integer_ratio())
    if isinstance(exact, Decimal):
        return exact
    close = Decimal(exact.numerator) / Decimal(exact.denominator)
    rounded = close.quantize(TENTH)
    return close if row.grade(rounded) != row.grade(value) else rounded


def latest_or_why(row: Row, facts: Facts) -> tuple[Sequence[Reading], Answer | None]:
    """The latest reading with those beside it, and the answer already given where it is absent or stale."""
    beside = facts.latest.get(row.measure)
    if beside is None:
        return (), absent(row)
    if not facts.fresh(beside[-1], row.fresh_for):
        return beside, all_stale(row, beside)
    return beside, None
