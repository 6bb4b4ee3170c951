"""Who is on duty on a ward, and who looks after a patient?"""

from __future__ import annotations

from typing import Any

from fastapi import Response

from app.api import roster_shapes, shapes
from app.api.calls import Called, answered, read
from app.api.lists import Paging, cut, listed
from app.api.records import flat_answer
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.duty import Assignment, Shift
from app.domain.vocabulary import Duty
from app.http.body import Body
from app.http.fields import Instant, Uuid
from app.services import rostering

router = router_for("roster")


class ShiftToAdd(Body):
    """Somebody on duty from `begins` up to, not including, `ends`: at most 24 hours."""

    person_id: Uuid
    duty: Duty
    begins: Instant
    ends: Instant


class AssignmentToAdd(Body):
    """A nurse looks after the patient of a cycle from `begins` up to, not including, `ends`."""

    person_id: Uuid
    begins: Instant
    ends: Instant


def _row(row: Shift | Assignment) -> dict[str, Any]:
    return flat_answer(row)


def _begins(row: Shift | Assignment) -> tuple[str, str]:
    return row.begins.isoformat(), row.id


@router.get(
    "/wards/{ward_id}/shifts",
    response_model=shapes.Page[roster_shapes.Shift],
    response_description="The shifts that are not over, by when they begin.",
)
def list_shifts(call: Called, ward_id: Uuid, asked: Paging) -> Response:
    """Without those taken off."""
    page, following = cut(read(call, lambda tx: rostering.shifts(tx, call.acting, ward_id)), _begins, asked)
    return answered(listed(map(_row, page), following))


@router.get(
    "/wards/{ward_id}/on-duty",
    response_model=roster_shapes.OnDuty,
    response_description="Whom each duty reaches now, the nearest to the patient first.",
)
def list_on_duty(call: Called, ward_id: Uuid) -> Response:
    """Where nobody is on a duty: whoever stands in, and with nobody on any, everybody of the ward with the role."""
    found = read(call, lambda tx: rostering.on_duty(tx, call.acting, ward_id))
    return answered({"items": [_reached(one) for one in found]})


@router.post(
    "/wards/{ward_id}/shifts",
    status_code=201,
    response_model=roster_shapes.Shift,
    response_description="The shift.",
    openapi_extra=takes_key(),
)
def add_a_shift(call: Called, ward_id: Uuid, sent: ShiftToAdd) -> Response:
    """For charge nurses and administrators of the ward. 409 `on_duty_already` for two shifts at one time."""
    return write(
        call,
        lambda tx: rostering.add_shift(tx, call.acting, ward_id, sent.person_id, sent.duty, sent.begins, sent.ends),
        _row,
    )


@router.post(
    "/shifts/{shift_id}/cancellation",
    status_code=201,
    response_model=roster_shapes.Shift,
    response_description="The row that takes the shift off.",
    openapi_extra=takes_key(),
)
def cancel_a_shift(call: Called, shift_id: Uuid) -> Response:
    """Whoever was on this shift is not, from now on."""
    return write(call, lambda tx: rostering.cancel_shift(tx, call.acting, shift_id), _row)


@router.get(
    "/cycles/{cycle_id}/assignments",
    response_model=shapes.Page[roster_shapes.Assignment],
    response_description="Who looks after the patient now and later.",
)
def list_assignments(call: Called, cycle_id: Uuid, asked: Paging) -> Response:
    """Without those taken off."""
    found = read(call, lambda tx: rostering.assignments(tx, call.acting, cycle_id))
    page, following = cut(found, _begins, asked)
    return answered(listed(map(_row, page), following))


@router.post(
    "/cycles/{cycle_id}/assignments",
    status_code=201,
    response_model=roster_shapes.Assignment,
    response_description="The assignment.",
    openapi_extra=takes_key(),
)
def add_an_assignment(call: Called, cycle_id: Uuid, sent: AssignmentToAdd) -> Response:
    """For charge nurses and administrators of the ward."""
    return write(
        call, lambda tx: rostering.assign(tx, call.acting, cycle_id, sent.person_id, sent.begins, sent.ends), _row
    )


@router.post(
    "/assignments/{assignment_id}/cancellation",
    status_code=201,
    response_model=roster_shapes.Assignment,
    response_description="The row that takes the assignment off.",
    openapi_extra=takes_key(),
)
def cancel_an_assignment(call: Called, assignment_id: Uuid) -> Response:
    """The nurse looks after this patient no more."""
    return write(call, lambda tx: rostering.cancel_assignment(tx, call.acting, assignment_id), _row)


def _reached(one: rostering.Reached) -> dict[str, Any]:
    return {
        "duty": one.duty,
        "people": list(one.people),
        "standing_in": one.standing_in,
        "everybody": one.everybody,
    }
