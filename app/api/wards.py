"""Where do patients lie, and who works there?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from app.api import record_shapes, shapes
from app.api.calls import Call, answered, needs, read
from app.api.lists import Paging, cut, listed
from app.api.routers import router_for
from app.domain.errors import NotFound
from app.http.fields import Uuid
from app.services.acting import Permission
from app.services.looking import wards_of
from app.store import people as people_store
from app.store import wards as ward_store
from app.store.database import Transaction
from app.store.people import Grant, Person
from app.store.wards import Bed, Ward

router = router_for("wards and people")
Reads = Annotated[Call, needs(Permission.READ)]


@router.get("/wards", response_model=shapes.Page[record_shapes.Ward], response_description="The wards you may see.")
def list_wards(call: Reads, asked: Paging) -> Response:
    """By name."""
    found = read(call, lambda tx: wards_of(tx, call.acting))
    page, following = cut(found, lambda ward: ward.id, asked)
    return answered(listed((_ward(ward) for ward in page), following))


@router.get("/beds", response_model=shapes.Page[record_shapes.Bed], response_description="The beds of those wards.")
def list_beds(call: Reads, asked: Paging, ward_id: Annotated[Uuid | None, Query()] = None) -> Response:
    """By ward and name; of one ward where `ward_id` says so."""
    found = read(call, lambda tx: _beds(tx, call, ward_id))
    page, following = cut(found, lambda bed: f"{bed.ward_id} {bed.name}", asked)
    return answered(listed((_bed(bed) for bed in page), following))


def _beds(tx: Transaction, call: Call, ward_id: str | None) -> list[Bed]:
    wards = [ward for ward in wards_of(tx, call.acting) if ward_id in (None, ward.id)]
    if ward_id is not None and not wards:
        raise NotFound("ward_not_found", "There is no such ward.")
    return [bed for ward in wards for bed in ward_store.beds(tx, ward.id)]


@router.get("/people/me", response_model=record_shapes.Me, response_description="Whoever sent this.")
def read_me(call: Reads) -> Response:
    """Who the token or session belongs to, and what they may do where."""
    acting = call.acting
    scopes = None if acting.scopes is None else sorted(acting.scopes)
    roles = _roles(acting.grants)
    return answered(
        {"id": acting.person_id, "name": acting.name, "service": acting.service, "roles": roles, "scopes": scopes}
    )


@router.get("/people", response_model=shapes.Page[record_shapes.Person], response_description="Everybody, by login.")
def list_people(call: Annotated[Call, needs(Permission.ADMINISTER_PEOPLE)], asked: Paging) -> Response:
    """For administrators."""
    found = read(call, people_store.people)
    page, following = cut(found, lambda person: person.id, asked)
    return answered(listed((_person(person) for person in page), following))


def _ward(ward: Ward) -> dict[str, Any]:
    return {"id": ward.id, "name": ward.name, "time_zone": ward.time_zone}


def _bed(bed: Bed) -> dict[str, Any]:
    return {"ward_id": bed.ward_id, "name": bed.name, "open": bed.open}


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
