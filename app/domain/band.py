"""Does a number lie in a range of a published table, ends exactly as printed?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache


@lru_cache
def _fraction(bound: Decimal | None) -> Fraction | None:
    return None if bound is None else Fraction(bound)


@dataclass(frozen=True, slots=True)
class Band:
    """A range of numbers; None is unbounded, `*_open` leaves the end out."""

    low: Decimal | None
    low_open: bool
    high: Decimal | None
    high_open: bool

    def holds(self, number: Decimal | Fraction) -> bool:
        """True when the number lies inside; exact for fractions too."""
        low, high = self.low, self.high
        if not isinstance(number, Decimal):
            low, high = _fraction(low), _fraction(high)  # type: ignore[assignment]
        if low is not None and (number < low or (self.low_open and number == low)):
            return False
        return not (high is not None and (number > high or (self.high_open and number == high)))
