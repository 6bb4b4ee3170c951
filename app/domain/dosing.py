"""What does a protocol say about how much is given, how often, and when?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from app.domain.source import Source


@dataclass(frozen=True, slots=True)
class Timing:
    """How time bounds a dose; all but `interval` are site parameters."""

    interval: timedelta
    assess_before: timedelta
    early_limit: timedelta
    delay_limit: timedelta
    validity: timedelta
    discordant_within: timedelta
    admission_lookback: timedelta
    source: Source


@dataclass(frozen=True, slots=True)
class Dosing:
    """What is given: international units per kg of the ordered weight, and how often at most.

    A cycle lasts `cycle_window` from its first dose, or `cycle_days` of the ward's calendar: one of them is set.
    """

    drug: str
    units_per_kg: Decimal
    infusion: timedelta
    dose_cap: int
    course_cap: int
    cycle_window: timedelta | None
    cycle_days: int | None
    rest_days: int
    retreatment_days: int
    source: Source
