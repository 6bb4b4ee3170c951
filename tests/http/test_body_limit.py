"""Is a body counted as it arrives, cut off at the limit, and given up when it does not arrive?"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from app.http.body_limit import LINGER_BODIES, BodyLimit
from tests.http.door import an_app

LIMIT = 10


class Client:
    """Sends the chunks one by one, then hangs up or falls silent; counts how many were asked for."""

    def __init__(self, *chunks: bytes, then: str = "silence") -> None:
        self.messages: list[Message] = [{"type": "http.request", "body": one, "more_body": True} for one in chunks]
        if then == "end":
            self.messages[-1]["more_body"] = False
        if then == "hang up":
            self.messages.append({"type": "http.disconnect"})
        self.asked = self.asked_before_answer = 0
        self.status: int | None = None
        self.body = b""
        self.headers: dict[bytes, bytes] = {}

    async def receive(self) -> Message:
        self.asked += 1
        if not self.messages:
            await asyncio.sleep(60)
        return self.messages.pop(0)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.asked_before_answer = self.asked
            self.headers = dict(message["headers"])
        else:
            self.body += message["body"]


def pass_through(client: Client, **headers: str) -> list[bytes]:
    """What the application behind the limit read."""
    read: list[bytes] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        read.append(message["body"])
        assert message["more_body"] is False

    scope: Scope = {
        "type": "http",
        "path": "/api/v1/sets",
        "method": "POST",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "app": an_app(),
    }
    asyncio.run(BodyLimit(behind, limit=LIMIT, deadline=0.1)(scope, client.receive, client.send))
    return read


def test_a_body_up_to_the_limit_arrives_whole() -> None:
    client = Client(b"12345", b"", b"67890", then="end")
    assert pass_through(client) == [b"1234567890"]


def test_a_chunked_body_is_refused_at_the_limit_and_the_rest_is_never_kept() -> None:
    client = Client(b"12345", b"678901", b"more", then="end")
    assert pass_through(client) == []
    assert (client.status, client.asked_before_answer) == (413, 2)
    assert client.headers[b"connection"] == b"close"
    assert b'"body_too_large"' in client.body


def test_a_client_that_never_stops_sending_is_cut_off() -> None:
    client = Client(*[b"1234567890"] * 100)
    assert pass_through(client) == []
    assert (client.status, client.asked) == (413, 2 + LINGER_BODIES)


def test_a_body_that_announces_too_much_is_refused_unread() -> None:
    client = Client(b"1" * 11, then="end")
    assert pass_through(client, content_length="11") == []
    assert (client.status, client.asked_before_answer) == (413, 0)


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 5000, "x"])
def test_a_nonsense_length_is_refused(length: str) -> None:
    client = Client(b"1", then="end")
    assert pass_through(client, content_length=length) == []
    assert client.status == 413


def test_a_lie_about_the_length_is_counted() -> None:
    client = Client(b"1" * 11, then="end")
    assert pass_through(client, content_length="1") == []
    assert client.status == 413


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    client = Client(b"1")
    assert pass_through(client) == []
    assert client.status == 408


def test_a_client_that_hangs_up_is_not_answered_and_nothing_runs() -> None:
    client = Client(b"1", then="hang up")
    assert pass_through(client) == []
    assert client.status is None


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    config = uvicorn.Config(an_app(), port=0, log_config=None, access_log=False, server_header=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()
    server.should_exit = True
    thread.join(10)


def test_the_real_server_refuses_a_chunked_body_and_the_sender_reads_why(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(
            b"POST /api/v1/sets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(40):  # 2.5 MiB, sent without looking for an answer, as most libraries do
            connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
    assert b"server:" not in answer.lower()
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
