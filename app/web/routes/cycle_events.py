"""What happens to a cycle: moved, due times, scale or dosing weight changed, stopped, discharged, with a reason?"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from app.domain.errors import Conflict, InvalidInput
from app.domain.vocabulary import CycleEventKind, SpO2Scale
from app.services.acting import Permission
from app.services.cases import sheet_ward
from app.services.courses import NewEvent, add_cycle_event
from app.services.looking import case_of_cycle
from app.store.database import Transaction
from app.web.admitting import Place, WardBeds, faults_at, open_beds
from app.web.bound import bound, require_bound
from app.web.chart import Chart, open_chart
from app.web.form import EMPTY
from app.web.forms import TYPED_AGAIN, UNPROCESSABLE, Filled, refusal_status, typed_again
from app.web.once import submit
from app.web.pages import page
from app.web.presenters.banner import page_title
from app.web.presenters.cycle_event import event_form, pending_doses
from app.web.routes.common import Posted, Signed, library, reading
from app.web.translate import _

router = APIRouter(include_in_schema=False)
Kind = Literal["moved", "grid_moved", "spo2_scale", "dosing_weight", "stopped", "discharged"]
_NEEDS = {
    CycleEventKind.MOVED: Permission.CHART,
    CycleEventKind.GRID_MOVED: Permission.ORDER,
    CycleEventKind.SPO2_SCALE: Permission.ORDER,
    CycleEventKind.DOSING_WEIGHT: Permission.ORDER,
    CycleEventKind.STOPPED: Permission.ORDER,
    CycleEventKind.DISCHARGED: Permission.ADMIT,
}
_FIELDS = {
    "future": "at.clock",
    "bed_taken": "place",
    "bed_closed": "place",
    "unknown_bed": "place",
    "due_past": "due.clock",
    "too_close": "due.clock",
    "nothing_changed": "weight",
    "impossible_weight": "weight",
} | TYPED_AGAIN


@router.get("/cycles/{cycle_id}/{kind}")
def event_page(request: Request, acting: Signed, cycle_id: str, kind: Kind) -> Response:
    chart, beds = _open(request, acting, cycle_id, CycleEventKind(kind))
    return _page(request, chart, (cycle_id, CycleEventKind(kind)), beds, Filled(EMPTY, chart.setting.ward), 200)


@router.post("/cycles/{cycle_id}/{kind}")
def event(request: Request, acting: Signed, form: Posted, cycle_id: str, kind: Kind) -> Response:
    what = CycleEventKind(kind)
    chart, beds = _open(request, acting, cycle_id, what)
    require_bound(form, acting, chart.case.course.id)
    filled = Filled(form, chart.setting.ward)
    new = _read_kind(filled, what, chart, cycle_id, beds)
    if new is None:
        return _page(request, chart, (cycle_id, what), beds, filled, UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        _event, case = add_cycle_event(tx, library(request), acting, cycle_id, new)
        return f"/courses/{case.course.id}"

    try:
        return submit(request, acting, form, act)
    except (Conflict, InvalidInput) as refusal:
        filled.faults += faults_at(refusal, _FIELDS)
        return _page(request, chart, (cycle_id, what), beds, filled, refusal_status(refusal))


def _open(request: Request, acting: Signed, cycle_id: str, kind: CycleEventKind) -> tuple[Chart, tuple[WardBeds, ...]]:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, case_of_cycle, cycle_id)
        beds = open_beds(tx, acting, _NEEDS[kind])
    chart.reader.require(_NEEDS[kind], sheet_ward(chart.case.sheet))
    return chart, beds


def _read_kind(
    filled: Filled, kind: CycleEventKind, chart: Chart, cycle_id: str, beds: tuple[WardBeds, ...]
) -> NewEvent | None:
    """What the form of this kind reports; None, with faults, where it cannot be used."""
    if kind is CycleEventKind.GRID_MOVED:
        return _read_grid(filled, chart, cycle_id)
    if kind is CycleEventKind.SPO2_SCALE:
        return _read_scale(filled)
    if kind is CycleEventKind.DOSING_WEIGHT:
        return _read_weight(filled)
    return _read(filled, kind, Place.named(filled.form["place"], beds) if kind is CycleEventKind.MOVED else None)


def _read(filled: Filled, kind: CycleEventKind, place: Place | None) -> NewEvent | None:
    moved = kind is CycleEventKind.MOVED
    if moved and place is None:
        filled.blame("place", _("Choose a free bed."))
    at = filled.moment("at")
    reason = filled.words("reason", _("Say why."), long=True)
    if at is None or reason is None or (moved and place is None):
        return None
    return NewEvent(kind, at, reason, None if place is None else place.ward.id, None if place is None else place.bed)


def _read_grid(filled: Filled, chart: Chart, cycle_id: str) -> NewEvent | None:
    """New due times from one dose on."""
    numbers = {one.value for one in pending_doses(chart, cycle_id)}
    dose = filled.one_of("dose", numbers, _("Choose the dose from which the due times move."))
    due_at = filled.moment("due")
    at = filled.moment("at")
    reason = filled.words("reason", _("Say why."), long=True)
    if dose is None or due_at is None or at is None or reason is None:
        return None
    return NewEvent(CycleEventKind.GRID_MOVED, at, reason, from_dose=int(dose), due_at=due_at)


def _read_scale(filled: Filled) -> NewEvent | None:
    """The saturation scale from a moment on."""
    scales = {str(scale.value) for scale in SpO2Scale}
    scale = filled.one_of("scale", scales, _("Choose the scale."))
    at = filled.moment("at")
    reason = filled.words("reason", _("Say why."), long=True)
    if scale is None or at is None or reason is None:
        return None
    return NewEvent(CycleEventKind.SPO2_SCALE, at, reason, scale=SpO2Scale(int(scale)))


def _read_weight(filled: Filled) -> NewEvent | None:
    """What every dose not given yet is made of from now on."""
    weight = filled.number("weight", _("Write the dosing weight in kg."))
    confirmed = weight is not None and typed_again(filled, weight)
    at = filled.moment("at")
    reason = filled.words("reason", _("Say why."), long=True)
    if filled.faults or at is None or reason is None:
        return None
    return NewEvent(CycleEventKind.DOSING_WEIGHT, at, reason, weight=weight, confirmed=confirmed)


def _page(
    request: Request,
    chart: Chart,
    about: tuple[str, CycleEventKind],
    beds: tuple[WardBeds, ...],
    filled: Filled,
    status: int,
) -> Response:
    faults = tuple(filled.faults)
    view = event_form(chart, *about, beds, filled, faults)
    return page(
        request,
        chart.case.acting,
        "cycle_event.html",
        title=page_title(chart.case.sheet, view.title),
        status=status,
        banner=chart.banner(),
        course_id=chart.case.course.id,
        zone=chart.setting.ward.zone_words(chart.setting.now),
        view=view,
        faults=faults,
        **bound(filled.form, chart.case.acting, chart.case.course.id),
    )
