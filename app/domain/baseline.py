"""Which value from before the first dose of a cycle are later ones compared with?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from app.domain.measure import Value
from app.domain.observation import Reading


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
