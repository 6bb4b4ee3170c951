"""How does a reader hear of an alert at once?

The feed table is the truth; the stream only says what stands there as soon as it does. While it waits it holds no
thread and no connection.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Header, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event

from app.api.calls import Call, Called, encoded
from app.api.feeding import RESTORED, AfterOrNow, Filters, feed_item
from app.api.routers import router_for
from app.api.tail import tail_of
from app.api.waiting import news
from app.domain.alert import AlertEvent
from app.domain.errors import DosewardError
from app.services.following import Cursor, Wanted, follow, newest, parse_cursor

router = router_for("alerts")

BEAT_EVERY = 5.0  # seconds
RECONNECT = 2000  # milliseconds
AT_ONCE = 100
STREAMED: dict[str, Any] = {
    "description": "Server-sent events named `alert`; each id is a cursor of the feed, each data an event of it.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


@router.get(
    "/alerts/stream",
    response_class=Response,  # FastAPI would take a route of EventSourceResponse for a generator, which cannot refuse
    responses={200: STREAMED, **RESTORED},
)
async def alert_stream(
    call: Called,
    wanted: Filters,
    after: AfterOrNow = None,
    last_event_id: Annotated[str | None, Header(max_length=60)] = None,
) -> EventSourceResponse:
    """From `Last-Event-ID`, else from `after`, else from now. A cursor from before a restore gets 410.

    503 while too many ask at once: a browser's `EventSource` gives up for good on any answer but 200, so open another
    after `Retry-After`.
    """
    asked = last_event_id or after
    cursor = await run_in_threadpool(_begin, call, None if asked is None else parse_cursor(asked))
    return EventSourceResponse(_events(call, cursor, wanted), headers={"X-Accel-Buffering": "no"})


def _begin(call: Call, asked: Cursor | None) -> Cursor:
    with call.database.reading() as tx:
        if asked is None:
            return newest(tx)
        follow(tx, call.acting, asked, 1)
    return asked


async def _events(call: Call, cursor: Cursor, wanted: Wanted) -> AsyncIterator[bytes]:
    """Ends when the reader leaves, may no longer read, or the cursor is void: asking again then tells them why."""
    loop, tail = asyncio.get_running_loop(), tail_of(call.request.app)
    async with tail.followed():
        yield format_sse_event(retry=RECONNECT, comment="alerts", id=str(cursor))
        spoke = loop.time()
        while not tail.ends:
            turn = tail.turn
            try:
                found = await news(call, cursor, wanted, AT_ONCE)
            except DosewardError:
                return
            cursor = found.cursor
            if found.items:
                yield b"".join([_frame(place.cursor, place.event) for place in found.items])
                spoke = loop.time()
            elif loop.time() - spoke >= BEAT_EVERY:
                # Its id moves a reader past what is not for them.
                yield format_sse_event(comment="alive", id=str(cursor))
                spoke = loop.time()
            if found.at_end:
                await tail.wait(turn, spoke + BEAT_EVERY - loop.time())
        yield format_sse_event(retry=_soon(), comment="ending")


@lru_cache(maxsize=AT_ONCE)
def _frame(cursor: Cursor, event: AlertEvent) -> bytes:
    """Written once for everybody who gets it."""
    return format_sse_event(data_str=encoded(feed_item(cursor, event)).decode(), event="alert", id=str(cursor))


def _soon() -> int:
    """Milliseconds; spread, so that not all readers of one process come back to the next in one instant."""
    return RECONNECT // 2 + secrets.randbelow(RECONNECT)
