"""What do single readings say: the latest, the highest, or any since the last dose?

Fine print 4, 6, 8 and 14 of clinical-rules.md.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.answer import Answer, absent, all_stale, certain, discordant
from app.domain.facts import Facts
from app.domain.observation import Reading
from app.domain.protocol import Row
from app.domain.vocabulary import Why


def latest(row: Row, facts: Facts) -> Answer:
    """The latest reading, with those beside it."""
    beside = facts.latest.get(row.measure)
    if beside is None:
        return absent(row)
    last = beside[-1]
    value, at = last.value, last.at
    if facts.at - at > row.fresh_for:
        return all_stale(row, beside)
    grade = row.grade(value)
    if len(beside) == 1:
        return grade, grade, value, at, None, row.measure
    grades = {row.grade(reading.value) for reading in beside}
    if len(grades) == 1:
        return grade, grade, value, at, None, row.measure
    return min(grades), max(grades), value, at, Why.DISCORDANT, row.measure


def max_since_last_dose(row: Row, facts: Facts) -> Answer:
    """The highest rate since the last dose: not limited in age, while the latest reading is."""
    now, readings = latest(row, facts), facts.of(row.measure)
    _, high, _, _, why, _ = now
    counted = facts.since_last_dose(readings)
    if not counted and readings and facts.fresh(readings[-1], row.fresh_for):
        counted = [reading for reading in readings if reading.at == readings[-1].at]
    if not counted:
        return now
    highest = max(counted, key=lambda reading: (row.grade(reading.value), reading.value, reading.at))
    grade = row.grade(highest.value)
    if grade >= high:
        return certain(row, grade, highest.value, highest.at)
    return grade, high, highest.value, highest.at, why, row.measure


def event_since_last_dose(row: Row, facts: Facts) -> Answer:
    """An event counts at any reading since the last dose, however old, until another measure answers it."""
    readings = facts.of(row.measure)
    if not any(row.grade(reading.value) for reading in readings):
        return latest(row, facts)
    last = readings[-1]
    fresh = facts.fresh(last, row.fresh_for)
    counted = [*facts.since_last_dose(readings), *([last] if fresh else [])]
    happened = [reading for reading in counted if row.grade(reading.value) > 0]
    if happened and not _answered(row, facts, happened[-1].at):
        return certain(row, row.grade(happened[-1].value), happened[-1].value, happened[-1].at)
    beside = facts.latest[row.measure]
    return discordant(row, [_by_then(row, facts, one) for one in beside]) if fresh else all_stale(row, beside)


def _by_then(row: Row, facts: Facts, reading: Reading) -> Answer:
    grade = 0 if _answered(row, facts, reading.at) else row.grade(reading.value)
    return certain(row, grade, reading.value, reading.at)


def _answered(row: Row, facts: Facts, at: datetime) -> bool:
    measure = row.window.answered_by
    return measure is not None and any(reading.at > at for reading in facts.of(measure))
