"""Can this process serve, and how is it doing?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.metrics import registry_of
from app.delivery.canary import Canary
from app.delivery.sheets import Sheets
from app.store.database import Database
from app.store.migrations import check_schema

router = APIRouter(tags=["health"], generate_unique_id_function=lambda route: route.name)
_NOT_READY = "The database does not answer, its schema is not this program's, or the test alert is missing."
NOT_READY: dict[int | str, dict[str, Any]] = {503: {"description": _NOT_READY}}


@router.get("/readyz", response_class=PlainTextResponse, response_description="Ready.", responses=NOT_READY)
def readyz(request: Request) -> PlainTextResponse:
    """The database answers, its schema is this program's, the record is guarded, and a test alert arrives.

    A second line says that the last-state sheets are not written: the program serves all the same.
    """
    database: Database = request.app.state.database
    check_schema(database)
    canary: Canary | None = getattr(request.app.state, "canary", None)
    trouble = "" if canary is None else canary.trouble()
    if trouble:
        return PlainTextResponse(f"{trouble}\n", 503)
    sheets: Sheets | None = getattr(request.app.state, "sheets", None)
    missing = "" if sheets is None else sheets.trouble()
    return PlainTextResponse(f"ready\n{missing}\n" if missing else "ready\n")


@router.get(
    "/metrics", response_class=PlainTextResponse, response_description="Prometheus text format; no patient data."
)
def metrics(request: Request) -> Response:
    """Requests by route, and where the feed stands."""
    return Response(generate_latest(registry_of(request.app)), media_type=CONTENT_TYPE_LATEST)
