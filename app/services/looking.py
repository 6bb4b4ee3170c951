"""What may this actor see?

Whoever has no business on a ward learns nothing of it: unknown and forbidden answer alike (NotFound).
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.alert import Alert, AlertEvent
from app.domain.course import Patient
from app.domain.errors import NotFound
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.cases import Case, allowed, read_case
from app.store import alerts, courses, receivers, wards
from app.store.database import Transaction
from app.store.receivers import Arrival
from app.store.wards import Ward


def wards_of(tx: Transaction, acting: Acting) -> tuple[Ward, ...]:
    """The wards the actor may read, by name."""
    readable = acting.wards()
    return tuple(ward for ward in wards.wards(tx) if readable is None or ward.id in readable)


def chosen_ward(wards: Iterable[Ward], ward_id: str | None) -> Ward:
    """The ward that is named, the first where none is; raises NotFound."""
    found = next((one for one in wards if not ward_id or one.id == ward_id), None)
    if found is None:
        raise NotFound("ward_not_found", "There is no such ward.")
    return found


def require_ward(tx: Transaction, acting: Acting, ward_id: str, permission: Permission) -> None:
    """Raises Forbidden, and NotFound for a ward elsewhere, which answers like one that is not there."""
    chosen_ward((ward for ward in wards_of(tx, acting) if ward.id == ward_id), None)
    acting.require(permission, ward_id)


def require_patient(tx: Transaction, acting: Acting, patient_id: str, permission: Permission) -> Patient:
    """A patient who lies, or lay last, on a ward of the actor's, or was never admitted; raises NotFound, Forbidden."""
    patient = courses.patient(tx, patient_id, acting.reach)
    theirs = courses.courses_of_patient(tx, patient_id, acting.reach)
    places = [courses.ward_of_course(tx, course_id) for course_id in theirs]
    if not any(acting.may(permission, place) for place in places):
        acting.require(permission, places[-1] if places else None)
    return patient


def patients_by_mrn(tx: Transaction, acting: Acting, mrn: str) -> tuple[Patient, ...]:
    """The patient with this record number, if there is one the actor may see."""
    found = courses.patient_by_mrn(tx, mrn, acting.reach)
    return () if found is None else (found,)


def case_of_cycle(tx: Transaction, library: Library, acting: Acting, cycle_id: str) -> Case:
    """The course a cycle belongs to; raises NotFound."""
    return read_case(tx, library, acting, courses.course_of_cycle(tx, cycle_id, acting.reach))


def case_of_dose(tx: Transaction, library: Library, acting: Acting, dose_id: str) -> Case:
    """The course a dose belongs to; raises NotFound."""
    return read_case(tx, library, acting, courses.course_of_dose(tx, dose_id, acting.reach))


def case_of_decision(tx: Transaction, library: Library, acting: Acting, decision_id: str) -> Case:
    """The course a decision belongs to; raises NotFound."""
    return read_case(tx, library, acting, courses.course_of_decision(tx, decision_id, acting.reach))


def alert(tx: Transaction, acting: Acting, alert_id: str) -> Alert:
    """One alert as it stands; raises NotFound."""
    at_alert(tx, acting, alert_id, Permission.READ_ALERTS)
    return alerts.alert(tx, alert_id)


def alert_events(tx: Transaction, acting: Acting, alert_id: str) -> tuple[AlertEvent, ...]:
    """What happened to one alert, oldest first; raises NotFound."""
    at_alert(tx, acting, alert_id, Permission.READ_ALERTS)
    return alerts.events_of(tx, alert_id)


def alert_arrivals(tx: Transaction, acting: Acting, alert_id: str) -> tuple[Arrival, ...]:
    """Which receivers took what of an alert, oldest first; raises NotFound. That it arrived, nobody has seen yet."""
    at_alert(tx, acting, alert_id, Permission.READ_ALERTS)
    return receivers.arrivals(tx, alert_id)


def at_alert(tx: Transaction, acting: Acting, alert_id: str, permission: Permission) -> Acting:
    """The actor as they stand towards the course of an alert; raises NotFound, Forbidden."""
    course_id, ward_id = courses.place_of_alert(tx, alert_id, acting.reach)
    if course_id is None:
        acting.require(permission, ward_id)
        return acting
    return allowed(tx, acting, course_id, courses.ward_of_course(tx, course_id), permission)


def open_alerts(tx: Transaction, acting: Acting) -> tuple[Alert, ...]:
    """The open alerts of the patients who lie on the actor's wards, oldest first."""
    return alerts.open_alerts(tx, [ward.id for ward in wards_of(tx, acting)])
