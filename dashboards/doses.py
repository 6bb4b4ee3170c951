"""When were doses due and given, and where does a moment lie between them?"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from typing import NamedTuple

from app.domain.course import Dose
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.schedule import due_at
from app.domain.tongue import worded


class DueDose(NamedTuple):
    """One dose on the grid."""

    at: datetime
    cycle: int
    dose: Dose


class Given(NamedTuple):
    """A dose that went in, wholly or in part."""

    at: datetime
    cycle: int
    number: int


def due_doses(flowsheet: Flowsheet, protocol: Protocol) -> tuple[DueDose, ...]:
    """Every dose of the course by due time; those that an ended cycle never reached are left out."""
    recorded = {row.dose_id for row in flowsheet.decisions} | {row.dose_id for row in flowsheet.administrations}
    found = []
    for cycle in flowsheet.cycles:
        events, ended = flowsheet.events_of(cycle.id), flowsheet.ended(cycle.id)
        for dose in flowsheet.doses_of(cycle.id):
            due = due_at(cycle, events, dose.number, protocol.timing.interval)
            if ended is None or due <= ended.at or dose.id in recorded:
                found.append(DueDose(due, cycle.number, dose))
    return tuple(sorted(found, key=lambda one: one.at))


class DoseClock:
    """Counts time from the last dose given, as a ward does."""

    def __init__(self, flowsheet: Flowsheet) -> None:
        self._given = sorted(_given(flowsheet))
        self._times = [given.at for given in self._given]
        self._cycles = len(flowsheet.cycles)
        begun: list[tuple[datetime, Given | None]] = [(cycle.admitted_at, None) for cycle in flowsheet.cycles]
        turns = sorted((*begun, *((given.at, given) for given in self._given)), key=lambda turn: turn[0])
        self._turns = [at for at, _ in turns]
        self._lasts = [given for _, given in turns]

    def last(self, at: datetime) -> Given | None:
        """The last dose given at or before `at` in the cycle that runs then; None before its first."""
        index = bisect_right(self._turns, at)
        return self._lasts[index - 1] if index else None

    def first(self, cycle: int) -> datetime | None:
        """When the first dose of a cycle was given; None before that."""
        return next((given.at for given in self._given if given.cycle == cycle), None)

    def count(self, after: datetime, until: datetime) -> int:
        """How many doses were given after the one moment, up to and including the other."""
        return bisect_right(self._times, until) - bisect_right(self._times, after)

    def name(self, cycle: int, number: int) -> str:
        """`Dose 6`, or `Cycle 2 dose 6` where the course has more than one cycle."""
        return (
            worded("Dose {number}", number=number)
            if self._cycles == 1
            else worded("Cycle {cycle} dose {number}", cycle=cycle, number=number)
        )


def _given(flowsheet: Flowsheet) -> list[Given]:
    doses = {dose.id: dose for dose in flowsheet.doses}
    cycles = {cycle.id: cycle.number for cycle in flowsheet.cycles}
    return [
        Given(row.started_at, cycles[doses[row.dose_id].cycle_id], doses[row.dose_id].number)
        for row in flowsheet.given()
    ]
