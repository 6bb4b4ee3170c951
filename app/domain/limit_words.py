"""How does a criterion's limit read aloud: `above 130 /min`, `80 to 160 mL in 8 h`, `fail`?

One wording for alerts, sentences and pages; the signs of `Criterion.threshold` stay in the record.
"""

from __future__ import annotations

from app.domain.band import Band
from app.domain.protocol import Criterion
from app.domain.units import unit_words


def limit_words(criterion: Criterion) -> str:
    """The values that meet the criterion, with unit and period."""
    if not criterion.bands:
        return criterion.threshold
    _signs, _unit, period = criterion.threshold.partition(f" {criterion.unit}")
    return " or ".join(band_words(band, criterion.unit) for band in criterion.bands) + period


def band_words(band: Band, unit: str | None) -> str:
    """`3.0 mg/dL or more`, `above 0.5 to 0.8 µg/kg/min`: the ends exactly as printed; `unit` is UCUM."""
    named = f" {unit_words(unit)}".rstrip()
    low, high = f"{band.low:f}" if band.low is not None else "", f"{band.high:f}" if band.high is not None else ""
    if band.high is None:
        return f"above {low}{named}" if band.low_open else f"{low}{named} or more"
    if band.low is None:
        return f"below {high}{named}" if band.high_open else f"{high}{named} or less"
    return f"{'above ' if band.low_open else ''}{low} to {'below ' if band.high_open else ''}{high}{named}"
