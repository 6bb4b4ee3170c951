"""Is a parameter that nobody knows, or that is said twice, refused?"""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.testclient import TestClient

from app.http.floor import install_floor
from app.http.route import StrictRoute


def _asked(state: str | None = None) -> str | None:
    return state


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI(telemetry={"logs": False, "auto_configure": False})
    install_floor(app)
    api = APIRouter(route_class=StrictRoute)

    @api.get("/api/list")
    def read(
        state: Annotated[str | None, Depends(_asked)],
        level: Annotated[list[str] | None, Query()] = None,
        limit: int = 9,
    ) -> dict[str, Any]:
        return {"state": state, "level": level, "limit": limit}

    app.include_router(api)
    return TestClient(app)


def _faults(client: TestClient, query: list[tuple[str, str | int | float | bool | None]]) -> list[tuple[str, str]]:
    answer = client.get("/api/list", params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_query")
    assert "CANARY" not in answer.text
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


def test_what_an_operation_takes_is_taken(client: TestClient) -> None:
    answer = client.get("/api/list", params=[("state", "a"), ("level", "b"), ("level", "c"), ("limit", "2")])
    assert answer.json() == {"state": "a", "level": ["b", "c"], "limit": 2}


def test_a_parameter_nobody_knows_is_refused_without_its_name(client: TestClient) -> None:
    assert _faults(client, [("limit", "1"), ("CANARY", "1")]) == [("/query", "unknown_parameter")]


@pytest.mark.parametrize("name", ["state", "limit"])
def test_a_parameter_that_counts_once_is_refused_when_said_twice(client: TestClient, name: str) -> None:
    assert _faults(client, [(name, "1"), (name, "1")]) == [(f"/query/{name}", "said_twice")]
