"""How does a patient come into treatment, and which courses are there?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field

from app.api import record_shapes, shapes
from app.api.calls import Call, Called, answered, read
from app.api.lists import Paging, after_id, cut, listed
from app.api.records import course_answer, flat_answer, whole_course_answer
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.course import Course
from app.domain.errors import NotFound
from app.http.body import Body
from app.http.fields import Day, Text, Uuid
from app.services.cases import Case, read_case
from app.services.courses import open_course
from app.services.looking import patients_by_mrn, wards_of
from app.services.registering import NewPatient, add_patient
from app.services.similar import Similar, similar_in
from app.store import courses as course_store
from app.store.database import Transaction
from app.store.pages import Page

router = router_for("patients and courses")


class State(StrEnum):
    """Whether the patient is in the house for this course now."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class PatientToAdd(Body):
    """A patient as on the wristband."""

    mrn: Text
    family_name: Text
    given_name: Text
    birth_date: Day
    sex: Literal["female", "male", "other", "unknown"]


class CourseToOpen(Body):
    """A course: one protocol decides, the others inform."""

    patient_id: Uuid
    protocol: Text
    shown: Annotated[tuple[Text, ...], Field(max_length=10)] = ()


@router.post(
    "/patients",
    status_code=201,
    response_model=record_shapes.Patient,
    response_description="The patient.",
    openapi_extra=takes_key(),
)
def add_a_patient(call: Called, sent: PatientToAdd) -> Response:
    """409 `mrn_taken` when the record number belongs to somebody."""
    new = NewPatient(sent.mrn, sent.family_name, sent.given_name, sent.birth_date, sent.sex)
    return write(call, lambda tx: add_patient(tx, call.acting, new), flat_answer)


@router.get(
    "/patients", response_model=shapes.Page[record_shapes.Patient], response_description="The patient, or nobody."
)
def find_patients(call: Called, asked: Paging, mrn: Annotated[Text, Query()]) -> Response:
    """By medical record number; the list has one item or none."""
    found = read(call, lambda tx: patients_by_mrn(tx, call.acting, mrn))
    page, following = cut(found, lambda patient: (patient.id,), asked)
    return answered(listed(map(flat_answer, page), following))


@router.post(
    "/courses",
    status_code=201,
    response_model=record_shapes.Course,
    response_description="The course.",
    openapi_extra=takes_key(),
)
def open_a_course(call: Called, sent: CourseToOpen) -> Response:
    """The text of the protocol is pinned: a newer version changes nothing for this course.

    409 `protocol_not_signed`, `protocol_not_acknowledged`: the sentence says who may do what about it.
    """
    return write(
        call,
        lambda tx: open_course(tx, call.library, call.acting, sent.patient_id, sent.protocol, sent.shown),
        course_answer,
    )


@router.get("/courses", response_model=shapes.Page[record_shapes.Course], response_description="Courses by age.")
def list_courses(
    call: Called,
    asked: Paging,
    ward_id: Annotated[Uuid | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> Response:
    """Of the wards you may see; `active`: the patient is in the house now."""
    page = read(call, lambda tx: _courses(tx, call, ward_id, state, after_id(asked), asked.limit))
    return answered(listed(map(course_answer, page.items), page.next_after))


def _courses(
    tx: Transaction, call: Call, ward_id: str | None, state: State | None, after: str | None, limit: int
) -> Page[Course]:
    readable = call.acting.wards()
    if ward_id is not None:
        readable = frozenset(ward.id for ward in wards_of(tx, call.acting) if ward.id == ward_id)
        if not readable:
            raise NotFound("ward_not_found", "There is no such ward.")
    active = None if state is None else state is State.ACTIVE
    return course_store.courses(tx, readable, after, limit, active=active)


@router.get("/courses/{course_id}", response_model=record_shapes.WholeCourse, response_description="The course.")
def read_course(call: Called, course_id: Uuid) -> Response:
    """With its patient, cycles and schedule, and who on the ward may be taken for the patient."""
    case, similar = read(call, lambda tx: _whole(tx, call, course_id))
    return answered(whole_course_answer(case, similar))


def _whole(tx: Transaction, call: Call, course_id: str) -> tuple[Case, tuple[Similar, ...]]:
    case = read_case(tx, call.library, call.acting, course_id)
    return case, similar_in(case)
