"""Which shared machines does a ward enrol?"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from app.http import cookies, proving
from app.services import workstations
from app.services.acting import Acting
from app.services.workstations import Enrolled
from app.store.database import Transaction
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of
from app.web.once import new_key, submit, submit_shown_once
from app.web.pages import go, page
from app.web.routes.common import Posted, Signed, reading
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
HERE = "/admin/workstations"


@dataclass(frozen=True, slots=True)
class MachineLine:
    """One machine; `revoked` is "" while it stands, `mine` the one in front of the reader."""

    id: str
    name: str
    ward: str
    enrolled: str
    revoked: str
    mine: bool


@router.get(HERE)
def workstations_page(request: Request, acting: Signed) -> Response:
    return _page(request, acting, EMPTY, ())


@router.post(HERE)
def enrol(request: Request, acting: Signed, form: Posted) -> Response:
    filled = Filled(form, UNIVERSAL)
    name = filled.words("name", _("Say which machine this is, as it is labelled."))
    with reading(request) as tx:
        places = {place.id for place in workstations.wards_of(tx, acting)}
    ward_id = filled.one_of("ward", places, _("Say on which ward it stands."))
    if name is None or ward_id is None:
        return _page(request, acting, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> tuple[str, str]:
        return HERE, workstations.enrol(tx, acting, name, ward_id)[1]

    return submit_shown_once(request, acting, form, act, lambda secret: _enrolled(request, secret))


def _enrolled(request: Request, secret: str) -> Response:
    answer = go(request, HERE)
    cookies.set_workstation(request, answer, secret)
    return answer


@router.post(HERE + "/{workstation_id}/revoke")
def revoke(request: Request, acting: Signed, form: Posted, workstation_id: str) -> Response:
    def act(tx: Transaction) -> str:
        workstations.revoke(tx, acting, workstation_id)
        return HERE

    return submit(request, acting, form, act)


def _page(request: Request, acting: Acting, form: Form, faults: tuple[Fault, ...], status: int = 200) -> Response:
    this_one = proving.this_machine(request)
    with reading(request) as tx:
        found = workstations.enrolled(tx, acting)
        places = workstations.wards_of(tx, acting)
    here = None if this_one is None else this_one.id
    return page(
        request,
        acting,
        "workstations.html",
        title=_("Workstations"),
        status=status,
        this_one=_("The machine in front of you is not enrolled.")
        if this_one is None
        else _("The machine in front of you is enrolled as {name}.").format(name=this_one.name),
        machines=[_line(one, here) for one in found],
        wards=places,
        form=form,
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("name", "ward")},
        key=form[KEY] or new_key(),
    )


def _line(one: Enrolled, here: str | None) -> MachineLine:
    machine = one.workstation
    revoked = machine.revoked_at
    return MachineLine(
        id=machine.id,
        name=machine.name,
        ward=one.ward.name,
        enrolled=UNIVERSAL.moment(machine.enrolled_at),
        revoked="" if revoked is None else _("Revoked {at}").format(at=UNIVERSAL.moment(revoked)),
        mine=machine.id == here,
    )
