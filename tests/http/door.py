"""What does the door stand in front of? A small application with a model like the real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.testclient import TestClient
from pydantic import Field
from sqlalchemy import exc as database

from app.domain import errors
from app.http.body import Body
from app.http.clock import now
from app.http.fields import Flag, Instant, Note, Number, Text, Uuid, Whole
from app.http.floor import install_floor
from app.http.limits import FOR_WRITES, IN_WORK
from app.http.problems import RenderPage
from app.http.route import StrictRoute

CANARY = "DEMOCANARY7341"
AT = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


class Item(Body):
    measure: Text
    value: Number | Flag | Text
    observed_at: Instant


class ObservationSet(Body):
    items: Annotated[list[Item], Field(max_length=100)]
    sbp: Number
    count: Whole = 1
    confirmed: Flag = False
    choice: Literal["give", "hold"] = "hold"
    note: Note | None = None
    dose_id: Uuid | None = None


def a_body(**changes: Any) -> dict[str, Any]:
    item = {"measure": "systolic_bp", "value": 118, "observed_at": "2026-11-21T14:00:00+01:00"}
    return {"items": [item], "sbp": 118, **changes}


def an_app(render_page: RenderPage | None = None, in_work: int = IN_WORK, for_writes: int = FOR_WRITES) -> FastAPI:
    """Counts in `app.state.saved` how many requests reached their route."""
    app = FastAPI(telemetry={"logs": False, "auto_configure": False}, docs_url=None, redoc_url=None)
    app.state.saved = []
    app.include_router(_api(app), prefix="/api/v1")
    app.include_router(_failures(), prefix="/api/v1")

    @app.get("/ward/{patient}")
    def ward(patient: str) -> Response:
        raise errors.NotFound("no_such_ward", "There is no such ward.")

    @app.get("/static/app.css")
    def stylesheet() -> Response:
        return Response("", media_type="text/css", headers={"Cache-Control": "max-age=60", "Server": "x"})

    install_floor(app, clock=lambda: AT, render_page=render_page, in_work=in_work, for_writes=for_writes)
    return app


def _api(app: FastAPI) -> APIRouter:
    api = APIRouter(route_class=StrictRoute)

    @api.post("/sets")
    def save(sent: ObservationSet, at: Annotated[datetime, Depends(now)]) -> dict[str, Any]:
        app.state.saved.append(sent)
        plain = [str(item.value) if isinstance(item.value, Decimal) else item.value for item in sent.items]
        return {"sbp": str(sent.sbp), "values": plain, "at": at.isoformat()}

    @api.get("/sets")
    def find(limit: Annotated[int, Field(ge=1, le=500)] = 100, at: Instant | None = None) -> dict[str, int]:
        return {"limit": limit}

    @api.post("/sets/{set_id}/acknowledgement")
    def acknowledge(set_id: Uuid) -> dict[str, str]:
        app.state.saved.append(set_id)
        return {"id": set_id}

    return api


def _failures() -> APIRouter:
    api = APIRouter(route_class=StrictRoute)
    raised: dict[str, Callable[[], Exception]] = {
        "bug": lambda: ValueError(f"no such patient {CANARY}"),
        "locked": lambda: database.OperationalError("SELECT 1", {"mrn": CANARY}, Exception(f"locked {CANARY}")),
        "pool": lambda: database.TimeoutError(CANARY),
        "integrity": lambda: database.IntegrityError("INSERT", {"mrn": CANARY}, Exception(CANARY)),
        "unknown-outcome": lambda: errors.OutcomeUnknown("outcome_unknown", "Retry with the same key."),
        "slow-down": lambda: errors.TooManyRequests("too_many_requests", "Wait a moment."),
        "signed-out": lambda: errors.NotSignedIn("not_signed_in", "Sign in first."),
    }

    @api.get("/fails/{how}")
    def fail(how: str) -> None:
        failure = raised[how]()
        raise failure

    return api


def a_client(app: FastAPI) -> TestClient:
    """Raises where the server would cut the connection; a 500 that was answered is an answer."""
    return TestClient(app)
