"""Can this process serve, and how is it doing?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.metrics import registry_of
from app.store.database import Database
from app.store.migrations import check_schema

router = APIRouter(tags=["health"], generate_unique_id_function=lambda route: route.name)
_NOT_READY = "The database does not answer, or its schema is not this program's."
NOT_READY: dict[int | str, dict[str, Any]] = {503: {"description": _NOT_READY}}


@router.get("/readyz", response_class=PlainTextResponse, response_description="Ready.", responses=NOT_READY)
def readyz(request: Request) -> PlainTextResponse:
    """The database answers, its schema is this program's, and the record is guarded."""
    database: Database = request.app.state.database
    check_schema(database)
    return PlainTextResponse("ready\n")


@router.get(
    "/metrics", response_class=PlainTextResponse, response_description="Prometheus text format; no patient data."
)
def metrics(request: Request) -> Response:
    """Requests by route, and where the feed stands."""
    return Response(generate_latest(registry_of(request.app)), media_type=CONTENT_TYPE_LATEST)
