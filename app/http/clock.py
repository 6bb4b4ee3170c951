"""What time is it, for everything that a request does?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from fastapi import Request


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The present moment, aware, in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)


# async: FastAPI would run a plain function in the thread pool, which is as small as the database's.
async def now(request: Request) -> datetime:
    """The moment of this request from the application's clock; asked once, however many parts of a route need it."""
    clock: Clock = request.app.state.clock
    return clock()
