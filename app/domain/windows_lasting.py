"""Has it lasted: a fast heart on a second reading, a confused mind for two hours?

Fine print 7 and 13 of clinical-rules.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.answer import Answer, certain, discordant, latest_or_why
from app.domain.facts import Facts
from app.domain.observation import Reading
from app.domain.protocol import Condition, Row
from app.domain.vocabulary import Why


def persistent(row: Row, facts: Facts) -> Answer:
    """Met only when another reading `gap` to `span` earlier is in range too, none below between, while all holds."""
    beside, answer = latest_or_why(row, facts)
    if answer is not None:
        return answer
    readings, last = facts.of(row.measure), beside[-1]
    holds = all(_holds(condition, facts, last) for condition in row.window.while_)
    earlier = _second(row, readings, last) if holds else 0
    return discordant(row, [_confirmed(row, reading, earlier) for reading in beside])


def _confirmed(row: Row, reading: Reading, earlier: int) -> Answer:
    """What one of the readings side by side says, where an earlier one confirms at most the grade `earlier`."""
    grade = row.grade(reading.value)
    low = min(grade, earlier)
    why = None if low == grade else Why.UNCONFIRMED
    return low, grade, reading.value, reading.at, why, row.measure


def _second(row: Row, readings: Sequence[Reading], last: Reading) -> int:
    """The gravest grade of a reading that confirms `last`, 0 where none does."""
    gravest = 0
    for reading in reversed(readings):
        age = last.at - reading.at
        grade = row.grade(reading.value)
        if grade == 0 or age > row.window.span:
            break
        if age >= row.window.gap:
            gravest = max(gravest, grade)
    return gravest


def _holds(condition: Condition, facts: Facts, last: Reading) -> bool:
    """True when the readings asked for are fresh and they, with those within minutes of them, satisfy the condition."""
    readings = facts.of(condition.measure)
    if not readings:
        return False
    asked = readings[-1:]
    if condition.nearest:
        distance = min(abs(reading.at - last.at) for reading in readings)
        asked = [reading for reading in readings if abs(reading.at - last.at) == distance]
    beside = [other for reading in asked for other in facts.near(reading)]
    fresh = all(facts.fresh(reading, condition.fresh_for) for reading in asked)
    return fresh and all(condition.holds(reading.value) for reading in beside)


def duration(row: Row, facts: Facts) -> Answer:
    """Met when the unbroken run up to the decision has lasted `span`, ends included; before that nobody can say."""
    beside, answer = latest_or_why(row, facts)
    if answer is not None:
        return answer
    return discordant(row, [_lasted(row, facts, reading) for reading in beside])


def _lasted(row: Row, facts: Facts, last: Reading) -> Answer:
    grade = row.grade(last.value)
    if grade == 0:
        return certain(row, 0, last.value, last.at)
    first = _first_of_run(row, facts, last)
    if facts.at - first.at >= row.window.span:
        return certain(row, grade, last.value, first.at)
    return 0, grade, last.value, last.at, Why.PERSISTING, row.measure


def _first_of_run(row: Row, facts: Facts, last: Reading) -> Reading:
    """The oldest reading of the unbroken run that ends with `last`; what is denied at the same moment breaks none."""
    readings = facts.of(row.measure)
    met = {reading.at for reading in readings if row.grade(reading.value) > 0}
    first = last
    for reading in reversed([earlier for earlier in readings if earlier.at < last.at]):
        if reading.at not in met:
            break
        first = reading
    return first


def outlasted(row: Row, facts: Facts) -> Answer:
    """Met for ever once an unbroken run lasted longer than `span` (fine print 8 and 13); before that it is not met."""
    beside, answer = latest_or_why(row, facts)
    carried = any(criterion.id in facts.situation.unresolved for criterion in row.criteria)
    run = _longest(row, facts)
    if carried or run is not None:
        value, at = (None, None) if run is None else (run.value, run.at)
        return certain(row, row.worst, value, at)
    if answer is not None:
        return answer
    return discordant(row, [_outlasting(row, facts, last) for last in beside])


def _longest(row: Row, facts: Facts) -> Reading | None:
    """The first reading of a run whose own readings lie further apart than `span`; discordant ones do not count."""
    first: Reading | None = None
    for reading in facts.of(row.measure):
        if facts.contested(reading, row.grade):
            continue
        if row.grade(reading.value) == 0:
            first = None
        elif first is None:
            first = reading
        elif reading.at - first.at > row.window.span:
            return first
    return None


def _outlasting(row: Row, facts: Facts, last: Reading) -> Answer:
    first = _first_of_run(row, facts, last)
    if row.grade(last.value) == 0 or facts.at - first.at <= row.window.span:
        return certain(row, 0, last.value, last.at)
    return certain(row, row.worst, last.value, first.at)
