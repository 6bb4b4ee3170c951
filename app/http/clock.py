"""What time is it, for everything that a request does?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Protocol

from fastapi import Request

_MOMENT: Final = "doseward.moment"


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The present moment, aware, in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def moment(request: Request) -> datetime:
    """The moment of this request from the application's clock; asked once, however many parts of a route need it."""
    if _MOMENT not in request.scope:
        clock: Clock = request.app.state.clock
        request.scope[_MOMENT] = clock()
    found: datetime = request.scope[_MOMENT]
    return found


# async: FastAPI would run a plain function in the thread pool, which is as small as the database's.
async def now(request: Request) -> datetime:
    """The same for a route."""
    return moment(request)
