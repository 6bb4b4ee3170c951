"""How does a range read as something to reach?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.domain.band import Band
from app.domain.explain import choice_words
from app.domain.limit_words import band_words, either
from app.domain.measure import Measure, Measures
from app.domain.protocol import Condition
from app.domain.tongue import worded
from app.domain.units import unit_words


def target_words(band: Band, unit: str | None, *, whole: bool) -> str:
    """`161 mL or more`, `below 2.5 mg/dL`, `0 µg/kg/min`; a `whole` figure is named one step beyond an open end."""
    named = f" {unit_words(unit)}".rstrip()
    if band.high is not None and band.high == 0 and not band.high_open:
        return f"0{named}"
    if whole and band.low is not None and band.low_open and band.high is None:
        return worded(
            "{part0}{named} or more",
            part0=f"{band.low + Decimal((0, (1,), int(band.low.as_tuple().exponent))):f}",
            named=named,
        )
    return band_words(band, unit)


def condition_words(condition: Condition, measures: Measures) -> str:
    """`temperature below 38.0 °C`, `heart rhythm sinus`."""
    measure = measures[condition.measure]
    if condition.band is None:
        return f"{inline(measure)} {either(sorted(choice_words(choice) for choice in condition.choices))}"
    return f"{inline(measure)} {target_words(condition.band, measure.unit, whole=False)}"


def inline(measure: Measure) -> str:
    """A label inside a sentence; abbreviations keep their capitals."""
    label = measure.label
    return label if label[1:2].isupper() else f"{label[0].lower()}{label[1:]}"


def join_words(words: Sequence[str], last: str = "") -> str:
    """`a`, `a and b`, `a, b and c`."""
    between = worded("and") if last == "" else last
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {between} {words[-1]}"
