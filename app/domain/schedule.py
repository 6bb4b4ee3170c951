"""When is each dose due, when may it be given, and which rules bound a course?

All arithmetic is in UTC elapsed time: eight hours are eight hours on the night the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from app.domain.course import Cycle, CycleEvent
from app.domain.dosing import Dosing, Timing
from app.domain.errors import InvalidInput
from app.domain.vocabulary import CycleEventKind


@dataclass(frozen=True, slots=True)
class DoseWindow:
    """The times of one dose, ends included: assessed from, given from, due, given until."""

    assess_at: datetime
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


def due_at(cycle: Cycle, events: Iterable[CycleEvent], number: int, interval: timedelta) -> datetime:
    """When dose `number` is due: the q8h grid, from the last order that moved it for this or an earlier dose."""
    anchor, first = cycle.first_due_at, 1
    for event in events:
        moved = event.kind is CycleEventKind.GRID_MOVED and event.due_at is not None and event.from_dose is not None
        if moved and event.from_dose <= number:  # type: ignore[operator]
            anchor, first = event.due_at, event.from_dose  # type: ignore[assignment]
    return anchor + interval * (number - first)


def first_due(cycle: Cycle, events: Iterable[CycleEvent]) -> datetime:
    """When dose 1 is due: `first_due_at` is what was ordered at admission, and an order may have moved it since."""
    return due_at(cycle, events, 1, timedelta())


def window(due: datetime, timing: Timing) -> DoseWindow:
    """The dose window around a due time; every limit is a parameter of the protocol."""
    return DoseWindow(due - timing.assess_before, due - timing.early_limit, due, due + timing.delay_limit)


def cycle_closes(dosing: Dosing, first_dose_at: datetime, zone: tzinfo) -> datetime:
    """The last moment at which a dose of the cycle may begin: so many hours after dose 1, or the end of so many days.

    Which of the two "days 1 to 5" means is a parameter of the protocol; calendar days are those of the ward's clock.
    """
    if dosing.cycle_window is not None:
        return first_dose_at + dosing.cycle_window
    first_day = first_dose_at.astimezone(zone).date()
    ends = datetime.combine(first_day + timedelta(days=dosing.cycle_days or 0), time(), zone)
    return ends.astimezone(UTC)


def units(dosing: Dosing, weight: Decimal) -> Decimal:
    """The international units of one dose, whole, from the dosing weight in kg: never reduced."""
    return (dosing.units_per_kg * weight).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def check_dose_number(dosing: Dosing, number: int, protocol_id: str) -> None:
    """Refuses a dose outside 1..cap; raises InvalidInput naming the rule."""
    if number < 1:
        raise InvalidInput("dose_number", "Dose numbers start at 1.")
    if number > dosing.dose_cap:
        raise InvalidInput(
            "over_cap",
            f"{protocol_id} allows at most {dosing.dose_cap} doses in a cycle: there is no dose {number}.",
        )
