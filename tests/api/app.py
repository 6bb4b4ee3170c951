"""What does a test of the API talk to? The real application on a real database, with a clock that the test moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import TypeAdapter

from app.api import PREFIX, include_api
from app.delivery.posting import Posted
from app.delivery.webhooks import Webhooks
from app.domain.receiver import Doors, Ending
from app.http.floor import install_floor
from app.store.database import Database
from tests.builders import AT, LIBRARY

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
"""The description of the API, which `test_openapi` holds against the program."""
_PATHS = orjson.loads(COMMITTED.read_bytes())["paths"]
DECLARED = {(method, path): frozenset(at["responses"]) for path in _PATHS for method, at in _PATHS[path].items()}
"""The statuses each operation says it may answer."""

_keys = count(1)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at

    def move(self, minutes: float) -> datetime:
        """Lets so many minutes pass."""
        self.at += timedelta(minutes=minutes)
        return self.at


OPEN = Doors(frozenset(["https://pager.example"]))
"""Where messages may go out to; nobody listens there."""


def _unknown_there(*_: Any) -> Posted:
    return Posted(Ending.UNRESOLVED, None, 7)


def an_app(database: Database, clock: Clock) -> FastAPI:
    """The door and the API, put together as the program does."""
    app = FastAPI(telemetry={"logs": False, "auto_configure": False}, docs_url=None, redoc_url=None, openapi_url=None)
    install_floor(app, clock=clock)
    app.state.database = database
    app.state.library = LIBRARY
    app.state.demo = False
    app.state.secure_cookies = False
    app.state.webhooks = Webhooks(database, clock, OPEN, "http://ward.test", _unknown_there)
    include_api(app)
    return app


def a_key() -> str:
    """A key nobody used before."""
    return f"key-{next(_keys)}"


def as_json(document: object) -> bytes:
    """JSON with exact numbers: a Decimal is written with its digits."""
    return orjson.dumps(document, default=lambda number: orjson.Fragment(f"{number:f}"))


class Caller:
    """Somebody with a token. Every answer is held against what the API description promises."""

    def __init__(self, app: FastAPI, token: str | None) -> None:
        self.client = TestClient(app)
        self.app = app
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: Any) -> Response:
        return self._checked(self.client.get(PREFIX + path, params=query, headers=self.headers))

    def post(self, path: str, body: Any = None, key: str | None = "new") -> Response:
        """`key` None sends none; left out, every request is a new one."""
        headers = dict(self.headers)
        if key is not None:
            headers["Idempotency-Key"] = a_key() if key == "new" else key
        if body is None:
            return self._checked(self.client.post(PREFIX + path, headers=headers))
        headers["Content-Type"] = "application/json"
        content = body if isinstance(body, bytes) else as_json(body)
        return self._checked(self.client.post(PREFIX + path, content=content, headers=headers))

    def read(self, path: str, **query: Any) -> Any:
        """The document of an answer that must be 200."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def make(self, path: str, body: Any = None) -> Any:
        """The document of an act that must succeed."""
        answer = self.post(path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def _checked(self, answer: Response) -> Response:
        if answer.is_success:
            promised = _promised(self.app, answer)
            if promised is not None:
                TypeAdapter(promised).validate_json(answer.content, strict=True)
        else:
            assert answer.headers["content-type"] == "application/problem+json", answer.text
        place = _place(self.app, answer)
        if place is not None:
            asked = (answer.request.method.lower(), place.path_format or "")
            assert str(answer.status_code) in DECLARED[asked], (*asked, answer.status_code)
        return answer


def _promised(app: FastAPI, answer: Response) -> Any:
    place = _place(app, answer)
    if place is None or not isinstance(place.original_route, APIRoute):
        return None
    other = place.original_route.responses.get(answer.status_code, {}).get("model")
    return place.original_route.response_model if other is None else other


def _place(app: FastAPI, answer: Response) -> RouteContext | None:
    for place in iter_route_contexts(app.routes):
        if (
            isinstance(place.original_route, APIRoute)
            and answer.request.method in (place.methods or ())
            and place.path_regex is not None
            and place.path_regex.match(answer.request.url.path)
        ):
            return place
    return None
