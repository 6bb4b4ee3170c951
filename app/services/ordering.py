"""What may a prescriber order for a dose, and what follows?

The program advises; a prescriber decides, gives a reason, and both are recorded. To go against a stop or a discontinue
takes two people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.course import CycleEvent, Dose, Order
from app.domain.decision import DecisionRecord
from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.ids import new_id
from app.domain.progress import cycle_closes_at
from app.domain.vocabulary import Action, Choice, CycleEventKind
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.cases import Case, close_case, dose_of, open_case, ward_zone
from app.store import courses, records
from app.store.database import Transaction

_ENDING = (Choice.STOP, Choice.DISCONTINUE)
_TWO_PEOPLE = (Action.STOP, Action.DISCONTINUE)


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order, and the event that ended the cycle when it did."""

    order: Order
    event: CycleEvent | None
    case: Case


def order(
    tx: Transaction, library: Library, acting: Acting, dose_id: str, decision_id: str, choice: Choice, reason: str
) -> Ordered:
    """Records an order on the dose's newest decision; raises Conflict, Forbidden, InvalidInput."""
    if not reason.strip():
        raise InvalidInput("reason_needed", "An order needs a reason.")
    case = open_case(tx, library, acting, courses.course_of_dose(tx, dose_id), Permission.ORDER)
    dose = dose_of(case, dose_id)
    _check(case, dose, decision_id, choice)
    written = Order(new_id(acting.at), dose_id, decision_id, choice, reason, acting.at, acting.person_id)
    records.add_order(tx, written, dose, case.course.id)
    event = _end(case, dose, reason) if choice in _ENDING else None
    sheet = replace(case.sheet, orders=(*case.sheet.orders, written))
    if event is not None:
        records.add_cycle_event(tx, event, case.course.id)
        sheet = replace(sheet, events=(*sheet.events, event))
    close_case(case, f"order_{choice}", (written.id, dose_id, decision_id), reason)
    return Ordered(written, event, replace(case, sheet=sheet))


def _check(case: Case, dose: Dose, decision_id: str, choice: Choice) -> None:
    latest = case.sheet.latest_decision(dose.id)
    if latest is None or latest.id != decision_id:
        raise Conflict("decision_replaced", "There is a newer decision for this dose: read it before ordering.")
    if case.sheet.administration(dose.id) is not None:
        raise Conflict("already_recorded", "What was done with this dose is recorded already.")
    if case.sheet.ended(dose.cycle_id) is not None:
        raise Conflict("cycle_ended", "This cycle has ended: no dose of it can be ordered.")
    if choice not in _ENDING and latest.action in _TWO_PEOPLE:
        raise Forbidden(
            "second_person_needed",
            f"The criteria call for {latest.action}. Ordering otherwise needs a second person, which this version"
            " cannot record: the order is refused.",
        )
    if choice is Choice.GIVE:
        _check_give(case, dose, latest)


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
