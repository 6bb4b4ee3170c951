"""Can this process serve, and how is it doing?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.metrics import registry_of
from app.delivery.canary import Canary
from app.delivery.sheets import Sheets
from app.domain.errors import StartRefused, Unavailable
from app.store.database import Database
from app.store.meta import saves
from app.store.migrations import check_schema

router = APIRouter(tags=["health"], generate_unique_id_function=lambda route: route.name)
_NOT_READY = (
    "The database does not answer or saves nothing, its schema is not this program's, the record is not guarded, or "
    "the test alert is missing."
)
NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {"description": _NOT_READY, "content": {"text/plain": {"schema": {"type": "string"}}}}
}


@router.get("/readyz", response_class=PlainTextResponse, response_description="Ready.", responses=NOT_READY)
def readyz(request: Request) -> PlainTextResponse:
    """The database answers and saves, its schema is this program's, the record is guarded, and a test alert arrives.

    A second line says that the last-state sheets are not written: the program serves all the same.
    """
    trouble = _trouble(request.app)
    if trouble:
        return PlainTextResponse(f"{trouble}\n", 503)
    sheets: Sheets | None = getattr(request.app.state, "sheets", None)
    missing = "" if sheets is None else sheets.trouble()
    return PlainTextResponse(f"ready\n{missing}\n" if missing else "ready\n")


def _trouble(app: FastAPI) -> str:
    """Why this process should be sent nothing, as a sentence; "" for no reason."""
    database: Database = app.state.database
    try:
        check_schema(database)
    except (StartRefused, Unavailable) as refusal:
        return refusal.sentence
    if not saves(database):
        return "The last write to the database failed, and so does another: see the log."
    canary: Canary | None = getattr(app.state, "canary", None)
    return "" if canary is None else canary.trouble()


@router.get(
    "/metrics", response_class=PlainTextResponse, response_description="Prometheus text format; no patient data."
)
def metrics(request: Request) -> Response:
    """Requests by route, and where the feed stands."""
    return Response(generate_latest(registry_of(request.app)), media_type=CONTENT_TYPE_LATEST)
