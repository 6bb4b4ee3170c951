"""May the due times of a cycle be moved, and how far?

Only a prescriber's order moves the grid. It can be moved later, and back as far as it was; two doses never come closer
together than the protocol's interval.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.course import Cycle
from app.domain.errors import Conflict, InvalidInput
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.schedule import due_at
from app.domain.situation import AHEAD

_HOUR = timedelta(hours=1)


def check_move(
    sheet: Flowsheet, cycle: Cycle, protocol: Protocol, from_dose: int | None, to: datetime | None, now: datetime
) -> None:
    """Refuses a move that names no dose or no time, goes into the past or too close; raises InvalidInput, Conflict."""
    cap = protocol.dosing.dose_cap
    if to is None or from_dose is None or not 1 <= from_dose <= cap:
        raise InvalidInput("grid_needed", f"Moving the grid needs a dose from 1 to {cap} and its new due time.")
    done = [dose for dose in sheet.doses_of(cycle.id) if sheet.administration(dose.id) is not None]
    if any(dose.number >= from_dose for dose in done):
        raise Conflict("already_recorded", f"What was done with dose {from_dose}, or a later one, is recorded already.")
    if to < now - AHEAD:
        raise InvalidInput.at("/due_at", "due_past", "The new due time is past.")
    earliest = _earliest(sheet, cycle, from_dose, protocol.timing.interval)
    if to < earliest:
        hours = protocol.timing.interval // _HOUR
        raise InvalidInput.at(
            "/due_at", "too_close", f"Doses are {hours} hours apart at least: not before {earliest:%d-%b-%Y %H:%M} UTC."
        )


def _earliest(sheet: Flowsheet, cycle: Cycle, from_dose: int, interval: timedelta) -> datetime:
    if from_dose == 1:
        return cycle.admitted_at
    return due_at(cycle, sheet.events_of(cycle.id), from_dose - 1, interval) + interval
