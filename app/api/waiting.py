"""What came since a reader last looked, for whoever the reader is by then?

While somebody waits, a token may be revoked or a role taken: each time there is something to tell, they are asked anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import NamedTuple

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from app.api.calls import Call
from app.api.tail import tail_of
from app.domain.errors import DosewardError
from app.http.identity import signed_in, still_acting
from app.http.limits import step_aside
from app.services.acting import Acting, Permission
from app.services.following import Cursor, Followed, Wanted, follow, sift

LONGEST = 30  # seconds
_FRESH = 1.0
_MANY = 5_000


class _Asked(NamedTuple):
    """Who stands behind one token or session, asked at a moment of the event loop's clock."""

    at: float
    answer: asyncio.Task[Acting | DosewardError]


async def news(call: Call, cursor: Cursor, wanted: Wanted, limit: int) -> Followed:
    """Up to `limit` events after `cursor`; raises what a new request would be refused with."""
    tail = tail_of(call.request.app)
    newer = tail.after(cursor)
    now = await _still(call, tail.moved_at if newer else asyncio.get_running_loop().time() - _FRESH)
    if newer is None:
        return await run_in_threadpool(_look, call, now, cursor, wanted, limit)
    return sift(newer, now, wanted, cursor, limit)


async def waited(call: Call, found: Followed, limit: int, wanted: Wanted, seconds: float) -> Followed:
    """What was found; with nothing, what comes within so many seconds. Meanwhile it holds no place and no thread."""
    step_aside(call.request)
    loop, tail = asyncio.get_running_loop(), tail_of(call.request.app)
    until = loop.time() + seconds
    async with tail.followed():
        while not found.items and not tail.ends and loop.time() < until:
            turn = tail.turn
            found = await news(call, found.cursor, wanted, limit)
            if not found.items and found.at_end:
                await tail.wait(turn, until - loop.time())
    return found


def _look(call: Call, now: Acting, cursor: Cursor, wanted: Wanted, limit: int) -> Followed:
    with call.database.reading() as tx:
        return follow(tx, now, cursor, limit, wanted)


async def _still(call: Call, since: float) -> Acting:
    """Who the reader is, asked no earlier than `since`: once for all open answers to one token or session."""
    asked, headers = _asked(call.request), call.request.headers
    name = (headers.get("authorization"), headers.get("cookie"))
    held = asked.get(name)
    if held is None or held.at < since:
        if len(asked) >= _MANY:
            asked.clear()
        task = asyncio.create_task(run_in_threadpool(_ask, call.request))
        held = asked[name] = _Asked(asyncio.get_running_loop().time(), task)
    found = await asyncio.shield(held.answer)
    if isinstance(found, DosewardError):
        raise found
    return replace(found, request_id=call.acting.request_id)


def _ask(request: Request) -> Acting | DosewardError:
    try:
        now = signed_in(still_acting(request, request.app.state.clock()))
        now.require(Permission.READ_ALERTS, None)
    except DosewardError as refusal:
        return refusal
    return now


def _asked(request: Request) -> dict[tuple[str | None, str | None], _Asked]:
    state = request.app.state
    if not hasattr(state, "asked_again"):
        state.asked_again = {}
    found: dict[tuple[str | None, str | None], _Asked] = state.asked_again
    return found
