"""Where are the random acts played: which wards, people and patients, and what time is it there?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final, TypeVar

from app.domain.course import Cycle
from app.domain.flowsheet import Flowsheet
from app.domain.ids import new_id
from app.domain.progress import DoseProgress, pending
from app.domain.protocol import Protocol
from app.domain.vocabulary import Role
from app.services.acting import Acting
from app.services.courses import NewCycle, open_course, open_cycle
from app.services.registering import NewPatient, add_patient
from app.store import flowsheets, people, wards
from app.store.database import Database, Transaction
from app.store.opening import open_database
from app.store.people import Grant, Person
from app.store.wards import Bed, Ward
from tests.approvals import approve
from tests.builders import AT, FAMILY_NAME, GIVEN_NAME, LIBRARY
from tests.services.ward import BORN

AUDIT_KEY: Final = b"kept elsewhere"
BEDS: Final = ("CANARY-BED-1", "CANARY-BED-2", "CANARY-BED-3")
STAFF: Final = (Role.NURSE, Role.CHARGE_NURSE, Role.PRESCRIBER, Role.PRESCRIBER)
_T = TypeVar("_T")


@dataclass
class House:
    """Two wards, their people, and a course or two; `now` is what every clock says, `random` decides everything."""

    url: str
    database: Database
    random: Random
    now: datetime = AT
    wards: list[str] = field(default_factory=list)
    staff: list[Acting] = field(default_factory=list)
    courses: list[str] = field(default_factory=list)
    saved: int = 0
    """Transactions of the acts."""

    def person(self, role: Role, ward_id: str | None = None) -> Acting:
        """Somebody with this role, on the ward if one is named, at this moment."""
        able = [one for one in self.staff if one.roles(ward_id) & {role}]
        return replace(self.random.choice(able), at=self.now)

    def sheet(self, course_id: str) -> Flowsheet:
        """Everything about a course but the documents of its decisions, as this process knows it."""
        with self.database.reading() as tx:
            return flowsheets.load_bare(tx, course_id)

    @contextmanager
    def act(self) -> Iterator[Transaction]:
        """A transaction, counted once it is saved."""
        with self.database.transaction() as tx:
            yield tx
        self.saved += 1

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random.random() < share

    def one_of(self, things: Sequence[_T]) -> _T | None:
        """Any of them, None of none."""
        return self.random.choice(things) if things else None

    def tick(self, step: timedelta) -> None:
        """Moves every clock."""
        self.now += step

    def restart(self) -> None:
        """Another process takes over, which remembers nothing."""
        self.database.close()
        self.database = open_database(self.url, audit_key=AUDIT_KEY)


@dataclass(frozen=True, slots=True)
class Stay:
    """One course as it stands when somebody is about to act on it."""

    sheet: Flowsheet
    protocol: Protocol
    due: DoseProgress | None

    @property
    def cycle(self) -> Cycle:
        """The newest."""
        return self.sheet.cycles[-1]

    @property
    def ward_id(self) -> str:
        """Where the patient lies."""
        return self.sheet.ward_of(self.cycle)


def a_stay(house: House, course_id: str) -> Stay:
    """The course as it is now."""
    sheet = house.sheet(course_id)
    protocol = LIBRARY.protocol(sheet.course.protocol.id)
    due = pending(sheet, sheet.cycles[-1], protocol, house.now)
    return Stay(sheet, protocol, due)


def a_house(url: str, random: Random) -> House:
    """A house with one or two patients admitted, whose first doses are due in a few hours."""
    house = House(url, open_database(url, audit_key=AUDIT_KEY), random)
    with house.database.transaction() as tx:
        approve(tx, AT)
        for name in ("CANARY-WARD-A", "CANARY-WARD-B"):
            place = Ward(new_id(AT), name, "Europe/London")
            wards.add_ward(tx, place, AT)
            house.wards.append(place.id)
            for bed in BEDS:
                wards.add_bed(tx, Bed(place.id, bed, open=True))
            for number, role in enumerate(STAFF):
                login = f"{name}-{role}-{number}".lower()
                grants = frozenset({Grant(role, place.id)})
                one = Person(new_id(AT), login, login.upper(), True, grants)
                people.add_person(tx, one, None, AT, None)
                house.staff.append(Acting(one.id, one.name, False, grants, None, AT, "CANARY-REQUEST-9041"))
    for number, protocol in enumerate(random.sample(sorted(LIBRARY.protocols), random.choice((1, 2)))):
        house.courses.append(_admitted(house, number, protocol))
    return house


def _admitted(house: House, number: int, protocol: str) -> str:
    charge = house.person(Role.CHARGE_NURSE, house.wards[0])
    with house.database.transaction() as tx:
        new = NewPatient(f"CANARY-MRN-{number}", FAMILY_NAME, GIVEN_NAME, BORN, "female")
        course = open_course(tx, LIBRARY, charge, add_patient(tx, charge, new).id, protocol, ())
    begun = house.now - timedelta(hours=house.random.choice((1, 6, 20)))
    due = house.now + timedelta(minutes=house.random.choice((30, 90, 240)))
    with house.database.transaction() as tx:
        cycle = NewCycle(1, house.wards[0], BEDS[number], begun, due, Decimal("80.0"))
        open_cycle(tx, LIBRARY, charge, course.id, cycle)
    return course.id
