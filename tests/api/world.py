"""Who and what is there before a test begins: two wards, the people on them, and a patient on the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import FastAPI

from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services import accounts, tokens
from app.store import wards
from app.store.database import Database
from app.store.people import Grant
from app.store.wards import Bed, Ward
from tests.api import bedside
from tests.api.app import Caller, Clock, an_app
from tests.approvals import approve_all
from tests.builders import AT, MRN


@dataclass
class World:
    """An application with people in it."""

    app: FastAPI
    database: Database
    clock: Clock
    ward: str
    elsewhere: str
    nurse: Caller
    prescriber: Caller
    second: Caller
    charge: Caller
    stranger: Caller
    admin: Caller
    service: Caller

    def everybody(self) -> dict[str, Caller]:
        """All callers by what they are."""
        return {
            "nurse": self.nurse,
            "prescriber": self.prescriber,
            "charge": self.charge,
            "stranger": self.stranger,
            "admin": self.admin,
            "service": self.service,
        }

    def nobody(self) -> Caller:
        """Somebody without a token."""
        return Caller(self.app, None)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.database.reading() as tx:
            return int(tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@dataclass
class Stay:
    """A patient on the ward, in a course whose first dose is due."""

    patient: dict[str, Any]
    course: dict[str, Any]
    cycle: dict[str, Any]

    @property
    def course_id(self) -> str:
        found: str = self.course["id"]
        return found

    def dose(self, number: int = 1) -> str:
        """The id of a dose."""
        found: str = self.cycle["doses"][number - 1]["id"]
        return found


def a_world(database: Database) -> World:
    """Two wards with their people."""
    clock = Clock(AT - timedelta(hours=1))
    app = an_app(database, clock)
    approve_all(database, clock.at)
    ward, elsewhere = _ward(database, "CANARY-WARD-A"), _ward(database, "CANARY-WARD-B")
    people = {
        "nurse": [Grant(Role.NURSE, ward)],
        "prescriber": [Grant(Role.PRESCRIBER, ward)],
        "second": [Grant(Role.PRESCRIBER, ward)],
        "charge": [Grant(Role.CHARGE_NURSE, ward)],
        "stranger": [Grant(role, elsewhere) for role in (Role.NURSE, Role.PRESCRIBER, Role.CHARGE_NURSE)],
        "admin": [Grant(Role.ADMINISTRATOR, None)],
    }
    tokens = {login: Caller(app, a_token(database, login, grants)) for login, grants in people.items()}
    service = Caller(app, a_service(database, ["read", "alerts:read", "evaluate", "observations:write"]))
    clock.at = AT
    return World(app, database, clock, ward, elsewhere, **tokens, service=service)


def _ward(database: Database, name: str) -> str:
    ward = Ward(new_id(AT), name, "Europe/London")
    with database.transaction() as tx:
        wards.add_ward(tx, ward, AT)
        wards.add_bed(tx, Bed(ward.id, "CANARY-BED-1", True))
    return ward.id


def a_token(database: Database, login: str, grants: Iterable[Grant]) -> str:
    """The secret of a personal token of a new person."""
    operator = accounts.operator(AT - timedelta(hours=1))
    with database.transaction() as tx:
        person = accounts.create_person(tx, operator, login, f"CANARY-{login.upper()}", None, grants)
        return tokens.create_token(tx, operator, f"token of {login}", person)[1]


def a_service(database: Database, scopes: Iterable[str], ward_ids: Iterable[str] = ()) -> str:
    """The secret of a service token."""
    with database.transaction() as tx:
        operator = accounts.operator(AT - timedelta(hours=1))
        return tokens.create_token(tx, operator, "gateway", None, scopes, ward_ids)[1]


def a_stay(world: World, mrn: str = MRN, protocol: str = "lvhn-2015", **cycle: Any) -> Stay:
    """A patient admitted to a free bed for a course, through the API."""
    patient = world.charge.make("/patients", bedside.a_patient(mrn))
    course = world.charge.make("/courses", {"patient_id": patient["id"], "protocol": protocol, "shown": []})
    body = bedside.a_cycle(world.ward, **{"bed": _a_free_bed(world), **cycle})
    opened = world.charge.make(f"/courses/{course['id']}/cycles", body)
    return Stay(patient, course, opened)


def _a_free_bed(world: World) -> str:
    with world.database.transaction() as tx:
        free = [bed for bed in wards.beds(tx, world.ward) if bed.open and not wards.lying_in(tx, bed)]
        if not free:
            free.append(Bed(world.ward, f"CANARY-BED-{len(wards.beds(tx, world.ward)) + 1}", True))
            wards.add_bed(tx, free[0])
    return free[0].name
