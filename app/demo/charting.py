"""How does a nurse write down what the body says?

Rounded as a nurse rounds, in the canonical unit, inside what the form accepts; outside a warn limit with the
confirmation that a nurse would give after looking twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from app.demo.physiology import Latent
from app.domain.entry import Item
from app.domain.measure import Kind, Measure, Measures

_ONE = Decimal(1)
STEPS: Mapping[str, Decimal] = {
    "temperature": Decimal("0.1"),
    "phenylephrine_rate": Decimal("0.1"),
    "norepinephrine_rate": Decimal("0.01"),
    "weight": Decimal("0.1"),
    "creatinine": Decimal("0.01"),
    "bilirubin": Decimal("0.1"),
    "urine_volume": Decimal(5),
    "stool_volume": Decimal(10),
}
"""What a value is rounded to; 1 where nothing is said."""

_HOUR = timedelta(hours=1)


def items(
    names: Iterable[str], signs: Mapping[str, Latent], measures: Measures, at: datetime, volumes_from: datetime
) -> tuple[Item, ...]:
    """The named measures as entered at `at`, volumes from `volumes_from`; what cannot be taken is left out."""
    charted = (_item(measures[name], signs[name], at, volumes_from) for name in names)
    return tuple(item for item in charted if item is not None)


def quantity(measure: Measure, latent: float) -> Decimal:
    """The number as charted: to the nurse's step, inside the hard limits."""
    step = STEPS.get(measure.name, _ONE)
    rounded = round(latent / float(step)) * step
    if measure.hard is None:
        return rounded
    return min(measure.hard[1], max(measure.hard[0], rounded))


def _item(measure: Measure, latent: Latent, at: datetime, volumes_from: datetime) -> Item | None:
    if latent is None:
        return None
    if isinstance(latent, bool | str):
        return Item(measure.name, latent, None, at)
    if measure.kind is Kind.INTERVAL:
        value = quantity(measure, latent * ((at - volumes_from) / _HOUR))
        return Item(measure.name, value, measure.unit, at, volumes_from, confirmed=_unlikely(measure, value))
    value = quantity(measure, latent)
    return Item(measure.name, value, measure.unit, at, confirmed=_unlikely(measure, value))


def _unlikely(measure: Measure, value: Decimal) -> bool:
    return measure.warn is not None and not measure.warn[0] <= value <= measure.warn[1]
