"""What do tricks with method, path, host and headers get? What an honest request to that address gets, or a refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from app.domain.errors import StartRefused
from app.http.floor import install_floor
from app.http.head import host_of
from tests.http.door import AT, CANARY, a_body, a_client, an_app

COOKIE = {"Cookie": "sid=x"}


def _raw(app: FastAPI, headers: list[tuple[bytes, bytes]], method: str = "POST") -> Message:
    """The start of the answer to a request whose head is exactly this."""
    started: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}" if method == "POST" else b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": "/api/v1/sets",
        "raw_path": b"/api/v1/sets",
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("1.2.3.4", 5),
        "http_version": "1.1",
        "root_path": "",
        "app": app,
    }
    asyncio.run(app(scope, receive, send))
    return started[0]


@pytest.mark.parametrize(
    "header", ["authorization", "content-type", "host", "idempotency-key", "origin", "sec-fetch-site"]
)
def test_what_counts_once_is_not_said_twice(header: str) -> None:
    app = an_app()
    once = [(b"host", b"testserver"), (b"content-type", b"application/json"), (b"authorization", b"Bearer t")]
    rest = [pair for pair in once if pair[0] != header.encode()]
    twice = [(header.encode(), b"a"), (header.encode(), b"b")]
    assert _raw(app, [*rest, *twice])["status"] == 400
    assert app.state.saved == []
    assert _raw(app, [*rest, twice[0]])["status"] != 400


@pytest.mark.parametrize("where", ["header", "headers", "cookie", "query"])
def test_a_head_longer_than_a_browser_sends_is_refused(where: str) -> None:
    long = "a" * 40_000
    headers = {
        "header": {"X-Long": long},
        "headers": {f"X-{number}": "a" * 400 for number in range(100)},
        "cookie": {"Cookie": f"sid={long}"},
        "query": {},
    }[where]
    answer = a_client(an_app()).get("/api/v1/sets" + (f"?x={long}" if where == "query" else ""), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "head_too_large")


@pytest.mark.parametrize("address", ["/livez%00", "/api/v1/sets/%00", "/doses/%00", "/api/v1/sets?mrn=%00"])
def test_an_address_with_a_nul_is_refused_before_a_database_sees_it(address: str) -> None:
    answer = a_client(an_app()).get(address)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_address")


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_get_stays_a_get_whatever_it_says(name: str) -> None:
    app = an_app()
    client = a_client(app)
    answer = client.get("/api/v1/sets", headers={**COOKIE, name: "POST"})
    assert answer.json() == {"limit": 100}
    assert client.get("/api/v1/sets?_method=POST", headers=COOKIE).status_code in {200, 422}
    assert client.post("/api/v1/sets", json=a_body(), headers={**COOKIE, name: "GET"}).status_code == 403
    assert app.state.saved == []


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_a_page_could_send_without_asking_is_not_read_as_json(media_type: str) -> None:
    app = an_app()
    headers = {"Content-Type": media_type, "Sec-Fetch-Site": "same-origin", **COOKIE}
    answer = a_client(app).post("/api/v1/sets", content=b'{"sbp": 1}', headers=headers)
    assert answer.status_code == 415
    assert app.state.saved == []


@pytest.mark.parametrize(
    "path",
    [
        "/ward/..%2f..%2fapi/v1/sets",
        "/ward/%2e%2e/%2e%2e/livez",
        "//livez",
        "/livez/",
        "/LIVEZ",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/livez;x=1",
        "/livez%0d%0aSet-Cookie:%20a=b",
    ],
)
def test_no_spelling_of_a_path_leads_elsewhere(path: str) -> None:
    answer = a_client(an_app()).get(path, follow_redirects=False)
    assert answer.status_code in {307, 404}
    assert "alive" not in answer.text
    assert "set-cookie" not in answer.headers
    if answer.status_code == 307:
        assert answer.headers["location"].startswith("http://testserver/")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-User": "admin", "X-Remote-User": "admin", "Remote-User": "admin"},
        {"X-Original-URL": "/livez", "X-Rewrite-URL": "/livez"},
        {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example;proto=https"},
        {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Proto": "https"},
    ],
)
def test_headers_nobody_asked_for_change_nothing(headers: dict[str, str]) -> None:
    client = a_client(an_app())
    plain, tricked = client.get("/api/v1/nothing"), client.get("/api/v1/nothing", headers=headers)
    assert plain.status_code == tricked.status_code == 404
    assert {**plain.json(), "request_id": ""} == {**tricked.json(), "request_id": ""}
    assert "strict-transport-security" not in tricked.headers


def _site(host: str | None) -> FastAPI:
    app = FastAPI(telemetry={"logs": False, "auto_configure": False})
    install_floor(app, clock=lambda: AT, host=host)

    @app.get("/readyz")
    def ready() -> str:
        return "ready"

    @app.get("/ward")
    def ward() -> str:
        return "here"

    return app


@pytest.mark.parametrize(
    "origin,host,status",
    [
        ("https://ward.example", "ward.example", 200),
        ("https://ward.example", "WARD.example:443", 200),
        ("https://ward.example", "ward.example:8443", 400),
        ("https://ward.example", "evil.example", 400),
        ("https://ward.example", "ward.example.evil.example", 400),
        ("https://ward.example", "evil.example:443@ward.example", 400),
        ("https://ward.example", "127.0.0.1", 400),
        ("https://ward.example:8443", "ward.example:8443", 200),
        ("https://ward.example:8443", "ward.example", 400),
    ],
)
def test_a_site_with_an_address_answers_under_no_other(origin: str, host: str, status: int) -> None:
    app = _site(host_of(origin, secure_cookies=True))
    answer = TestClient(app, base_url="https://x.example").get("/ward", headers={"Host": host})
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["code"] == "wrong_host"
        assert host not in answer.text


def test_a_supervisor_asks_by_number() -> None:
    app = _site(host_of("https://ward.example", secure_cookies=True))
    assert TestClient(app).get("/readyz", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert TestClient(_site(None)).get("/ward", headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize(
    "origin,secure",
    [
        ("ward.example", True),
        ("https://", True),
        ("https://a@ward.example", True),
        ("https://ward.example/path", True),
        ("ftp://ward.example", False),
        ("https://ward.example", False),
        ("http://ward.example", True),
    ],
)
def test_an_address_that_cannot_be_meant_stops_the_start(origin: str, secure: bool) -> None:
    with pytest.raises(StartRefused) as refusal:
        host_of(origin, secure_cookies=secure)
    assert refusal.value.code == "bad_setting"


@pytest.mark.parametrize("value", ["x\r\nSet-Cookie: a=b", f"{CANARY}\n", "x\x00"])
def test_a_line_break_in_a_header_of_the_request_reaches_no_header_of_the_answer(value: str) -> None:
    app = an_app()
    encoded = value.encode("latin-1")
    answer = _raw(app, [(b"host", b"testserver"), (b"x-request-id", encoded), (b"origin", encoded)], "GET")
    assert answer["status"] == 200
    assert not any(encoded.strip() in value for _, value in answer["headers"])
