"""Who works on a ward next door, and is in the record as a person?"""

from __future__ import annotations

from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services.acting import Acting
from app.store import people, wards
from app.store.database import Database
from app.store.people import Grant, Person
from app.store.wards import Ward
from tests.builders import AT


def next_door(database: Database) -> str:
    """The id of another ward."""
    ward = Ward(new_id(AT), f"CANARY-WARD-{new_id(AT)[-6:]}", "Europe/Berlin")
    with database.transaction() as tx:
        wards.add_ward(tx, ward, AT)
    return ward.id


def a_person(database: Database, ward_id: str | None, *roles: Role) -> Acting:
    """Somebody in the record with these roles there."""
    login = f"canary-{new_id(AT)[-12:]}"
    grants = frozenset(Grant(role, ward_id) for role in roles)
    person = Person(new_id(AT), login, f"CANARY-{login.upper()}", True, grants)
    with database.transaction() as tx:
        people.add_person(tx, person, None, AT, None)
    return Acting(person.id, person.name, False, grants, None, AT, "CANARY-REQUEST-9041")
