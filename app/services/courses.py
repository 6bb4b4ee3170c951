"""How does a patient come into treatment: course, cycle, doses, and what happens to a cycle?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.course import Course, Cycle, CycleEvent, Dose
from app.domain.errors import Conflict, InvalidInput
from app.domain.ids import new_id
from app.domain.moving import check_move
from app.domain.situation import AHEAD
from app.domain.starting import check_retreatment
from app.domain.vocabulary import Choice, CycleEventKind, SpO2Scale
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.approving import DEMONSTRATION, require_may_decide
from app.services.cases import Case, close_case, open_case
from app.services.dosing_weight import check_change, check_weight
from app.services.looking import require_patient
from app.services.pins import pin
from app.services.places import take_bed
from app.services.scoring import warn_anew
from app.store import courses as course_store
from app.store import flowsheets, ledger, records
from app.store.database import Transaction


@dataclass(frozen=True, slots=True)
class NewCycle:
    """One admission to open; `ordered_weight` in kg fixes the units of every dose.

    `confirmed`: it was looked at again where it is unlikely.
    """

    number: int
    ward_id: str
    bed: str
    admitted_at: datetime
    first_due_at: datetime
    ordered_weight: Decimal
    confirmed: bool = False


def open_course(
    tx: Transaction, library: Library, acting: Acting, patient_id: str, protocol: str, shown: tuple[str, ...]
) -> Course:
    """Opens a course under one deciding protocol; raises NotFound, InvalidInput, Conflict while it may not decide."""
    require_patient(tx, acting, patient_id, Permission.ADMIT)
    if protocol in shown:
        raise InvalidInput("shown_twice", "The deciding protocol is shown anyway: leave it out of the others.")
    deciding = library.protocol(protocol)
    signed = require_may_decide(tx, deciding).signed
    course = Course(
        id=new_id(acting.at),
        patient_id=patient_id,
        protocol=pin(tx, deciding, acting.at),
        shown=tuple(pin(tx, library.protocol(name), acting.at) for name in dict.fromkeys(shown)),
        opened_at=acting.at,
        opened_by=acting.person_id,
    )
    records.add_course(tx, course)
    reason = None if signed else DEMONSTRATION
    ledger.append(tx, (acting.act("open_course", course.id, (course.id,), reason, patient_id=patient_id),))
    return course


def open_cycle(tx: Transaction, library: Library, acting: Acting, course_id: str, new: NewCycle) -> tuple[Cycle, Case]:
    """Admits to the next cycle and lays out its doses; raises Conflict, InvalidInput naming the rule."""
    acting.require(Permission.ADMIT, new.ward_id)
    case = open_case(tx, library, acting, course_id, Permission.ADMIT)
    acting = case.acting
    _check_cycle(case, new)
    if new.number == 1:
        _check_earlier_courses(case, new.first_due_at)
    take_bed(tx, new.ward_id, new.bed, case.course.id)
    cycle = Cycle(
        new_id(acting.at),
        course_id,
        new.number,
        new.ward_id,
        new.bed,
        new.admitted_at,
        new.first_due_at,
        new.ordered_weight,
        acting.at,
    )
    numbers = range(1, case.protocol.dosing.dose_cap + 1)
    doses = tuple(Dose(new_id(acting.at), cycle.id, number) for number in numbers)
    records.add_cycle(tx, cycle, doses, acting.person_id)
    sheet = replace(case.sheet, cycles=(*case.sheet.cycles, cycle), doses=(*case.sheet.doses, *doses))
    case = replace(case, sheet=sheet)
    warn_anew(case)
    close_case(case, "open_cycle", (cycle.id,))
    return cycle, case


def _check_cycle(case: Case, new: NewCycle) -> None:
    sheet, dosing = case.sheet, case.protocol.dosing
    if new.number != len(sheet.cycles) + 1:
        raise Conflict("cycle_number", f"The next cycle of this course is number {len(sheet.cycles) + 1}.")
    if sheet.cycles and sheet.ended(sheet.cycles[-1].id) is None:
        raise Conflict("cycle_running", "The cycle before this one has not ended: stop or discharge it first.")
    if any(order.choice is Choice.DISCONTINUE for order in sheet.orders):
        raise Conflict("discontinued", "Treatment was discontinued permanently: no further cycle can be opened.")
    if len(sheet.given()) >= dosing.course_cap:
        raise Conflict("over_cap", f"{case.protocol.pin.id} allows at most {dosing.course_cap} doses in a course.")
    if new.first_due_at < new.admitted_at:
        raise InvalidInput("due_before_admission", "The first dose cannot be due before the admission.")
    check_weight(case, new.ordered_weight, "/ordered_weight", confirmed=new.confirmed)


def _check_earlier_courses(case: Case, first_due_at: datetime) -> None:
    """A new course waits until the patient was discharged from the one before, and some weeks more."""
    others = course_store.courses_of_patient(case.tx, case.course.patient_id)
    discharged = []
    for sheet in [flowsheets.load_bare(case.tx, other) for other in others if other != case.course.id]:
        for cycle in sheet.cycles:
            out = [event.at for event in sheet.events_of(cycle.id) if event.kind is CycleEventKind.DISCHARGED]
            if not out:
                raise Conflict("other_course_running", "The patient has not been discharged from an earlier course.")
            discharged += out
    check_retreatment(discharged, first_due_at, case.protocol.dosing, case.protocol.pin.id)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What happens to a cycle.

    `moved` needs ward and bed, `grid_moved` the dose and its new due time, `spo2_scale` the scale, `dosing_weight` the
    weight in kg, `confirmed` where it is unlikely.
    """

    kind: CycleEventKind
    at: datetime
    reason: str
    ward_id: str | None = None
    bed: str | None = None
    from_dose: int | None = None
    due_at: datetime | None = None
    scale: SpO2Scale | None = None
    weight: Decimal | None = None
    confirmed: bool = False


