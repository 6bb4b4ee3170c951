"""What may a prescriber order for a dose, and what follows?

The program advises; a prescriber decides, gives a reason, and both are recorded. To go against a stop or a discontinue
takes two people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from app.domain.course import CycleEvent, Dose, Order
from app.domain.decision import DecisionRecord, goes_against
from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.domain.ids import new_id
from app.domain.progress import cycle_closes_at, dose_progress
from app.domain.vocabulary import BINDING, Action, Choice, CycleEventKind
from app.protocols.library import Library
from app.services.acting import ROLES, Acting, Permission
from app.services.cases import Case, close_case, dose_of, open_case, sheet_ward, ward_zone
from app.store import courses, people, records
from app.store.database import Transaction

_ENDING = (Choice.STOP, Choice.DISCONTINUE)


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order, and the event that ended the cycle when it did."""

    order: Order
    event: CycleEvent | None
    case: Case


class ProvenSecond(NamedTuple):
    """Another person who has shown, for this one order, that it is they (`app.http.proving`)."""

    person_id: str


class Besides(NamedTuple):
    """What an order may bring along: who signs too, and by when a dose that is held is to be looked at again."""

    second: ProvenSecond | None = None
    recheck_at: datetime | None = None


ALONE = Besides()


def order(
    tx: Transaction,
    library: Library,
    acting: Acting,
    dose_id: str,
    decision_id: str,
    choice: Choice,
    reason: str,
    besides: Besides = ALONE,
) -> Ordered:
    """Records an order on the dose's newest decision; raises Conflict, Forbidden, InvalidInput, ProofNeeded."""
    second, recheck_at = besides
    case, dose, latest = open_order(tx, library, acting, dose_id, decision_id, choice, reason)
    if recheck_at is not None:
        _check_recheck(case, dose, choice, recheck_at)
    if needs_second(latest.action, choice):
        if second is None:
            raise Forbidden(
                "second_person_needed",
                f"The criteria call for {latest.action}. To order otherwise takes a second person who signs too.",
            )
        require_second(case, second.person_id, acting.person_id)
    elif second is not None:
        raise InvalidInput("second_not_needed", "This order needs no second person.")
    by, at = None if second is None else second.person_id, case.acting.at
    written = Order(new_id(at), dose_id, decision_id, choice, reason, at, acting.person_id, by, recheck_at)
    return write_order(case, dose, written, f"order_{choice}")


def open_order(
    tx: Transaction, library: Library, acting: Acting, dose_id: str, decision_id: str, choice: Choice, reason: str
) -> tuple[Case, Dose, DecisionRecord]:
    """The case, the dose and its newest decision, once everything but a second person allows the order."""
    if not reason.strip():
        raise InvalidInput("reason_needed", "An order needs a reason.")
    case = open_case(tx, library, acting, courses.course_of_dose(tx, dose_id, acting.reach), Permission.ORDER)
    dose = dose_of(case, dose_id)
    return case, dose, _check(case, dose, decision_id, choice)


def write_order(case: Case, dose: Dose, written: Order, action: str) -> Ordered:
    """Keeps an order that is whole, with what it ends; `action` is what the trail calls it."""
    records.add_order(case.tx, written, dose, case.course.id)
    event = _end(case, dose, written.reason) if written.choice in _ENDING else None
    sheet = replace(case.sheet, orders=(*case.sheet.orders, written))
    if event is not None:
        records.add_cycle_event(case.tx, event, case.course.id)
        sheet = replace(sheet, events=(*sheet.events, event))
    earlier = [row.id for row in case.sheet.orders if row.dose_id == dose.id][-1:]
    case = replace(case, sheet=sheet)
    close_case(case, action, (written.id, dose.id, written.decision_id), written.reason, before=earlier)
    return Ordered(written, event, case)


def require_second(case: Case, person_id: str, first_id: str) -> None:
    """Raises Forbidden unless it is another person, who may order on this ward."""
    if person_id == first_id:
        raise Forbidden("own_second", "Nobody countersigns their own order: it takes another prescriber.")
    require_orderer(case, person_id)


def require_orderer(case: Case, person_id: str) -> None:
    """Raises Forbidden unless the person may order on this ward now, whoever acts."""
    refusal = Forbidden("second_may_not", "Both people must be prescribers of this ward.")
    try:
        person = people.person(case.tx, person_id)
    except NotFound:
        raise refusal from None
    if not person.active or not person.has(sheet_ward(case.sheet), *ROLES[Permission.ORDER]):
        raise refusal


def needs_second(action: Action, choice: Choice) -> bool:
    """True of an order milder than a stop or discontinue."""
    return action in BINDING and goes_against(action, choice)


def _check(case: Case, dose: Dose, decision_id: str, choice: Choice) -> DecisionRecord:
    latest = case.sheet.latest_decision(dose.id)
    if latest is None or latest.id != decision_id:
        raise Conflict("decision_replaced", "There is a newer decision for this dose: read it before ordering.")
    if goes_against(latest.action, choice):
        case.acting.require_proof()
    if case.sheet.administration(dose.id) is not None:
        raise Conflict("already_recorded", "What was done with this dose is recorded already.")
    if case.sheet.ended(dose.cycle_id) is not None:
        raise Conflict("cycle_ended", "This cycle has ended: no dose of it can be ordered.")
    if choice is Choice.GIVE:
        _check_give(case, dose, latest)
    return latest


def _check_recheck(case: Case, dose: Dose, choice: Choice, recheck_at: datetime) -> None:
    closes = dose_progress(case.sheet, dose, case.protocol, case.acting.at).window.closes_at
    if choice is not Choice.HOLD:
        raise InvalidInput.at(
            "/recheck_at", "recheck_of_hold", "Only a dose that is held is looked at again by a time."
        )
    if recheck_at <= case.acting.at:
        raise InvalidInput.at("/recheck_at", "recheck_past", "The time of the recheck must be still to come.")
    if recheck_at > closes:
        sentence = "The time for this dose is over before that: recheck sooner, or order it skipped."
        raise InvalidInput.at("/recheck_at", "recheck_after_window", sentence)


def _check_give(case: Case, dose: Dose, latest: DecisionRecord) -> None:
    cycle = case.sheet.cycle(dose.cycle_id)
    closes = cycle_closes_at(case.sheet, cycle, case.protocol, ward_zone(case, cycle))
    if case.acting.at > closes:
        raise Conflict("outside_cycle", f"{case.protocol.pin.id} ends this cycle on {closes:%d-%b-%Y %H:%M} UTC.")
    if latest.provisional:
        raise Conflict("decision_provisional", "This decision was taken before the assessment window: assess again.")
    if latest.valid_until is None or case.acting.at > latest.valid_until:
        raise Conflict("decision_expired", "This decision has expired: observe and decide again before giving.")


def _end(case: Case, dose: Dose, reason: str) -> CycleEvent:
    acting = case.acting
    return CycleEvent(
        id=new_id(acting.at),
        cycle_id=dose.cycle_id,
        kind=CycleEventKind.STOPPED,
        at=acting.at,
        reason=reason,
        recorded_at=acting.at,
        recorded_by=acting.person_id,
    )
