"""Who is on duty on the ward, who looks after whom, and how is that written down?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.domain.errors import Conflict, InvalidInput
from app.domain.vocabulary import Duty
from app.services import rostering
from app.services.acting import Acting
from app.services.rostering import WardRoster
from app.store.database import Transaction
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.forms import UNPROCESSABLE, Filled, refusal_faults, refusal_status
from app.web.once import new_key, submit
from app.web.pages import page
from app.web.presenters.roster import clock_of, roster_view
from app.web.routes.common import Posted, Signed, library, reading
from app.web.translate import _

router = APIRouter(include_in_schema=False)
HERE = "/admin/roster"
_SHIFT_FIELDS = {"/person_id": "person", "/ends": "ends.clock"}
_ASSIGNMENT_FIELDS = {"/person_id": "nurse", "/ends": "until.clock"}


@router.get(HERE)
def roster_page(request: Request, acting: Signed, ward: Annotated[str | None, Query()] = None) -> Response:
    return _page(request, acting, _roster(request, acting, ward), Filled(EMPTY, clock_of(None)), ())


@router.post(HERE + "/shifts")
def add_shift(request: Request, acting: Signed, form: Posted) -> Response:
    found = _roster(request, acting, form["ward"])
    filled = Filled(form, clock_of(found))
    person = filled.one_of("person", {one.id for one in found.able}, _("Say who is on duty."))
    duty = filled.one_of("duty", set(Duty), _("Say on which duty."))
    begins, ends = filled.moment("begins"), filled.moment("ends")
    if person is None or duty is None or begins is None or ends is None:
        return _page(request, acting, found, filled, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> object:
        return rostering.add_shift(tx, acting, found.ward.id, person, Duty(duty), begins, ends)

    return _done(request, acting, found, filled, act, _SHIFT_FIELDS)


@router.post(HERE + "/assignments")
def assign(request: Request, acting: Signed, form: Posted) -> Response:
    found = _roster(request, acting, form["ward"])
    filled = Filled(form, clock_of(found))
    cycle = filled.one_of("patient", {one.cycle_id for one in found.stays}, _("Say which patient."))
    nurse = filled.one_of("nurse", {one.id for one in found.able}, _("Say who looks after the patient."))
    since, until = filled.moment("since"), filled.moment("until")
    if cycle is None or nurse is None or since is None or until is None:
        return _page(request, acting, found, filled, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> object:
        return rostering.assign(tx, acting, cycle, nurse, since, until)

    return _done(request, acting, found, filled, act, _ASSIGNMENT_FIELDS)


@router.post(HERE + "/shifts/{shift_id}/revoke")
def cancel_shift(request: Request, acting: Signed, form: Posted, shift_id: str) -> Response:
    def act(tx: Transaction) -> str:
        return f"{HERE}?ward={rostering.cancel_shift(tx, acting, shift_id).ward_id}"

    return submit(request, acting, form, act)


@router.post(HERE + "/assignments/{assignment_id}/revoke")
def cancel_assignment(request: Request, acting: Signed, form: Posted, assignment_id: str) -> Response:
    found = _roster(request, acting, form["ward"])

    def act(tx: Transaction) -> object:
        return rostering.cancel_assignment(tx, acting, assignment_id)

    return _done(request, acting, found, Filled(form, clock_of(found)), act, {})


def _done(
    request: Request,
    acting: Acting,
    found: WardRoster,
    filled: Filled,
    act: Callable[[Transaction], object],
    fields: Mapping[str, str],
) -> Response:
    def then(tx: Transaction) -> str:
        act(tx)
        return f"{HERE}?ward={found.ward.id}"

    try:
        return submit(request, acting, filled.form, then)
    except (InvalidInput, Conflict) as refusal:
        return _page(request, acting, found, filled, refusal_faults(refusal, fields), refusal_status(refusal))


def _roster(request: Request, acting: Acting, ward_id: str | None) -> WardRoster:
    with reading(request) as tx:
        return rostering.ward_roster(tx, acting, ward_id)


def _page(
    request: Request, acting: Acting, found: WardRoster, filled: Filled, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    form: Form = filled.form
    view = roster_view(found, library(request).measures, acting.at, filled, faults)
    return page(
        request,
        acting,
        "roster.html",
        title=_("Roster"),
        status=status,
        view=view,
        faults=faults,
        key=form[KEY] or new_key(),
    )
