"""What has happened to alerts since the reader last asked?

The feed is in order of commit and has no gaps: a reader who keeps the cursor misses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from app.domain.alert import Alert, AlertEvent
from app.domain.errors import InvalidInput
from app.domain.vocabulary import AlertState, Level
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


class Wanted(NamedTuple):
    """Which alerts a reader asks for; what is None keeps nothing out. An event is on the ward where it happened."""

    levels: frozenset[Level] | None = None
    ward_id: str | None = None
    course_id: str | None = None
    state: AlertState | None = None

    def keeps(self, said: Alert | AlertEvent, alert: Alert | None) -> bool:
        """Whether an alert, or an event that left it as `alert`, is asked for; that need be known only for a state."""
        return (
            (self.levels is None or said.level in self.levels)
            and (self.ward_id is None or said.ward_id == self.ward_id)
            and (self.course_id is None or said.course_id == self.course_id)
            and (self.state is None or (alert is not None and alert.is_in(self.state)))
        )


EVERYTHING = Wanted()


class Placed(NamedTuple):
    """An event, the cursor after it, and the alert as the event left it where that was asked for."""

    cursor: Cursor
    event: AlertEvent
    alert: Alert | None


class Followed(NamedTuple):
    """Events with the cursor after each, and where to go on from: past what the reader may not see, too.

    `at_end`: nothing more had happened.
    """

    items: tuple[Placed, ...]
    cursor: Cursor
    at_end: bool


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


def since(tx: Transaction, cursor: Cursor, limit: int, *, folded: bool) -> tuple[Placed, ...]:
    """Whatever came after `cursor`, whoever may read it; `folded` with its alerts. Raises Gone for another epoch."""
    found = alerts.feed_after(tx, cursor.epoch, cursor.n, limit)
    left = alerts.as_left(tx, found) if folded else [None] * len(found)
    return tuple(Placed(Cursor(cursor.epoch, n), event, alert) for (n, event), alert in zip(found, left, strict=True))


def sift(found: Iterable[Placed], acting: Acting, wanted: Wanted, cursor: Cursor, limit: int) -> Followed:
    """Up to `limit` of these, which follow `cursor`: those on the actor's wards that are asked for."""
    kept: list[Placed] = []
    for place in found:
        if len(kept) == limit:
            return Followed(tuple(kept), cursor, at_end=False)
        cursor = place.cursor
        if acting.follows(place.event.ward_id) and wanted.keeps(place.event, place.alert):
            kept.append(place)
    return Followed(tuple(kept), cursor, at_end=True)


def follow(tx: Transaction, acting: Acting, cursor: Cursor, limit: int, wanted: Wanted = EVERYTHING) -> Followed:
    """Up to `limit` events after `cursor`; raises Gone for a cursor of another epoch.

    It goes through ten thousand at once: with nothing found and `at_end` false, go on from its cursor.
    """
    items: tuple[Placed, ...] = ()
    for _ in range(_BATCHES):
        batch = since(tx, cursor, _BATCH, folded=wanted.state is not None)
        found = sift(batch, acting, wanted, cursor, limit - len(items))
        items, cursor = items + found.items, found.cursor
        if len(batch) < _BATCH and found.at_end:
            return Followed(items, cursor, at_end=True)
        if len(items) == limit:
            break
    return Followed(items, cursor, at_end=False)
