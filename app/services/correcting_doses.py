"""What happens when what was recorded of a dose turns out to be wrong?

The row stays and a new one supersedes it, with a reason and an author. Whether the dose deviates is judged anew,
earlier decisions that knew of it are looked at again, and the pending dose is decided on what holds now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.alert import Alert, AlertEvent
from app.domain.concern import Concern
from app.domain.course import Administration, Dose
from app.domain.decision import Decision, DecisionRecord
from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.ids import new_id
from app.domain.progress import DoseProgress, dose_progress
from app.domain.vocabulary import AlertKind, Outcome
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.administering import keep_administration
from app.services.announcing import announce
from app.services.cases import Case, close_case, dose_of, open_case
from app.services.deciding import Affected, alert_event, decide_pending, review_since, void_of
from app.services.reported import (
    check_report,
    deviation_of,
    is_deviation,
    is_overdose,
    named_decision,
    overdose_of,
    whole_of,
)
from app.store import alerts as alert_store
from app.store import courses
from app.store.database import Transaction


@dataclass(frozen=True, slots=True)
class DoseChange:
    """What is to be different; None leaves as it was. The two ids go together: whoever names one names both.

    The units of a dose that was given whole, or not given, follow from that; where part or more went in they are told,
    and more than a whole dose is `confirmed`.
    """

    reason: str
    outcome: Outcome | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    units: Decimal | None = None
    deviation: str | None = None
    decision_id: str | None = None
    order_id: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class CorrectedDose:
    """The superseding row, the decision made anew (None when no dose is pending), and earlier decisions it changes."""

    administration: Administration
    record: DecisionRecord | None
    decision: Decision | None
    affected: tuple[Affected, ...]
    events: tuple[AlertEvent, ...]
    case: Case


def correct_administration(
    tx: Transaction, library: Library, acting: Acting, administration_id: str, change: DoseChange
) -> CorrectedDose:
    """Supersedes what was recorded of a dose; raises ProofNeeded, NotFound, InvalidInput, Conflict as recording does.

    The patient is not identified anew: nothing is given. Conflict too when it was corrected already.
    """
    acting.require_proof()
    if not change.reason.strip():
        raise InvalidInput.at("/reason", "reason_needed", "A correction needs a reason.")
    course_id = courses.course_of_administration(tx, administration_id, acting.reach)
    case = open_case(tx, library, acting, course_id, Permission.GIVE)
    old = _current(case, administration_id)
    dose = dose_of(case, old.dose_id)
    whole = whole_of(case, dose, change.started_at or old.started_at)
    new = _superseding(case, old, change, whole)
    check_report(case, dose, new, whole)
    on = named_decision(case, new)
    new = replace(new, decision_id=None if on is None else on.id)
    _check_changed(old, new)
    exceeds = is_overdose(case, new, confirmed=change.confirmed or new.units == old.units)
    deviates = is_deviation(*_as_reported(case, dose, new), on, new)
    case = keep_administration(case, new, dose)
    since = min(at for at in (old.started_at, new.started_at, None if on is None else on.at) if at is not None)
    case, affected, voided = review_since(case, since, new.id)
    events = (*voided, *_tell(case, dose, new, on, deviates=deviates, exceeds=exceeds))
    decided = decide_pending(case, new.id)
    if decided is not None:
        case, events = decided.case, (*events, *decided.events)
    close_case(case, "correct_dose", (new.id, dose.id), change.reason, before=(old.id,))
    record, decision = (None, None) if decided is None else (decided.record, decided.decision)
    return CorrectedDose(new, record, decision, affected, events, case)


def _current(case: Case, administration_id: str) -> Administration:
    row = next((one for one in case.sheet.administrations if one.id == administration_id), None)
    if row is None:
        raise NotFound("unknown_administration", "There is no such record of a dose to correct.")
    holds = case.sheet.administration(row.dose_id)
    if holds is not None and holds is not row:
        raise Conflict("already_corrected", f"This was corrected already: correct what holds now, {holds.id}.")
    return row


def _superseding(case: Case, old: Administration, change: DoseChange, whole: tuple[Decimal, ...]) -> Administration:
    acting = case.acting
    outcome = change.outcome or old.outcome
    alike = outcome.went_in is old.outcome.went_in
    named = change.decision_id is not None or change.order_id is not None
    return replace(
        old,
        id=new_id(acting.at),
        outcome=outcome,
        decision_id=change.decision_id if named else old.decision_id,
        order_id=change.order_id if named else old.order_id,
        started_at=change.started_at or old.started_at,
        ended_at=change.ended_at or (old.ended_at if outcome.went_in else None),
        units=_units(old, outcome, change, whole),
        deviation=change.deviation or (old.deviation if alike else None),
        recorded_at=acting.at,
        recorded_by=acting.person_id,
        supersedes=old.id,
        reason=change.reason,
    )


def _units(old: Administration, outcome: Outcome, change: DoseChange, whole: tuple[Decimal, ...]) -> Decimal:
    if change.units is not None:
        return change.units
    whole_after_all = change.outcome is Outcome.GIVEN and old.units > max(whole)
    if outcome is old.outcome and not whole_after_all:
        return old.units
    if outcome is Outcome.INTERRUPTED:
        raise InvalidInput.at("/units", "units_needed", "Say how many units went in before it was interrupted.")
    return whole[0] if outcome is Outcome.GIVEN else Decimal(0)


def _check_changed(old: Administration, new: Administration) -> None:
    as_before = replace(
        new,
        id=old.id,
        recorded_at=old.recorded_at,
        recorded_by=old.recorded_by,
        supersedes=old.supersedes,
        reason=old.reason,
    )
    if as_before == old:
        raise InvalidInput("nothing_changed", "Nothing would be different: enter what was wrong.")


def _as_reported(case: Case, dose: Dose, new: Administration) -> tuple[Case, DoseProgress]:
    """The case as it was when the dose was first reported, or began where that is later: nothing of it recorded.

    What has happened since, such as the end of the cycle, makes no deviation of a dose that was none.
    """
    first = case.sheet.administrations_of(dose.id)[0]
    then = max(first.recorded_at, new.started_at)
    sheet = case.sheet.as_known_at(then)
    sheet = replace(sheet, administrations=tuple(row for row in sheet.administrations if row.dose_id != dose.id))
    return replace(case, sheet=sheet), dose_progress(sheet, dose, case.protocol, then)


def _tell(
    case: Case, dose: Dose, new: Administration, on: DecisionRecord | None, *, deviates: bool, exceeds: bool
) -> tuple[AlertEvent, ...]:
    """What the correction does to the alerts about a dose that went in as it should not have."""
    told = [
        _again(case, dose, deviation_of(dose, on), on, holds=deviates),
        _again(case, dose, overdose_of(case, dose, new, on), on, holds=exceeds),
    ]
    if on is not None:
        word = case.sheet.latest_word(on)
        void = new.outcome.went_in and word.action.rank > on.action.rank
        told.append(_again(case, dose, void_of(dose, word), word, holds=void))
    events = tuple(event for event in told if event is not None)
    announce(case.tx, events)
    return events


def _again(case: Case, dose: Dose, concern: Concern, on: DecisionRecord | None, *, holds: bool) -> AlertEvent | None:
    """Told once while it holds, again where it had cleared or is news, and cleared once it holds no longer."""
    known = [one for one in alert_store.raised(case.tx, case.course.id, dose.id) if one.key == concern.key]
    last = known[-1] if known else None
    decision_id = None if on is None else on.id
    if not holds:
        if last is None or last.resolved:
            return None
        gone = Concern(last.key, last.level, last.action, last.summary)
        return alert_event(case, gone, AlertKind.CLEARED, dose, decision_id, last.id)
    if last is not None and last.cleared is None and not _is_news(concern, last):
        return None
    if last is None or not last.open:
        return alert_event(case, concern, AlertKind.RAISED, dose, decision_id, None)
    return alert_event(case, concern, AlertKind.WORSENED, dose, decision_id, last.id)


def _is_news(concern: Concern, last: Alert) -> bool:
    """True of what is worse than was told last, or no milder and told in other words."""
    worse = concern.action.rank - last.action.rank
    return worse > 0 or (worse == 0 and concern.summary != last.summary)
