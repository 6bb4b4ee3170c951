"""Of which weight is each dose of a cycle made, where the dosing weight was put right after doses had been given?

A dose not given yet is made of the weight that holds now. One that went in stays what it was: of the weight known when
it began, or of one that was put since, where its units say so (a bag may be made anew before the record is).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from app.domain.course import Administration, Cycle, CycleEvent
from app.domain.decision import began
from app.domain.dosing import Dosing
from app.domain.flowsheet import Flowsheet
from app.domain.schedule import units


class GivenDose(NamedTuple):
    """A dose that went in, by its number in the cycle, and the weight in kg it was made of."""

    number: int
    row: Administration
    weight: Decimal


class WeightChange(NamedTuple):
    """One change of a dosing weight; `given` are the doses that had begun before it and were not made of `weight`."""

    event: CycleEvent
    before: Decimal
    weight: Decimal
    given: tuple[GivenDose, ...]


def weight_of(sheet: Flowsheet, cycle: Cycle, row: Administration | None, dosing: Dosing) -> Decimal:
    """The weight in kg that a dose is made of; `row` is what was done with it."""
    if row is None or not row.outcome.went_in:
        return sheet.dosing_weight(cycle)
    known = _since(sheet, cycle, row.started_at)
    return next((weight for weight in known if units(dosing, weight) == row.units), known[0])


def whole_units(sheet: Flowsheet, cycle: Cycle, dosing: Dosing, started_at: datetime) -> tuple[Decimal, ...]:
    """What a whole dose begun then may have been: as known when it began, then as put since."""
    return tuple(units(dosing, weight) for weight in _since(sheet, cycle, started_at))


def exceeded(sheet: Flowsheet, dosing: Dosing, row: Administration) -> Decimal | None:
    """The units of a whole dose where more than that went in; None where it did not."""
    whole = max(whole_units(sheet, sheet.cycle(sheet.dose(row.dose_id).cycle_id), dosing, row.started_at))
    return whole if row.outcome.went_in and row.units > whole else None


def given_doses(sheet: Flowsheet, cycle: Cycle, dosing: Dosing) -> tuple[GivenDose, ...]:
    """The doses of the cycle that went in, whole or in part, by number."""
    done = [(dose.number, sheet.administration(dose.id)) for dose in sheet.doses_of(cycle.id)]
    went_in = [(number, row) for number, row in done if row is not None and row.outcome.went_in]
    return tuple(GivenDose(number, row, weight_of(sheet, cycle, row, dosing)) for number, row in went_in)


def weight_changes(sheet: Flowsheet, cycle: Cycle, dosing: Dosing) -> tuple[WeightChange, ...]:
    """Every change of the cycle's dosing weight, oldest first."""
    known = sheet.dosing_weights(cycle)
    given = given_doses(sheet, cycle, dosing) if len(known) > 1 else ()
    return tuple(
        WeightChange(event, before, weight, tuple(one for one in given if _was_before(one, event, weight)))
        for (_, before), (event, weight) in pairwise(known)
        if event is not None
    )


def _was_before(one: GivenDose, event: CycleEvent, weight: Decimal) -> bool:
    return not _knew(event, one.row.started_at) and one.weight != weight


def _since(sheet: Flowsheet, cycle: Cycle, started_at: datetime) -> tuple[Decimal, ...]:
    """The weight known when a dose began, and every one put since."""
    found: list[Decimal] = []
    for event, weight in sheet.dosing_weights(cycle):
        found = [weight] if event is None or _knew(event, started_at) else [*found, weight]
    return tuple(found)


def _knew(event: CycleEvent, started_at: datetime) -> bool:
    """A start is written to the minute: a weight put in that very minute was known."""
    return event.recorded_at <= began(started_at, event.recorded_at)
