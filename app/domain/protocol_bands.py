"""How does a row of a protocol file divide every number between its classes, and how is a class put in words?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from app.domain.band import Band
from app.domain.protocol import Window, WindowKind
from app.domain.protocol_keys import Keys
from app.domain.vocabulary import Class

NONE = "none"
CLASSES = (NONE, *Class)
SUMS = (WindowKind.SUM, WindowKind.CONSECUTIVE_SUMS)
_LASTING = {WindowKind.DURATION: " for {}", WindowKind.OUTLASTED: " for longer than {}"}


def parse_bands(keys: Keys) -> dict[str, list[Band]]:
    """The bands of each class, "none" among them; refuses a gap or an overlap."""
    found: list[tuple[str, Band]] = []
    for inner in keys.list_of_tables("bands"):
        found.append((inner.one_of("class", CLASSES), parse_band(inner)))
        inner.done()
    if not found:
        keys.refuse("bands", "is missing")
    _check_cover(keys, [band for _, band in found])
    bands: dict[str, list[Band]] = {}
    for name, band in found:
        bands.setdefault(name, []).append(band)
    return bands


def _check_cover(keys: Keys, bands: list[Band]) -> None:
    """Every number lies in exactly one band: what a table leaves out must be said, not implied."""
    ordered = sorted(bands, key=lambda band: (band.low is not None, band.low or 0, band.low_open))
    if ordered[0].low is not None or ordered[-1].high is not None:
        keys.refuse("bands", "have a gap: the lowest and the highest band are unbounded")
    for lower, upper in pairwise(ordered):
        if lower.high is None or upper.low is None or lower.high > upper.low:
            keys.refuse("bands", "overlap")
        elif lower.high < upper.low or (lower.high_open and upper.low_open):
            keys.refuse("bands", f"have a gap at {lower.high}")
        elif not lower.high_open and not upper.low_open:
            keys.refuse("bands", f"overlap at {lower.high}")


def parse_band(keys: Keys) -> Band:
    """One range: `from` and `to` are in it, `above` and `below` are not."""
    if (keys.has("from") and keys.has("above")) or (keys.has("to") and keys.has("below")):
        keys.refuse("from", "and above, or to and below, exclude each other")
    low, high = keys.optional_number("from"), keys.optional_number("to")
    low_open, high_open = keys.has("above"), keys.has("below")
    low = keys.number("above") if low_open else low
    high = keys.number("below") if high_open else high
    empty = low is not None and high is not None and (low > high or (low == high and (low_open or high_open)))
    if empty:
        keys.refuse("from", "leaves nothing below its upper bound")
    return Band(low, low_open, high, high_open)


def threshold_words(bands: list[Band], choices: list[str], unit: str | None, window: Window) -> str:
    """The bounds of a class as signs, with unit and period; the choices; or that it is present."""
    lasting = _LASTING.get(window.kind, "").format(_hours(window.span))
    if choices:
        return " or ".join(choice.replace("_", " ") for choice in choices) + lasting
    if not bands:
        return f"present{lasting}"
    period = period_words(window)
    over = "" if period is None else f" in {period}"
    times = "" if window.periods == 1 else f", {window.periods} times in a row"
    return " or ".join(_range(band) for band in bands) + f" {unit}{over}{times}"


def period_words(window: Window) -> str | None:
    """Over how long a volume is summed, None for anything else."""
    return _hours(window.span) if window.kind in SUMS else None


def _hours(span: timedelta) -> str:
    return f"{(Decimal(span // timedelta(minutes=1)) / 60).normalize():f} h"


def _range(band: Band) -> str:
    low = None if band.low is None else f"{band.low:f}"
    high = None if band.high is None else f"{band.high:f}"
    if low is not None and high is not None:
        return f"{low} {'<' if band.low_open else '≤'} x {'<' if band.high_open else '≤'} {high}"
    if low is not None:
        return f"{'>' if band.low_open else '≥'} {low}"
    return f"{'<' if band.high_open else '≤'} {high}"
