"""Which grade does a value have in a row of a protocol?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from app.domain.band import Band
from app.domain.measure import Value

_WORD = (bool, str)
# Written `bool | str`, a union would be made anew for every value.


class Grading:
    """The grade of every value of a row: 0 where no criterion holds it, 1 the mildest.

    Numbers are compared with the upper ends of the row's bands from below, exactly, so that most take one comparison;
    a choice or finding is looked up. A value of another kind has grade 0: `app.domain.facts` lets none in.
    """

    __slots__ = ("_ends", "_exact", "_words")

    def __init__(self, bands: Iterable[tuple[Band, int]], words: Mapping[Value, int]) -> None:
        """`bands` cover every number once, in any order; `words` are the choices or findings with a grade."""
        self._words = dict(words)
        ordered = sorted(bands, key=lambda one: (one[0].low is not None, one[0].low or 0, one[0].low_open))
        self._ends = [(band.high, band.high_open, grade) for band, grade in ordered]
        self._exact = [
            (None if high is None else high.as_integer_ratio(), high_open, grade)
            for high, high_open, grade in self._ends
        ]

    def of(self, value: Value | Fraction) -> int:
        """The grade of one value."""
        if isinstance(value, Decimal):
            for end, is_open, grade in self._ends:
                if end is None or (value < end if is_open else value <= end):
                    return grade
        elif isinstance(value, _WORD):
            return self._words.get(value, 0)
        else:
            for limit, is_open, grade in self._exact:
                if limit is None or _within(value, limit, is_open=is_open):
                    return grade
        return 0


def _within(value: Fraction, limit: tuple[int, int], *, is_open: bool) -> bool:
    """True up to the limit. In whole numbers: to compare two fractions takes five times as long."""
    mine, other = value.numerator * limit[1], limit[0] * value.denominator
    return mine < other if is_open else mine <= other
