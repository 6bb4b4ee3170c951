"""What is known about one course of treatment, in one frozen value?

The nurse's own word: the sheet on which everything about a course is written down. Engine and figures read it; nobody
writes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient
from app.domain.decision import DecisionRecord
from app.domain.held import Held, Texts, as_observations
from app.domain.observation import Observation, current
from app.domain.situation import AHEAD
from app.domain.vocabulary import CycleEventKind

_T = TypeVar("_T")
_F = TypeVar("_F")
_Rows: TypeAlias = tuple[Sequence[Cycle | CycleEvent | Observation | DecisionRecord | Administration], ...]
_NO_TIME, _MOMENT = timedelta(0), timedelta(microseconds=1)


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
    sought: dict[str, tuple[object, Any]] = field(default_factory=dict, repr=False, compare=False)
    """What was found in some of these rows, by question. Sheets that follow one another share most of theirs."""

    def as_known_at(self, at: datetime) -> Flowsheet:
        """The same sheet as somebody saw it at `at`: nothing recorded later."""
        return replace(
            self,
            cycles=tuple(row for row in self.cycles if row.recorded_at <= at),
            events=tuple(row for row in self.events if row.recorded_at <= at),
            observations=tuple(row for row in self.observations if row.recorded_at <= at),
            decisions=tuple(row for row in self.decisions if row.recorded_at <= at),
            orders=tuple(row for row in self.orders if row.ordered_at <= at),
            administrations=tuple(row for row in self.administrations if row.recorded_at <= at),
            sought={},
        )

    def moment(self, now: datetime) -> datetime:
        """When whoever looks at `now` acts: after all that is written here, where their clock is a little behind.

        Two processes differ by seconds. A decision must not leave out what another has just charted, nor its stop.
        """
        rows: _Rows = (self.cycles, self.events, self.observations, self.decisions, self.administrations)
        last = (next(reversed(kind), None) for kind in rows)
        written = [row.recorded_at for row in last if row is not None] + [row.ordered_at for row in self.orders[-1:]]
        behind = max(written, default=now) - now
        return now + behind + _MOMENT if _NO_TIME < behind <= AHEAD else now

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
        return self._in("doses", self.doses, _by_number).get(cycle_id, ())

    def events_of(self, cycle_id: str) -> tuple[CycleEvent, ...]:
        """The cycle's events, oldest record first."""
        return self._in("events", self.events, _by_cycle).get(cycle_id, ())

    def ended(self, cycle_id: str) -> CycleEvent | None:
        """The event that ended the cycle's doses, or None while it runs."""
        ends = (CycleEventKind.STOPPED, CycleEventKind.DISCHARGED)
        return next((event for event in self.events_of(cycle_id) if event.kind in ends), None)

    def ward_of(self, cycle: Cycle) -> str:
        """The ward the cycle is on now."""
        moved = [event.ward_id for event in self.events_of(cycle.id) if event.ward_id is not None]
        return moved[-1] if moved else cycle.ward_id

    def dosing_weights(self, cycle: Cycle) -> tuple[tuple[CycleEvent | None, Decimal], ...]:
        """Every weight in kg that doses of the cycle were made of: as ordered, then each with the event that put it."""
        put = [(event, event.weight) for event in self.events_of(cycle.id) if event.weight is not None]
        return ((None, cycle.ordered_weight), *put)

    def dosing_weight(self, cycle: Cycle) -> Decimal:
        """The weight in kg that the doses of the cycle are made of now."""
        return self.dosing_weights(cycle)[-1][1]

    def administration(self, dose_id: str) -> Administration | None:
        """What was done with the dose, corrections applied; None when nothing is recorded."""
        return self._in("administrations", self.administrations, _standing).get(dose_id)

    def done(self) -> Iterable[Administration]:
        """What was done with every dose of the course, corrections applied."""
        return self._in("administrations", self.administrations, _standing).values()

    def given(self) -> tuple[Administration, ...]:
        """The same of those that went in, whole or in part."""
        return tuple(row for row in self.done() if row.outcome.went_in)

    def administrations_of(self, dose_id: str) -> tuple[Administration, ...]:
        """Everything recorded of what was done with the dose, what was corrected since too, oldest record first."""
        return tuple(row for row in self.administrations if row.dose_id == dose_id)

    def decisions_of(self, dose_id: str) -> tuple[DecisionRecord, ...]:
        """The dose's decisions, reviews left out, oldest first."""
        return self._in("decisions", self.decisions, _decided)[0].get(dose_id, ())

    def latest_word(self, row: DecisionRecord) -> DecisionRecord:
        """The newest review of a decision, or the decision itself."""
        return self._in("decisions", self.decisions, _decided)[1].get(row.id, row)

    def orders_of(self, dose_id: str) -> tuple[Order, ...]:
        """The orders on the dose, oldest record first."""
        return self._in("orders", self.orders, _by_dose).get(dose_id, ())

    def latest_decision(self, dose_id: str) -> DecisionRecord | None:
        """The dose's newest decision that is no review."""
        mine = self.decisions_of(dose_id)
        return mine[-1] if mine else None

    def is_overtaken(self, row: DecisionRecord) -> bool:
        """True where something was charted or put right after a decision, which knows nothing of it."""
        last = next(reversed(self.observations), None)
        return last is not None and last.recorded_at > row.recorded_at

    def _in(self, question: str, rows: Sequence[_T], find: Callable[[Sequence[_T]], _F]) -> _F:
        """What `find` finds in the rows; kept for as long as they are these."""
        kept = self.sought.get(question)
        if kept is None or kept[0] is not rows:
            kept = self.sought[question] = (rows, find(rows))
        found: _F = kept[1]
        return found


def _grouped(rows: Iterable[_T], of: Callable[[_T], str]) -> dict[str, tuple[_T, ...]]:
    """The rows by what they belong to, in their order."""
    found: dict[str, list[_T]] = {}
    for row in rows:
        found.setdefault(of(row), []).append(row)
    return {name: tuple(mine) for name, mine in found.items()}


def _by_number(doses: Sequence[Dose]) -> dict[str, tuple[Dose, ...]]:
    return _grouped(sorted(doses, key=attrgetter("number")), attrgetter("cycle_id"))


def _by_cycle(events: Sequence[CycleEvent]) -> dict[str, tuple[CycleEvent, ...]]:
    return _grouped(events, attrgetter("cycle_id"))


def _by_dose(orders: Sequence[Order]) -> dict[str, tuple[Order, ...]]:
    return _grouped(orders, attrgetter("dose_id"))


def _decided(
    decisions: Sequence[DecisionRecord],
) -> tuple[dict[str, tuple[DecisionRecord, ...]], dict[str, DecisionRecord]]:
    """Those that are no reviews, by dose; and the newest review of each, by its id."""
    originals: list[DecisionRecord] = []
    reviews: dict[str, DecisionRecord] = {}
    for row in decisions:
        if row.reviews is None:
            originals.append(row)
        else:
            reviews[row.reviews] = row
    return _grouped(originals, attrgetter("dose_id")), reviews


def _standing(administrations: Sequence[Administration]) -> dict[str, Administration]:
    """By dose, what no correction has replaced."""
    replaced = {row.supersedes for row in administrations}
    return {row.dose_id: row for row in reversed(administrations) if row.id not in replaced}
