"""Which readings can matter to a decision, so that only those are stored with it?

Leaving out the others never changes an answer: a property test decides both ways and compares the bytes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from app.domain.observation import Observation, Reading
from app.domain.protocol import Protocol, Row, WindowKind
from app.domain.situation import AHEAD

_SINCE_LAST_DOSE = (WindowKind.MAX_SINCE_LAST_DOSE, WindowKind.EVENT_SINCE_LAST_DOSE)
_REMEMBERING = (WindowKind.DURATION, WindowKind.OUTLASTED, WindowKind.LATCHED, WindowKind.COUNT)
_SUMS = (WindowKind.SUM, WindowKind.CONSECUTIVE_SUMS)

_EVER = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
"""A day after the first moment there is, so that what lies beside it can still be named."""

_T = TypeVar("_T", Reading, Observation)
_time = attrgetter("at")
_in_order = attrgetter("at", "measure", "id")


def relevant(
    readings: Iterable[_T],
    protocol: Protocol,
    at: datetime,
    last_given_at: datetime | None,
    unresolved: Collection[str] = (),
) -> tuple[_T, ...]:
    """The readings that a decision of `protocol` at `at` can depend on, oldest first.

    Each has a value. `unresolved` are the criteria set before these readings.
    """
    by_measure: dict[str, list[_T]] = {}
    for reading in readings:
        by_measure.setdefault(reading.measure, []).append(reading)
    for mine in by_measure.values():
        mine.sort(key=_time)
    since = _back(protocol, at, last_given_at)
    for row in (row for row in protocol.rows if row.window.kind in _REMEMBERING):
        moment = _first_met(row, by_measure.get(row.measure, ()), unresolved)
        if moment is not None:
            _extend(since, _remembered(row), moment - protocol.timing.discordant_within - AHEAD)
    beside = protocol.timing.discordant_within
    kept = [reading for name, mine in by_measure.items() for reading in _last_of(mine, since.get(name), beside)]
    if unresolved and by_measure:
        # What was set before the readings at hand was set before the first of them: that one tells when.
        first = min((mine[0] for mine in by_measure.values()), key=_in_order)
        kept += [] if first in kept else [first]
    return tuple(sorted(kept, key=_in_order))


def _last_of(mine: list[_T], since: datetime | None, beside: timedelta) -> list[_T]:
    """The latest reading with those beside it, everything from `since` on, and the one before that with its own."""
    edge = mine[-1].at - beside - AHEAD
    if since is not None:
        before = bisect_left(mine, since, key=_time)
        edge = min(edge, since, mine[before - 1].at - beside if before > 0 else since)
    return mine[bisect_left(mine, edge, key=_time) :]


def _back(protocol: Protocol, at: datetime, last_given_at: datetime | None) -> dict[str, datetime]:
    """Per measure, how far back its windows look; measures that are not named need their latest reading only."""
    found: dict[str, datetime] = {}
    for row in protocol.rows:
        window = row.window
        if window.kind in _SINCE_LAST_DOSE:
            _extend(found, (row.measure,), _EVER if last_given_at is None else last_given_at)
        elif window.kind is WindowKind.PERSISTENT:
            _extend(found, (row.measure,), at - row.fresh_for - window.span - protocol.timing.discordant_within)
        elif window.kind in _SUMS:
            _extend(found, (row.measure,), at - window.span * window.periods)
        for condition in window.while_:
            _extend(found, (condition.measure,), at - condition.fresh_for)
    return found


def _extend(since: dict[str, datetime], measures: Iterable[str], moment: datetime) -> None:
    for measure in measures:
        since[measure] = min(moment, since.get(measure, moment))


def _first_met(row: Row, mine: Iterable[Reading | Observation], unresolved: Collection[str]) -> datetime | None:
    """From when on the row can remember something: its first reading that meets a criterion, or for ever."""
    if any(criterion.id in unresolved for criterion in row.criteria):
        return _EVER
    return next((one.at for one in mine if one.value is not None and row.grade(one.value) > 0), None)


def _remembered(row: Row) -> tuple[str, ...]:
    clear = (condition.measure for condition in row.window.clear)
    return (row.measure, *clear, *row.window.quiet)
