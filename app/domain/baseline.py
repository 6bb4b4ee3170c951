"""Which value from before the first dose of a cycle are later ones compared with?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from app.domain.course import Cycle
from app.domain.dosing import Timing
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Value
from app.domain.observation import Reading
from app.domain.schedule import due_at, window


def baseline_until(sheet: Flowsheet, cycle: Cycle, timing: Timing, given: Iterable[datetime]) -> datetime:
    """The last moment that lies before a cycle's doses: the first that was given began, or dose 1 was skipped."""
    due = due_at(cycle, sheet.events_of(cycle.id), 1, timing.interval)
    return min([window(due, timing).closes_at, *given])


def baseline_of(before: Iterable[Reading], order: Callable[[Value], int | Decimal] = lambda _value: 0) -> Value | None:
    """The last of one measure's readings at or before the first dose, given in any order; None without one.

    Of two taken at one moment it is the first by `order`, such as the better test, then the lower number: what came
    after stands out against it.
    """
    readings = list(before)
    if not readings:
        return None
    last = max(reading.at for reading in readings)
    return min((order(reading.value), reading.value) for reading in readings if reading.at == last)[1]


def attention_baseline_of(before: Sequence[Reading], judged: Reading, grade: Callable[[Value], int]) -> Value | None:
    """The better of a test's results at or before the first dose; a failure that is itself `judged` is not among them.

    Whoever passed once did not fail before the cycle, and one failure alone does not say how it was before.
    """
    results = [one.value for one in before if grade(one.value) == 0 or one.at != judged.at]
    return min(results, key=lambda value: (grade(value), value), default=None)
