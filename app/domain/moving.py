"""May the due times of a cycle be moved, and how far?

Only a prescriber's order moves the grid. It can be moved later and sooner, dose 1 as far as the admission; two doses
never come closer together than the protocol's interval, and a dose that was skipped stays so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.course import Cycle
from app.domain.errors import Conflict, InvalidInput
from app.domain.flowsheet import Flowsheet
from app.domain.progress import progress
from app.domain.protocol import Protocol
from app.domain.schedule import due_at
from app.domain.situation import AHEAD
from app.domain.vocabulary import DoseState

_HOUR = timedelta(hours=1)


def check_move(
    sheet: Flowsheet, cycle: Cycle, protocol: Protocol, from_dose: int | None, to: datetime | None, now: datetime
) -> None:
    """Refuses a move that names no dose or no time, goes into the past or too close; raises InvalidInput, Conflict."""
    cap = protocol.dosing.dose_cap
    if to is None or from_dose is None or not 1 <= from_dose <= cap:
        raise InvalidInput("grid_needed", f"Moving the grid needs a dose from 1 to {cap} and its new due time.")
    moved = [one for one in progress(sheet, cycle, protocol, now) if one.dose.number >= from_dose]
    if any(one.administration is not None for one in moved):
        raise Conflict("already_recorded", f"What was done with dose {from_dose}, or a later one, is recorded already.")
    if any(one.state is DoseState.SKIPPED for one in moved):
        raise Conflict("already_skipped", f"Dose {from_dose}, or a later one, was skipped: no dose is made up.")
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
