"""Whose course is this, which one does a thing belong to, and on which ward is it?

With a `reach`, what is out of it is not found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, or_, select, union_all

from app.domain.canary import WARD
from app.domain.course import Course, Dose, Patient
from app.domain.errors import NotFound
from app.store import rows
from app.store import tables as t
from app.store.database import Transaction
from app.store.pages import Page, asked, by_id, page
from app.store.reach import Reach, given, within
from app.store.statements import Row, Statement

_ID: BindParameter[str] = bindparam("id")
_WARDS: BindParameter[Any] = bindparam("ward_ids", expanding=True)

_theirs = t.course.alias()
# Whoever was never in treatment belongs to no ward; of the others, one course within reach is enough.
_PATIENT_WITHIN = or_(
    ~exists().where(_theirs.c.patient_id == t.patient.c.id),
    exists().where(_theirs.c.patient_id == t.patient.c.id, within(_theirs.c.id)),
)
_PATIENT = Statement(select(*rows.PATIENT).where(t.patient.c.id == _ID, _PATIENT_WITHIN))
_BY_MRN = Statement(select(*rows.PATIENT).where(t.patient.c.mrn == bindparam("mrn"), _PATIENT_WITHIN))
_COURSE = Statement(select(*rows.COURSE).where(t.course.c.id == _ID))
_DOSE = Statement(select(*rows.DOSE, t.dose.c.course_id).where(t.dose.c.id == _ID, within(t.dose.c.course_id)))
_OF_CYCLE = Statement(select(t.cycle.c.course_id).where(t.cycle.c.id == _ID, within(t.cycle.c.course_id)))
_OF_OBSERVATION = Statement(
    select(t.observation.c.course_id).where(t.observation.c.id == _ID, within(t.observation.c.course_id))
)
_OF_ADMINISTRATION = Statement(
    select(t.administration.c.course_id).where(t.administration.c.id == _ID, within(t.administration.c.course_id))
)
_OF_DECISION = Statement(select(t.decision.c.course_id).where(t.decision.c.id == _ID, within(t.decision.c.course_id)))
_OF_ALERT = Statement(
    select(*t.alert_event.c["course_id", "ward_id"])
    .where(
        t.alert_event.c.alert_id == _ID,
        or_(t.alert_event.c.course_id.is_(None), within(t.alert_event.c.course_id)),
    )
    .limit(1)
)
_OF_PATIENT = Statement(
    select(t.course.c.id).where(t.course.c.patient_id == _ID, within(t.course.c.id)).order_by(t.course.c.id)
)
_STAYS = Statement(
    union_all(
        select(t.cycle.c.seq, t.cycle.c.ward_id).where(t.cycle.c.course_id == _ID),
        select(t.cycle_event.c.seq, t.cycle_event.c.ward_id).where(
            t.cycle_event.c.course_id == _ID, t.cycle_event.c.kind == "moved"
        ),
    ).order_by("seq")
)

_ACTIVE = exists().where(t.active_cycle.c.course_id == t.course.c.id)
_places = union_all(
    select(t.cycle.c.seq, t.cycle.c.ward_id).where(t.cycle.c.course_id == t.course.c.id).correlate(t.course),
    select(t.cycle_event.c.seq, t.cycle_event.c.ward_id)
    .where(t.cycle_event.c.course_id == t.course.c.id, t.cycle_event.c.kind == "moved")
    .correlate(t.course),
).subquery()
_LAST_PLACE = select(_places.c.ward_id).order_by(_places.c.seq.desc()).limit(1).correlate(t.course).scalar_subquery()
_ON_WARDS = _LAST_PLACE.in_(_WARDS)
_COURSES = by_id(select(*rows.COURSE), t.course.c.id)
_CANARY = exists().where(t.course_place.c.course_id == t.course.c.id, t.course_place.c.ward_id == WARD)
_LISTS = {
    (on_wards, active): Statement(
        _COURSES.where(
            _ON_WARDS if on_wards else ~_CANARY, *([] if active is None else [_ACTIVE if active else ~_ACTIVE])
        )
    )
    for on_wards in (False, True)
    for active in (None, False, True)
}


def patient(tx: Transaction, patient_id: str, reach: Reach | None = None) -> Patient:
    """One patient; raises NotFound."""
    return rows.patient(_one(tx, _PATIENT, patient_id, "patient", reach))


def patient_by_mrn(tx: Transaction, mrn: str, reach: Reach | None = None) -> Patient | None:
    """The patient with this medical record number, None when nobody has it."""
    row = _BY_MRN.maybe(tx, mrn=mrn, **given(reach))
    return None if row is None else rows.patient(row)


def course(tx: Transaction, course_id: str) -> Course:
    """One course; raises NotFound."""
    return rows.course(_one(tx, _COURSE, course_id, "course"))


def courses_of_patient(tx: Transaction, patient_id: str, reach: Reach | None = None) -> tuple[str, ...]:
    """The ids of a patient's courses, oldest first."""
    return tuple([row[0] for row in _OF_PATIENT.all(tx, id=patient_id, **given(reach))])


