"""Who works here, and what may each do on which ward?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, insert, or_, select, update

from app.domain.errors import NotFound
from app.domain.vocabulary import Role
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement


class Grant(NamedTuple):
    """A role on one ward, or on all of them where `ward_id` is None."""

    role: Role
    ward_id: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in while `active`."""

    id: str
    login: str
    name: str
    active: bool
    grants: frozenset[Grant]

    def has(self, ward_id: str | None, *roles: Role) -> bool:
        """True when the person holds one of the roles on this ward (None: on all wards)."""
        return any(grant.role in roles and grant.ward_id in {None, ward_id} for grant in self.grants)

    def wards(self) -> frozenset[str] | None:
        """The wards of any role; None means all of them."""
        wards = {grant.ward_id for grant in self.grants}
        return None if None in wards else frozenset(ward for ward in wards if ward is not None)


SIGNED_IN = ("sign_in", "sign_in_local", "sign_in_provider")
"""What the audit trail calls a sign-in: with a password, with one although there is a provider, and there."""

PERSON = (*t.person.c["id", "login", "name", "active"], *t.person_role.c["role", "ward_id"])
WITH_ROLES = t.person.outerjoin(t.person_role, t.person_role.c.person_id == t.person.c.id)

_ANYBODY: Select[Any] = select(*PERSON).select_from(WITH_ROLES).order_by(t.person.c.login)
_PEOPLE = Statement(_ANYBODY)
_BY_ID = Statement(_ANYBODY.where(t.person.c.id == bindparam("id")))
_SOME = Statement(_ANYBODY.where(t.person.c.id.in_(bindparam("ids", expanding=True))))
_ALL_NAMES = Statement(select(*t.person.c["id", "name"]))
_NAMES = Statement(select(*t.person.c["id", "name"]).where(t.person.c.id.in_(bindparam("ids", expanding=True))))
_BY_LOGIN = Statement(_ANYBODY.where(t.person.c.login == bindparam("login")))
_PASSWORD = Statement(select(t.person.c.password_hash).where(t.person.c.login == bindparam("login")))
_PASSWORD_OF = Statement(select(t.person.c.password_hash).where(t.person.c.id == bindparam("of")))
_RUNS_THE_HOUSE = select(t.person_role.c.person_id).where(
    t.person_role.c.role == Role.ADMINISTRATOR, t.person_role.c.ward_id.is_(None)
)
_LOCK = Statement(
    select(t.person.c.id)
    .where((t.person.c.id == bindparam("id")) | t.person.c.id.in_(_RUNS_THE_HOUSE))
    .order_by(t.person.c.id)
    .with_for_update()
)
_ADMINISTRATORS = Statement(
    select(t.person.c.id).where(
        t.person.c.id.in_(_RUNS_THE_HOUSE), t.person.c.active == bindparam("now", type_=t.person.c.active.type)
    )
)
_LAST_SIGN_IN = Statement(
    select(t.audit.c.at)
    .where(t.audit.c.person == bindparam("of"), or_(*(t.audit.c.action == done for done in SIGNED_IN)))
    .order_by(t.audit.c.seq.desc())
    .limit(1)
)
_ADD = Statement(insert(t.person))
_THE_PERSON = update(t.person).where(t.person.c.id == bindparam("of"))
_SET_PASSWORD = Statement(_THE_PERSON.values(password_hash=bindparam("to")))
_SET_NAME = Statement(_THE_PERSON.values(name=bindparam("to")))
_SET_ACTIVE = Statement(_THE_PERSON.values(active=bindparam("to", type_=t.person.c.active.type)))
_GRANT = Statement(insert(t.person_role))
_REVOKE = Statement(
    delete(t.person_role).where(
        t.person_role.c.person_id == bindparam("of"),
        t.person_role.c.role == bindparam("lost"),
        t.person_role.c.ward_id.is_not_distinct_from(bindparam("there")),
    )
)


def add_person(tx: Transaction, person: Person, password_hash: str | None, at: datetime, by: str | None) -> None:
    """A person with the roles given; a login used twice breaks uq_person_login."""
    own = {"id": person.id, "login": person.login, "name": person.name, "active": person.active}
    _ADD.run(tx, **own, password_hash=password_hash, created_at=at)
    for role in sorted(person.grants, key=str):
        grant(tx, person.id, role, at, by)


