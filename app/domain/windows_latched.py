"""Is it still so: a state that, once met, stays met until a later reading clears it?

Fine print 5 and 8 of clinical-rules.md. A discordant pair neither sets nor clears. What a permanent class met once, it
meets for ever.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.domain.answer import Answer, absent, certain
from app.domain.facts import Facts
from app.domain.measure import Value
from app.domain.observation import Reading
from app.domain.protocol import Condition, Criterion, Row
from app.domain.vocabulary import Action, Class, Why
from app.domain.windows_point import latest

_WITHHELD = (Action.HOLD, Action.SKIP)


class Latch(NamedTuple):
    """A state that was set first at `began` and last at `at`: by a reading or, where it was carried over, by none."""

    began: datetime
    at: datetime
    by: Reading | None


def latched(row: Row, facts: Facts) -> Answer:
    """The gravest class that is still set; what the latest reading says counts for classes that do not latch."""
    now = latest(row, facts)
    low, high, value, at, why, blame = now
    grade, latch = _standing(row, facts)
    if latch is None:
        return certain(row, 0, value, at) if _cleared_since(row, facts, high, why) else now
    if grade <= low:
        return now
    value, at = (None, None) if latch.by is None else (latch.by.value, latch.by.at)
    if high <= grade:
        return certain(row, grade, value, at)
    return grade, high, value, at, why, blame


def count(row: Row, facts: Facts) -> Answer:
    """How many times a finding was present: each moment counts once, whatever another reading says of it."""
    readings, carried = facts.of(row.measure), _carried(row, facts)
    if not readings:
        return certain(row, carried, None, None) if carried == row.worst else absent(row)
    present = [reading for reading in readings if reading.value is True]
    last = present[-1] if present else readings[-1]
    times = Decimal(len({reading.at for reading in present}))
    grade = max(carried, row.grade(times))
    if grade < row.worst and not facts.fresh(readings[-1], row.fresh_for):
        return grade, row.worst, times, last.at, Why.STALE, row.measure
    return certain(row, grade, times, last.at)


def _standing(row: Row, facts: Facts) -> tuple[int, Latch | None]:
    """The gravest grade still set, with what set it; 0 where nothing is."""
    for criterion in reversed(row.criteria):
        latch = None
        if criterion.cls is Class.PERMANENT:
            latch = _last_set(row, facts, criterion.grade, clears=False)
        elif criterion.cls is Class.WITHHOLD:
            latch = _last_set(row, facts, criterion.grade, clears=True)
        if latch is not None:
            return criterion.grade, latch
    return 0, None


def _carried(row: Row, facts: Facts) -> int:
    """The gravest grade that was set before the readings at hand: named, or held on by the decision before."""
    names = facts.situation.unresolved
    named = max((criterion.grade for criterion in row.criteria if criterion.id in names), default=0)
    previous = facts.situation.previous
    if previous is None or previous.action not in _WITHHELD:
        return named
    values = [value for measure, value in previous.charted if measure == row.measure]
    held = [one for one in row.criteria if one.cls is Class.WITHHOLD and any(_held(row, one, v) for v in values)]
    return max([named, *(one.grade for one in held)])


def _last_set(row: Row, facts: Facts, grade: int, *, clears: bool) -> Latch | None:
    """What set the grade, unless something cleared it since; a discordant reading sets nothing."""
    latch = None
    if _carried(row, facts) >= grade:
        began = facts.began()
        latch = Latch(began, began, None)
    for reading in facts.of(row.measure):
        if row.grade(reading.value) < grade:
            continue
        if latch is not None and clears and _cleared(row, facts, latch, reading.at):
            latch = None
        if row.window.event or not _denied(row, facts, reading, grade, is_set=latch is not None):
            latch = Latch(reading.at if latch is None else latch.began, reading.at, reading)
    return None if latch is None or (clears and _cleared(row, facts, latch, facts.at)) else latch


def _denied(row: Row, facts: Facts, reading: Reading, grade: int, *, is_set: bool) -> bool:
    """True when a reading within minutes says otherwise; one that neither sets nor clears agrees with a set latch."""
    others = [other for other in facts.near(reading) if row.grade(other.value) < grade]
    return any(not is_set or _clears_alone(row, other.value) for other in others)


def _held(row: Row, criterion: Criterion, value: Value) -> bool:
    """True when a value leaves the criterion set: it does not clear it or, if another measure clears it, meets it."""
    return not _clears_alone(row, value) if _mine(row) else row.grade(value) >= criterion.grade


def _clears_alone(row: Row, value: Value) -> bool:
    mine = _mine(row)
    return all(one.holds(value) for one in mine) if mine else not row.window.clear and row.grade(value) == 0


def _mine(row: Row) -> list[Condition]:
    """What clears the row in its own measure."""
    return [condition for condition in row.window.clear if condition.measure == row.measure]


def _cleared_since(row: Row, facts: Facts, high: int, why: Why | None) -> bool:
    """True when another measure has cleared what the latest reading, or one beside it, would set."""
    if high == 0 or why is Why.STALE or row.criteria[high - 1].cls is not Class.WITHHOLD:
        return False
    setting = [reading for reading in facts.of(row.measure) if row.grade(reading.value) == high]
    return any(_cleared(row, facts, Latch(last.at, last.at, last), facts.at) for last in setting[-1:])


def _measures(row: Row) -> list[str]:
    """The measures whose readings clear the row."""
    return [condition.measure for condition in row.window.clear] or [row.measure]


def _cleared(row: Row, facts: Facts, latch: Latch, until: datetime) -> bool:
    """True when it cleared between the two moments: by the last dose, which settles it, or at the end."""
    given = facts.situation.last_given_at
    if row.window.after_dose:
        # What was carried over may have happened as late as the first reading at hand, at the very moment of the dose.
        happened = facts.first() if latch.by is None else latch.at
        return given is not None and happened < given and _clear_by(row, facts, latch._replace(at=given), until)
    ends = (until,) if given is None else (given, until)
    return any(_clear_by(row, facts, latch, end) for end in ends)


def _clear_by(row: Row, facts: Facts, latch: Latch, end: datetime) -> bool:
    """Symptoms count from when it was first set, or from before it; what clears it counts from when it was last set."""
    if any(_felt(facts, name, latch.began, end) for name in row.window.quiet):
        return False
    moments = {reading.at for name in _measures(row) for reading in facts.of(name) if latch.at < reading.at <= end}
    return any(_clear_at(row, facts, moment) for moment in moments)


def _felt(facts: Facts, symptom: str, since: datetime, end: datetime) -> bool:
    """True when it was recorded since, or before and not denied by the end; a discordant pair denies nothing."""
    told = [reading for reading in facts.of(symptom) if reading.at <= end]
    if not told:
        return False
    last = told[-1].at - facts.discordant_within
    return any(reading.value is True and (reading.at > since or reading.at >= last) for reading in told)


def _clear_at(row: Row, facts: Facts, moment: datetime) -> bool:
    """True when every latest reading of the moment, with those within minutes of it, is one that clears."""
    if not row.window.clear:
        return all(row.grade(reading.value) == 0 for reading in _seen(facts, row.measure, moment))
    for condition in row.window.clear:
        seen = _seen(facts, condition.measure, moment)
        if not seen or not all(condition.holds(reading.value) for reading in seen):
            return False
    return True


def _seen(facts: Facts, measure: str, moment: datetime) -> list[Reading]:
    before = [reading for reading in facts.of(measure) if reading.at <= moment]
    return [] if not before else facts.near(before[-1])
