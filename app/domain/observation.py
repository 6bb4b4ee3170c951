"""What did somebody chart, when was it so, and who wrote it down?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import TypeAlias

from app.domain.measure import Kind, Value
from app.domain.vocabulary import NotTaken


@dataclass(frozen=True, slots=True)
class Reading:
    """What the engine sees of an observation: a value in the canonical unit at `at`, or over `start`..`at`.

    `kind` is that of the measures it can be a reading of, None where it can be of none: worked out once, and asked in
    every decision that it is part of.
    """

    id: str
    measure: str
    value: Value
    at: datetime
    start: datetime | None = None
    kind: Kind | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", _kind(self.value, self.at, self.start))


ByMeasure: TypeAlias = Mapping[str, Sequence[Reading]]
"""Readings by measure, at least one of each that is named."""


def by_measure(readings: Iterable[Reading]) -> dict[str, tuple[Reading, ...]]:
    """The readings of each measure, in the order they came."""
    found: dict[str, list[Reading]] = {}
    for reading in readings:
        found.setdefault(reading.measure, []).append(reading)
    return {measure: tuple(mine) for measure, mine in found.items()}


def _kind(value: Value, at: datetime, start: datetime | None) -> Kind | None:
    if not isinstance(value, Decimal):
        return Kind.FINDING if isinstance(value, bool) else Kind.CHOICE
    if not value.is_finite():
        return None
    if start is None:
        return Kind.QUANTITY
    return Kind.INTERVAL if start < at else None


@dataclass(frozen=True, slots=True)
class Observation:
    """One charted row, never changed: a correction or retraction is a new row that `supersedes` it.

    `observed_at` is when it was so (the end of an interval), `recorded_at` when it was written down.
    `value` is None when the measure was not taken, or when the row retracts an earlier one.
    `entered` and `entered_unit` are what the person typed, before any conversion. `reason` is why it supersedes an
    earlier row; of a first one, the paper record it was copied from.
    """

    id: str
    set_id: str
    measure: str
    value: Value | None
    unit: str | None
    entered: str
    entered_unit: str | None
    observed_at: datetime
    start_at: datetime | None
    confirmed: bool
    not_taken: NotTaken | None
    recorded_at: datetime
    recorded_by: str
    supersedes: str | None = None
    retracts: bool = False
    reason: str | None = None

    def reading(self) -> Reading | None:
        """The engine's view, or None where there is no value."""
        if self.value is None:
            return None
        return Reading(self.id, self.measure, self.value, self.observed_at, self.start_at)


def current(observations: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """Those neither corrected, retracted nor themselves a retraction, in order of observation."""
    replaced = {row.supersedes for row in observations if row.supersedes is not None}
    rows = [row for row in observations if row.id not in replaced and not row.retracts]
    return tuple(sorted(rows, key=attrgetter("observed_at", "recorded_at", "id")))
