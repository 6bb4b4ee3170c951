"""A patient of another ward, and it cannot wait: who, why, and proof of who asks.

The page looks the same whatever is asked for: that somebody lies elsewhere is known only once the glass is broken.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.services.acting import Acting
from app.services.emergency import LASTS, SHORTEST_REASON, break_glass_for, end_emergency
from app.store.database import Transaction
from app.web.admitting import faults_at
from app.web.bound import bound, require_bound
from app.web.entry.reading import Fault
from app.web.form import EMPTY, Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_status
from app.web.once import submit
from app.web.pages import go, page
from app.web.routes.common import Posted, Proven, Signed
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
_ANYBODY = "/emergency"
_FIELDS = {"reason_needed": "reason", "proof_needed": "proof", "wrong_proof": "proof"}
_Found = Annotated[Literal["nobody"] | None, Query()]


@router.get("/emergency")
def anybody_page(request: Request, acting: Signed, found: _Found = None) -> Response:
    return _page(request, acting, _ANYBODY, EMPTY, (), nobody=found is not None)


@router.post("/emergency")
def anybody(request: Request, acting: Proven, form: Posted) -> Response:
    return _ask(request, acting, form, None)


@router.get("/courses/{course_id}/emergency")
def one_page(request: Request, acting: Signed, course_id: str) -> Response:
    return _page(request, acting, f"/courses/{course_id}{_ANYBODY}", EMPTY, ())


@router.post("/courses/{course_id}/emergency")
def one(request: Request, acting: Proven, form: Posted, course_id: str) -> Response:
    return _ask(request, acting, form, course_id)


# Without a key: giving the access back twice is giving it back once.
@router.post("/courses/{course_id}/emergency/end")
def end(request: Request, acting: Signed, course_id: str) -> Response:
    with request.app.state.database.transaction() as tx:
        end_emergency(tx, acting, course_id)
    return go(request, "/")


def _ask(request: Request, acting: Acting, form: Form, course_id: str | None) -> Response:
    place = _ANYBODY if course_id is None else f"/courses/{course_id}{_ANYBODY}"
    require_bound(form, acting, place)
    filled = Filled(form, UNIVERSAL)
    mrn = filled.words("mrn", _("Write the record number of the patient."))
    reason = filled.words("reason", _("Say why it cannot wait."), long=True)
    if mrn is None or reason is None:
        return _page(request, acting, place, form, tuple(filled.faults), status=UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        opened = break_glass_for(tx, acting, mrn, reason, course_id)
        return f"{_ANYBODY}?found=nobody" if opened is None else f"/courses/{opened.course_id}"

    try:
        return submit(request, acting, form, act)
    except (Conflict, Forbidden, InvalidInput) as refusal:
        return _page(request, acting, place, form, faults_at(refusal, _FIELDS), status=refusal_status(refusal))


def _page(
    request: Request,
    acting: Acting,
    place: str,
    form: Form,
    faults: tuple[Fault, ...],
    *,
    nobody: bool = False,
    status: int = 200,
) -> Response:
    return page(
        request,
        acting,
        "emergency.html",
        title=_("Emergency access"),
        status=status,
        place=place,
        minutes=int(LASTS.total_seconds()) // 60,
        shortest=SHORTEST_REASON,
        mrn=form["mrn"],
        reason=form["reason"],
        nobody=nobody,
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("mrn", "reason", "proof")},
        **bound(form, acting, place),
    )
