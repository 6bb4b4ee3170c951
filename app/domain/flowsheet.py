"""What is known about one course of treatment, in one frozen value?

The nurse's own word: the sheet on which everything about a course is written down. Engine and figures read it; nobody
writes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import TypeVar

from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient
from app.domain.decision import DecisionRecord
from app.domain.held import Held, Texts, as_observations
from app.domain.observation import Observation, current
from app.domain.vocabulary import CycleEventKind

_T = TypeVar("_T")
_number = attrgetter("number")
_cycle_id = attrgetter("cycle_id")
_dose_id = attrgetter("dose_id")


@dataclass(frozen=True, slots=True)
class Flowsheet:
    """A course with everything charted, decided, ordered and done; all of it in order of recording.

    What belongs to which dose is sought once: a decision asks it of every dose of the cycle, many times over.
    """

    patient: Patient
    course: Course
    cycles: tuple[Cycle, ...]
    events: tuple[CycleEvent, ...]
    doses: tuple[Dose, ...]
    observations: Sequence[Observation]
    decisions: tuple[DecisionRecord, ...]
    orders: tuple[Order, ...]
    administrations: tuple[Administration, ...]
    _planned: dict[str, tuple[Dose, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _happened: dict[str, tuple[CycleEvent, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _decided: dict[str, tuple[DecisionRecord, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _reviewed: dict[str, DecisionRecord] = field(default_factory=dict, init=False, repr=False, compare=False)
    _ordered: dict[str, tuple[Order, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _done: dict[str, Administration] = field(default_factory=dict, init=False, repr=False, compare=False)

    def as_known_at(self, at: datetime) -> Flowsheet:
        """The same sheet as somebody saw it at `at`: nothing recorded later."""
        return replace(
            self,
            cycles=tuple(row for row in self.cycles if row.admitted_at <= at),
            events=tuple(row for row in self.events if row.recorded_at <= at),
            observations=tuple(row for row in self.observations if row.recorded_at <= at),
            decisions=tuple(row for row in self.decisions if row.recorded_at <= at),
            orders=tuple(row for row in self.orders if row.ordered_at <= at),
            administrations=tuple(row for row in self.administrations if row.recorded_at <= at),
        )

    def charted(self) -> tuple[Observation, ...]:
        """The observations that hold: none corrected or retracted."""
        return current(tuple(self.observations))

    def superseded(self) -> frozenset[str]:
        """Ids of observations that were corrected or retracted."""
        return self.held().superseded

    def held(self) -> Held:
        """What of the observations holds, by measure."""
        return as_observations(self.observations).held()

    def texts(self) -> Texts:
        """The text of each of its readings that was stored before; grows as more are."""
        return as_observations(self.observations).texts

    def charting(self, rows: Iterable[Observation]) -> Flowsheet:
        """The sheet with rows recorded after all the others."""
        return replace(self, observations=as_observations(self.observations).plus(rows))

    def dose(self, dose_id: str) -> Dose:
        """The dose with this id; KeyError when it is not of this course."""
        for dose in self.doses:
            if dose.id == dose_id:
                return dose
        raise KeyError(dose_id)

    def cycle(self, cycle_id: str) -> Cycle:
        """The cycle with this id; KeyError when it is not of this course."""
        for cycle in self.cycles:
            if cycle.id == cycle_id:
                return cycle
        raise KeyError(cycle_id)

    def doses_of(self, cycle_id: str) -> tuple[Dose, ...]:
        """The cycle's doses by number."""
        if cycle_id not in self._planned:
            mine = [dose for dose in self.doses if dose.cycle_id == cycle_id]
            self._planned[cycle_id] = tuple(sorted(mine, key=_number))
        return self._planned[cycle_id]

    def events_of(self, cycle_id: str) -> tuple[CycleEvent, ...]:
        """The cycle's events, oldest record first."""
        if self.events and not self._happened:
            self._happened.update(_grouped(self.events, _cycle_id))
        return self._happened.get(cycle_id, ())

    def ended(self, cycle_id: str) -> CycleEvent | None:
        """The event that ended the cycle's doses, or None while it runs."""
        ends = (CycleEventKind.STOPPED, CycleEventKind.DISCHARGED)
        return next((event for event in self.events_of(cycle_id) if event.kind in ends), None)

    def ward_of(self, cycle: Cycle) -> str:
        """The ward the cycle is on now."""
        moved = [event.ward_id for event in self.events_of(cycle.id) if event.ward_id is not None]
        return moved[-1] if moved else cycle.ward_id

    def administration(self, dose_id: str) -> Administration | None:
        """What was done with the dose, corrections applied; None when nothing is recorded."""
        if self.administrations and not self._done:
            replaced = {row.supersedes for row in self.administrations}
            self._done.update({row.dose_id: row for row in reversed(self.administrations) if row.id not in replaced})
        return self._done.get(dose_id)

    def decisions_of(self, dose_id: str) -> tuple[DecisionRecord, ...]:
        """The dose's decisions, reviews left out, oldest first."""
        self._look_through_decisions()
        return self._decided.get(dose_id, ())

    def latest_word(self, row: DecisionRecord) -> DecisionRecord:
        """The newest review of a decision, or the decision itself."""
        self._look_through_decisions()
        return self._reviewed.get(row.id, row)

    def _look_through_decisions(self) -> None:
        if self._decided or not self.decisions:
            return
        originals: list[DecisionRecord] = []
        for row in self.decisions:
            if row.reviews is None:
                originals.append(row)
            else:
                self._reviewed[row.reviews] = row
        self._decided.update(_grouped(originals, _dose_id))

    def orders_of(self, dose_id: str) -> tuple[Order, ...]:
        """The orders on the dose, oldest record first."""
        if self.orders and not self._ordered:
            self._ordered.update(_grouped(self.orders, _dose_id))
        return self._ordered.get(dose_id, ())

    def latest_decision(self, dose_id: str) -> DecisionRecord | None:
        """The dose's newest decision that is no review."""
        mine = self.decisions_of(dose_id)
        return mine[-1] if mine else None


def _grouped(rows: Iterable[_T], of: Callable[[_T], str]) -> dict[str, tuple[_T, ...]]:
    """The rows by what they belong to, in their order."""
    found: dict[str, list[_T]] = {}
    for row in rows:
        found.setdefault(of(row), []).append(row)
    return {name: tuple(mine) for name, mine in found.items()}
