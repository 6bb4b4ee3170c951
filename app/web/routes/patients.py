"""Where is the patient with this record number, and who is in the house?"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from app.domain.course import Patient
from app.services.acting import Acting, Permission
from app.services.looking import patients_by_mrn, wards_of
from app.store import board, courses
from app.store.database import Transaction
from app.web.form import EMPTY, Form
from app.web.formats import date_words, name_words
from app.web.forms import Filled, fault_of
from app.web.pages import Link, page
from app.web.routes.common import Posted, Signed, reading
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One patient with the courses there are; `admit` leads to a new one for who may open it."""

    name: str
    born: str
    mrn: str
    place: str
    courses: tuple[Link, ...]
    admit: str | None


@router.get("/patients")
def patients(request: Request, acting: Signed) -> Response:
    return _page(request, acting, EMPTY)


# POST: a record number has no place in an address, which logs and browsers keep.
@router.post("/patients")
def find(request: Request, acting: Signed, form: Posted) -> Response:
    return _page(request, acting, form)


def _page(request: Request, acting: Acting, form: Form) -> Response:
    filled = Filled(form, UNIVERSAL)
    mrn = filled.words("mrn", _("Write the medical record number.")) if form.sent("mrn") else None
    with reading(request) as tx:
        found = () if mrn is None else patients_by_mrn(tx, acting, mrn)
        rows = board.board(tx, [ward.id for ward in wards_of(tx, acting)])
        places = {row.sheet.patient.id: row.bed for row in rows}
        lines = [_line(tx, acting, one, places) for one in found]
        here = [_line(tx, acting, row.sheet.patient, places) for row in rows]
    return page(
        request,
        acting,
        "patients.html",
        title=_("Patients"),
        status=200 if not filled.faults else 422,
        mrn=form["mrn"],
        fault=fault_of(tuple(filled.faults), "mrn"),
        found=None if mrn is None else lines,
        here=sorted(here, key=lambda one: one.name),
        admit=acting.may(Permission.ADMIT, None),
        emergency=acting.wards() is not None and acting.may(Permission.BREAK_GLASS, None),
    )


def _line(tx: Transaction, acting: Acting, patient: Patient, places: dict[str, str]) -> PatientLine:
    bed = places.get(patient.id)
    ids = courses.courses_of_patient(tx, patient.id)
    return PatientLine(
        name=name_words(patient),
        born=date_words(patient.birth_date),
        mrn=patient.mrn,
        place=_("not in hospital") if bed is None else _("bed {bed}").format(bed=bed),
        courses=tuple(
            Link(f"/courses/{course_id}", _("Course {number}").format(number=number))
            for number, course_id in enumerate(ids, 1)
            if acting.may(Permission.READ, courses.ward_of_course(tx, course_id))
        ),
        admit=f"/courses/new?patient={patient.id}" if bed is None and acting.may(Permission.ADMIT, None) else None,
    )
