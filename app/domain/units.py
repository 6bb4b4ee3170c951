"""How is a value in an accepted unit turned into the canonical one?

Exact arithmetic; a conversion is always asked for by the unit that was named, never guessed from the number.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from app.domain.tongue import mark, worded

PERCENT = 100
"""A whole in percent."""
TENTH = Decimal("0.1")
"""The step to which a figure that does not end is shown."""

_ROUNDED_BELOW = Decimal(1_000_000)


def _fahrenheit_to_celsius(value: Decimal) -> Decimal:
    """(F - 32) x 5/9, rounded half up to 0.1 degree: 100.3 is 37.9. What is too large to round stays as it is."""
    exact = (value - 32) * 5 / 9
    return exact if abs(exact) > _ROUNDED_BELOW else exact.quantize(TENTH, rounding=ROUND_HALF_UP)


_WORDS = {
    "Cel": "°C",
    "[degF]": "°F",
    "mm[Hg]": "mmHg",
    "ug/kg/min": "µg/kg/min",
    "10*3/uL": "×10³/µL",
    "[lb_av]": mark("pounds"),
    "{score}": mark("points"),
    "{beats}": mark("beats"),
}


def unit_words(unit: str | None) -> str:
    """A UCUM unit as a person reads it; empty for none."""
    return "" if unit is None else worded(_WORDS[unit]) if unit in _WORDS else unit


_POUND = Decimal("0.45359237")
"""Kilograms in an avoirdupois pound, exact (NIST Special Publication 811, appendix B.8)."""

_CONVERSIONS: dict[tuple[str, str], Callable[[Decimal], Decimal]] = {
    ("[degF]", "Cel"): _fahrenheit_to_celsius,
    ("[lb_av]", "kg"): lambda pounds: pounds * _POUND,
}


def convert(value: Decimal, unit: str, canonical: str) -> Decimal:
    """The value in the canonical unit; KeyError when there is no such conversion."""
    return value if unit == canonical else _CONVERSIONS[unit, canonical](value)
