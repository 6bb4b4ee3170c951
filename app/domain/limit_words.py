"""How does a criterion's limit read aloud: `above 130 /min`, `80 to 160 mL in 8 h`, `fail`?

One wording for alerts, sentences and pages; the signs of `Criterion.threshold` stay in the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.band import Band
from app.domain.protocol import Criterion
from app.domain.tongue import mark, worded
from app.domain.units import unit_words

_RESTS = (
    (re.compile(r" in (?P<hours>[\d.]+) h"), mark(" in {hours} h")),
    (
        re.compile(r" in (?P<hours>[\d.]+) h, (?P<times>\d+) times in a row"),
        mark(" in {hours} h, {times} times in a row"),
    ),
    (re.compile(r" for (?P<hours>[\d.]+) h"), mark(" for {hours} h")),
    (re.compile(r" for longer than (?P<hours>[\d.]+) h"), mark(" for longer than {hours} h")),
)
"""What `app.domain.protocol_bands` prints after the values of a limit."""


def limit_words(criterion: Criterion) -> str:
    """The values that meet the criterion, with unit and period."""
    if not criterion.bands:
        return _choices(criterion)
    _signs, _unit, rest = criterion.threshold.partition(f" {criterion.unit}")
    return either(band_words(band, criterion.unit) for band in criterion.bands) + _spoken(rest)


def either(words: Iterable[str]) -> str:
    """`a or b`."""
    return worded(" or ").join(words)


def _choices(criterion: Criterion) -> str:
    """The choices in the order they are printed in, or that it is present, and how long."""
    said = {one: one.replace("_", " ") for one in criterion.choices} or {"present": "present"}
    printed = sorted(said.values(), key=lambda one: f" or {criterion.threshold} or ".index(f" or {one}"))
    rest = criterion.threshold.removeprefix(" or ".join(printed))
    return either(worded(one) for one in printed) + _spoken(rest)


def _spoken(rest: str) -> str:
    """What a printed limit says after its values: over how long, and how often."""
    for pattern, message in _RESTS:
        found = pattern.fullmatch(rest)
        if found is not None:
            return worded(message, **found.groupdict())
    return rest


def band_words(band: Band, unit: str | None) -> str:
    """`3.0 mg/dL or more`, `above 0.5 to 0.8 µg/kg/min`: the ends exactly as printed; `unit` is UCUM."""
    named = f" {unit_words(unit)}".rstrip()
    low, high = f"{band.low:f}" if band.low is not None else "", f"{band.high:f}" if band.high is not None else ""
    if band.high is None:
        message = mark("above {low}{unit}") if band.low_open else mark("{low}{unit} or more")
    elif band.low is None:
        message = mark("below {high}{unit}") if band.high_open else mark("{high}{unit} or less")
    elif band.low_open:
        message = mark("above {low} to below {high}{unit}") if band.high_open else mark("above {low} to {high}{unit}")
    else:
        message = mark("{low} to below {high}{unit}") if band.high_open else mark("{low} to {high}{unit}")
    return worded(message, low=low, high=high, unit=named)
