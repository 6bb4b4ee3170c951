"""Into which bed can a patient be laid?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest

from app.domain.course import Course
from app.domain.errors import Conflict, DosewardError, InvalidInput
from app.domain.vocabulary import CycleEventKind
from app.services.courses import NewCycle, NewEvent, add_cycle_event, open_course, open_cycle
from app.services.registering import NewPatient, add_patient
from app.store import wards
from app.store.database import Database
from app.store.wards import Bed
from tests.builders import AT, FAMILY_NAME, GIVEN_NAME, LIBRARY, REASON
from tests.services.ward import BORN, DUE, Ward, a_ward


def _another(ward: Ward, mrn: str = "CANARY-MRN-2") -> Course:
    with ward.database.transaction() as tx:
        patient = add_patient(tx, ward.charge, NewPatient(mrn, FAMILY_NAME, GIVEN_NAME, BORN, "male"))
        return open_course(tx, LIBRARY, ward.charge, patient.id, "lvhn-2015", ())


def _admit(ward: Ward, course: Course, bed: str) -> str:
    new = NewCycle(1, ward.id, bed, AT - timedelta(hours=2), DUE, Decimal("80.0"))
    with ward.database.transaction() as tx:
        return open_cycle(tx, LIBRARY, ward.charge, course.id, new)[0].id


def _move(ward: Ward, bed: str) -> None:
    event = NewEvent(CycleEventKind.MOVED, AT, REASON, ward_id=ward.id, bed=bed)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, ward.nurse, ward.cycle.id, event)


def _bed(ward: Ward, name: str, *, is_open: bool = True) -> None:
    with ward.database.transaction() as tx:
        wards.add_bed(tx, Bed(ward.id, name, open=is_open))


def test_nobody_is_admitted_to_a_bed_that_somebody_lies_in(ward: Ward) -> None:
    with pytest.raises(Conflict, match="Somebody lies in bed CANARY-BED-1 of CANARY-WARD-A now") as refused:
        _admit(ward, _another(ward), "CANARY-BED-1")
    assert refused.value.code == "bed_taken"
    assert ward.count("cycle") == 1


def test_nobody_is_laid_in_a_bed_the_ward_does_not_have(ward: Ward) -> None:
    course = _another(ward)
    for act in (lambda: _admit(ward, course, "CANARY-BED-9"), lambda: _move(ward, "CANARY-BED-9")):
        with pytest.raises(InvalidInput, match="CANARY-WARD-A has no bed of that name") as refused:
            act()
        assert [fault.pointer for fault in refused.value.errors] == ["/bed"]


def test_nobody_is_laid_in_a_closed_bed(ward: Ward) -> None:
    _bed(ward, "CANARY-BED-2", is_open=False)
    course = _another(ward)
    for act in (lambda: _admit(ward, course, "CANARY-BED-2"), lambda: _move(ward, "CANARY-BED-2")):
        with pytest.raises(Conflict, match="Bed CANARY-BED-2 of CANARY-WARD-A is closed"):
            act()


def test_nobody_is_moved_to_a_bed_that_somebody_lies_in(ward: Ward) -> None:
    _bed(ward, "CANARY-BED-2")
    _admit(ward, _another(ward), "CANARY-BED-2")
    with pytest.raises(Conflict, match="Somebody lies in bed CANARY-BED-2"):
        _move(ward, "CANARY-BED-2")


def test_a_bed_is_free_again_once_its_patient_has_moved(ward: Ward) -> None:
    _bed(ward, "CANARY-BED-2")
    _move(ward, "CANARY-BED-2")
    _admit(ward, _another(ward), "CANARY-BED-1")
    assert ward.count("active_cycle") == 2


def test_a_patient_is_in_nobodys_way(ward: Ward) -> None:
    stopped = NewEvent(CycleEventKind.STOPPED, AT, REASON)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, ward.prescriber, ward.cycle.id, stopped)
    with ward.database.transaction() as tx:
        again = NewCycle(2, ward.id, "CANARY-BED-1", AT, AT + timedelta(days=10), Decimal("80.0"))
        open_cycle(tx, LIBRARY, ward.charge, ward.course.id, again)
    assert ward.count("cycle") == 2


def test_of_two_who_are_admitted_to_one_bed_at_once_one_lies_there(database: Database) -> None:
    ward = a_ward(database)
    _bed(ward, "CANARY-BED-2")
    courses = [_another(ward, f"CANARY-MRN-{number}") for number in range(2, 8)]
    start = Barrier(len(courses))

    def admit(course: Course) -> str:
        start.wait()
        try:
            _admit(ward, course, "CANARY-BED-2")
        except DosewardError as refusal:
            return refusal.code
        return "admitted"

    with ThreadPoolExecutor(len(courses)) as people:
        found = sorted(people.map(admit, courses))
    assert found == ["admitted", *["bed_taken"] * (len(courses) - 1)]
