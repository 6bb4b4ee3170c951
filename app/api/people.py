"""Who works here, and who is asking?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field, Strict

from app.api import record_shapes, shapes
from app.api.calls import Call, answered, needs, read
from app.api.lists import Paging, cut, listed
from app.api.routers import router_for
from app.api.writing import write
from app.domain.vocabulary import Role
from app.http.body import Body
from app.http.fields import Text, Uuid
from app.services.accounts import create_person
from app.services.acting import Permission
from app.services.passwords import LONGEST, SHORTEST, hash_password
from app.store import people as people_store
from app.store.people import Grant, Person

router = router_for("people")
Administers = Annotated[Call, needs(Permission.ADMINISTER_PEOPLE)]

Password = Annotated[str, Strict(), Field(min_length=SHORTEST, max_length=LONGEST)]


class RoleToHold(Body):
    """A role on one ward; null, and never left out, for all of them."""

    role: Role
    ward_id: Uuid | None


class PersonToAdd(Body):
    """Somebody who is to sign in."""

    login: Text
    name: Text
    password: Password
    roles: Annotated[tuple[RoleToHold, ...], Field(max_length=100)]


@router.get("/people/me", response_model=record_shapes.Me, response_description="Whoever sent this.")
def read_me(call: Annotated[Call, needs(Permission.READ)]) -> Response:
    """Who the token or session belongs to, and what they may do where."""
    acting = call.acting
    scopes = None if acting.scopes is None else sorted(acting.scopes)
    roles = _roles(acting.grants)
    return answered(
        {"id": acting.person_id, "name": acting.name, "service": acting.service, "roles": roles, "scopes": scopes}
    )


@router.get("/people", response_model=shapes.Page[record_shapes.Person], response_description="Everybody, by login.")
def list_people(call: Administers, asked: Paging) -> Response:
    """For administrators."""
    found = read(call, people_store.people)
    page, following = cut(found, lambda person: person.id, asked)
    return answered(listed((_person(person) for person in page), following))


@router.post("/people", status_code=201, response_model=record_shapes.Person, response_description="The person.")
def add_a_person(call: Administers, sent: PersonToAdd) -> Response:
    """For administrators. The login makes it happen once: 409 `login_taken`."""
    hashed = hash_password(sent.password)
    roles = [Grant(held.role, held.ward_id) for held in sent.roles]
    return write(
        call, lambda tx: create_person(tx, call.acting, sent.login, sent.name, hashed, roles), _person, secret=True
    )


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "active": person.active,
        "roles": _roles(person.grants),
    }


def _roles(grants: frozenset[Grant]) -> list[dict[str, Any]]:
    held = sorted(grants, key=lambda grant: (grant.ward_id or "", grant.role))
    return [{"role": grant.role, "ward_id": grant.ward_id} for grant in held]
