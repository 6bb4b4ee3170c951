"""How does a patient become known to the ward?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.course import Patient
from app.domain.errors import Conflict, InvalidInput
from app.domain.ids import new_id
from app.services.acting import Acting, Permission
from app.store import courses as course_store
from app.store import ledger, records
from app.store.database import Transaction


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A patient as on the wristband."""

    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str


def add_patient(tx: Transaction, acting: Acting, new: NewPatient) -> Patient:
    """Registers a patient; raises Conflict when the record number is taken."""
    acting.require(Permission.ADMIT, None)
    if new.birth_date > acting.at.date():
        raise InvalidInput("future_birth", "The date of birth is still to come.")
    if course_store.patient_by_mrn(tx, new.mrn) is not None:
        raise Conflict("mrn_taken", "A patient with this record number is registered already.")
    patient = Patient(new_id(acting.at), new.mrn, new.family_name, new.given_name, new.birth_date, new.sex)
    records.add_patient(tx, patient, acting.at, acting.person_id)
    ledger.append(tx, (acting.act("add_patient", None, (patient.id,), patient_id=patient.id),))
    return patient
