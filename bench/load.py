"""How long does each of many requests take when several clients send them at once?

Threads with a socket each, over the loopback. The requests are bytes made beforehand, so that what is measured is the
server.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Thread

_PATIENCE = 30.0


@dataclass(frozen=True)
class Fired:
    """Seconds of each request, and of all of them."""

    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """The latency that `share` of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Refused(Exception):
    """A request was answered with something else than was expected: such a measurement counts for nothing."""


def fire(port: int, requests: Iterable[bytes], clients: int, expected: int) -> Fired:
    """Sends every request once, `clients` at a time; raises Refused unless each is answered with `expected`."""
    waiting, latencies, faults = iter(list(requests)), list[float](), list[Exception]()
    threads = [Thread(target=_client, args=(port, waiting, expected, latencies, faults)) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return Fired(latencies, time.perf_counter() - started)


def _client(
    port: int, waiting: Iterator[bytes], expected: int, latencies: list[float], faults: list[Exception]
) -> None:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in waiting:
                began = time.perf_counter()
                connection.sendall(request)
                _check(*_answer(connection), expected)
                latencies.append(time.perf_counter() - began)
    except Exception as fault:  # noqa: BLE001 - carried to whoever started the threads
        faults.append(fault)


def _check(head: bytes, body: bytes, expected: int) -> None:
    if int(head[9:12]) != expected:
        raise Refused(f"{head[:15].decode()}: {body[:300].decode(errors='replace')}")


def _answer(connection: socket.socket) -> tuple[bytes, bytes]:
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head = bytes(received[:end])
    length = next(int(line.partition(b":")[2]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-l"))
    while len(received) < end + 4 + length:
        received += _more(connection)
    return head, bytes(received[end + 4 :])


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise ConnectionError("the server closed the connection")
    return chunk
