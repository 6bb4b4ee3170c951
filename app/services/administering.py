"""What happens when a dose is given, interrupted, or not given?

Giving is judged at the moment it started and needs a decision that stood then. Recording that a dose went in is never
refused: without a standing decision, or of more than a whole dose, it takes a reason and raises the loudest alert.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from app.domain.alert import AlertEvent
from app.domain.assess import situation_of
from app.domain.course import Administration, Dose
from app.domain.decision import Cause, DecisionRecord
from app.domain.engine import decide
from app.domain.errors import Conflict, InvalidInput
from app.domain.ids import new_id
from app.domain.progress import dose_progress, pending
from app.domain.record import encode_decision
from app.domain.vocabulary import AlertKind, Outcome
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.announcing import announce
from app.services.cases import Case, close_case, dose_of, open_case
from app.services.deciding import alert_event, decide_dose, review_since
from app.services.reported import (
    check_report,
    deviation_of,
    is_deviation,
    is_overdose,
    named_decision,
    overdose_of,
    whole_of,
)
from app.store import courses, decisions, ledger, records
from app.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The two patient identifiers read again at the bedside, from the wristband and from the patient."""

    mrn: str
    birth_date: date


class WrongWristband(InvalidInput):
    """The identifiers are those of nobody, or of somebody else: which, is said to nobody."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with a dose, as reported.

    `units` are those that went in; `deviation` is the reason for giving without a standing decision, for more than a
    whole dose, or for not giving. More than a whole dose must be `confirmed`.
    """

    outcome: Outcome
    started_at: datetime
    ended_at: datetime | None
    units: Decimal
    identifiers: Identifiers
    decision_id: str | None = None
    order_id: str | None = None
    deviation: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Administered:
    """The stored administration, and the alerts that it raised or ended."""

    administration: Administration
    events: tuple[AlertEvent, ...]
    case: Case


def administer(tx: Transaction, library: Library, acting: Acting, dose_id: str, done: Done) -> Administered:
    """Records what was done with a dose.

    Raises ProofNeeded, InvalidInput, Conflict with the code of what stands in the way.
    """
    acting.require_proof()
    case = open_case(tx, library, acting, courses.course_of_dose(tx, dose_id, acting.reach), Permission.GIVE)
    dose = dose_of(case, dose_id)
    _check_identity(case, done)
    now = dose_progress(case.sheet, dose, case.protocol, case.acting.at)
    if now.administration is not None:
        raise Conflict("already_recorded", "What was done with this dose is recorded already.")
    row = _reported(case, dose, done)
    check_report(case, dose, row, whole_of(case, dose, done.started_at))
    on = named_decision(case, row)
    row = replace(row, decision_id=None if on is None else on.id)
    told = [overdose_of(case, dose, row, on)] if is_overdose(case, row, confirmed=done.confirmed) else []
    told += [deviation_of(dose, on)] if is_deviation(case, now, on, row) else []
    case = keep_administration(case, row, dose)
    events = tuple(alert_event(case, concern, AlertKind.RAISED, dose, row.decision_id, None) for concern in told)
    announce(tx, events)
    case, besides = _recorded_since(case, row, on)
    close_case(case, f"dose_{done.outcome}", (row.id, dose_id), done.deviation)
    return Administered(row, (*events, *besides), case)


def _recorded_since(case: Case, row: Administration, on: DecisionRecord | None) -> tuple[Case, tuple[AlertEvent, ...]]:
    """Looks again at what was decided on the dose, and since it began, so that one recorded late is not passed over.

    The pending dose is decided anew where its decision would have been another; one that would not stands on.
    """
    since = row.started_at if on is None else min(row.started_at, on.at)
    case, _, events = review_since(case, since, row.id)
    due = pending(case.sheet, case.sheet.cycles[-1], case.protocol, case.acting.at)
    if due is None or due.decision is None or _comes_out_so(case, due.dose, due.decision):
        return case, events
    decided = decide_dose(case, due.dose, Cause.CORRECTION, row.id)
    return decided.case, (*events, *decided.events)


def _comes_out_so(case: Case, dose: Dose, record: DecisionRecord) -> bool:
    """True of a decision that says, at its own time, the same on what is known now."""
    situation = situation_of(case.sheet, dose, case.protocol, record.at)
    again = encode_decision(decide(situation, case.protocol, case.library.news2))
    return again == decisions.documents(case.tx, (record.id,))[record.id].document


def note_wrong_wristband(tx: Transaction, acting: Acting, dose_id: str) -> None:
    """Leaves a line that WrongWristband stopped somebody; in a transaction of its own: that of the act was undone."""
    course = courses.course(tx, courses.course_of_dose(tx, dose_id, acting.reach))
    ledger.append(tx, (acting.act("wrong_wristband", course.id, (dose_id,), patient_id=course.patient_id),))


def _check_identity(case: Case, done: Done) -> None:
    patient = case.sheet.patient
    if (done.identifiers.mrn, done.identifiers.birth_date) != (patient.mrn, patient.birth_date):
        sentence = (
            "This record number and date of birth are not those of the patient this dose is for. "
            "Nothing was recorded: check the wristband, and who lies in the bed."
        )
        raise WrongWristband.at("/identifiers", "wrong_patient", sentence)


def _reported(case: Case, dose: Dose, done: Done) -> Administration:
    return Administration(
        id=new_id(case.acting.at),
        dose_id=dose.id,
        outcome=done.outcome,
        decision_id=done.decision_id,
        order_id=done.order_id,
        started_at=done.started_at,
        ended_at=done.ended_at,
        units=done.units,
        deviation=done.deviation,
        recorded_at=case.acting.at,
        recorded_by=case.acting.person_id,
    )


def keep_administration(case: Case, row: Administration, dose: Dose) -> Case:
    """Stores what was done with a dose, and answers the case that knows it."""
    records.add_administration(case.tx, row, dose, case.course.id)
    return replace(case, sheet=replace(case.sheet, administrations=(*case.sheet.administrations, row)))