def person(tx: Transaction, person_id: str) -> Person:
    """One person; raises NotFound."""
    found = _people(tx, _BY_ID, id=person_id)
    if not found:
        raise NotFound("person_not_found", "There is no such person.")
    return found[0]


def person_by_login(tx: Transaction, login: str) -> tuple[Person, str | None] | None:
    """The person with this login and the hash of the password, None when there is nobody."""
    # Both statements whether or not there is anybody: a login that exists must not take longer.
    found, kept = _people(tx, _BY_LOGIN, login=login), _PASSWORD.maybe(tx, login=login)
    # Somebody may have been added between the two.
    return None if kept is None or not found else (found[0], kept[0])


def people(tx: Transaction) -> tuple[Person, ...]:
    """Everybody, by login."""
    return _people(tx, _PEOPLE)


def some(tx: Transaction, ids: Iterable[str]) -> tuple[Person, ...]:
    """These people, by login."""
    return _people(tx, _SOME, ids=sorted(ids))


def all_names(tx: Transaction) -> dict[str, str]:
    """Everybody's name by id."""
    return {row[0]: row[1] for row in _ALL_NAMES.all(tx)}


def names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """The names of these people by id."""
    return {row[0]: row[1] for row in _NAMES.all(tx, ids=sorted(ids))}


def password_of(tx: Transaction, person_id: str) -> str | None:
    """The hash of a person's password as it is now; None where no password opens."""
    found = _PASSWORD_OF.maybe(tx, of=person_id)
    return None if found is None else found[0]


def lock(tx: Transaction, person_id: str) -> None:
    """This person and all who administer every ward are ours until the transaction ends.

    Two who take each other's last role or switch each other off must not both find the other still there. Locked
    before the ledger, and never together with a course.
    """
    _LOCK.all(tx, id=person_id)


def administrators(tx: Transaction) -> frozenset[str]:
    """The ids of those who administer every ward and may sign in."""
    return frozenset([row[0] for row in _ADMINISTRATORS.all(tx, now=True)])


def last_sign_in(tx: Transaction, person_id: str) -> datetime | None:
    """When the person last signed in at a browser, None when never."""
    found = _LAST_SIGN_IN.maybe(tx, of=person_id)
    return None if found is None else found[0]


def set_password(tx: Transaction, person_id: str, password_hash: str | None) -> None:
    """Without a hash, no password opens."""
    _change(tx, _SET_PASSWORD, person_id, password_hash)


def set_name(tx: Transaction, person_id: str, name: str) -> None:
    _change(tx, _SET_NAME, person_id, name)


def set_active(tx: Transaction, person_id: str, *, active: bool) -> None:
    _change(tx, _SET_ACTIVE, person_id, active)


def grant(tx: Transaction, person_id: str, role: Grant, at: datetime, by: str | None) -> None:
    """Gives a role; a role held already breaks uq_person_role_on_ward or uq_person_role_everywhere."""
    _GRANT.run(tx, person_id=person_id, role=role.role, ward_id=role.ward_id, granted_at=at, granted_by=by)


def revoke(tx: Transaction, person_id: str, role: Grant) -> None:
    """Takes a role away; raises NotFound when it was not held."""
    if _REVOKE.run(tx, of=person_id, lost=role.role, there=role.ward_id) == 0:
        raise NotFound("role_not_found", "This person does not hold that role there.")


def folded(found: Sequence[Sequence[Any]]) -> tuple[Person, ...]:
    """People out of rows of PERSON, one for each role, those of one person together."""
    people = []
    for (id_, login, name, active), group in groupby(found, key=lambda row: tuple(row[:4])):
        grants = frozenset(Grant(Role(row[4]), row[5]) for row in group if row[4] is not None)
        people.append(Person(id_, login, name, active, grants))
    return tuple(people)


def _people(tx: Transaction, query: Statement, **of: Any) -> tuple[Person, ...]:
    return folded(query.all(tx, **of))


def _change(tx: Transaction, statement: Statement, person_id: str, to: object) -> None:
    if statement.run(tx, of=person_id, to=to) == 0:
        raise NotFound("person_not_found", "There is no such person.")
