"""May this be written on the flowsheet as it was entered?

Units are named, never guessed; outside a hard limit is refused; outside a warn limit needs an explicit confirmation.
Sentences never repeat the value: it is patient data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.agreement import Agreement
from app.domain.change import Before
from app.domain.errors import FieldError, InvalidInput
from app.domain.measure import Kind, Limits, Measure, Measures, Value
from app.domain.situation import AHEAD
from app.domain.units import convert, unit_words

UNLIKELY, UNLIKELY_CHANGE = "unlikely", "unlikely_change"
"""The codes of what is recorded once it is confirmed: by itself, or after what was known before."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing as entered. `value` is a number (int or Decimal), a bool or a text; an interval has a `start_at`."""

    measure: str
    value: Decimal | int | bool | str
    unit: str | None
    observed_at: datetime
    start_at: datetime | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Charted:
    """One thing fit to be written down: `value` in the canonical `unit`, and what was entered."""

    measure: str
    value: Value
    unit: str | None
    entered: str
    entered_unit: str | None
    observed_at: datetime
    start_at: datetime | None
    confirmed: bool


class _Refused(Exception):
    """One fault of one item, on its way to the list of all faults."""

    def __init__(self, field: str, code: str, message: str) -> None:
        self.field, self.code, self.message = field, code, message


def check_items(
    items: Sequence[Item],
    measures: Measures,
    now: datetime,
    *,
    confirmation: bool,
    pointer: str,
    before: Before | None = None,
) -> tuple[Charted, ...]:
    """The items fit to be charted at `now`; raises InvalidInput with a FieldError per fault, below `pointer`.

    `confirmation`: whether values outside `warn` need one (they do at the bedside, not in a stateless evaluation), and
    those that are far from what was known `before`.
    """
    charted, faults = [], []
    for index, item in enumerate(items):
        try:
            charted.append(_check(item, measures, now, before, confirmation=confirmation))
        except _Refused as fault:
            faults.append(FieldError(f"{pointer}/{index}/{fault.field}", fault.code, fault.message))
    if faults:
        sentence = faults[0].message if len(faults) == 1 else f"{len(faults)} entries were refused. {faults[0].message}"
        raise InvalidInput("entry_refused", sentence, tuple(faults))
    return tuple(charted)


def check_agreement(charted: Sequence[Charted], agreement: Agreement, pointer: str) -> None:
    """Refuses values of one set that cannot be true together; raises InvalidInput."""
    by_time: dict[datetime, dict[str, Value]] = {}
    for item in charted:
        by_time.setdefault(item.observed_at, {})[item.measure] = item.value
    for at, values in by_time.items():
        rule = agreement.broken(values)
        if rule is not None:
            index = next(n for n, item in enumerate(charted) if item.measure == rule.measure and item.observed_at == at)
            fault = FieldError(f"{pointer}/{index}/value", "contradictory", rule.sentence)
            raise InvalidInput("entry_refused", rule.sentence, (fault,))


def _check(item: Item, measures: Measures, now: datetime, before: Before | None, *, confirmation: bool) -> Charted:
    measure = measures.get(item.measure)
    if measure is None:
        raise _Refused("measure", "unknown_measure", "There is no measure of that name.")
    _check_times(item, measure, now)
    value = _value(item, measure)
    if isinstance(value, Decimal) and confirmation and not item.confirmed:
        asked = unlikely(value, measure, item.observed_at, before)
        if asked is not None:
            raise _Refused("value", *asked)
    entered = f"{item.value:f}" if isinstance(item.value, Decimal) else str(item.value)
    return Charted(
        measure=measure.name,
        value=value,
        unit=measure.unit,
        entered=entered,
        entered_unit=item.unit,
        observed_at=item.observed_at,
        start_at=item.start_at,
        confirmed=item.confirmed,
    )


def unlikely(value: Decimal, measure: Measure, at: datetime, before: Before | None) -> tuple[str, str] | None:
    """Code and sentence of what to ask; what a value is far from says more than that it is out of the ordinary."""
    question = None if before is None else before.question(measure, value, at)
    if question is not None:
        return UNLIKELY_CHANGE, question
    if measure.warn is not None and not _within(value, measure.warn):
        return UNLIKELY, f"{measure.label} is unlikely at that value: confirm it or correct it."
    return None


def _check_times(item: Item, measure: Measure, now: datetime) -> None:
    if item.observed_at > now + AHEAD:
        raise _Refused("observed_at", "future", f"{measure.label}: that time is still to come.")
    if measure.kind is Kind.INTERVAL:
        if item.start_at is None:
            raise _Refused("from", "interval_needed", f"{measure.label} needs a start and an end.")
        if item.start_at >= item.observed_at:
            raise _Refused("from", "empty_interval", f"{measure.label}: the start must be before the end.")
    elif item.start_at is not None:
        raise _Refused("from", "no_interval", f"{measure.label} is taken at one moment, not over an interval.")


def _value(item: Item, measure: Measure) -> Value:
    if not measure.numeric:
        if item.unit is not None:
            raise _Refused("unit", "no_unit", f"{measure.label} has no unit.")
        return _finding(item, measure) if measure.kind is Kind.FINDING else _choice(item, measure)
    if isinstance(item.value, bool) or not isinstance(item.value, int | Decimal):
        raise _Refused("value", "not_a_number", f"{measure.label} is a number.")
    return _number(Decimal(item.value), item.unit, measure)


def _finding(item: Item, measure: Measure) -> bool:
    if not isinstance(item.value, bool):
        raise _Refused("value", "not_yes_or_no", f"{measure.label} is true or false.")
    return item.value


def _choice(item: Item, measure: Measure) -> str:
    if not isinstance(item.value, str) or item.value not in measure.choices:
        raise _Refused("value", "unknown_choice", f"{measure.label} is one of: {', '.join(measure.choices)}.")
    return item.value


def _number(value: Decimal, unit: str | None, measure: Measure) -> Decimal:
    canonical = str(measure.unit)
    accepted = (canonical, *measure.also)
    if unit is None:
        raise _Refused("unit", "unit_needed", f"{measure.label} needs its unit: {' or '.join(accepted)}.")
    if unit not in accepted:
        raise _Refused("unit", "wrong_unit", f"{measure.label} is charted in {' or '.join(accepted)}.")
    if not value.is_finite():
        raise _Refused("value", "not_a_number", f"{measure.label} is a number.")
    if measure.decimals is not None and _decimals(value) > measure.decimals:
        raise _Refused("value", "too_precise", f"{measure.label} takes at most {measure.decimals} decimals.")
    converted = convert(value, unit, canonical)
    if measure.hard is not None and not _within(converted, measure.hard):
        low, high = measure.hard
        sentence = f"{measure.label} must be between {low} and {high} {unit_words(canonical)}."
        raise _Refused("value", "impossible", sentence + _other_unit(value, unit, measure))
    return converted


def _other_unit(value: Decimal, unit: str, measure: Measure) -> str:
    """A question where the number fits another accepted unit; nothing is ever converted silently."""
    for other in (str(measure.unit), *measure.also):
        if (
            other != unit
            and measure.warn is not None
            and _within(convert(value, other, str(measure.unit)), measure.warn)
        ):
            return f" Did you mean {unit_words(other)}?"
    return ""


def _within(value: Decimal, limits: Limits) -> bool:
    return limits[0] <= value <= limits[1]


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
