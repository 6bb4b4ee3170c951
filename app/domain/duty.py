"""Who is on duty on a ward at a moment, and who looks after a patient?

A roster is only added to: whoever is taken off has a later row that cancels the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from app.domain.vocabulary import Duty


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody on duty on a ward from `begins` up to, not including, `ends`."""

    id: str
    ward_id: str
    person_id: str
    duty: Duty
    begins: datetime
    ends: datetime
    recorded_at: datetime
    recorded_by: str
    cancels: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A nurse looks after the patient of a cycle from `begins` up to, not including, `ends`."""

    id: str
    cycle_id: str
    person_id: str
    begins: datetime
    ends: datetime
    recorded_at: datetime
    recorded_by: str
    cancels: str | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """Whom an alert reaches. `standing_in` is the duty they are on where nobody is on the one that was meant."""

    meant: Duty
    people: tuple[str, ...]
    standing_in: Duty | None


_Row = TypeVar("_Row", Shift, Assignment)


def in_force(rows: Iterable[_Row], at: datetime) -> tuple[_Row, ...]:
    """The rows that hold at a moment: begun, not over, and neither cancelled nor a cancellation."""
    everything = tuple(rows)
    cancelled = {row.cancels for row in everything}
    return tuple(
        row for row in everything if row.id not in cancelled and row.cancels is None and row.begins <= at < row.ends
    )


def called(duty: Duty, shifts: Iterable[Shift], assignments: Iterable[Assignment], at: datetime) -> Called:
    """Whom a rung reaches: for a nurse the patient's own, where one is assigned, else everybody on the duty.

    One who is assigned and not on duty is called together with those who are. Where nobody is on it, whoever is on the
    next duty up, then on the next one down; nobody at all leaves `people` empty, which is itself a reason to be loud.
    """
    here = in_force(shifts, at)
    on = {one: tuple(dict.fromkeys(row.person_id for row in here if row.duty is one)) for one in Duty}
    own = tuple(row.person_id for row in in_force(assignments, at)) if duty is Duty.NURSE else ()
    if own:
        there = tuple(one for one in own if one in on[duty])
        return Called(duty, there or tuple(dict.fromkeys((*own, *on[duty]))), None)
    for one in nearest(duty):
        if people := on[one]:
            return Called(duty, people, None if one is duty else one)
    return Called(duty, (), None)


def nearest(duty: Duty) -> Sequence[Duty]:
    """The duty itself, those above it, then those below it, the nearest first."""
    order = tuple(Duty)
    place = order.index(duty)
    return (*order[place:], *reversed(order[:place]))
