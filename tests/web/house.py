"""How does a test get the program with a ward, its people, and a patient in the middle of a cycle?

Everything happens through the services, at a clock the test moves. Names are canaries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.delivery.posting import Posted
from app.delivery.webhooks import Webhooks
from app.domain.course import Course, Cycle, Dose, Patient
from app.domain.entry import Item
from app.domain.ids import new_id
from app.domain.measure import Kind, Measure, Value
from app.domain.receiver import Doors, Ending
from app.domain.vocabulary import Outcome, Role
from app.http.floor import install_floor
from app.protocols.library import Library, load
from app.services import accounts, administering, courses, observing, passwords, registering, secret, sessions
from app.services.acting import Acting
from app.services.administering import Administered, Done, Identifiers
from app.services.courses import NewCycle
from app.services.observing import Recorded
from app.services.registering import NewPatient
from app.store import sessions as session_store
from app.store import wards
from app.store.database import Database
from app.store.opening import open_database
from app.store.people import Grant, Person
from app.store.wards import Bed, Ward
from app.web import include_web, render_error
from tests.approvals import approve

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
"""14:00 on the ward's wall."""
ZONE = "Europe/Berlin"
PASSWORD = "CANARY-correct-horse-9041"
FAMILY_NAME, GIVEN_NAME, MRN, BORN = "CANARY-FAMILY-9041", "Canary-Given", "CANARY-MRN-9041", date(1971, 2, 3)
WEIGHT = Decimal("72.0")
ROLES = {
    "nurse": Role.NURSE,
    "prescriber": Role.PRESCRIBER,
    "prescriber2": Role.PRESCRIBER,
    "charge": Role.CHARGE_NURSE,
    "admin": Role.ADMINISTRATOR,
    "pharmacist": Role.PHARMACIST,
    "auditor": Role.AUDITOR,
}


