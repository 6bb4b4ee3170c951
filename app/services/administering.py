"""What happens when a dose is given, interrupted, or not given?

Giving is judged at the moment it started and needs a decision that stood then. Recording that a dose went in is never
refused: without a standing decision it is a deviation, with a reason and the loudest alert.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from app.domain.alert import AlertEvent
from app.domain.concern import Concern
from app.domain.course import Administration, Dose
from app.domain.decision import DecisionRecord, Standing, began, newest_order, standing
from app.domain.errors import Conflict, FieldError, InvalidInput
from app.domain.ids import new_id
from app.domain.progress import DoseProgress, cycle_closes_at, dose_progress
from app.domain.situation import AHEAD
from app.domain.vocabulary import Action, AlertKind, Choice, DoseState, Level, Outcome
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.announcing import announce
from app.services.cases import Case, close_case, dose_of, open_case, ward_zone
from app.services.deciding import alert_event
from app.store import courses, ledger, records
from app.store.database import Transaction

_WENT_IN = (Outcome.GIVEN, Outcome.INTERRUPTED)
_REFUSALS = {
    Standing.EXPIRED: ("decision_expired", "This decision has expired: observe and decide again before giving."),
    Standing.REPLACED: ("decision_replaced", "There is a newer decision for this dose: read it before giving."),
    Standing.PROVISIONAL: ("decision_provisional", "A decision before the assessment window cannot be given on."),
    Standing.NOT_GIVABLE: ("not_givable", "This decision does not allow giving; a prescriber may order otherwise."),
}


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

    `units` are those that went in; `deviation` is the reason for giving without a standing decision, or for not giving.
    """

    outcome: Outcome
    started_at: datetime
    ended_at: datetime | None
    units: Decimal
    identifiers: Identifiers
    decision_id: str | None = None
    order_id: str | None = None
    deviation: str | None = None


@dataclass(frozen=True, slots=True)
class Administered:
    """The stored administration, and the alert a deviation raised."""

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
    now = dose_progress(case.sheet, dose, case.protocol, acting.at)
    _check_report(case, now, done)
    on = _decision(case, dose, done)
    deviates = done.outcome in _WENT_IN and _deviates(case, now, on, done)
    row = Administration(
        id=new_id(acting.at),
        dose_id=dose_id,
        outcome=done.outcome,
        decision_id=None if on is None else on.id,
        order_id=done.order_id,
        started_at=done.started_at,
        ended_at=done.ended_at,
        units=done.units,
        deviation=done.deviation,
        recorded_at=acting.at,
        recorded_by=acting.person_id,
    )
    records.add_administration(tx, row, dose, case.course.id)
    events = (_deviation(case, dose, on),) if deviates else ()
    announce(tx, events)
    case = replace(case, sheet=replace(case.sheet, administrations=(*case.sheet.administrations, row)))
    close_case(case, f"dose_{done.outcome}", (row.id, dose_id), done.deviation)
    return Administered(row, events, case)


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


def _check_report(case: Case, now: DoseProgress, done: Done) -> None:
    if case.sheet.administration(now.dose.id) is not None:
        raise Conflict("already_recorded", "What was done with this dose is recorded already.")
    if done.started_at > case.acting.at + AHEAD:
        raise InvalidInput(
            "future", "That time is still to come.", (FieldError("/started_at", "future", "In the future."),)
        )
    if done.ended_at is not None and done.ended_at < done.started_at:
        raise InvalidInput("ends_before_start", "The infusion cannot end before it started.")
    if done.outcome is Outcome.GIVEN and done.units != now.units:
        raise InvalidInput("reduced_dose", f"A dose is {now.units} units: it is given whole or not, never reduced.")
    if done.outcome is Outcome.INTERRUPTED and not 0 < done.units <= now.units:
        raise InvalidInput("interrupted_units", f"Record the units that went in: above 0, at most {now.units}.")
    if done.outcome is Outcome.NOT_GIVEN and done.units != 0:
        raise InvalidInput("not_given_units", "A dose that was not given has 0 units.")


def _decision(case: Case, dose: Dose, done: Done) -> DecisionRecord | None:
    """The decision named, itself or through the order; raises InvalidInput when it is not one of this dose."""
    decision_id = done.decision_id
    if done.order_id is not None:
        order = next((row for row in case.sheet.orders if row.id == done.order_id and row.dose_id == dose.id), None)
        if order is None or order.choice is not Choice.GIVE:
            raise InvalidInput("unknown_order", "That is no order to give this dose.")
        decision_id = order.decision_id
    if decision_id is None:
        return None
    mine = [row for row in case.sheet.decisions_of(dose.id) if row.id == decision_id]
    if not mine:
        raise InvalidInput("unknown_decision", "That is no decision on this dose.")
    return mine[0]


def _deviates(case: Case, now: DoseProgress, on: DecisionRecord | None, done: Done) -> bool:
    """False when the dose may be given; True for a deviation with a reason; raises Conflict without one."""
    refusal = _refusal(case, now, on, done)
    if refusal is None:
        return False
    if done.deviation is None or not done.deviation.strip():
        code, sentence = refusal
        raise Conflict(code, f"{sentence} If the dose went in all the same, record it with a reason.")
    return True


def _refusal(case: Case, now: DoseProgress, on: DecisionRecord | None, done: Done) -> tuple[str, str] | None:
    dosing = case.protocol.dosing
    given = [row for row in case.sheet.administrations if row.outcome in _WENT_IN]
    if len(given) >= dosing.course_cap:
        return "over_cap", f"{case.protocol.pin.id} allows at most {dosing.course_cap} doses in a course."
    if now.state is DoseState.CANCELLED:
        return "cycle_ended", "This cycle has ended."
    if done.started_at > (closes := _cycle_closes(case, now.dose)):
        return "outside_cycle", f"{case.protocol.pin.id} ends this cycle on {closes:%d-%b-%Y %H:%M} UTC."
    if on is None:
        return "decision_needed", "Giving needs a decision that stands."
    early = done.started_at < now.window.opens_at and newest_order(case.sheet.orders, on.id) is None
    if early or done.started_at > now.window.closes_at:
        return "outside_window", "That is outside the time in which this dose may be given."
    start = began(done.started_at, on)
    newest = [row for row in case.sheet.decisions_of(now.dose.id) if row.recorded_at <= start]
    stands = standing(on, newest[-1].id if newest else on.id, case.sheet.orders, start)
    return _REFUSALS.get(stands)


def _cycle_closes(case: Case, dose: Dose) -> datetime:
    cycle = case.sheet.cycle(dose.cycle_id)
    return cycle_closes_at(case.sheet, cycle, case.protocol, ward_zone(case, cycle))


def _deviation(case: Case, dose: Dose, on: DecisionRecord | None) -> AlertEvent:
    sentence = f"Dose {dose.number} was given without a decision that stood."
    action = Action.INCOMPLETE if on is None else on.action
    concern = Concern(f"deviation:{dose.id}", Level.HIGH_PRIORITY, action, sentence)
    return alert_event(case, concern, AlertKind.RAISED, dose, None if on is None else on.id, None)
