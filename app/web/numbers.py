"""Which number did a person type, and is it certain?

Digits with at most one point or comma. What could be read two ways is refused with the way to write it: a misread
separator is a tenfold or thousandfold error (Thimbleby and Cairns 2010). Sentences never repeat what was typed.
"""

from __future__ import annotations

import re
from decimal import Decimal

from app.web.translate import _

_NUMBER = re.compile(r"\s*(\d{1,7})(?:[.,](\d{1,4}))?\s*", re.ASCII)
_THOUSANDS = 3
"""Decimals that look like thousands; no measure is charted to so many at the bedside."""


class NotANumber(ValueError):
    """What was typed is no certain number; the sentence says how to write one."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_number(text: str) -> Decimal:
    """The number as charted: `38,4` is 38.4, and trailing zeros stay. Raises NotANumber."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise NotANumber(_("Write digits with at most one point, such as 38.4."))
    whole, decimals = match[1], match[2]
    if decimals is None:
        return Decimal(whole)
    if len(decimals) >= _THOUSANDS:
        raise NotANumber(_("Write it without a separator for thousands: 1200, with at most two decimals."))
    return Decimal(f"{whole}.{decimals}")
