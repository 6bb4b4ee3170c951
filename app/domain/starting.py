"""May a cycle begin, and what should be known before it does?

Rest, retreatment and caps are those of the protocol file. A rest that is too short warns; a course that begins too soon
after the last discharge is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.domain.course import Cycle
from app.domain.dosing import Dosing
from app.domain.errors import Conflict
from app.domain.flowsheet import Flowsheet
from app.domain.schedule import first_due
from app.domain.vocabulary import CycleEventKind

_DAY = timedelta(days=1)


def check_retreatment(discharged: Iterable[datetime], first_due_at: datetime, dosing: Dosing, protocol: str) -> None:
    """Refuses a course that begins too soon after the last discharge; raises Conflict naming the rule and the day."""
    last = max(discharged, default=None)
    if last is None or first_due_at >= last + _DAY * dosing.retreatment_days:
        return
    day = last + _DAY * dosing.retreatment_days
    raise Conflict(
        "retreatment_too_early",
        f"{protocol} asks for at least {dosing.retreatment_days} days between the last discharge and a new course:"
        f" not before {day:%d-%b-%Y %H:%M} UTC.",
    )


def start_warnings(sheet: Flowsheet, cycle: Cycle, dosing: Dosing) -> tuple[str, ...]:
    """What speaks against this cycle as it was planned, in sentences; none for the first of a course."""
    before = [other for other in sheet.cycles if other.number < cycle.number]
    if not before:
        return ()
    last = max(before, key=lambda other: other.number)
    found = (_rest(sheet, last, cycle, dosing), _stopped(sheet, last), _few_left(sheet, before, dosing))
    return tuple(sentence for sentence in found if sentence is not None)


def _rest(sheet: Flowsheet, last: Cycle, cycle: Cycle, dosing: Dosing) -> str | None:
    """The rest runs from the last dose that went in to the first one that is due."""
    given = [at for at, other in _went_in(sheet) if other == last.id]
    since = max(given, default=first_due(last, sheet.events_of(last.id)))
    rest = first_due(cycle, sheet.events_of(cycle.id)) - since
    if rest >= _DAY * dosing.rest_days:
        return None
    days = rest // _DAY
    return (
        f"Cycle {cycle.number} begins {days} days after the last dose of cycle {last.number}:"
        f" the protocol asks for {dosing.rest_days} days of rest."
    )


def _stopped(sheet: Flowsheet, last: Cycle) -> str | None:
    stop = next((event for event in sheet.events_of(last.id) if event.kind is CycleEventKind.STOPPED), None)
    return None if stop is None else f"Cycle {last.number} was stopped: {stop.reason}"


def _few_left(sheet: Flowsheet, before: list[Cycle], dosing: Dosing) -> str | None:
    earlier = {cycle.id for cycle in before}
    left = dosing.course_cap - sum(1 for _, cycle_id in _went_in(sheet) if cycle_id in earlier)
    if left >= dosing.dose_cap:
        return None
    return f"The course has {left} doses left of its {dosing.course_cap}."


def _went_in(sheet: Flowsheet) -> list[tuple[datetime, str]]:
    """When each dose of the course was given, and in which cycle."""
    cycle_of = {dose.id: dose.cycle_id for dose in sheet.doses}
    return [(row.started_at, cycle_of[row.dose_id]) for row in sheet.given()]
