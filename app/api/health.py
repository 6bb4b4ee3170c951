"""Can this process serve, and how is it doing?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.metrics import registry_of
from app.delivery.canary import Canary
from app.store.database import Database
from app.store.migrations import check_schema

router = APIRouter(tags=["health"], generate_unique_id_function=lambda route: route.name)
_NOT_READY = "The database does not answer, its schema is not this program's, or the test alert is missing."
NOT_READY: dict[int | str, dict[str, Any]] = {503: {"description": _NOT_READY}}


@router.get("/readyz", response_class=PlainTextResponse, response_description="Ready.", responses=NOT_READY)
def readyz(request: Request) -> PlainTextResponse:
    """The database answers, its schema is this program's, the record is guarded, and a test alert arrives."""
    database: Database = request.app.state.database
    check_schema(database)
    canary: Canary | None = getattr(request.app.state, "canary", None)
    trouble = "" if canary is None else canary.trouble()
    return PlainTextResponse("ready\n") if trouble == "" else PlainTextResponse(f"{trouble}\n", 503)


@router.get(
    "/metrics", response_class=PlainTextResponse, response_description="Prometheus text format; no patient data."
)
def metrics(request: Request) -> Response:
    """Requests by route, and where the feed stands."""
    return Response(generate_latest(registry_of(request.app)), media_type=CONTENT_TYPE_LATEST)
