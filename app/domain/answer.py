"""What can be said about a row: which grade is certain, and which cannot be excluded?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from app.domain.facts import Facts
from app.domain.measure import Value
from app.domain.observation import Reading
from app.domain.protocol import Row
from app.domain.vocabulary import Why


class Answer(NamedTuple):
    """A range of grades: `low` is certain, anything above it up to `high` is unknown because of `why` in `blame`."""

    low: int
    high: int
    value: Value | Fraction | None
    at: datetime | None
    why: Why | None
    blame: str


def certain(row: Row, grade: int, value: Value | Fraction | None, at: datetime | None) -> Answer:
    """An answer with nothing open."""
    # As Answer(…) would, without its detour through Python: this is what most rows answer.
    return tuple.__new__(Answer, (grade, grade, value, at, None, row.measure))


def absent(row: Row) -> Answer:
    """Never charted: nothing can be excluded, unless the row counts only what was taken."""
    if row.when_taken and not row.when:
        return certain(row, 0, None, None)
    return Answer(0, row.worst, None, None, Why.MISSING, row.measure)


def stale(row: Row, reading: Reading) -> Answer:
    """Charted too long ago: nothing can be excluded, unless the row counts only what was taken and it was none."""
    if row.when_taken and not row.when and row.grade(reading.value) == 0:
        return certain(row, 0, reading.value, reading.at)
    return Answer(0, row.worst, reading.value, reading.at, Why.STALE, row.measure)


def all_stale(row: Row, beside: Iterable[Reading]) -> Answer:
    """The latest reading and those beside it, all too old."""
    return discordant(row, [stale(row, reading) for reading in beside])


def discordant(row: Row, answers: Iterable[Answer]) -> Answer:
    """Readings side by side: what all meet is certain, what only some meet is not; never the average or the kinder."""
    found = list(answers)
    if len(found) == 1:
        return found[0]
    low, high = min(answer.low for answer in found), max(answer.high for answer in found)
    last = found[-1]
    if all(answer.low == last.low and answer.high == last.high for answer in found):
        return last
    return Answer(low, high, last.value, last.at, Why.DISCORDANT, row.measure)


def latest_or_why(row: Row, facts: Facts) -> tuple[list[Reading], Answer | None]:
    """The readings of the row's measure, and the answer already given where the latest is absent or stale."""
    readings = facts.of(row.measure)
    if not readings:
        return readings, absent(row)
    if not facts.fresh(readings[-1], row.fresh_for):
        return readings, all_stale(row, facts.beside_latest(readings))
    return readings, None
