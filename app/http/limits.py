"""How many requests may be in work at once before the next is sent away?

Without a limit, ten times the load made goodput fall by half and every answer late; a quick 503 keeps both (measured on
a prototype). A nurse's entry must not queue behind dashboards, so part of the room is for writing only.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import Unavailable
from app.http.paths import PROBES, SAFE_METHODS, is_static
from app.http.problems import answer, problem_of

_LEAVE = "doseward.leave"
IN_WORK = 24
FOR_WRITES = 8


def step_aside(request: Request) -> None:
    """For a request that waits for something to happen: from here on it holds no place among those in work."""
    leave = request.scope.get(_LEAVE)
    if leave is not None:
        leave()


class InFlightLimit:
    def __init__(self, app: ASGIApp, in_work: int = IN_WORK, for_writes: int = FOR_WRITES) -> None:
        if not 0 < for_writes < in_work:
            raise ValueError("for_writes must be above 0 and below in_work")
        self.app = app
        self.in_work = in_work
        self.for_writes = for_writes
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES or is_static(scope["path"]):
            await self.app(scope, receive, send)
            return
        room = self.in_work - (self.for_writes if scope["method"] in SAFE_METHODS else 0)
        if self._held >= room:
            busy = Unavailable("busy", "Doseward is busy. Nothing was saved. Try again in a moment.")
            await answer(Request(scope), problem_of(busy))(scope, receive, send)
            return
        place = _Place(self)
        scope[_LEAVE] = place.leave

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_past_work(message["headers"]):
                place.leave()
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            place.leave()

    def take(self) -> None:
        self._held += 1

    def give_back(self) -> None:
        self._held -= 1


class _Place:
    """One request's place, taken at once and given back once."""

    def __init__(self, limit: InFlightLimit) -> None:
        self._limit = limit
        self._held = True
        limit.take()

    def leave(self) -> None:
        if self._held:
            self._held = False
            self._limit.give_back()


def _is_past_work(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """A known length: the answer is made, and only its reader is waited for. An event stream stays open for hours."""
    return any(
        name == b"content-length" or (name == b"content-type" and value.startswith(b"text/event-stream"))
        for name, value in headers
    )