_PERMISSION = {
    CycleEventKind.MOVED: Permission.CHART,
    CycleEventKind.DISCHARGED: Permission.ADMIT,
    CycleEventKind.STOPPED: Permission.ORDER,
    CycleEventKind.GRID_MOVED: Permission.ORDER,
    CycleEventKind.SPO2_SCALE: Permission.ORDER,
    CycleEventKind.DOSING_WEIGHT: Permission.ORDER,
}


def add_cycle_event(
    tx: Transaction, library: Library, acting: Acting, cycle_id: str, new: NewEvent
) -> tuple[CycleEvent, Case]:
    """Records an event of a cycle; stop, grid, SpO2 scale and dosing weight are a prescriber's.

    Raises Conflict, InvalidInput.
    """
    course_id = course_store.course_of_cycle(tx, cycle_id, acting.reach)
    case = open_case(tx, library, acting, course_id, _PERMISSION[new.kind])
    acting = case.acting
    _check_event(tx, case, cycle_id, new)
    event = CycleEvent(
        id=new_id(acting.at),
        cycle_id=cycle_id,
        kind=new.kind,
        at=new.at,
        reason=new.reason,
        recorded_at=acting.at,
        recorded_by=acting.person_id,
        ward_id=new.ward_id,
        bed=new.bed,
        from_dose=new.from_dose,
        due_at=new.due_at,
        scale=new.scale,
        weight=new.weight,
    )
    records.add_cycle_event(tx, event, case.course.id)
    before = _replaced(case, cycle_id, new.kind)
    case = replace(case, sheet=replace(case.sheet, events=(*case.sheet.events, event)))
    if new.kind is CycleEventKind.SPO2_SCALE:
        warn_anew(case)
    close_case(case, f"cycle_{new.kind}", (event.id, cycle_id), new.reason, before=before)
    return event, case


def _replaced(case: Case, cycle_id: str, kind: CycleEventKind) -> tuple[str, ...]:
    """What said so until now: the event of this kind before, or for place, due times and weight the admission."""
    said = [event.id for event in case.sheet.events_of(cycle_id) if event.kind is kind]
    first = [cycle_id] if kind in _OF_THE_ADMISSION else []
    return tuple([*first, *said][-1:])


_OF_THE_ADMISSION = (CycleEventKind.MOVED, CycleEventKind.GRID_MOVED, CycleEventKind.DOSING_WEIGHT)
"""What the admission says until an event says otherwise."""
_AFTER_STOP = (CycleEventKind.DISCHARGED, CycleEventKind.SPO2_SCALE)
"""What can still happen to a patient whose doses have been stopped: NEWS2 goes on until the discharge."""


def _check_event(tx: Transaction, case: Case, cycle_id: str, new: NewEvent) -> None:
    if not new.reason.strip():
        raise InvalidInput("reason_needed", "This needs a reason.")
    if new.at > case.acting.at + AHEAD:
        raise InvalidInput.at("/at", "future", "That time is still to come.")
    before = [event.kind for event in case.sheet.events_of(cycle_id)]
    if CycleEventKind.DISCHARGED in before:
        raise Conflict("discharged", "The patient has been discharged from this cycle.")
    if CycleEventKind.STOPPED in before and new.kind not in _AFTER_STOP:
        raise Conflict("cycle_ended", "This cycle has been stopped.")
    _check_what(tx, case, cycle_id, new)


def _check_what(tx: Transaction, case: Case, cycle_id: str, new: NewEvent) -> None:
    if new.kind is CycleEventKind.MOVED:
        if new.ward_id is None or new.bed is None:
            raise InvalidInput("place_needed", "A move needs a ward and a bed.")
        take_bed(tx, new.ward_id, new.bed, case.course.id)
    if new.kind is CycleEventKind.GRID_MOVED:
        cycle = case.sheet.cycle(cycle_id)
        check_move(case.sheet, cycle, case.protocol, new.from_dose, new.due_at, case.acting.at)
        if new.from_dose == cycle.number == 1 and new.due_at is not None:
            _check_earlier_courses(case, new.due_at)
    if (new.kind is CycleEventKind.SPO2_SCALE) != (new.scale is not None):
        raise InvalidInput("scale_needed", "Choosing the SpO2 scale needs the scale, and nothing else takes one.")
    if new.kind is CycleEventKind.DOSING_WEIGHT:
        check_change(case, cycle_id, new.weight, confirmed=new.confirmed)
    elif new.weight is not None:
        raise InvalidInput.at("/weight", "no_weight", "Only a change of the dosing weight takes a weight.")
