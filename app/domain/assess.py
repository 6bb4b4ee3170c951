"""What does the flowsheet say to the engine about one dose at one moment?

The bridge from everything recorded to the situation that is decided; also used to decide again, at an earlier moment,
with what is known now.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.course import Cycle, Dose
from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Value
from app.domain.observation import Observation, Reading
from app.domain.progress import held_occasions, progress
from app.domain.protocol import Protocol, WindowKind
from app.domain.relevance import relevant
from app.domain.schedule import due_at
from app.domain.situation import AHEAD, Previous, Situation
from app.domain.vocabulary import Action, Outcome, gravest

_FROM_BASELINE = (WindowKind.SINCE_BASELINE, WindowKind.AGAINST_BASELINE)


def situation_of(sheet: Flowsheet, dose: Dose, protocol: Protocol, at: datetime) -> Situation:
    """The situation of `dose` at `at`: readings of its cycle that were true by then, and the cycle's facts."""
    cycle = sheet.cycle(dose.cycle_id)
    readings = _readings(sheet, cycle, protocol, at)
    given = _given_times(sheet, cycle, at)
    return Situation(
        at=at,
        due_at=due_at(cycle, sheet.events_of(cycle.id), dose.number, protocol.timing.interval),
        dose_number=dose.number,
        cycle_number=cycle.number,
        admitted_at=cycle.admitted_at,
        last_given_at=given[-1] if given else None,
        baseline=_baseline(protocol, readings, given[0] if given else at),
        held_doses=held_occasions(progress(sheet, cycle, protocol, at), dose.number),
        previous=_binding(sheet, cycle, at),
        unresolved=(),
        readings=relevant(readings, protocol, at, given[-1] if given else None),
    )


def _readings(sheet: Flowsheet, cycle: Cycle, protocol: Protocol, at: datetime) -> tuple[Reading, ...]:
    since, superseded = cycle.admitted_at - protocol.timing.admission_lookback, sheet.superseded()
    return tuple(
        Reading(row.id, row.measure, row.value, row.observed_at, row.start_at)
        for row in sheet.observations
        if row.value is not None and row.observed_at >= since and row.id not in superseded and _known_true_by(row, at)
    )


def _known_true_by(row: Observation, at: datetime) -> bool:
    """A clock a little ahead is forgiven when the row was written by then; a later row must have been true by then."""
    return row.observed_at <= (at + AHEAD if row.recorded_at <= at else at)


def _given_times(sheet: Flowsheet, cycle: Cycle, at: datetime) -> list[datetime]:
    done = (sheet.administration(dose.id) for dose in sheet.doses_of(cycle.id))
    went_in = (Outcome.GIVEN, Outcome.INTERRUPTED)
    return sorted(row.started_at for row in done if row is not None and row.outcome in went_in and row.started_at < at)


def _baseline(protocol: Protocol, readings: tuple[Reading, ...], until: datetime) -> tuple[tuple[str, Value], ...]:
    """The last value at or before the first dose of the cycle, for each measure compared with its baseline."""
    found: dict[str, Value] = {}
    for measure in dict.fromkeys(row.measure for row in protocol.rows if row.window.kind in _FROM_BASELINE):
        before = [reading for reading in readings if reading.measure == measure and reading.at <= until]
        if before:
            found[measure] = max(before, key=lambda reading: reading.at).value
    return tuple(found.items())


def _binding(sheet: Flowsheet, cycle: Cycle, at: datetime) -> Previous | None:
    """A stop binds its cycle, a discontinue the course; a review on corrected data speaks for the decision it reviews.

    A stop that only repeats an earlier one binds too: whoever takes back the earlier one reviews every later decision
    of the cycle in the order of time (`app.services.deciding.review_since`).
    """
    word = {row.reviews or row.id: row for row in sheet.decisions}
    binding = [
        word[row.id].action
        for row in sheet.decisions
        if row.reviews is None and row.at < at and not row.provisional and _binds(word[row.id], cycle)
    ]
    return Previous(gravest(*binding)) if binding else None


def _binds(row: DecisionRecord, cycle: Cycle) -> bool:
    return row.action is Action.DISCONTINUE or (row.action is Action.STOP and row.cycle_id == cycle.id)
