"""What has happened to alerts since the reader last asked?

The feed is in order of commit and has no gaps: a reader who keeps the cursor misses nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from app.domain.alert import AlertEvent
from app.domain.errors import InvalidInput
from app.services.acting import Acting
from app.store import alerts, ledger
from app.store.database import Transaction

_CURSOR = re.compile(r"([0-9a-f]{1,32})-(0|[1-9][0-9]{0,17})", re.ASCII)
_BATCH = 500
_BATCHES = 20


class Cursor(NamedTuple):
    """A place in the feed: everything up to event `n` of an epoch has been read."""

    epoch: str
    n: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.n}"


class Followed(NamedTuple):
    """Events with the cursor after each, and where to go on from: past what the reader may not see, too."""

    items: tuple[tuple[Cursor, AlertEvent], ...]
    cursor: Cursor


def parse_cursor(text: str) -> Cursor:
    """A cursor as it was handed out; raises InvalidInput."""
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise InvalidInput("bad_cursor", "A cursor of this feed looks like 9f3a01c2-118. Use the one you were given.")
    return Cursor(found[1], int(found[2]))


def newest(tx: Transaction) -> Cursor:
    """The end of the feed: what follows it is still to happen."""
    stands = ledger.position(tx)
    return Cursor(stands.epoch, stands.feed)


def oldest(tx: Transaction) -> Cursor:
    """The beginning of the feed."""
    return Cursor(ledger.position(tx).epoch, 0)


def follow(tx: Transaction, acting: Acting, cursor: Cursor, limit: int) -> Followed:
    """Up to `limit` events after `cursor` on the actor's wards; raises Gone for a cursor of another epoch."""
    readable = acting.wards()
    found: list[tuple[Cursor, AlertEvent]] = []
    for _ in range(_BATCHES):
        batch = alerts.feed_after(tx, cursor.epoch, cursor.n, _BATCH)
        for n, event in batch:
            cursor = Cursor(cursor.epoch, n)
            if readable is None or event.ward_id in readable:
                found.append((cursor, event))
                if len(found) == limit:
                    return Followed(tuple(found), cursor)
        if len(batch) < _BATCH:
            break
    return Followed(tuple(found), cursor)
