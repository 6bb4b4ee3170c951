"""Who works here, who is asking, and what may each do?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field, Strict

from app.api import record_shapes, shapes
from app.api.calls import Called, answered, read
from app.api.lists import Paging, cut, listed
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.record import instant
from app.domain.vocabulary import Role
from app.http.body import Body
from app.http.fields import Note, Text, Uuid
from app.services import accounts, invitations
from app.services.invitations import Invited
from app.services.password_rules import check_new_password, words_about
from app.services.passwords import LONGEST, SHORTEST, hash_password
from app.store.people import Grant, Person

router = router_for("people")

Password = Annotated[str, Strict(), Field(min_length=SHORTEST, max_length=LONGEST)]


class RoleToHold(Body):
    """A role on one ward; null, and never left out, for all of them."""

    role: Role
    ward_id: Uuid | None


class PersonToAdd(Body):
    """Somebody who is to sign in. Without a password, the answer holds the code of a one-time link to set one."""

    login: Text
    name: Text
    password: Password | None = None
    roles: Annotated[tuple[RoleToHold, ...], Field(max_length=100)]


class Disabling(Body):
    """Why nobody is to sign in as this person."""

    reason: Note


@router.get("/people/me", response_model=record_shapes.Me, response_description="Whoever sent this.")
def read_me(call: Called) -> Response:
    """Who the token or session belongs to, and what they may do where."""
    acting = call.acting
    scopes = None if acting.scopes is None else sorted(acting.scopes)
    roles = _roles(acting.grants)
    return answered(
        {"id": acting.person_id, "name": acting.name, "service": acting.service, "roles": roles, "scopes": scopes}
    )


@router.get("/people", response_model=shapes.Page[record_shapes.Person], response_description="People, by login.")
def list_people(call: Called, asked: Paging) -> Response:
    """For administrators: everybody with a role on a ward of theirs, and whoever has none yet."""
    found = read(call, lambda tx: accounts.people_for(tx, call.acting))
    page, following = cut(found, lambda person: (person.login,), asked)
    return answered(listed((_person(person) for person in page), following))


@router.get("/people/{person_id}", response_model=record_shapes.Person, response_description="The person.")
def read_person(call: Called, person_id: Uuid) -> Response:
    """For administrators of a ward the person works on."""
    return answered(_person(read(call, lambda tx: accounts.person_for(tx, call.acting, person_id))))


@router.post("/people", status_code=201, response_model=record_shapes.NewPerson, response_description="The person.")
def add_a_person(call: Called, sent: PersonToAdd) -> Response:
    """For administrators. The login makes it happen once: 409 `login_taken`."""
    roles = [Grant(held.role, held.ward_id) for held in sent.roles]
    login, name, acting = sent.login, sent.name, call.acting
    if sent.password is None:
        return write(call, lambda tx: invitations.invite_new(tx, acting, login, name, roles), _invited, secret=True)
    accounts.require_administrator_of_any(acting)
    check_new_password(sent.password, read(call, lambda tx: words_about(tx, login, name)))
    hashed = hash_password(sent.password)
    return write(
        call, lambda tx: accounts.create_person(tx, acting, login, name, hashed, roles), _with_password, secret=True
    )


@router.post(
    "/people/{person_id}/invitation",
    status_code=201,
    response_model=record_shapes.NewPerson,
    response_description="The person, and the code of their link, which is shown this once.",
)
def invite_a_person(call: Called, person_id: Uuid) -> Response:
    """A new one-time link; the old password, earlier links and every session of the person end at once."""
    return write(call, lambda tx: invitations.invite(tx, call.acting, person_id), _invited, secret=True)


@router.post(
    "/people/{person_id}/roles",
    status_code=201,
    response_model=record_shapes.Person,
    response_description="The person as they are now.",
    openapi_extra=takes_key(),
)
def give_a_role(call: Called, person_id: Uuid, sent: RoleToHold) -> Response:
    """For administrators of the ward, never for oneself; the person signs in anew."""
    role = Grant(sent.role, sent.ward_id)
    return write(call, lambda tx: accounts.grant(tx, call.acting, person_id, role), _person)


@router.post(
    "/people/{person_id}/roles/removal",
    status_code=201,
    response_model=record_shapes.Person,
    response_description="The person as they are now.",
    openapi_extra=takes_key(),
)
def take_a_role(call: Called, person_id: Uuid, sent: RoleToHold) -> Response:
    """For administrators of the ward, never for oneself; 409 `last_administrator` keeps one for the house."""
    role = Grant(sent.role, sent.ward_id)
    return write(call, lambda tx: accounts.take_role(tx, call.acting, person_id, role), _person)


@router.post(
    "/people/{person_id}/disabling",
    status_code=201,
    response_model=record_shapes.Person,
    response_description="The person as they are now.",
    openapi_extra=takes_key(),
)
def disable_a_person(call: Called, person_id: Uuid, sent: Disabling) -> Response:
    """Ends sessions, links and personal tokens at once; 409 `last_administrator` keeps one for the house."""
    return write(call, lambda tx: accounts.disable(tx, call.acting, person_id, sent.reason), _person)


@router.post(
    "/people/{person_id}/enabling",
    status_code=201,
    response_model=record_shapes.Person,
    response_description="The person as they are now.",
    openapi_extra=takes_key(),
)
def enable_a_person(call: Called, person_id: Uuid) -> Response:
    """The password of before opens again; personal tokens have ended for good."""
    return write(call, lambda tx: accounts.enable(tx, call.acting, person_id), _person)


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "active": person.active,
        "roles": _roles(person.grants),
    }


def _with_password(person: Person) -> dict[str, Any]:
    return {**_person(person), "invitation": None}


def _invited(made: Invited) -> dict[str, Any]:
    return {**_person(made.person), "invitation": {"code": made.secret, "expires_at": instant(made.expires_at)}}


def _roles(grants: frozenset[Grant]) -> list[dict[str, Any]]:
    held = sorted(grants, key=lambda grant: (grant.ward_id or "", grant.role))
    return [{"role": grant.role, "ward_id": grant.ward_id} for grant in held]
