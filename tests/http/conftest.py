from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.http.door import a_client, an_app


@pytest.fixture
def app() -> FastAPI:
    return an_app()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return a_client(app)
