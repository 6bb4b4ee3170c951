"""Under which id can one request be found in the log, the audit trail and a problem report?"""

from __future__ import annotations

import time
import uuid
from contextvars import ContextVar

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.allow import route_template
from app.http.paths import PROBES, is_static

log = structlog.get_logger(__name__)

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id() -> str | None:
    """The id of the request in hand (also in its thread), None outside one."""
    return _current.get()


class RequestIds:
    """Number every request, answer the number in X-Request-ID, and write one log line.

    A client's own X-Request-ID is not taken over: it could name a patient.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = str(uuid.uuid4())
        token = _current.set(name)
        started = time.perf_counter()
        status: int | None = None

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = name
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            _write_line(scope, status, time.perf_counter() - started)
            _current.reset(token)


def _write_line(scope: Scope, status: int | None, seconds: float) -> None:
    path: str = scope["path"]
    if (path in PROBES or is_static(path)) and status is not None and status < 400:  # noqa: PLR2004 - RFC 9110
        return
    log.info(
        "request",
        method=scope["method"],
        route=route_template(Request(scope)),
        status=status,
        ms=round(seconds * 1000, 1),
        code=scope.get("state", {}).get("problem_code"),
    )
