"""What might a nurse chart of a patient: all of it well, with something amiss, in part, or hardly to be believed?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from app.domain.entry import Item
from app.domain.measure import Kind, Measure, Value
from app.domain.protocol import Protocol
from tests.builders import MEASURES, SHIPPED

_HOUR = timedelta(hours=1)
_LONGEST = 12 * _HOUR
VITAL: Final = tuple(name for name, one in MEASURES.items() if one.group == "vital")
WORTH_CHARTING: Final = tuple(name for name, one in MEASURES.items() if one.well is not None)


def _printed() -> Mapping[str, tuple[Decimal, ...]]:
    """Every bound that a protocol prints for a measure."""
    found: dict[str, set[Decimal]] = {}
    for row in (row for protocol in SHIPPED for row in protocol.rows):
        bands = [band for criterion in row.criteria for band in criterion.bands]
        bounds = {bound for band in bands for bound in (band.low, band.high) if bound is not None}
        found.setdefault(row.measure, set()).update(bounds)
    return {measure: tuple(sorted(bounds)) for measure, bounds in found.items()}


PRINTED = _printed()


def all_well(protocol: Protocol, at: datetime, since: Mapping[str, datetime]) -> dict[str, Item]:
    """Everything of a well patient at one moment; volumes run on from where the last one ended."""
    wanted = (*VITAL, *protocol.freshness, *(row.measure for row in protocol.rows))
    names = [name for name in dict.fromkeys(wanted) if name in WORTH_CHARTING]
    return {name: well(MEASURES[name], at, since.get(name)) for name in names}


def well(measure: Measure, at: datetime, since: datetime | None) -> Item:
    """The measure as a well patient has it; a volume is what has been collected since, of 8 hours at first."""
    value = measure.well if measure.well is not None else Decimal(0)
    if measure.kind is not Kind.INTERVAL or not isinstance(value, Decimal):
        return Item(measure.name, value, measure.unit, at)
    start = since if since is not None and timedelta() < at - since <= _LONGEST else at - 8 * _HOUR
    volume = (value * Decimal(str((at - start) / _HOUR))).quantize(Decimal(1))
    return Item(measure.name, volume, measure.unit, at, start)


def amiss(random: Random, measure: Measure) -> Value:
    """A value near a printed limit, any choice or finding, now and then what hardly can be."""
    if measure.kind is Kind.FINDING:
        return random.random() < 0.7
    if measure.kind is Kind.CHOICE:
        return random.choice(measure.choices)
    if measure.hard is None or measure.decimals is None:
        raise ValueError(f"{measure.name} has no limits")
    low, high = measure.hard
    step = Decimal(1).scaleb(-measure.decimals)
    near = random.choice(PRINTED.get(measure.name) or measure.warn or measure.hard)
    number = near + random.choice((-1, 0, 1)) * step
    if random.random() < 0.05:
        number = random.choice((low, high))
    return min(max(number, low), high)


def ill(random: Random, items: dict[str, Item], how_many: int) -> dict[str, Item]:
    """The same with so many measures amiss."""
    chosen = random.sample(sorted(items), min(how_many, len(items)))
    return items | {name: _with(random, items[name]) for name in chosen}


def _with(random: Random, item: Item) -> Item:
    value = amiss(random, MEASURES[item.measure])
    return Item(item.measure, value, item.unit, item.observed_at, item.start_at, confirmed=random.random() < 0.8)