def dose(tx: Transaction, dose_id: str, reach: Reach | None = None) -> tuple[Dose, str]:
    """One dose and the id of its course; raises NotFound."""
    row = _one(tx, _DOSE, dose_id, "dose", reach)
    return rows.dose(row[:-1]), row[-1]


def course_of_dose(tx: Transaction, dose_id: str, reach: Reach | None = None) -> str:
    """The id of the dose's course; raises NotFound."""
    return dose(tx, dose_id, reach)[1]


def course_of_cycle(tx: Transaction, cycle_id: str, reach: Reach | None = None) -> str:
    """The id of the cycle's course; raises NotFound."""
    return str(_one(tx, _OF_CYCLE, cycle_id, "cycle", reach)[0])


def course_of_observation(tx: Transaction, observation_id: str, reach: Reach | None = None) -> str:
    """The id of the observation's course; raises NotFound."""
    return str(_one(tx, _OF_OBSERVATION, observation_id, "observation", reach)[0])


def course_of_administration(tx: Transaction, administration_id: str, reach: Reach | None = None) -> str:
    """The id of the course in which that was done; raises NotFound."""
    return str(_one(tx, _OF_ADMINISTRATION, administration_id, "administration", reach)[0])


def course_of_decision(tx: Transaction, decision_id: str, reach: Reach | None = None) -> str:
    """The id of the decision's course; raises NotFound."""
    return str(_one(tx, _OF_DECISION, decision_id, "decision", reach)[0])


def place_of_alert(tx: Transaction, alert_id: str, reach: Reach | None = None) -> tuple[str | None, str]:
    """The ids of the course an alert is about, None for the program itself, and of the ward it was raised on.

    Raises NotFound; an alert about the program is found whatever the reach.
    """
    course_id, ward_id = _one(tx, _OF_ALERT, alert_id, "alert", reach)
    return course_id, ward_id


def ward_of_course(tx: Transaction, course_id: str) -> str | None:
    """The ward the patient lies on, or lay on last; None before the first cycle."""
    stays = _STAYS.all(tx, id=course_id)
    return stays[-1][1] if stays else None


def courses(
    tx: Transaction, ward_ids: Iterable[str] | None, after: str | None, limit: int, *, active: bool | None = None
) -> Page[Course]:
    """Courses by age; `ward_ids`: whose patient lies there now, or lay there last; `active`: with one in the house."""
    of = asked(after, limit)
    if ward_ids is not None:
        of["ward_ids"] = list(ward_ids)
    return page(_LISTS[ward_ids is not None, active].all(tx, **of), limit, rows.course)


def _one(tx: Transaction, query: Statement, id_: str, noun: str, reach: Reach | None = None) -> Row:
    row = query.maybe(tx, id=id_, **given(reach))
    if row is None:
        raise NotFound(f"{noun}_not_found", f"There is no such {noun}.")
    return row
