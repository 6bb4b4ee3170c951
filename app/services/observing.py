"""What happens when a nurse saves an observation set?

One transaction: plausibility, the rows, their scores, the decision for the dose, its alerts, and a second look at
earlier decisions when what was charted had been true before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from app.domain.alert import AlertEvent
from app.domain.change import Before
from app.domain.course import Dose
from app.domain.decision import Cause, Decision, DecisionRecord
from app.domain.entry import Charted, Item, check_agreement, check_items
from app.domain.errors import FieldError, InvalidInput
from app.domain.ids import new_id
from app.domain.observation import Observation
from app.domain.progress import pending
from app.domain.scores.book import Scores
from app.domain.situation import AHEAD
from app.domain.vocabulary import NotTaken
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.cases import Case, close_case, dose_of, open_case
from app.services.deciding import Affected, Decided, decide_dose, looked_at_again, preview, review_since
from app.services.scoring import score_set, warn
from app.store import records
from app.store.database import Transaction

LATE_AFTER = timedelta(minutes=15)
"""An entry this long after the fact is marked late (reliability.md E4); it is never refused."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A measure that was not taken, and why; it stands for no value."""

    measure: str
    why: NotTaken
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class ObservationSet:
    """One visit to the bedside, as stored."""

    id: str
    course_id: str
    dose_id: str | None
    late: bool
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A saved set with its rows and scores, what was decided on it (None: no dose pending), and the alerts raised.

    `record` is of the dose it was charted for; where something was done with that, of the one the ward works towards.
    """

    set: ObservationSet
    observations: tuple[Observation, ...]
    scores: Scores
    record: DecisionRecord | None
    decision: Decision | None
    affected: tuple[Affected, ...]
    events: tuple[AlertEvent, ...]
    case: Case


def record(
    tx: Transaction,
    library: Library,
    acting: Acting,
    course_id: str,
    dose_id: str | None,
    items: Sequence[Item],
    absences: Sequence[Absence] = (),
    *,
    paper: str | None = None,
) -> Recorded:
    """Saves an observation set and decides the dose; raises InvalidInput with one FieldError per fault.

    `paper` names the record it was copied from.
    """
    case = open_case(tx, library, acting, course_id, Permission.CHART)
    charted = _checked(case, items, absences)
    dose = _dose(case, dose_id)
    rows, observations, times = _rows(case, dose, charted, absences, paper)
    records.add_observation_set(tx, rows.id, course_id, rows.dose_id, observations)
    case = replace(case, sheet=case.sheet.charting(observations))
    scored, warned = score_set(case, rows.id, times), warn(case, observations)
    case, affected, events = review_since(case, _earliest(case, charted), rows.id)
    events, made = (*warned, *events), dict[str, Decided]()
    for one in _to_decide(case, dose):
        made[one.id] = done = decide_dose(case, one, Cause.OBSERVATIONS, rows.id)
        case, events = done.case, (*events, *done.events)
    close_case(case, "observe", (rows.id, *(done.record.id for done in made.values())))
    asked_for = made.get(rows.dose_id or "") or next(iter(made.values()), None)
    record, decision = (None, None) if asked_for is None else (asked_for.record, asked_for.decision)
    return Recorded(rows, observations, scored, record, decision, affected, events, case)


def _to_decide(case: Case, dose: Dose | None) -> tuple[Dose, ...]:
    """The dose the set was charted for, where nothing is done with it, and the one the ward works towards, by number.

    What was decided for the latter did not know of this set, whichever dose it was charted for.
    """
    found = {} if (due := _pending(case)) is None else {due.id: due}
    if dose is not None and case.sheet.administration(dose.id) is None and case.sheet.ended(dose.cycle_id) is None:
        found[dose.id] = dose
    return tuple(sorted(found.values(), key=attrgetter("number")))


def _rows(
    case: Case, dose: Dose | None, charted: Sequence[Charted], absences: Sequence[Absence], paper: str | None
) -> tuple[ObservationSet, tuple[Observation, ...], list[datetime]]:
    """The set, what stands in it, and the moments it is of."""
    acting = case.acting
    times = [*(item.observed_at for item in charted), *(absence.observed_at for absence in absences)]
    late = paper is not None or any(acting.at - moment > LATE_AFTER for moment in times)
    dose_id = None if dose is None else dose.id
    rows = ObservationSet(new_id(acting.at), case.course.id, dose_id, late, acting.at, acting.person_id)
    return rows, (*_observations(rows, charted, paper), *_absences(rows, absences, case, paper)), times


def preview_set(case: Case, dose: Dose, items: Sequence[Item]) -> Decision:
    """What saving these items would decide, by the same functions as saving; nothing is stored.

    What was true before an earlier decision may make a stop of it, which binds, or take one back.
    """
    charted = _checked(case, items, ())
    rows = ObservationSet("preview", case.course.id, dose.id, False, case.acting.at, case.acting.person_id)
    case = replace(case, sheet=case.sheet.charting(_observations(rows, charted, None)))
    case, _ = looked_at_again(case, _earliest(case, charted), rows.id)
    return preview(case, dose, case.protocol)


def _earliest(case: Case, charted: Sequence[Charted]) -> datetime:
    """Since when anything of a set was so."""
    return min((item.start_at or item.observed_at for item in charted), default=case.acting.at)


def _checked(case: Case, items: Sequence[Item], absences: Sequence[Absence]) -> tuple[Charted, ...]:
    if not items and not absences:
        raise InvalidInput("nothing_charted", "Nothing was charted: enter at least one value.")
    charted = check_entry(case, items)
    faults = [fault for index, absence in enumerate(absences) for fault in _faults(absence, f"/absences/{index}", case)]
    if faults:
        raise InvalidInput("entry_refused", faults[0].message, tuple(faults))
    return charted


def check_entry(case: Case, items: Sequence[Item]) -> tuple[Charted, ...]:
    """The items that may be charted beside each other on this sheet; raises InvalidInput, a FieldError per fault."""
    library, at = case.library, case.acting.at
    before = Before(library.changes, case.sheet)
    charted = check_items(items, library.measures, at, confirmation=True, pointer="/items", before=before)
    check_agreement(charted, library.agreement, "/items")
    return charted


def _faults(absence: Absence, pointer: str, case: Case) -> Iterator[FieldError]:
    if absence.measure not in case.library.measures:
        yield FieldError(f"{pointer}/measure", "unknown_measure", "There is no measure of that name.")
    if absence.observed_at > case.acting.at + AHEAD:
        yield FieldError(f"{pointer}/observed_at", "future", "That time is still to come.")


def _dose(case: Case, dose_id: str | None) -> Dose | None:
    """The dose asked for, or the one the ward works towards; None between cycles."""
    return _pending(case) if dose_id is None else dose_of(case, dose_id)


def _pending(case: Case) -> Dose | None:
    if not case.sheet.cycles:
        return None
    next_dose = pending(case.sheet, case.sheet.cycles[-1], case.protocol, case.acting.at)
    return None if next_dose is None else next_dose.dose


def _observations(rows: ObservationSet, charted: Sequence[Charted], paper: str | None) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            id=new_id(rows.recorded_at),
            set_id=rows.id,
            measure=item.measure,
            value=item.value,
            unit=item.unit,
            entered=item.entered,
            entered_unit=item.entered_unit,
            observed_at=item.observed_at,
            start_at=item.start_at,
            confirmed=item.confirmed,
            not_taken=None,
            recorded_at=rows.recorded_at,
            recorded_by=rows.recorded_by,
            reason=paper,
        )
        for item in charted
    )


def _absences(
    rows: ObservationSet, absences: Sequence[Absence], case: Case, paper: str | None
) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            id=new_id(rows.recorded_at),
            set_id=rows.id,
            measure=absence.measure,
            value=None,
            unit=case.library.measures[absence.measure].unit,
            entered="",
            entered_unit=None,
            observed_at=absence.observed_at,
            start_at=None,
            confirmed=False,
            not_taken=absence.why,
            recorded_at=rows.recorded_at,
            recorded_by=rows.recorded_by,
            reason=paper,
        )
        for absence in absences
    )