@cache
def _password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@dataclass
class Clock:
    """The time, where the test put it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **length: float) -> datetime:
        self.at += timedelta(**length)
        return self.at


@dataclass
class Stay:
    """A patient in a bed: course, cycle, doses by number."""

    patient: Patient
    course: Course
    cycle: Cycle
    doses: tuple[Dose, ...]
    charted_until: datetime

    def dose(self, number: int) -> Dose:
        return self.doses[number - 1]


def _unknown_there(*_: Any) -> Posted:
    return Posted(Ending.UNRESOLVED, None, 7)


@dataclass
class House:
    """The program on a fresh database, and hands to do things in it."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    library: Library = field(default_factory=load)
    zone: str = ZONE
    demo: bool = False
    approved: bool = True
    doors: Doors = field(default_factory=lambda: Doors(frozenset(["https://pager.example"])))

    def __post_init__(self) -> None:
        self.app = FastAPI(telemetry={"logs": False, "auto_configure": False})
        install_floor(self.app, clock=self.clock, render_page=render_error)
        self.app.state.database = self.database
        self.app.state.library = self.library
        self.app.state.demo = self.demo
        self.app.state.secure_cookies = False
        self.app.state.webhooks = Webhooks(self.database, self.clock, self.doors, "http://ward.test", _unknown_there)
        include_web(self.app)
        self.people: dict[str, Person] = {}
        opened = self.clock.at - timedelta(days=10)
        self.ward = Ward(new_id(opened), "CANARY-WARD", self.zone)
        with self.database.transaction() as tx:
            wards.add_ward(tx, self.ward, opened)
            if self.approved:
                approve(tx, opened, self.library)
            for name in ("1", "2", "3", "4", "5", "6", "7", "8"):
                wards.add_bed(tx, Bed(self.ward.id, name, open=True))
            for login, role in ROLES.items():
                self.people[login] = accounts.create_person(
                    tx,
                    accounts.operator(opened),
                    login,
                    f"CANARY-{login}",
                    _password_hash(),
                    [Grant(role, self.ward.id)],
                )

    def acting(self, login: str = "nurse", at: datetime | None = None) -> Acting:
        return sessions.acting_as(self.people[login], at or self.clock.at, "test")

    def client(self, login: str | None = None, *, begun: datetime | None = None, at: str | None = None) -> TestClient:
        """A browser, signed in when a login is named, as `session` says."""
        client = TestClient(self.app, base_url="http://ward.test", headers={"Sec-Fetch-Site": "same-origin"})
        if login is not None:
            client.cookies.set("sid", self.session(login, begun=begun, at=at))
        return client

    def session(
        self, login: str, *, begun: datetime | None = None, until: datetime | None = None, at: str | None = None
    ) -> str:
        """A session that neither locks nor asks for a proof again while the test moves the clock.

        With `begun` it is one as people have: signed in then, with the proof of that moment; `at` names the machine.
        """
        key = secret.new_secret()
        ends = until or (self.clock.at + timedelta(days=300) if begun is None else begun + sessions.SESSION_LASTS)
        since = ends if begun is None else begun
        with self.database.transaction() as tx:
            session_store.add_session(tx, secret.hashed(key), self.people[login].id, since, ends, workstation_id=at)
        return key

    def admit(
        self,
        *,
        first_due_at: datetime,
        protocol: str = "lvhn-2015",
        shown: tuple[str, ...] = ("consensus-2014",),
        mrn: str = MRN,
        family: str = FAMILY_NAME,
        given: str = GIVEN_NAME,
        bed: str = "1",
        born: date = BORN,
    ) -> Stay:
        at = first_due_at - timedelta(hours=9)
        acting = self.acting("prescriber", at)
        new = NewPatient(mrn, family, given, born, "female")
        with self.database.transaction() as tx:
            patient = registering.add_patient(tx, acting, new)
            course = courses.open_course(tx, self.library, acting, patient.id, protocol, shown)
        with self.database.transaction() as tx:
            cycle, case = courses.open_cycle(
                tx, self.library, acting, course.id, NewCycle(1, self.ward.id, bed, at, first_due_at, WEIGHT)
            )
        return Stay(patient, course, cycle, case.sheet.doses_of(cycle.id), at)

    def chart(
        self,
        stay: Stay,
        *,
        dose: int | None = None,
        at: datetime | None = None,
        without: Iterable[str] = (),
        **values: Value | int | str,
    ) -> Recorded:
        """A well set but for `values` and what is left out; volumes are those since the set before."""
        when = at or self.clock.at
        left_out = {*without}
        items = [
            item
            for measure in self.library.measures.values()
            if measure.name not in left_out
            for item in self._items(measure, values, stay.charted_until, when)
        ]
        dose_id = None if dose is None else stay.dose(dose).id
        with self.database.transaction() as tx:
            recorded = observing.record(tx, self.library, self.acting("nurse", when), stay.course.id, dose_id, items)
        stay.charted_until = when
        return recorded

    def _items(
        self, measure: Measure, values: Mapping[str, Value | int | str], since: datetime, at: datetime
    ) -> list[Item]:
        value: Value | int | str | None = values.get(measure.name, measure.well)
        if value is None:
            return []
        if measure.numeric and not isinstance(value, bool):
            value = Decimal(value)
        if measure.kind is not Kind.INTERVAL:
            # The dosing weight of the house is not the well one: whoever charts a weight has typed it again.
            return [Item(measure.name, value, measure.unit, at, confirmed=measure.name == "weight")]
        hours = Decimal((at - since) // timedelta(minutes=1)) / 60
        volume = Decimal(value) if measure.name in values else (Decimal(value) * hours).quantize(Decimal(1))
        return [Item(measure.name, volume, measure.unit, at, since)]  # `well` is an hour's volume

    def give(self, stay: Stay, number: int, decision_id: str | None, at: datetime) -> Administered:
        units = Decimal(600_000) * WEIGHT
        done = Done(Outcome.GIVEN, at, None, units, Identifiers(stay.patient.mrn, stay.patient.birth_date), decision_id)
        with self.database.transaction() as tx:
            return administering.administer(tx, self.library, self.acting("nurse", at), stay.dose(number).id, done)

    def given_until(self, stay: Stay, number: int) -> None:
        """Every dose up to `number` observed well and given on time."""
        for dose in range(1, number + 1):
            at = stay.cycle.first_due_at + timedelta(hours=8) * (dose - 1)
            recorded = self.chart(stay, dose=dose, at=at - timedelta(minutes=30))
            assert recorded.record is not None
            self.give(stay, dose, recorded.record.id, at)


def open_house(url: str, clock: Clock | None = None, *, zone: str = ZONE, demo: bool = False) -> House:
    """The program on the migrated database at `url`."""
    return House(open_database(url), clock or Clock(), zone=zone, demo=demo)
