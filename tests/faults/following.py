"""How does a test follow the feed of a real server as a program outside does: over a socket, with its own clock?"""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.faults.serving import Server


@dataclass
class Heard:
    """One event, and when its frame was whole."""

    cursor: str
    event: dict[str, Any]
    at: float


@dataclass
class Follower:
    """Reads a stream on a thread of its own until it ends."""

    server: Server
    token: str
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""
    heard: list[Heard] = field(default_factory=list)
    retries: list[int] = field(default_factory=list)
    comments: list[tuple[str, float]] = field(default_factory=list)
    ended: float | None = None

    def __post_init__(self) -> None:
        self.begun = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        assert self.begun.wait(15), "the stream did not begin"

    def wait_for(self, events: int, seconds: float) -> None:
        """Until it has heard so many events, or the time is over."""
        until = time.monotonic() + seconds
        while len(self.heard) < events and time.monotonic() < until:
            time.sleep(0.005)

    def _read(self) -> None:
        with a_stream(self.server, self.token, self.headers, self.query) as connection:
            self.connection = connection
            frame: dict[str, str] = {}
            for raw in connection.makefile("rb"):
                line = raw.decode().rstrip("\r\n")
                name, _, value = line.partition(": ")
                if line == "" and frame:
                    self._take(frame)
                    frame = {}
                elif line != "" and name in ("", "id", "event", "data", "retry"):
                    frame[name] = value
        self.ended = time.monotonic()

    def _take(self, frame: dict[str, str]) -> None:
        now = time.monotonic()
        if "retry" in frame:
            self.retries.append(int(frame["retry"]))
            self.begun.set()
        if frame.get("event") == "alert":
            self.heard.append(Heard(frame["id"], json.loads(frame["data"]), now))
        elif "" in frame:
            self.comments.append((frame[""], now))


def a_stream(
    server: Server, token: str, headers: dict[str, str] | None = None, query: str = "", *, room: int = 0
) -> socket.socket:
    """A connection that has asked for the stream and read nothing; `room` bounds what the kernel takes for it."""
    parts = urlsplit(server.address)
    connection = socket.socket()
    if room:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    connection.connect((parts.hostname, parts.port))
    lines = {"Host": parts.netloc, "Authorization": f"Bearer {token}", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    connection.sendall(f"GET /api/v1/alerts/stream{query} HTTP/1.1\r\n{head}\r\n".encode())
    return connection
