"""How does somebody become a patient here: registered, a protocol chosen, admitted to a bed?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.domain.errors import Conflict, InvalidInput
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.approving import NOT_ACKNOWLEDGED, NOT_SIGNED, approval
from app.services.cases import Case, read_case
from app.services.courses import open_course, open_cycle
from app.services.looking import require_patient
from app.services.registering import add_patient
from app.store.database import Transaction
from app.web.admitting import (
    Place,
    WardBeds,
    faults_at,
    open_beds,
    read_course,
    read_cycle,
    read_patient,
    require_old_ward,
)
from app.web.bound import bound, require_bound
from app.web.chart import open_chart
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.forms import TYPED_AGAIN, UNPROCESSABLE, Filled, refusal_status
from app.web.once import new_key, submit
from app.web.pages import page
from app.web.presenters.admission import course_form, cycle_form, patient_form
from app.web.presenters.banner import page_title
from app.web.routes.common import Posted, Signed, library, reading
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
_PATIENT_FIELDS = {"mrn_taken": "mrn", "future_birth": "born"}
_COURSE_FIELDS = dict.fromkeys(("shown_twice", NOT_SIGNED, NOT_ACKNOWLEDGED), "protocol")
_CYCLE_FIELDS = (
    dict.fromkeys(("bed_taken", "bed_closed", "unknown_bed"), "place")
    | {
        "due_before_admission": "first.clock",
        "retreatment_too_early": "first.clock",
        "impossible_weight": "weight",
    }
    | TYPED_AGAIN
)
Of = Annotated[str, Query(alias="patient", max_length=40)]


@router.get("/patients/new")
def patient_page(request: Request, acting: Signed) -> Response:
    return _patient(request, acting, EMPTY, (), 200)


@router.post("/patients/new")
def patient(request: Request, acting: Signed, form: Posted) -> Response:
    filled = Filled(form, UNIVERSAL)
    new = read_patient(filled)
    if new is None:
        return _patient(request, acting, form, tuple(filled.faults), UNPROCESSABLE)
    try:
        return submit(request, acting, form, lambda tx: f"/courses/new?patient={add_patient(tx, acting, new).id}")
    except (Conflict, InvalidInput) as refusal:
        faults = faults_at(refusal, _PATIENT_FIELDS)
        return _patient(request, acting, form, faults, refusal_status(refusal))


@router.get("/courses/new")
def course_page(request: Request, acting: Signed, patient_id: Of) -> Response:
    return _course(request, acting, patient_id, EMPTY, (), 200)


@router.post("/courses/new")
def course(request: Request, acting: Signed, form: Posted, patient_id: Of) -> Response:
    require_bound(form, acting, patient_id)
    filled, found = Filled(form, UNIVERSAL), library(request)
    chosen = read_course(filled, found)
    if chosen is None:
        return _course(request, acting, patient_id, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        return f"/courses/{open_course(tx, found, acting, patient_id, *chosen).id}/cycles/new"

    try:
        return submit(request, acting, form, act)
    except (Conflict, InvalidInput) as refusal:
        faults = faults_at(refusal, _COURSE_FIELDS)
        return _course(request, acting, patient_id, form, faults, refusal_status(refusal))


@router.get("/courses/{course_id}/cycles/new")
def cycle_page(request: Request, acting: Signed, course_id: str) -> Response:
    with reading(request) as tx:
        beds = open_beds(tx, acting)
    return _cycle(request, acting, course_id, beds, Filled(EMPTY, UNIVERSAL), 200)


@router.post("/courses/{course_id}/cycles/new")
def cycle(request: Request, acting: Signed, form: Posted, course_id: str) -> Response:
    with reading(request) as tx:
        beds = open_beds(tx, acting)
        sheet = _admitting(tx, library(request), acting, course_id).sheet
    require_bound(form, acting, course_id)
    number = len(sheet.cycles) + 1
    place = Place.named(form["place"], beds)
    filled = Filled(form, UNIVERSAL if place is None else place.ward_time)
    new = read_cycle(filled, place, number)
    if new is None or place is None:
        return _cycle(request, acting, course_id, beds, filled, UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        open_cycle(tx, library(request), acting, course_id, new)
        return f"/courses/{course_id}"

    try:
        return submit(request, acting, form, act)
    except (Conflict, InvalidInput) as refusal:
        filled.faults += faults_at(refusal, _CYCLE_FIELDS)
        return _cycle(request, acting, course_id, beds, filled, refusal_status(refusal))


def _admitting(tx: Transaction, found: Library, acting: Acting, course_id: str) -> Case:
    case = read_case(tx, found, acting, course_id)
    require_old_ward(tx, case)
    return case


def _patient(request: Request, acting: Acting, form: Form, faults: tuple[Fault, ...], status: int) -> Response:
    return page(
        request,
        acting,
        "patient_new.html",
        title=_("Register a patient"),
        status=status,
        view=patient_form(form, faults),
        faults=faults,
        key=form[KEY] or new_key(),
    )


def _course(
    request: Request, acting: Acting, patient_id: str, form: Form, faults: tuple[Fault, ...], status: int
) -> Response:
    with reading(request) as tx:
        who = require_patient(tx, acting, patient_id, Permission.ADMIT)
        found = [approval(tx, one) for one in library(request).protocols.values()]
    return page(
        request,
        acting,
        "course_new.html",
        title=_("Open a course"),
        status=status,
        view=course_form(who, found, form, faults),
        faults=faults,
        **bound(form, acting, patient_id),
    )


def _cycle(
    request: Request, acting: Acting, course_id: str, beds: tuple[WardBeds, ...], filled: Filled, status: int
) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, _admitting, course_id)
    faults = tuple(filled.faults)
    return page(
        request,
        acting,
        "cycle_new.html",
        title=page_title(chart.case.sheet, _("admit")),
        status=status,
        banner=chart.banner(),
        course_id=course_id,
        view=cycle_form(chart, beds, filled, faults),
        faults=faults,
        **bound(filled.form, acting, course_id),
    )
