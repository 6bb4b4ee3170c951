"""What has to be there before a demo patient is admitted: the mark, a ward with beds, people?

Visitors sign in with a password everybody may know; the simulated staff has none, so nobody can sign in as them, and
what they did is told apart from what a visitor did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from app.demo.scenarios import WARD
from app.domain.errors import NotFound
from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services.accounts import create_person, operator
from app.services.acting import Acting
from app.store import meta, people, wards
from app.store.database import Transaction
from app.store.people import Grant, Person
from app.store.wards import Bed, Ward

DEMO_MARK = meta.DEMO

PASSWORD = "demo-ward-only"  # noqa: S105 - it is printed for everybody to use, and opens demonstration data only


PIN = "294617"
"""As public; like any PIN it counts only at a workstation somebody has enrolled."""

_BEFORE_EVERY_STORY = timedelta(days=35)


class Account(NamedTuple):
    """Somebody of the demo ward."""

    login: str
    name: str
    role: Role


VISITORS = (
    Account("nurse", "DEMO Nurse", Role.NURSE),
    Account("prescriber", "DEMO Prescriber", Role.PRESCRIBER),
    Account("prescriber2", "DEMO Second prescriber", Role.PRESCRIBER),
    Account("charge", "DEMO Charge nurse", Role.CHARGE_NURSE),
    Account("pharmacist", "DEMO Pharmacist", Role.PHARMACIST),
    Account("admin", "DEMO Administrator", Role.ADMINISTRATOR),
    Account("auditor", "DEMO Auditor", Role.AUDITOR),
)
_NURSE, _PRESCRIBER, _CHARGE = _STAFF = (
    Account("simulated-nurse", "DEMO Simulated nurse", Role.NURSE),
    Account("simulated-prescriber", "DEMO Simulated prescriber", Role.PRESCRIBER),
    Account("simulated-charge", "DEMO Simulated charge nurse", Role.CHARGE_NURSE),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """The simulated people, the ward they work on, and when the demonstration began."""

    ward: Ward
    nurse: Person
    prescriber: Person
    charge: Person
    began: datetime


def set_up(tx: Transaction, began: datetime, password_hash: str, time_zone: str) -> None:
    """Marks an empty database as a demonstration that begins at `began`, with ward, beds and people.

    `password_hash` is that of PASSWORD, made outside the transaction (`services.passwords.hash_password`).
    """
    meta.put(tx, DEMO_MARK, began.isoformat())
    at = began - _BEFORE_EVERY_STORY
    ward = Ward(new_id(at), "DEMO Ward", time_zone)
    wards.add_ward(tx, ward, at)
    for bed in sorted({scenario.bed for scenario in WARD}):
        wards.add_bed(tx, Bed(ward.id, bed, open=True))
    for account in (*VISITORS, *_STAFF):
        everywhere = account.role is Role.ADMINISTRATOR
        grants = (Grant(account.role, None if everywhere else ward.id),)
        hashed = password_hash if account in VISITORS else None
        create_person(tx, operator(at), account.login, account.name, hashed, grants)


def visitors(tx: Transaction, at: datetime) -> tuple[Acting, ...]:
    """Those who may sign in, as they act for themselves; raises NotFound in a database that was not set up."""
    return tuple(acting(_person(tx, account), at) for account in VISITORS)


def staff(tx: Transaction) -> Staff:
    """The simulated staff of a database that was set up; raises NotFound in any other."""
    began = meta.get(tx, DEMO_MARK)
    if began is None:
        raise NotFound("not_demo", "This database holds no demonstration.")
    nurse, prescriber, charge = (_person(tx, account) for account in (_NURSE, _PRESCRIBER, _CHARGE))
    ward_id = next(grant.ward_id for grant in nurse.grants if grant.ward_id is not None)
    return Staff(wards.ward(tx, ward_id), nurse, prescriber, charge, datetime.fromisoformat(began))


def acting(person: Person, at: datetime) -> Acting:
    """One of the simulated staff doing something."""
    return Acting(person.id, person.name, False, person.grants, None, at, "")


def _person(tx: Transaction, account: Account) -> Person:
    found = people.person_by_login(tx, account.login)
    if found is None:
        raise NotFound("not_demo", "The simulated staff is missing from this database.")
    return found[0]
