"""A real server process on a real database, to be killed: what was there before, how it starts, what it left."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx2

from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.protocols.library import load
from app.services import access, accounts, courses
from app.store import wards
from app.store.database import open_database
from app.store.people import Grant
from app.store.wards import Ward

KEY = "faults"
PATIENCE = 30.0


@dataclass(frozen=True)
class Bedside:
    """A course whose first dose is due in an hour, and the token of a nurse who charts it."""

    url: str
    course_id: str
    token: str


def prepare(url: str) -> Bedside:
    """One patient on one ward of a migrated, empty database."""
    now, library = datetime.now(UTC), load()
    with closing(open_database(url, audit_key=KEY.encode())) as database:
        operator, ward = accounts.operator(now), Ward(new_id(now), "CANARY-ward", "Europe/London")
        with database.transaction() as tx:
            wards.add_ward(tx, ward, now)
            roles = (Grant(Role.NURSE, ward.id), Grant(Role.CHARGE_NURSE, ward.id))
            person = accounts.create_person(tx, operator, "nurse", "CANARY-nurse", None, roles)
            acting = access.acting_as(person, now, "")
            _, token = accounts.create_token(tx, acting, "faults", person)
        with database.transaction() as tx:
            new = courses.NewPatient("CANARY-1", "CANARY-family", "CANARY-given", date(1970, 2, 1), "female")
            patient = courses.add_patient(tx, acting, new)
            course = courses.open_course(tx, library, acting, patient.id, "lvhn-2015", ())
        due = now + timedelta(hours=1)
        with database.transaction() as tx:
            courses.open_cycle(
                tx, library, acting, course.id, courses.NewCycle(1, ward.id, "1", now, due, Decimal("80.0"))
            )
    return Bedside(url, course.id, token)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(url: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`doseward serve` as a process of its own; killed at the end if it still lives."""
    port = free_port()
    own = {"DOSEWARD_DATABASE_URL": url, "DOSEWARD_PORT": str(port), "DOSEWARD_AUDIT_KEY": KEY}
    process = subprocess.Popen(
        [sys.executable, "-c", "from app.cli import main; main()", "serve"],
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(process, address)
        yield process, address
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode} before it served")
        try:
            if httpx2.get(f"{address}/livez").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not come up")


def a_set(heart_rate: int) -> dict[str, object]:
    """What a nurse charts in passing; a rate of 125 holds the dose."""
    at = datetime.now(UTC).isoformat()
    return {
        "items": [
            {"measure": "heart_rate", "value": heart_rate, "unit": "/min", "observed_at": at},
            {"measure": "systolic_bp", "value": 118, "unit": "mm[Hg]", "observed_at": at},
            {"measure": "diastolic_bp", "value": 72, "unit": "mm[Hg]", "observed_at": at},
        ]
    }
