"""What is charted of a patient without toxicity?

Every measure at its `well` value 30 minutes before the decision, labs and weight 4 hours before, volumes hourly for 16
hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from app.domain.measure import Kind, Measure, Measures, Value
from app.domain.observation import Reading

Moment: TypeAlias = int | Fraction | Decimal
"""Minutes before the decision; a minus sign is the future."""

LATELY, EARLIER = 30, 240
_HOURS_CHARTED = 16
_EARLIER = ("lab", "weight")


def ago(minutes: Moment, at: datetime) -> datetime:
    """The moment so many minutes before `at`."""
    return at - timedelta(microseconds=int(Fraction(minutes) * 60_000_000))


def reading(
    measure: Measure, value: Value | int, minutes: Moment, at: datetime, since: Moment | None = None
) -> Reading:
    """One reading so many minutes ago; a volume was collected from `since` to `minutes` ago."""
    exact = Decimal(value) if measure.numeric or not isinstance(value, bool | str) else value
    start = None if since is None else ago(since, at)
    return Reading(f"{measure.name}-{minutes}", measure.name, exact, ago(minutes, at), start)


def hourly(measure: Measure, volumes: Iterable[Decimal], at: datetime) -> tuple[Reading, ...]:
    """One volume per hour, the newest first."""
    return tuple(reading(measure, volume, 60 * hour, at, since=60 * hour + 60) for hour, volume in enumerate(volumes))


def well_readings(measures: Measures, at: datetime, without: frozenset[str] = frozenset()) -> tuple[Reading, ...]:
    """Everything charted of a well patient but the measures left out."""
    charted = [_well(measure, at) for measure in measures.values() if measure.name not in without]
    return tuple(row for rows in charted for row in rows)


def _well(measure: Measure, at: datetime) -> tuple[Reading, ...]:
    if measure.well is None:
        return ()
    if measure.kind is Kind.INTERVAL:
        return hourly(measure, [Decimal(measure.well)] * _HOURS_CHARTED, at)
    return (reading(measure, measure.well, EARLIER if measure.group in _EARLIER else LATELY, at),)
