"""How far is the patient from the days before the cycle?

Fine print 10 and 18 of clinical-rules.md.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from app.domain.answer import Answer, certain, discordant, divided, latest_or_why, shown
from app.domain.facts import Facts
from app.domain.observation import Reading
from app.domain.protocol import Row
from app.domain.units import PERCENT
from app.domain.vocabulary import Why


def since_baseline(row: Row, facts: Facts) -> Answer:
    """The change of the latest reading from the cycle's baseline, in percent, exact."""
    beside, answer = latest_or_why(row, facts)
    if answer is not None:
        low, high, _, at, why, blame = answer
        return low, high, None, at, why, blame
    baseline = facts.situation.baseline_of(row.measure)
    if not isinstance(baseline, Decimal):
        return 0, row.worst, None, beside[-1].at, Why.BASELINE, row.measure
    gains = [(_percent(reading, baseline), reading.at) for reading in beside]
    return discordant(row, [certain(row, row.grade(gain), shown(row, gain), at) for gain, at in gains])


def _percent(reading: Reading, baseline: Decimal) -> Decimal | Fraction:
    if not isinstance(reading.value, Decimal):
        raise TypeError("a change needs a number")
    over, under = reading.value.as_integer_ratio()
    whole, parts = baseline.as_integer_ratio()
    return divided((over * parts - under * whole) * PERCENT, under * whole)


def against_baseline(row: Row, facts: Facts) -> Answer:
    """A test counts as failed only where it was passed before the cycle; without a baseline nobody can say."""
    beside, answer = latest_or_why(row, facts)
    if answer is not None:
        return answer
    return discordant(row, [_against(row, facts, reading) for reading in beside])


def _against(row: Row, facts: Facts, reading: Reading) -> Answer:
    grade = row.grade(reading.value)
    baseline = facts.situation.baseline_of(row.measure)
    if grade == 0:
        return certain(row, 0, reading.value, reading.at)
    if baseline is None:
        return 0, grade, reading.value, reading.at, Why.BASELINE, row.measure
    if row.grade(baseline) > 0:
        return 0, 0, reading.value, reading.at, Why.FAILED_BEFORE, row.measure
    return certain(row, grade, reading.value, reading.at)
