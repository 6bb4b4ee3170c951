"""How does a protocol's limit read beside a field and in a table?"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.band import Band
from app.domain.measure import Kind, Measure, Value
from app.domain.protocol import Criterion, Protocol
from app.domain.units import unit_words
from app.web.entry.layout import NONE_OF_CHOICE
from app.web.formats import first_upper, plain
from app.web.translate import _
from dashboards.limits import calls, limits

_BASELINE_UNIT = "%"


def measure_limits(protocol: Protocol, measure: Measure) -> str:
    """`Hold from 120 /min; stop above 130 /min`; "" where the protocol sets none."""
    if measure.kind is Kind.FINDING:
        return _whole(calls_words(protocol, measure, True))
    if not measure.numeric:
        return ""
    found = [limit.words for limit in limits(protocol, measure.name, measure.unit)]
    if measure.unit != _BASELINE_UNIT:
        found += [limit.words for limit in limits(protocol, measure.name, _BASELINE_UNIT)]
    return _whole("; ".join(dict.fromkeys(found)))


def calls_words(protocol: Protocol, measure: Measure, value: Value) -> str:
    """What one choice, or a finding that is there, calls for: `stop`; "" for nothing."""
    if value == NONE_OF_CHOICE:
        return ""
    met = calls(protocol, measure.name, value)
    return "" if met is None else met[1]


def threshold_words(criterion: Criterion) -> str:
    """The limit of a criterion: `above 130 /min`, `80 to 160 mL in 8 h`, `third to half`."""
    if not criterion.bands:
        return criterion.threshold
    unit = criterion.unit or ""
    _range, _unit, tail = criterion.threshold.partition(f" {unit}")
    return f"{bands_words(criterion.bands)} {unit_words(unit)}{tail}"


def choices_words(choices: Iterable[str]) -> str:
    return ", ".join(plain(choice) for choice in choices)


def bands_words(bands: Iterable[Band]) -> str:
    """`below 80 or above 160`."""
    return _(" or ").join(_band(band) for band in bands)


def _band(band: Band) -> str:
    if band.high is None:
        return _low(band, alone=True)
    if band.low is None:
        return _high(band, alone=True)
    if band.low_open or band.high_open:
        return f"{_low(band, alone=False)} {_high(band, alone=False)}"
    return _("{low} to {high}").format(low=f"{band.low:f}", high=f"{band.high:f}")


def _low(band: Band, *, alone: bool) -> str:
    low = f"{band.low:f}"
    if band.low_open:
        return _("above {low}").format(low=low)
    return _("{low} or more").format(low=low) if alone else _("from {low}").format(low=low)


def _high(band: Band, *, alone: bool) -> str:
    high = f"{band.high:f}"
    if band.high_open:
        return _("below {high}").format(high=high)
    return _("{high} or less").format(high=high) if alone else _("up to {high}").format(high=high)


def _whole(words: str) -> str:
    return first_upper(words)
