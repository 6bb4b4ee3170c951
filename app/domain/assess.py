"""What does the flowsheet say to the engine about one dose at one moment?

The bridge from everything recorded to the situation that is decided; also used to decide again, at an earlier moment,
with what is known now.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import TypeAlias

from app.domain.baseline import attention_baseline_of, baseline_of, baseline_until
from app.domain.carried import carried
from app.domain.course import Cycle, Dose
from app.domain.decision import DecisionRecord, began
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Value
from app.domain.observation import ByMeasure, Reading
from app.domain.progress import held_occasions
from app.domain.protocol import Protocol, WindowKind
from app.domain.relevance import relevant
from app.domain.schedule import due_at
from app.domain.scores.scale import scale_at
from app.domain.situation import AHEAD, UNREADABLE, Previous, Situation
from app.domain.vocabulary import Action, gravest

_time = attrgetter("at")
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


def situation_of(sheet: Flowsheet, dose: Dose, protocol: Protocol, at: datetime, *, now: bool = False) -> Situation:
    """The situation of `dose` at `at`: readings of its cycle that were true by then, and the cycle's facts.

    With `now` nothing in the sheet was written after `at`, and what is still to come was left there by a clock that has
    been set back: such a value is handed over, and refused by the engine, which proceeds on none; such a stop binds.

    A fault in reading them gives a situation without any, on which nothing but `incomplete` can be decided.
    """
    cycle = sheet.cycle(dose.cycle_id)
    try:
        found = _situation(sheet, cycle, dose, protocol, at)
        return _now(found, sheet, cycle) if now else found
    except Exception:  # noqa: BLE001 - invariant 1: what cannot be read is decided as a fault, and told
        return _unreadable(sheet, cycle, dose, protocol, at)


def _now(found: Situation, sheet: Flowsheet, cycle: Cycle) -> Situation:
    held, edge = sheet.held().by_measure, found.at + AHEAD
    ahead = {name: mine[bisect_right(mine, edge, key=_time) :] for name, mine in held.items() if mine[-1].at > edge}
    decided = any(row.at >= found.at for row in sheet.decisions)
    if not ahead and not decided:
        return found
    readings = {**found.readings, **{name: (*found.readings.get(name, ()), *late) for name, late in ahead.items()}}
    return replace(found, readings=readings, previous=_binding(sheet, cycle, _FOR_EVER))


def _situation(sheet: Flowsheet, cycle: Cycle, dose: Dose, protocol: Protocol, at: datetime) -> Situation:
    readings = _readings(sheet, cycle, protocol, at)
    given = _given_times(sheet, cycle, at, dose.id)
    unresolved = _unresolved(sheet, cycle, protocol)
    return Situation(
        at=at,
        due_at=due_at(cycle, sheet.events_of(cycle.id), dose.number, protocol.timing.interval),
        dose_number=dose.number,
        cycle_number=cycle.number,
        admitted_at=cycle.admitted_at,
        last_given_at=given[-1] if given else None,
        baseline=_baseline(protocol, readings, min(at, baseline_until(sheet, cycle, protocol.timing, given))),
        held_doses=held_occasions(sheet, dose, protocol, at),
        previous=_binding(sheet, cycle, at),
        unresolved=unresolved,
        readings=relevant(readings, protocol, at, given[-1] if given else None, unresolved),
        spo2_scale=scale_at(sheet.events, cycle.id, at),
    )


def _unreadable(sheet: Flowsheet, cycle: Cycle, dose: Dose, protocol: Protocol, at: datetime) -> Situation:
    return Situation(
        at=at,
        due_at=due_at(cycle, sheet.events_of(cycle.id), dose.number, protocol.timing.interval),
        dose_number=dose.number,
        cycle_number=cycle.number,
        admitted_at=cycle.admitted_at,
        last_given_at=None,
        baseline=(),
        held_doses=0,
        previous=_binding(sheet, cycle, at),
        unresolved=(UNREADABLE,),
        readings={},
    )


def _unresolved(sheet: Flowsheet, cycle: Cycle, protocol: Protocol) -> tuple[str, ...]:
    """The criteria that earlier cycles left set."""
    upto = [other for other in sheet.cycles if other.number <= cycle.number]
    past = []
    for earlier, later in pairwise(upto):
        end = later.admitted_at - protocol.timing.admission_lookback
        given = _given_times(sheet, earlier, end)
        past.append((end, given[-1] if given else None, _readings(sheet, earlier, protocol, end)))
    return carried(protocol, past)


def _readings(sheet: Flowsheet, cycle: Cycle, protocol: Protocol, at: datetime) -> dict[str, Sequence[Reading]]:
    """What holds of what was charted of the cycle, and was true by then; by measure, oldest first."""
    held, since = sheet.held(), cycle.admitted_at - protocol.timing.admission_lookback
    found: dict[str, Sequence[Reading]] = {}
    for measure in held.by_measure:
        mine = held.true_by(measure, at)
        if mine and mine[0].at < since:
            mine = mine[bisect_left(mine, since, key=_time) :]
        if mine:
            found[measure] = mine
    return found


def _given_times(sheet: Flowsheet, cycle: Cycle, at: datetime, decided: str = "") -> list[datetime]:
    """When doses of the cycle went in before `at`; the dose that is `decided` itself no sooner than its decision."""
    done = (sheet.administration(dose.id) for dose in sheet.doses_of(cycle.id))
    given = (row for row in done if row is not None and row.outcome.went_in)
    times = (began(row.started_at, at) if row.dose_id == decided else row.started_at for row in given)
    return sorted(start for start in times if start < at)


def last_given(sheet: Flowsheet, dose_id: str, at: datetime) -> datetime | None:
    """When the last dose of its cycle went in before the dose was decided at the moment."""
    dose = sheet.dose(dose_id)
    given = _given_times(sheet, sheet.cycle(dose.cycle_id), at, dose.id)
    return given[-1] if given else None


def _baseline(protocol: Protocol, readings: ByMeasure, until: datetime) -> tuple[tuple[str, Value], ...]:
    """The value at or before the first dose of the cycle, for each measure compared with its baseline."""
    found: dict[str, Value | None] = {}
    weighed, tests = _compared(protocol)
    for measure, order in weighed.items():
        found[measure] = baseline_of((one for one in readings.get(measure, ()) if one.at <= until), order)
    for measure, grade in tests.items():
        if results := readings.get(measure, ()):
            before = [one for one in results if one.at <= until]
            found[measure] = attention_baseline_of(before, results[-1], grade)
    return tuple((measure, value) for measure, value in found.items() if value is not None)


_Order: TypeAlias = Mapping[str, Callable[[Value], int | Decimal]]


@lru_cache
def _compared(protocol: Protocol) -> tuple[_Order, Mapping[str, Callable[[Value], int]]]:
    """The numbers compared with their baseline, and which of two of one moment it is; the tests, and their grades."""
    numbers = {line.measure: line.grade for line in protocol.rows if line.window.kind is WindowKind.SINCE_BASELINE}
    heavier = {line.window.per: _greater for line in protocol.rows if line.window.per is not None}
    tests = {line.measure: line.grade for line in protocol.rows if line.window.kind is WindowKind.AGAINST_BASELINE}
    return numbers | heavier, tests


def _greater(value: Value) -> Decimal:
    """Of two weights of one moment the greater is the cautious one where something is asked per kilogram."""
    return -value if isinstance(value, Decimal) else Decimal(0)


def _binding(sheet: Flowsheet, cycle: Cycle, at: datetime) -> Previous | None:
    """A stop binds its cycle, a discontinue the course; a review on corrected data speaks for the decision it reviews.

    A stop that only repeats an earlier one binds too: whoever takes back the earlier one reviews every later decision
    of the cycle in the order of time (`app.services.deciding.review_since`).
    """
    words = [
        sheet.latest_word(row) for row in sheet.decisions if row.reviews is None and row.at < at and not row.provisional
    ]
    binding = [word.action for word in words if _binds(word, cycle)]
    return Previous(gravest(*binding)) if binding else None


def _binds(row: DecisionRecord, cycle: Cycle) -> bool:
    return row.action is Action.DISCONTINUE or (row.action is Action.STOP and row.cycle_id == cycle.id)
