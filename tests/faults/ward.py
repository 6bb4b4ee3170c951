"""Who lies on the ward before something fails, and what is charted meanwhile?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain.ids import new_id
from app.domain.record import instant
from app.domain.vocabulary import Role
from app.services import accounts, courses, registering, tokens
from app.services.acting import Acting
from app.services.courses import NewCycle
from app.services.registering import NewPatient
from app.store import wards
from app.store.database import Database
from app.store.opening import open_database
from app.store.people import Grant
from tests.approvals import approve_all
from tests.builders import FAMILY_NAME, GIVEN_NAME, LIBRARY
from tests.faults.serving import AUDIT_KEY

ADMITTED_BEFORE, DUE_AFTER = timedelta(hours=20), timedelta(minutes=30)


@dataclass(frozen=True)
class Ward:
    """A database with patients in it whose first dose is due in half an hour, and somebody who may do everything."""

    url: str
    token: str
    course_ids: tuple[str, ...]


def a_ward(url: str, patients: int) -> Ward:
    """People and patients, recorded a minute ago; nobody holds the database open afterwards."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    database = open_database(url, audit_key=AUDIT_KEY.encode())
    try:
        acting, ward_id, token = _people(database, at)
        approve_all(database, at)
        return Ward(url, token, tuple(_admitted(database, acting, ward_id, number) for number in range(patients)))
    finally:
        database.close()


def _people(database: Database, at: datetime) -> tuple[Acting, str, str]:
    ward_id, operator = new_id(at), accounts.operator(at)
    with database.transaction() as tx:
        wards.add_ward(tx, wards.Ward(ward_id, "CANARY-WARD-A", "Europe/London"), at)
        everything = [Grant(role, None) for role in Role]
        person = accounts.create_person(tx, operator, "somebody", "CANARY-SOMEBODY", None, everything)
        _, token = tokens.create_token(tx, operator, "a client", person)
    return Acting(person.id, person.name, False, person.grants, None, at, "before"), ward_id, token


def _admitted(database: Database, acting: Acting, ward_id: str, number: int) -> str:
    birth, at = date(1971, 2, 3), acting.at
    with database.transaction() as tx:
        patient = NewPatient(f"CANARY-MRN-{number}", FAMILY_NAME, GIVEN_NAME, birth, "female")
        patient_id = registering.add_patient(tx, acting, patient).id
        course = courses.open_course(tx, LIBRARY, acting, patient_id, "lvhn-2015", ())
        wards.add_bed(tx, wards.Bed(ward_id, str(number), open=True))
        stay = NewCycle(1, ward_id, str(number), at - ADMITTED_BEFORE, at + DUE_AFTER, Decimal("80.0"))
        courses.open_cycle(tx, LIBRARY, acting, course.id, stay)
    return course.id


def path(course_id: str) -> str:
    """Where observation sets of the course go."""
    return f"/courses/{course_id}/observation-sets"


def calm() -> dict[str, Any]:
    """A set that meets no criterion; alone it is not enough to decide on."""
    return _set(("heart_rate", 84, "/min"), ("systolic_bp", 118, "mm[Hg]"), ("diastolic_bp", 72, "mm[Hg]"))


def holding() -> dict[str, Any]:
    """A set that holds the dose, whatever else is missing, and so raises an alert."""
    return _set(("heart_rate", 84, "/min"), ("creatinine", 2.6, "mg/dL"))


def alarming() -> dict[str, Any]:
    """A set that meets several criteria, and so raises several alerts."""
    bad = (("creatinine", 2.6, "mg/dL"), ("platelets", 40, "10*3/uL"), ("bilirubin", 8.1, "mg/dL"))
    return _set(("heart_rate", 128, "/min"), *bad)


def _set(*taken: tuple[str, float, str]) -> dict[str, Any]:
    at = instant(datetime.now(UTC))
    return {"items": [{"measure": m, "value": value, "unit": unit, "observed_at": at} for m, value, unit in taken]}
