"""What does the demo staff read off the sheet before doing the next thing?

Everything is derived from the flowsheet, so that a restart, or a visitor who charts and gives, needs no second memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.course import Cycle
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.domain.progress import PENDING, DoseProgress, dose_progress
from app.domain.protocol import Protocol
from app.domain.vocabulary import CycleEventKind

TARGET_SATURATION = Decimal(95)
"""What a nurse titrates oxygen to."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The newest cycle at its last record. `frontier` is the last thing written down; nothing is done before it.

    `pending` is the dose worked towards; None once dosing is over. Times are those of the last set, volume, labs,
    and of the last time somebody asked about every finding.
    """

    cycle: Cycle
    frontier: datetime
    vitals_at: datetime | None
    volumes_until: datetime
    labs_at: datetime | None
    examined_at: datetime | None
    pressor_seen: bool
    short_of_oxygen: bool
    pending: DoseProgress | None
    discharged: bool


def look(sheet: Flowsheet, protocol: Protocol) -> Glance:
    """What the sheet says about its newest cycle, which must exist."""
    cycle = sheet.cycles[-1]
    mine = [row for row in sheet.observations if row.observed_at >= cycle.admitted_at]
    frontier = _frontier(sheet, cycle)
    volume, labs, examined = (_last(mine, name) for name in ("urine_volume", "creatinine", "dyspnoea_at_rest"))
    vitals, pressor, saturation = (_last(mine, name) for name in ("heart_rate", "phenylephrine_rate", "spo2"))
    kinds = {event.kind for event in sheet.events_of(cycle.id)}
    return Glance(
        cycle=cycle,
        frontier=frontier,
        vitals_at=None if vitals is None else vitals.observed_at,
        volumes_until=cycle.admitted_at if volume is None else volume.observed_at,
        labs_at=None if labs is None else labs.observed_at,
        examined_at=None if examined is None else examined.observed_at,
        pressor_seen=pressor is not None and pressor.value != 0,
        short_of_oxygen=saturation is not None and _number(saturation) < TARGET_SATURATION,
        pending=_pending(sheet, cycle, protocol, frontier),
        discharged=CycleEventKind.DISCHARGED in kinds,
    )


def given_times(sheet: Flowsheet) -> list[list[datetime]]:
    """When doses went in, by cycle."""
    times = []
    for cycle in sheet.cycles:
        mine = {dose.id for dose in sheet.doses if dose.cycle_id == cycle.id}
        times.append(sorted(row.started_at for row in sheet.given() if row.dose_id in mine))
    return times


def _frontier(sheet: Flowsheet, cycle: Cycle) -> datetime:
    moments = [cycle.admitted_at]
    moments += [row.recorded_at for row in sheet.observations[-1:]]
    moments += [row.recorded_at for row in sheet.administrations[-1:]]
    moments += [row.ordered_at for row in sheet.orders[-1:]]
    moments += [row.recorded_at for row in sheet.events[-1:]]
    return max(moments)


def _pending(sheet: Flowsheet, cycle: Cycle, protocol: Protocol, at: datetime) -> DoseProgress | None:
    if sheet.ended(cycle.id) is not None:
        return None
    progress = (dose_progress(sheet, dose, protocol, at) for dose in sheet.doses_of(cycle.id))
    return next((dose for dose in progress if dose.state in PENDING), None)


def _last(rows: list[Observation], measure: str) -> Observation | None:
    return next((row for row in reversed(rows) if row.measure == measure and row.value is not None), None)


def _number(row: Observation) -> Decimal:
    if not isinstance(row.value, Decimal):
        raise TypeError("a number was expected")
    return row.value
