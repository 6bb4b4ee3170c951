"""What does a row answer over its window?

Each kind of window is one function of row and facts. Missing, stale and discordant readings widen an answer; they never
lower it. clinical-rules.md section 3 and its fine print are the source.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.domain.answer import Answer, absent, certain, discordant, latest_or_why, stale
from app.domain.facts import Facts
from app.domain.intervals import gapless, total
from app.domain.observation import Reading
from app.domain.protocol import Row, WindowKind
from app.domain.vocabulary import Why
from app.domain.windows_lasting import duration, persistent


def latest(row: Row, facts: Facts) -> Answer:
    """The latest reading, with those beside it."""
    readings, answer = latest_or_why(row, facts)
    if answer is not None:
        return answer
    beside = facts.beside_latest(readings)
    if len(beside) == 1:
        return certain(row, row.grade(beside[0].value), beside[0].value, beside[0].at)
    return discordant(row, [certain(row, row.grade(r.value), r.value, r.at) for r in beside])


def max_since_last_dose(row: Row, facts: Facts) -> Answer:
    """The highest rate since the last dose: not limited in age, while the latest reading is."""
    readings = facts.of(row.measure)
    if not readings:
        return absent(row)
    last = readings[-1]
    fresh = facts.fresh(last, row.fresh_for)
    counted = facts.since_last_dose(readings) or ([last] if fresh else [])
    if not counted:
        return stale(row, last)
    highest = counted[0]
    if len(counted) > 1:
        highest = max(counted, key=lambda reading: (row.grade(reading.value), reading.value, reading.at))
    grade = row.grade(highest.value)
    if fresh:
        return certain(row, grade, highest.value, highest.at)
    return stale(row, highest, grade)


def event_since_last_dose(row: Row, facts: Facts) -> Answer:
    """An event counts at any reading since the last dose, however old, until another measure answers it."""
    readings = facts.of(row.measure)
    if not readings:
        return absent(row)
    last = readings[-1]
    fresh = facts.fresh(last, row.fresh_for)
    counted = [*facts.since_last_dose(readings), *([last] if fresh else [])]
    happened = [reading for reading in counted if row.grade(reading.value) > 0]
    if happened and not _answered(row, facts, happened[-1].at):
        return certain(row, row.grade(happened[-1].value), happened[-1].value, happened[-1].at)
    return certain(row, 0, last.value, last.at) if fresh else stale(row, last)


def _answered(row: Row, facts: Facts, at: datetime) -> bool:
    measure = row.window.answered_by
    return measure is not None and any(reading.at > at for reading in facts.of(measure))


def volume(row: Row, facts: Facts) -> Answer:
    """The sum over the last hours, or over each of several periods in a row; the smallest of them is compared."""
    readings, period = facts.of(row.measure), row.window.span
    smallest: Decimal | Fraction | None = None
    for index in range(row.window.periods):
        end = facts.at - period * index
        found = total(readings, end - period, end, row.window.minimum)
        if isinstance(found, Why):
            return _uncovered(row, facts, readings, found)
        smallest = found if smallest is None else min(smallest, found)
        if row.grade(smallest) == 0:
            break
    return certain(row, 0 if smallest is None else row.grade(smallest), smallest, facts.at)


def _uncovered(row: Row, facts: Facts, readings: list[Reading], why: Why) -> Answer:
    admitted, span = facts.situation.admitted_at, row.window.span
    if admitted is not None and facts.at - admitted < span and why is not Why.OVERLAP:
        tolerance = span - row.window.minimum
        if gapless(readings, admitted, facts.at, tolerance):
            return Answer(0, 0, None, facts.at, Why.JUST_ADMITTED, row.measure)
    last = readings[-1].at if readings else None
    return Answer(0, row.worst, None, last, why, row.measure)


def since_baseline(row: Row, facts: Facts) -> Answer:
    """The change of the latest reading from the cycle's baseline, in percent, exact."""
    readings, answer = latest_or_why(row, facts)
    if answer is not None:
        return answer
    baseline = facts.situation.baseline_of(row.measure)
    if not isinstance(baseline, Decimal):
        return Answer(0, row.worst, None, readings[-1].at, Why.BASELINE, row.measure)
    beside = [(reading, _percent(reading, baseline)) for reading in facts.beside_latest(readings)]
    return discordant(row, [certain(row, row.grade(gain), gain, reading.at) for reading, gain in beside])


def _percent(reading: Reading, baseline: Decimal) -> Fraction:
    if not isinstance(reading.value, Decimal):
        raise TypeError("a change needs a number")
    return Fraction(reading.value) / Fraction(baseline) * 100 - 100


def against_baseline(row: Row, facts: Facts) -> Answer:
    """A test counts as failed only where it was passed before the cycle; without a baseline nobody can say."""
    readings, answer = latest_or_why(row, facts)
    if answer is not None:
        return answer
    return discordant(row, [_against(row, facts, reading) for reading in facts.beside_latest(readings)])


def _against(row: Row, facts: Facts, reading: Reading) -> Answer:
    grade = row.grade(reading.value)
    baseline = facts.situation.baseline_of(row.measure)
    if grade == 0:
        return certain(row, 0, reading.value, reading.at)
    if baseline is None:
        return Answer(0, grade, reading.value, reading.at, Why.BASELINE, row.measure)
    if row.grade(baseline) > 0:
        return Answer(0, 0, reading.value, reading.at, Why.FAILED_BEFORE, row.measure)
    return certain(row, grade, reading.value, reading.at)


ANSWERS: dict[WindowKind, Callable[[Row, Facts], Answer]] = {
    WindowKind.LATEST: latest,
    WindowKind.MAX_SINCE_LAST_DOSE: max_since_last_dose,
    WindowKind.EVENT_SINCE_LAST_DOSE: event_since_last_dose,
    WindowKind.SUM: volume,
    WindowKind.CONSECUTIVE_SUMS: volume,
    WindowKind.SINCE_BASELINE: since_baseline,
    WindowKind.AGAINST_BASELINE: against_baseline,
    WindowKind.PERSISTENT: persistent,
    WindowKind.DURATION: duration,
}
