"""How much may a request send, and how slowly?

FastAPI's `max_body_size` counts chunked bodies too, but only while a route reads: a route without a body runs to its
commit and is then answered 413 (Starlette 1.10, middleware/body_limit.py). Here the body is read whole before anything
runs, so a refusal always means that nothing happened, and a client that trickles holds no place among the requests in
work.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.parser import MAX_BODY
from app.http.problems import answer, status_problem

DEADLINE = 10.0  # seconds for a whole body
LINGER = 2.0  # seconds
LINGER_BODIES = 4  # times the limit


class BodyLimit:
    def __init__(self, app: ASGIApp, limit: int = MAX_BODY, deadline: float = DEADLINE) -> None:
        self.app = app
        self.limit = limit
        self.deadline = deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        incoming = _Incoming(receive)
        body: bytes | None = None
        try:
            if not self._announces_too_much(scope):
                async with asyncio.timeout(self.deadline):
                    body = await incoming.read(self.limit)
            if body is None:
                await self._refuse(_refusal(scope, 413), incoming, send)
                return
        except TimeoutError:
            await _refusal(scope, 408)(scope, receive, send)
            return
        except _GoneError:  # nobody is there to be answered
            return
        await self.app(scope, _replay(body, receive), send)

    def _announces_too_much(self, scope: Scope) -> bool:
        announced = Headers(scope=scope).get("content-length", "0")
        return not announced.isdecimal() or int(announced[:20]) > self.limit

    async def _refuse(self, response: Response, incoming: _Incoming, send: Send) -> None:
        """Answer, then throw some more away: closing on unread bytes resets the connection, and the answer is lost."""
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": response.body, "more_body": True})
        left = LINGER_BODIES * self.limit
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while left > 0 and not incoming.complete:
                    left -= len(await incoming.chunk())
        await send({"type": "http.response.body", "body": b""})


class _Incoming:
    """A body as it arrives."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.complete = False

    async def chunk(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        self.complete = not message.get("more_body", False)
        chunk: bytes = message.get("body", b"")
        return chunk

    async def read(self, limit: int) -> bytes | None:
        """The whole body, or None as soon as it is longer than `limit` bytes."""
        chunks: list[bytes] = []
        size = 0
        while not self.complete:
            chunk = await self.chunk()
            size += len(chunk)
            if size > limit:
                return None
            chunks.append(chunk)
        return b"".join(chunks)


class _GoneError(Exception):
    """The client left before its body was complete."""


def _refusal(scope: Scope, status: int) -> Response:
    # What was not read would be taken for the next request.
    return answer(Request(scope), status_problem(status, {"Connection": "close"}))


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed
