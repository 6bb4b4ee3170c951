"""Is somebody who asks and then does not read let go of, and nobody else?"""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.http import edge
from app.http.edge import Edge

SOON = 0.3
PIECE = b"x" * 16_384


async def _endless(scope: Any, receive: Any, send: Any) -> None:
    """Sends until nobody is there any more."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    gone = asyncio.create_task(receive())
    while not gone.done():
        await send({"type": "http.response.body", "body": PIECE, "more_body": True})
        await asyncio.sleep(0.001)


@contextmanager
def _served(protocol: type[asyncio.Protocol]) -> Iterator[tuple[uvicorn.Server, int]]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        _endless, http=protocol, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server, listening.getsockname()[1]
    finally:  # a test that fails would else leave a server, and the whole run waiting for it
        server.should_exit = True
        thread.join(timeout=10)
    assert not thread.is_alive()


def _ask(port: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.connect(("127.0.0.1", port))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    return connection


def _is_let_go(server: uvicorn.Server, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not server.server_state.connections:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.hazard("HZ-11")
def test_a_reader_who_takes_nothing_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "DROPPED_AFTER", SOON)
    with _served(Edge) as (server, port):
        deaf = _ask(port)
        time.sleep(SOON)
        assert server.server_state.connections
        assert _is_let_go(server, 20 * SOON)
        deaf.close()


def test_the_control_a_server_without_it_waits_on() -> None:
    with _served(HttpToolsProtocol) as (server, port):
        deaf = _ask(port)
        time.sleep(SOON)
        assert not _is_let_go(server, 5 * SOON)
        deaf.close()


def test_a_reader_who_takes_a_little_now_and_then_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "DROPPED_AFTER", 4 * SOON)
    with _served(Edge) as (server, port):
        slow, until = _ask(port), time.monotonic() + 8 * SOON
        while time.monotonic() < until:
            assert slow.recv(65_536) != b""
            time.sleep(0.002)
        assert server.server_state.connections
        slow.close()
        assert _is_let_go(server, 20 * SOON)


def test_at_the_end_who_reads_nothing_is_not_waited_for() -> None:
    with _served(Edge) as (server, port):
        deaf = _ask(port)
        time.sleep(2 * SOON)
        server.should_exit = True
        assert _is_let_go(server, 3 * SOON)
        deaf.close()
