"""Which wards and beds are there?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from app.api import record_shapes, shapes
from app.api.calls import Call, Called, answered, read
from app.api.lists import Paging, cut, listed
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.errors import NotFound
from app.http.body import Body
from app.http.fields import Text, Uuid
from app.services.looking import wards_of
from app.services.places import add_bed, add_ward
from app.store import wards as ward_store
from app.store.database import Transaction
from app.store.wards import Bed, Ward

router = router_for("wards")


class WardToAdd(Body):
    """A ward; its clocks show the time of an IANA zone such as Europe/Berlin."""

    name: Text
    time_zone: Text


class BedToAdd(Body):
    """A bed of a ward."""

    ward_id: Uuid
    name: Text


@router.get("/wards", response_model=shapes.Page[record_shapes.Ward], response_description="The wards you may see.")
def list_wards(call: Called, asked: Paging) -> Response:
    """By name."""
    found = read(call, lambda tx: wards_of(tx, call.acting))
    page, following = cut(found, lambda ward: (ward.name,), asked)
    return answered(listed((_ward(ward) for ward in page), following))


@router.post(
    "/wards",
    status_code=201,
    response_model=record_shapes.Ward,
    response_description="The ward.",
    openapi_extra=takes_key(),
)
def add_a_ward(call: Called, sent: WardToAdd) -> Response:
    """For administrators of all wards."""
    return write(call, lambda tx: add_ward(tx, call.acting, sent.name, sent.time_zone), _ward)


@router.get("/beds", response_model=shapes.Page[record_shapes.Bed], response_description="The beds of those wards.")
def list_beds(call: Called, asked: Paging, ward_id: Annotated[Uuid | None, Query()] = None) -> Response:
    """By ward and name; of one ward where `ward_id` says so."""
    found = read(call, lambda tx: _beds(tx, call, ward_id))
    page, following = cut(found, lambda bed: (bed.ward_id, bed.name), asked)
    return answered(listed((_bed(bed) for bed in page), following))


def _beds(tx: Transaction, call: Call, ward_id: str | None) -> list[Bed]:
    wards = [ward for ward in wards_of(tx, call.acting) if ward_id in (None, ward.id)]
    if ward_id is not None and not wards:
        raise NotFound("ward_not_found", "There is no such ward.")
    return [bed for ward in wards for bed in ward_store.beds(tx, ward.id)]


@router.post(
    "/beds",
    status_code=201,
    response_model=record_shapes.Bed,
    response_description="The bed.",
    openapi_extra=takes_key(),
)
def add_a_bed(call: Called, sent: BedToAdd) -> Response:
    """For administrators of the ward."""
    return write(call, lambda tx: add_bed(tx, call.acting, sent.ward_id, sent.name), _bed)


def _ward(ward: Ward) -> dict[str, Any]:
    return {"id": ward.id, "name": ward.name, "time_zone": ward.time_zone}


def _bed(bed: Bed) -> dict[str, Any]:
    return {"ward_id": bed.ward_id, "name": bed.name, "open": bed.open}
