"""Which readings can matter to a decision, so that only those are stored with it?

Leaving out the others never changes an answer: a property test decides both ways and compares the bytes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from app.domain.observation import Observation, Reading
from app.domain.protocol import Protocol, Row, WindowKind
from app.domain.situation import AHEAD

_SINCE_LAST_DOSE = (WindowKind.MAX_SINCE_LAST_DOSE, WindowKind.EVENT_SINCE_LAST_DOSE)


_T = TypeVar("_T", Reading, Observation)
_time = attrgetter("at")


def relevant(
    readings: Iterable[_T], protocol: Protocol, at: datetime, last_given_at: datetime | None
) -> tuple[_T, ...]:
    """The readings that a decision of `protocol` at `at` can depend on, oldest first."""
    by_measure: dict[str, list[_T]] = {}
    for reading in readings:
        by_measure.setdefault(reading.measure, []).append(reading)
    since = _since(protocol, at, last_given_at)
    kept: list[_T] = []
    for measure, mine in by_measure.items():
        mine.sort(key=_time)
        kept += _last_of(mine, since.get(measure), protocol.timing.discordant_within)
    return tuple(sorted(kept, key=attrgetter("at", "measure", "id")))


def _last_of(mine: list[_T], since: datetime | None, beside: timedelta) -> list[_T]:
    """The latest reading with those beside it, everything from `since` on, and the one before that."""
    edge = mine[-1].at - beside - AHEAD
    if since is not None:
        before = bisect_left(mine, since, key=_time)
        edge = min(edge, since, mine[before - 1].at if before > 0 else since)
    return mine[bisect_left(mine, edge, key=_time) :]


def _since(protocol: Protocol, at: datetime, last_given_at: datetime | None) -> dict[str, datetime]:
    """Per measure, how far back its windows look; measures that are not named need their latest reading only."""
    start = datetime.min.replace(tzinfo=at.tzinfo)
    found: dict[str, datetime] = {}
    for row in protocol.rows:
        moment = _looks_back(row, at, start if last_given_at is None else last_given_at, start)
        if moment is not None and row.window.kind is WindowKind.PERSISTENT:
            moment -= protocol.timing.discordant_within
        if moment is not None:
            found[row.measure] = min(moment, found.get(row.measure, moment))
        for condition in row.window.while_:
            edge = at - condition.fresh_for
            found[condition.measure] = min(edge, found.get(condition.measure, edge))
    return found


def _looks_back(row: Row, at: datetime, last_given_at: datetime, start: datetime) -> datetime | None:
    window = row.window
    if window.kind in _SINCE_LAST_DOSE:
        return last_given_at
    if window.kind is WindowKind.DURATION:
        return start
    if window.kind is WindowKind.PERSISTENT:
        return at - row.fresh_for - window.span
    if window.kind in (WindowKind.SUM, WindowKind.CONSECUTIVE_SUMS):
        return at - window.span * window.periods
    return None
