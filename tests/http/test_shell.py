"""Do headers, ids, log lines, the cross-site guard and the limits hold around every request?"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from app.http.headers import CONTENT_SECURITY_POLICY
from app.http.limits import InFlightLimit
from app.http.logs import configure_logging
from app.http.request_id import RequestIds, request_id
from app.http.unexpected import BrokenAnswerError
from tests.http.door import CANARY, a_body, a_client, an_app


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("1.2.3", request_id, stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = before, level
    logging.getLogger("uvicorn.access").disabled = False


async def ignore(message: Message) -> None:
    pass


async def hung_up() -> Message:
    return {"type": "http.disconnect"}


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/livez", "/api/v1/sets", "/api/v1/fails/bug", "/nothing", "/static/missing.js"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


def test_the_content_security_policy_is_the_agreed_one() -> None:
    assert CONTENT_SECURITY_POLICY == (
        "default-src 'none'; script-src 'self'; "
        "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; object-src 'none'"
    )


def test_static_files_may_be_kept_and_the_server_is_not_named(client: TestClient) -> None:
    headers = client.get("/static/app.css").headers
    assert headers["cache-control"] == "max-age=60"
    assert "server" not in headers


def test_https_is_made_to_last(app: FastAPI) -> None:
    answer = TestClient(app, base_url="https://ward.example").get("/livez")
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


def test_every_request_has_its_own_id_and_a_client_cannot_choose_it(client: TestClient) -> None:
    ids = [client.get("/livez", headers={"X-Request-ID": CANARY}).headers["x-request-id"] for _ in range(2)]
    assert len({uuid.UUID(one) for one in ids}) == 2


def test_a_route_in_its_thread_knows_the_id_of_its_request(app: FastAPI) -> None:
    @app.get("/api/v1/id")
    def tell() -> str | None:
        return request_id()

    answer = a_client(app).get("/api/v1/id")
    assert answer.json() == answer.headers["x-request-id"]


def test_an_id_ends_with_its_request() -> None:
    seen: list[str | None] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(request_id())

    async def twice() -> None:
        for _ in range(2):
            scope: Scope = {"type": "http", "method": "GET", "path": "/livez", "app": FastAPI()}
            await RequestIds(behind)(scope, hung_up, ignore)
            assert request_id() is None

    asyncio.run(twice())
    assert len(set(seen)) == 2


def test_an_answer_that_breaks_off_is_cut_and_not_made_to_look_whole(lines: io.StringIO, app: FastAPI) -> None:
    def halves() -> Iterator[bytes]:
        yield b"half"
        raise ValueError(CANARY)

    @app.get("/api/v1/export")
    def export() -> StreamingResponse:
        return StreamingResponse(halves())

    with pytest.raises(BrokenAnswerError):
        a_client(app).get("/api/v1/export")
    assert read(lines)[0]["error"] == "ValueError"
    assert CANARY not in lines.getvalue()


def test_the_log_names_the_route_and_never_the_address(lines: io.StringIO, client: TestClient) -> None:
    client.post(f"/api/v1/sets/{CANARY}/acknowledgement?mrn={CANARY}")
    client.get(f"/{CANARY}")
    client.get("/livez")
    refused, unknown = read(lines)
    assert refused["route"] == "/api/v1/sets/{set_id}/acknowledgement"
    assert (refused["method"], refused["status"], refused["code"]) == ("POST", 422, "bad_query")
    assert (refused["version"], refused["level"]) == ("1.2.3", "info")
    assert refused["ms"] >= 0
    assert str(uuid.UUID(refused["request_id"])) == refused["request_id"]
    assert unknown["route"] == "(no route)"
    assert CANARY not in lines.getvalue()


def test_a_router_that_hangs_in_two_places_is_logged_by_the_right_one(lines: io.StringIO, app: FastAPI) -> None:
    a_client(app).get("/nothing-yet")
    a_client(app).get("/api/v1/sets")
    twice = APIRouter()

    @twice.get("/{name}")
    def get(name: str) -> None:
        return None

    app.include_router(twice, prefix="/api/v1/a")
    app.include_router(twice, prefix="/api/v1/b")
    for path in ("/api/v1/b/x", "/api/v1/a/x", "/api/v1/b/y"):
        a_client(app).get(path)
    assert [line["route"] for line in read(lines)[2:]] == ["/api/v1/b/{name}", "/api/v1/a/{name}", "/api/v1/b/{name}"]


def test_a_failure_is_logged_by_class_and_place_and_never_by_text(lines: io.StringIO, client: TestClient) -> None:
    client.get("/api/v1/fails/bug")
    client.get("/api/v1/fails/locked")
    failed, _, database, _ = read(lines)
    assert (failed["event"], failed["error"], failed["level"]) == ("request failed", "ValueError", "error")
    assert "door.py" in failed["where"]
    assert (database["error"], database["cause"]) == ("OperationalError", "Exception")
    assert CANARY not in lines.getvalue()


def test_keys_outside_the_list_and_texts_of_libraries_stay_out_of_the_log(lines: io.StringIO) -> None:
    structlog.get_logger("app.any").warning("stored", count=1, mrn=CANARY)
    logging.getLogger("some.library").error("value %s", CANARY, extra={"mrn": CANARY})
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=ValueError(CANARY))
    assert [(line["event"], line.get("error")) for line in read(lines)] == [
        ("stored", None),
        ("message of a library", None),
        ("Exception in ASGI application", "ValueError"),
    ]
    assert CANARY not in lines.getvalue()


COOKIE = {"Cookie": "sid=x"}
HERE = {"Origin": "http://testserver"}
ELSEWHERE = {"Origin": "http://evil.example"}


@pytest.mark.parametrize(
    "headers,status",
    [
        ({**COOKIE, "Sec-Fetch-Site": "same-origin"}, 200),
        ({**COOKIE, "Sec-Fetch-Site": "none"}, 403),
        ({**COOKIE, "Sec-Fetch-Site": "none", **HERE}, 200),
        ({**COOKIE, "Sec-Fetch-Site": "none", **ELSEWHERE}, 403),
        ({**COOKIE, "Sec-Fetch-Site": "none", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({**COOKIE, "Sec-Fetch-Site": "same-origin, cross-site"}, 403),
        ({**COOKIE, "Sec-Fetch-Site": ""}, 403),
        ({**COOKIE, **ELSEWHERE, "Authorization": "Bearer"}, 403),
        ({**COOKIE, "Sec-Fetch-Site": "same-site", **HERE}, 403),
        ({**COOKIE, "Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"}, 403),
        ({**COOKIE, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**COOKIE, **HERE}, 200),
        ({**COOKIE, **ELSEWHERE}, 403),
        ({**COOKIE, "Origin": "https://testserver"}, 403),
        ({**COOKIE, "Origin": "http://testserver:81"}, 403),
        ({**COOKIE, "Origin": "http://testserver.evil.example"}, 403),
        ({**COOKIE, "Origin": "null"}, 403),
        (COOKIE, 403),
        ({}, 200),
        (ELSEWHERE, 403),
        ({**COOKIE, **ELSEWHERE, "Authorization": "Bearer t"}, 200),
        ({**COOKIE, **ELSEWHERE, "Authorization": "Basic eDp5"}, 403),
        ({**COOKIE, **ELSEWHERE, "Authorization": "Negotiate YII"}, 403),
    ],
)
def test_only_our_own_pages_may_change_things(headers: dict[str, str], status: int, app: FastAPI) -> None:
    answer = a_client(app).post("/api/v1/sets", json=a_body(), headers=headers)
    assert answer.status_code == status
    assert len(app.state.saved) == (1 if status == 200 else 0)
    if status == 403:
        assert answer.json()["code"] == "cross_site"


def test_reading_is_not_guarded_against_other_sites(client: TestClient) -> None:
    assert client.get("/api/v1/sets", headers={**COOKIE, "Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_readers_are_sent_away_before_writers_and_probes_never() -> None:
    app = an_app(in_work=2, for_writes=1)
    entered, leave = threading.Semaphore(0), threading.Event()

    @app.api_route("/api/v1/slow", methods=["GET", "POST"])
    def slow() -> None:
        entered.release()
        leave.wait(10)

    statuses: list[int] = []
    with a_client(app) as client:
        threads = [
            threading.Thread(
                target=lambda method=method: statuses.append(client.request(method, "/api/v1/slow").status_code)
            )
            for method in ("GET", "POST")
        ]
        for thread in threads:  # one after the other: the reader must find the room empty
            thread.start()
            assert entered.acquire(timeout=10)
        for method in ("GET", "POST"):
            busy = client.request(method, "/api/v1/slow")
            assert (busy.status_code, busy.json()["code"], busy.headers["retry-after"]) == (503, "busy", "2")
        assert client.get("/livez").text == "alive\n"
        leave.set()
        for thread in threads:
            thread.join(10)
        assert statuses == [200, 200]
        assert client.get("/api/v1/sets").status_code == 200


@pytest.mark.parametrize("header", [(b"content-type", b"text/event-stream"), (b"content-length", b"900000")])
def test_an_open_stream_and_a_slow_reader_hold_no_place(header: tuple[bytes, bytes]) -> None:
    asyncio.run(_third_reader_passes(header))


async def _third_reader_passes(header: tuple[bytes, bytes]) -> None:
    reached: asyncio.Queue[None] = asyncio.Queue()
    leave = asyncio.Event()

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [header]})
        reached.put_nowait(None)
        await leave.wait()

    limit = InFlightLimit(behind, in_work=2, for_writes=1)
    scope: Scope = {"type": "http", "method": "GET", "path": "/board", "app": FastAPI()}
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(limit(scope, hung_up, ignore))
        for _ in range(3):
            await reached.get()
        leave.set()


def test_every_place_is_given_back_whatever_the_end() -> None:
    app = an_app(in_work=2, for_writes=1)

    @app.get("/api/v1/parts")
    def parts() -> StreamingResponse:
        return StreamingResponse(iter([b"1", b"2"]))

    client = a_client(app)
    for path in ("/api/v1/parts", "/api/v1/fails/bug", "/nothing", "/api/v1/parts"):
        assert [client.get(path).status_code == 503 for _ in range(3)] == [False] * 3


def test_a_limit_without_room_for_both_is_refused() -> None:
    for in_work, for_writes in ((4, 4), (4, 0), (0, 0)):
        with pytest.raises(ValueError, match="for_writes"):
            InFlightLimit(FastAPI(), in_work=in_work, for_writes=for_writes)
