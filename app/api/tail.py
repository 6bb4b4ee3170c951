"""How does everybody who follows the feed hear of an event at once, with one look at the table for all of them?

One task per process reads what is new whenever something was committed, and every few seconds besides. Whoever follows
waits for it on the event loop and holds neither a thread nor a connection meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import islice

import structlog
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from app.domain.errors import Unavailable
from app.services.following import Cursor, Placed, newest, since
from app.store.database import Database

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0  # seconds
KEPT = 1000
"""Events kept in mind; whoever is further behind reads the table."""


class Tail:
    """The newest events of the feed. All of it belongs to the event loop."""

    def __init__(self, database: Database) -> None:
        self.ends = False
        """True once the program ends: whoever waits is to go."""
        self.turn = asyncio.Event()
        """Set, and replaced by another, whenever something came: take it, look, then wait for it."""
        self.moved_at = 0.0
        """When that was last, by the clock of the event loop."""
        self._database = database
        self._kept: deque[Placed] = deque(maxlen=KEPT)
        self._head: Cursor | None = None
        self._blind = False
        self._followers = 0
        self._reading: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """It reads for as long as anybody follows."""
        self._followers += 1
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        try:
            yield
        finally:
            self._followers -= 1
            if self._followers == 0:
                self._reading.cancel()
                self._reading = None
                self._forget(None)

    def after(self, cursor: Cursor) -> tuple[Placed, ...] | None:
        """What came after `cursor`; None where only the table knows. Raises Unavailable while that cannot be read."""
        if self._blind:
            raise Unavailable("database_unavailable", "The feed cannot be read now. Try again in a moment.")
        head = self._head
        if head is None or cursor.epoch != head.epoch or cursor.n < head.n - len(self._kept):
            return None
        return tuple(islice(self._kept, max(0, cursor.n - head.n + len(self._kept)), None))

    async def wait(self, turn: asyncio.Event, seconds: float) -> None:
        """Until something came after `turn` was taken, the program ends, or the time is over."""
        if seconds > 0 and not self.ends:
            with suppress(TimeoutError):
                await asyncio.wait_for(turn.wait(), seconds)

    def end(self) -> None:
        """Tells everybody who follows that the program ends."""
        self.ends = True
        self._tell()

    async def _read(self) -> None:
        loop, rung = asyncio.get_running_loop(), asyncio.Event()

        def ring() -> None:
            loop.call_soon_threadsafe(rung.set)

        stop = self._database.wake.listen(ring)
        try:
            while True:
                rung.clear()
                if not await self._look():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(rung.wait(), LOOK_EVERY)
        finally:
            stop()

    async def _look(self) -> bool:
        """Reads once; True when there may be more at once."""
        try:
            head, found = await run_in_threadpool(self._newer, self._head)
        except Exception as fault:  # noqa: BLE001 - whoever follows is told, and it is tried again
            log.warning("the feed cannot be read", error=type(fault).__qualname__)
            self._forget(None, blind=True)
            self._tell()
            return False
        if found is None:
            self._forget(head)
        else:
            self._kept.extend(found)
            self._head, self._blind = head, False
        if found is None or found:
            self._tell()
        return found is not None and len(found) == KEPT

    def _newer(self, head: Cursor | None) -> tuple[Cursor, tuple[Placed, ...] | None]:
        """Where the feed was read to, and what came since; None where that cannot be said: it begins anew there."""
        with self._database.reading() as tx:
            stands = newest(tx)
            if head is None or head.epoch != stands.epoch or head.n > stands.n:
                return stands, None
            found = since(tx, head, KEPT, folded=True) if stands.n > head.n else ()
        return (found[-1].cursor if found else head), found

    def _forget(self, head: Cursor | None, *, blind: bool = False) -> None:
        self._kept.clear()
        self._head, self._blind = head, blind

    def _tell(self) -> None:
        self.moved_at = asyncio.get_running_loop().time()
        self.turn.set()
        self.turn = asyncio.Event()


def tail_of(app: FastAPI) -> Tail:
    """The one of this process."""
    found: Tail | None = getattr(app.state, "tail", None)
    if found is None:
        found = app.state.tail = Tail(app.state.database)
    return found
