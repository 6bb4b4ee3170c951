"""Has it lasted: a fast heart on a second reading, a confused mind for two hours?

Fine print 7 and 13 of clinical-rules.md.
"""

from __future__ import annotations

from datetime import timedelta

from app.domain.answer import Answer, certain, discordant, latest_or_why
from app.domain.facts import Facts
from app.domain.observation import Reading
from app.domain.protocol import Condition, Row
from app.domain.vocabulary import Why

_NOW = timedelta(0)


def persistent(row: Row, facts: Facts) -> Answer:
    """Met only when another reading `gap` to `span` earlier is in range too, none below between, while all holds."""
    readings, answer = latest_or_why(row, facts)
    if answer is not None:
        return answer
    return discordant(row, [_confirmed(row, facts, readings, reading) for reading in facts.beside_latest(readings)])


def _confirmed(row: Row, facts: Facts, readings: list[Reading], last: Reading) -> Answer:
    grade = row.grade(last.value)
    if grade == 0:
        return certain(row, 0, last.value, last.at)
    earlier = _second(row, readings, last)
    if not all(_holds(condition, facts, last) for condition in row.window.while_):
        earlier = 0
    low = min(grade, earlier)
    why = None if low == grade else Why.UNCONFIRMED
    return Answer(low, grade, last.value, last.at, why, row.measure)


def _second(row: Row, readings: list[Reading], last: Reading) -> int:
    """The gravest grade of a reading that confirms `last`, 0 where none does."""
    gravest = 0
    for reading in reversed(readings):
        age = last.at - reading.at
        if age <= _NOW:
            continue
        grade = row.grade(reading.value)
        if grade == 0 or age > row.window.span:
            break
        if age >= row.window.gap:
            gravest = max(gravest, grade)
    return gravest


def _holds(condition: Condition, facts: Facts, last: Reading) -> bool:
    """True when every reading asked for is fresh and satisfies the condition."""
    readings = facts.of(condition.measure)
    if not readings:
        return False
    if condition.nearest:
        distance = min(abs(reading.at - last.at) for reading in readings)
        asked = [reading for reading in readings if abs(reading.at - last.at) == distance]
    else:
        asked = facts.beside_latest(readings)
    return all(facts.fresh(reading, condition.fresh_for) and condition.holds(reading.value) for reading in asked)


def duration(row: Row, facts: Facts) -> Answer:
    """Met when the unbroken run up to the decision has lasted `span`, ends included; before that nobody can say."""
    readings, answer = latest_or_why(row, facts)
    if answer is not None:
        return answer
    return discordant(row, [_lasted(row, facts, readings, reading) for reading in facts.beside_latest(readings)])


def _lasted(row: Row, facts: Facts, readings: list[Reading], last: Reading) -> Answer:
    grade = row.grade(last.value)
    if grade == 0:
        return certain(row, 0, last.value, last.at)
    first = last
    for reading in reversed([earlier for earlier in readings if earlier.at < last.at]):
        if row.grade(reading.value) == 0:
            break
        first = reading
    if facts.at - first.at >= row.window.span:
        return certain(row, grade, last.value, first.at)
    return Answer(0, grade, last.value, last.at, Why.PERSISTING, row.measure)
