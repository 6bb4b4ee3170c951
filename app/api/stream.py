"""How does a reader hear of an alert at once?

The feed table is the truth; the stream only reads it again whenever something was committed, and every few seconds
besides, for what another process committed. While it waits it holds no thread and no connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event

from app.api.alerts import RESTORED, After
from app.api.calls import Call, Called, encoded
from app.api.feeding import feed_item
from app.api.routers import router_for
from app.domain.errors import DosewardError
from app.http.identity import still_acting
from app.services.acting import Permission
from app.services.following import Cursor, Followed, follow, newest, parse_cursor

router = router_for("alerts")

LOOK_EVERY = 2.0  # seconds
BEAT_EVERY = 5.0
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
    after: After = None,
    last_event_id: Annotated[str | None, Header(max_length=60)] = None,
) -> EventSourceResponse:
    """From `Last-Event-ID`, else from `after`, else from now. Whoever was away longer than a restore gets 410."""
    asked = last_event_id or after
    cursor = await run_in_threadpool(_begin, call, None if asked is None else parse_cursor(asked))
    return EventSourceResponse(_events(call, cursor), headers={"X-Accel-Buffering": "no"})


def _begin(call: Call, asked: Cursor | None) -> Cursor:
    with call.database.reading() as tx:
        if asked is None:
            return newest(tx)
        follow(tx, call.acting, asked, 1)
    return asked


async def _events(call: Call, cursor: Cursor) -> AsyncIterator[bytes]:
    """Ends when the reader leaves, may no longer read, or the cursor is void: asking again then tells them why."""
    loop, rung = asyncio.get_running_loop(), asyncio.Event()

    def ring() -> None:
        loop.call_soon_threadsafe(rung.set)

    stop = call.database.wake.listen(ring)
    beat = loop.time()
    try:
        yield format_sse_event(retry=RECONNECT, comment="alerts", id=str(cursor))
        while True:
            rung.clear()
            found = await run_in_threadpool(_look, call, cursor)
            if found is None:
                return
            for place, event in found.items:
                document = encoded(feed_item(place, event)).decode()
                yield format_sse_event(data_str=document, event="alert", id=str(place))
            if found.items:
                beat = loop.time()
            elif loop.time() - beat >= BEAT_EVERY:
                beat = loop.time()
                yield format_sse_event(comment="alive")
            cursor = found.cursor
            if len(found.items) < AT_ONCE:
                await _wait(rung)
    finally:
        stop()


async def _wait(rung: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(rung.wait(), LOOK_EVERY)
    except TimeoutError:
        return


def _look(call: Call, cursor: Cursor) -> Followed | None:
    """What came since, for whoever the reader is now: None once a token was revoked or the feed began anew."""
    request: Request = call.request
    try:
        now = still_acting(request, request.app.state.clock())
        if now is None or not now.may(Permission.READ_ALERTS, None):
            return None
        with call.database.reading() as tx:
            return follow(tx, replace(now, request_id=call.acting.request_id), cursor, AT_ONCE)
    except DosewardError:
        return None
