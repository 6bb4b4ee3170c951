"""Can a dose have been given as reported, and was it given as it should be?

It is judged by what was known when it began. What cannot have been is refused; what should not have been is recorded
with a reason.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from app.domain.concern import Concern
from app.domain.course import Administration, Dose, Order
from app.domain.decision import DecisionRecord, Standing, began, newest_order, standing
from app.domain.dosing_weight import exceeded, whole_units
from app.domain.errors import Conflict, FieldError, InvalidInput
from app.domain.progress import DoseProgress, cycle_closes_at
from app.domain.situation import AHEAD
from app.domain.vocabulary import Action, Choice, DoseState, Level, Outcome
from app.services.cases import Case, ward_zone

DEVIATION: Final = "deviation:"
OVERDOSE: Final = "overdose:"
"""How the keys of the alerts begin that say that a dose went in without a decision, or more than a whole one."""

_REFUSALS = {
    Standing.EXPIRED: ("decision_expired", "This decision has expired: observe and decide again before giving."),
    Standing.REPLACED: ("decision_replaced", "There is a newer decision for this dose: read it before giving."),
    Standing.PROVISIONAL: ("decision_provisional", "A decision before the assessment window cannot be given on."),
    Standing.NOT_GIVABLE: ("not_givable", "This decision does not allow giving; a prescriber may order otherwise."),
}


def whole_of(case: Case, dose: Dose, started_at: datetime) -> tuple[Decimal, ...]:
    """What the dose, begun then, may have been when it is given whole: `whole_units` of its cycle."""
    return whole_units(case.sheet, case.sheet.cycle(dose.cycle_id), case.protocol.dosing, started_at)


def check_report(case: Case, dose: Dose, row: Administration, whole: tuple[Decimal, ...]) -> None:
    """Refuses what cannot have been: times to come, long before the stay or in disorder, units of none of `whole`.

    An admission may have been entered later than it was, so the hours in which a baseline counts are let pass.
    """
    now, stay = case.acting.at, case.sheet.cycle(dose.cycle_id)
    if row.started_at < stay.admitted_at - case.protocol.timing.admission_lookback:
        sentence = "The patient had not been admitted for this cycle then: look at the day and the year."
        raise InvalidInput.at("/started_at", "before_admission", sentence)
    for pointer, at in (("/started_at", row.started_at), ("/ended_at", row.ended_at)):
        if at is not None and at > now + AHEAD:
            raise InvalidInput(
                "future", "That time is still to come.", (FieldError(pointer, "future", "In the future."),)
            )
    if row.ended_at is not None and row.ended_at < row.started_at:
        raise InvalidInput.at("/ended_at", "ends_before_start", "The infusion cannot end before it started.")
    if row.outcome is Outcome.GIVEN and row.units not in whole and row.units < max(whole):
        units = _said(whole[0])
        sentence = f"A dose is {units} units: it is given whole or not, never reduced."
        raise InvalidInput.at("/units", "reduced_dose", sentence)
    if row.outcome is Outcome.INTERRUPTED and row.units <= 0:
        sentence = "Record the units that went in: more than 0."
        raise InvalidInput.at("/units", "interrupted_units", sentence)
    if row.outcome is Outcome.NOT_GIVEN and row.units != 0:
        raise InvalidInput.at("/units", "not_given_units", "A dose that was not given has 0 units.")


def named_decision(case: Case, row: Administration) -> DecisionRecord | None:
    """The decision named, itself or through the order; raises InvalidInput when it is not one of this dose."""
    decision_id = row.decision_id
    if row.order_id is not None:
        order = next((one for one in case.sheet.orders if one.id == row.order_id and one.dose_id == row.dose_id), None)
        if order is None or order.choice is not Choice.GIVE:
            raise InvalidInput("unknown_order", "That is no order to give this dose.")
        decision_id = order.decision_id
    if decision_id is None:
        return None
    mine = [one for one in case.sheet.decisions_of(row.dose_id) if one.id == decision_id]
    if not mine:
        raise InvalidInput("unknown_decision", "That is no decision on this dose.")
    return mine[0]


def is_deviation(case: Case, now: DoseProgress, on: DecisionRecord | None, row: Administration) -> bool:
    """False when the dose may be given, or was not; True for a deviation with a reason; raises Conflict without one."""
    refusal = _refusal(case, now, on, row.started_at) if row.outcome.went_in else None
    if refusal is None:
        return False
    if not _has_reason(row):
        code, sentence = refusal
        raise Conflict(code, f"{sentence} If the dose went in all the same, record it with a reason.")
    return True


def is_overdose(case: Case, row: Administration, *, confirmed: bool) -> bool:
    """True where more than a whole dose went in; raises InvalidInput unless that is `confirmed` and has a reason."""
    over = exceeded(case.sheet, case.protocol.dosing, row)
    if over is None:
        return False
    whole = _said(over)
    if not confirmed:
        sentence = f"A whole dose is {whole} units. If more than a whole dose went in, say so, and why."
        raise InvalidInput.at("/units", "overdose", sentence)
    if not _has_reason(row):
        sentence = f"A whole dose is {whole} units: say why more went in."
        raise InvalidInput.at("/deviation", "reason_needed", sentence)
    return True


def _has_reason(row: Administration) -> bool:
    return row.deviation is not None and row.deviation.strip() != ""


def _refusal(case: Case, now: DoseProgress, on: DecisionRecord | None, started_at: datetime) -> tuple[str, str] | None:
    dosing = case.protocol.dosing
    if len(case.sheet.given()) >= dosing.course_cap:
        return "over_cap", f"{case.protocol.pin.id} allows at most {dosing.course_cap} doses in a course."
    if now.state is DoseState.CANCELLED:
        return "cycle_ended", "This cycle has ended."
    if started_at > (closes := _cycle_closes(case, now.dose)):
        return "outside_cycle", f"{case.protocol.pin.id} ends this cycle on {closes:%d-%b-%Y %H:%M} UTC."
    if on is None:
        return "decision_needed", "Giving needs a decision that stands."
    ordered = tuple(one for one in case.sheet.orders if one.ordered_at <= began(started_at, one.ordered_at))
    early = started_at < now.window.opens_at and newest_order(ordered, on.id) is None
    if early or started_at > now.window.closes_at:
        return "outside_window", "That is outside the time in which this dose may be given."
    return _does_not_stand(case, on, ordered, began(started_at, on.recorded_at))


def _does_not_stand(
    case: Case, on: DecisionRecord, ordered: tuple[Order, ...], start: datetime
) -> tuple[str, str] | None:
    """By what was known and `ordered` when the dose began: nothing written later makes it given as it should be."""
    known = [row for row in case.sheet.decisions_of(on.dose_id) if row.recorded_at <= start]
    if not known:
        return "decision_needed", "Giving needs a decision that stood when it began."
    return _REFUSALS.get(standing(on, known[-1].id, ordered, start))


def _cycle_closes(case: Case, dose: Dose) -> datetime:
    cycle = case.sheet.cycle(dose.cycle_id)
    return cycle_closes_at(case.sheet, cycle, case.protocol, ward_zone(case, cycle))


def deviation_of(dose: Dose, on: DecisionRecord | None) -> Concern:
    """What is told of a dose that went in without a decision that stood."""
    sentence = f"Dose {dose.number} was given without a decision that stood."
    return Concern(f"{DEVIATION}{dose.id}", Level.HIGH_PRIORITY, _called_for(on), sentence)


def overdose_of(case: Case, dose: Dose, row: Administration, on: DecisionRecord | None) -> Concern:
    """What is told of a dose of which more went in than a whole one."""
    units, whole = _said(row.units), _said(max(whole_of(case, dose, row.started_at)))
    sentence = f"Dose {dose.number}: {units} units went in. A whole dose is {whole} units."
    return Concern(f"{OVERDOSE}{dose.id}", Level.HIGH_PRIORITY, _called_for(on), sentence)


def _called_for(on: DecisionRecord | None) -> Action:
    return Action.INCOMPLETE if on is None else on.action


def _said(units: Decimal) -> str:
    return f"{units.normalize():,f}"
