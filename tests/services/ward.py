"""Who acts in a test of the services, and on whom?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from app.domain.course import Course, Cycle, Dose
from app.domain.entry import Item
from app.domain.flowsheet import Flowsheet
from app.domain.ids import new_id
from app.domain.observation import Reading
from app.domain.vocabulary import Outcome, Role
from app.services.acting import Acting
from app.services.administering import Done, Identifiers
from app.services.courses import NewCycle, open_course, open_cycle
from app.services.observing import Recorded, record
from app.services.registering import NewPatient, add_patient
from app.store import flowsheets, wards
from app.store.database import Database
from app.store.people import Grant
from app.store.wards import Bed
from app.store.wards import Ward as Place
from tests.approvals import approve_all
from tests.builders import (
    AT,
    FAMILY_NAME,
    GIVEN_NAME,
    LIBRARY,
    MEASURES,
    MRN,
    Charted,
    Plain,
    flat,
    reading,
    well_readings,
)

BORN = date(1971, 2, 3)
UNITS = Decimal(48_000_000)
DUE = AT + timedelta(minutes=30)


def somebody(*roles: Role, ward_id: str | None = None, at: datetime = AT) -> Acting:
    """A person with these roles on a ward, or on all."""
    grants = frozenset(Grant(role, ward_id) for role in roles)
    name = "CANARY-" + "-".join(roles).upper()
    return Acting(new_id(at), name, False, grants, None, at, "CANARY-REQUEST-9041")


def a_service(*scopes: str, at: datetime = AT) -> Acting:
    """A service account."""
    return Acting(new_id(at), "gateway", True, frozenset(), frozenset(scopes), at, "CANARY-REQUEST-9041")


def later(acting: Acting, minutes: float) -> Acting:
    """The same person after so many minutes."""
    return replace(acting, at=acting.at + timedelta(minutes=minutes))


@dataclass
class Ward:
    """A ward with its people, and a patient whose first dose may be given."""

    database: Database
    id: str
    nurse: Acting
    prescriber: Acting
    charge: Acting
    course: Course
    cycle: Cycle
    doses: tuple[Dose, ...]

    def chart(self, *charted: Charted, minutes: float = 0, dose: int | None = 1, **values: Plain) -> Recorded:
        """A set of a well patient, with what is changed, saved by the nurse after so many minutes."""
        acting = later(self.nurse, minutes)
        changed = (*charted, *(reading(measure, value, at=acting.at) for measure, value in values.items()))
        return self.chart_items(entries(*changed, at=acting.at), minutes, dose)

    def chart_items(self, items: list[Item], minutes: float = 0, dose: int | None = 1) -> Recorded:
        """A set of just these."""
        acting = later(self.nurse, minutes)
        dose_id = None if dose is None else self.doses[dose - 1].id
        with self.database.transaction() as tx:
            return record(tx, LIBRARY, acting, self.course.id, dose_id, items)

    def sheet(self) -> Flowsheet:
        """Everything about the course, as stored."""
        with self.database.reading() as tx:
            return flowsheets.load(tx, self.course.id)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.database.reading() as tx:
            return int(tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())

    def done(self, minutes: float = 0, **changes: object) -> Done:
        """The dose given whole, begun after so many minutes."""
        given = Done(Outcome.GIVEN, AT + timedelta(minutes=minutes), None, UNITS, Identifiers(MRN, BORN))
        return replace(given, **changes)  # type: ignore[arg-type]


def entries(*charted: Charted, at: datetime = AT, absent: Iterable[str] = ()) -> list[Item]:
    """Everything charted of a well patient; `charted` readings replace those of their measures."""
    changed = flat(charted)
    gone = {*absent, *(row.measure for row in changed)}
    return [an_entry(row) for row in (*well_readings(at, gone), *changed)]


def an_entry(row: Reading) -> Item:
    """A reading as it is entered."""
    return Item(row.measure, row.value, MEASURES[row.measure].unit, row.at, row.start)


def a_ward(database: Database, protocol: str = "lvhn-2015") -> Ward:
    """A ward with one patient on it."""
    place = Place(new_id(AT), "CANARY-WARD-A", "Europe/London")
    charge = somebody(Role.CHARGE_NURSE, ward_id=place.id)
    approve_all(database, AT)
    with database.transaction() as tx:
        wards.add_ward(tx, place, AT)
        wards.add_bed(tx, Bed(place.id, "CANARY-BED-1", open=True))
        patient = add_patient(tx, charge, NewPatient(MRN, FAMILY_NAME, GIVEN_NAME, BORN, "female"))
        course = open_course(tx, LIBRARY, charge, patient.id, protocol, ())
    new = NewCycle(1, place.id, "CANARY-BED-1", AT - timedelta(hours=20), DUE, Decimal("80.0"))
    with database.transaction() as tx:
        cycle, case = open_cycle(tx, LIBRARY, charge, course.id, new)
    return Ward(
        database,
        place.id,
        somebody(Role.NURSE, ward_id=place.id),
        somebody(Role.PRESCRIBER, ward_id=place.id),
        charge,
        course,
        cycle,
        case.sheet.doses_of(cycle.id),
    )
