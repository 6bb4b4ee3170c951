"""How are values and lengths of time written on a figure?

Plotly reads a subset of HTML in every text. What people wrote is escaped, and figures use no markup but `<br>`: bold
and coloured words would be inline styles, which the pages' content security policy refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html import escape as _html

from app.domain.measure import Value
from app.domain.tongue import worded

_MINUTE = timedelta(minutes=1)
_MORE = 4
HOVER = 72
"""Characters in a line of a hover box: at 768 px it then fits beside the pointer."""
_IN_DAYS = 48
"""Hours from which a length of time is said in days."""


def escape(text: str) -> str:
    """Text written by people, made harmless for Plotly's HTML subset."""
    return _html(text, quote=False)


def inline(label: str) -> str:
    """A label inside a sentence: in small letters, unless it begins with an abbreviation."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def capitalised(text: str) -> str:
    """A sentence with a capital letter at its head, the rest as it is."""
    return f"{text[:1].upper()}{text[1:]}"


def with_unit(text: str, unit: str) -> str:
    """Number and unit with a space between."""
    return f"{text} {unit}" if unit else text


def charted_words(value: Value) -> str:
    """A charted value without its unit: at its recorded precision; a finding is present or absent."""
    if isinstance(value, bool):
        return worded("present") if value is True else worded("absent")
    return f"{value:f}" if isinstance(value, Decimal) else worded(value.replace("_", " "))


def rounded_words(value: Fraction, edges: Iterable[Decimal], digits: int = 0) -> str:
    """A computed value at so many digits; at more where rounding would put it on a limit it only comes near."""
    limits = tuple(edges)
    for more in range(digits, digits + _MORE):
        text = f"{_round(value, more):f}"
        if Fraction(text) == value or Decimal(text) not in limits:
            return text
    return text


def _round(value: Fraction, digits: int) -> Decimal:
    step = Decimal(1).scaleb(-digits)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, rounding=ROUND_HALF_UP)


def length_words(length: timedelta) -> str:
    """`50 min`, `3 h 10 min`, `4 d 2 h`."""
    hours, minutes = divmod(length // _MINUTE, 60)
    if hours >= _IN_DAYS:
        return f"{hours // 24} d {hours % 24} h" if hours % 24 else f"{hours // 24} d"
    if not hours:
        return worded("{minutes} min", minutes=minutes)
    return worded("{hours} h {minutes} min", hours=hours, minutes=minutes) if minutes else f"{hours} h"


def lines_of(text: str, width: int) -> list[str]:
    """Text broken at spaces into lines of about `width` characters, escaped.

    By hand, because the library's way is ten times as slow and breaks dates at their hyphens; a word longer than a line
    is cut, so that nobody's note can push a figure aside.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
        while len(line) > width:
            lines.append(line[:width])
            line = line[width:]
    return [escape(one) for one in (*lines, line) if one]


def wrapped(text: str, width: int) -> str:
    """The same as one text of several lines."""
    return escape(text) if len(text) <= width else "<br>".join(lines_of(text, width))
