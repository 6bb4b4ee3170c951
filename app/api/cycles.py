"""How is a cycle opened, what happens to it, and which doses has it?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field

from app.api import record_shapes, shapes
from app.api.calls import Called, answered, read
from app.api.lists import Paging, cut, listed
from app.api.records import added_event_answer, cycle_answer, dose_answer
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.course import Cycle, CycleEvent
from app.domain.progress import progress
from app.domain.vocabulary import CycleEventKind, SpO2Scale
from app.http.body import Body
from app.http.fields import Flag, Instant, Note, Number, Scale, Text, Uuid, Whole
from app.services.cases import Case
from app.services.courses import NewCycle, NewEvent, add_cycle_event, open_cycle
from app.services.looking import case_of_cycle

router = router_for("cycles")

Ordinal = Annotated[Whole, Field(ge=1, le=1000)]


class CycleToOpen(Body):
    """An admission; the ordered weight in kg fixes the units of every dose.

    A weight far from the last one known, or out of the ordinary, is taken once `confirmed`.
    """

    number: Ordinal
    ward_id: Uuid
    bed: Text
    admitted_at: Instant
    first_due_at: Instant
    ordered_weight: Number
    confirmed: Flag = False


class EventToAdd(Body):
    """What happens to a cycle: `moved` needs ward and bed, `grid_moved` a dose and its new due time, `spo2_scale` one.

    `dosing_weight` needs the `weight` in kg that every dose not given yet is made of from now on; an unlikely one is
    taken once `confirmed`.

    Scale 2 is for hypercapnic respiratory failure with a target of 88 to 92 %; without a choice NEWS2 uses scale 1.
    """

    kind: CycleEventKind
    at: Instant
    reason: Note
    ward_id: Uuid | None = None
    bed: Text | None = None
    from_dose: Ordinal | None = None
    due_at: Instant | None = None
    scale: Scale | None = None
    weight: Number | None = None
    confirmed: Flag = False


@router.post(
    "/courses/{course_id}/cycles",
    status_code=201,
    response_model=record_shapes.Cycle,
    response_description="The cycle with its schedule.",
    openapi_extra=takes_key(),
)
def open_a_cycle(call: Called, course_id: Uuid, sent: CycleToOpen) -> Response:
    """Admits to the next cycle and lays out its doses, every 8 hours from the first."""
    new = NewCycle(
        number=sent.number,
        ward_id=sent.ward_id,
        bed=sent.bed,
        admitted_at=sent.admitted_at,
        first_due_at=sent.first_due_at,
        ordered_weight=sent.ordered_weight,
        confirmed=sent.confirmed,
    )
    return write(call, lambda tx: open_cycle(tx, call.library, call.acting, course_id, new), _opened)


def _opened(done: tuple[Cycle, Case]) -> dict[str, Any]:
    cycle, case = done
    return cycle_answer(case, cycle)


@router.post(
    "/cycles/{cycle_id}/events",
    status_code=201,
    response_model=record_shapes.AddedEvent,
    response_description="The event, and which doses a new dosing weight came too late for.",
    openapi_extra=takes_key(),
)
def add_an_event(call: Called, cycle_id: Uuid, sent: EventToAdd) -> Response:
    """Stopping, grid, SpO2 scale and dosing weight are a prescriber's; a discharge belongs to who admits."""
    new = NewEvent(
        kind=sent.kind,
        at=sent.at,
        reason=sent.reason,
        ward_id=sent.ward_id,
        bed=sent.bed,
        from_dose=sent.from_dose,
        due_at=sent.due_at,
        scale=None if sent.scale is None else SpO2Scale(sent.scale),
        weight=sent.weight,
        confirmed=sent.confirmed,
    )
    return write(call, lambda tx: add_cycle_event(tx, call.library, call.acting, cycle_id, new), _happened)


def _happened(done: tuple[CycleEvent, Case]) -> dict[str, Any]:
    return added_event_answer(*done)


@router.get(
    "/cycles/{cycle_id}/doses",
    response_model=shapes.Page[record_shapes.ListedDose],
    response_description="The doses by number.",
)
def list_doses(call: Called, cycle_id: Uuid, asked: Paging) -> Response:
    """As they stand now, each with its newest decision in brief."""
    case = read(call, lambda tx: case_of_cycle(tx, call.library, call.acting, cycle_id))
    doses = progress(case.sheet, case.sheet.cycle(cycle_id), case.protocol, case.acting.at)
    page, following = cut(doses, lambda now: (f"{now.dose.number:04}",), asked)
    return answered(listed((dose_answer(case, now) for now in page), following))
