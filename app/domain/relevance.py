"""Which readings can matter to a decision, so that only those are stored with it?

Leaving out the others never changes an answer: a property test decides both ways and compares the bytes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from app.domain.observation import ByMeasure, Reading
from app.domain.protocol import Protocol, Row, WindowKind
from app.domain.situation import AHEAD

_SINCE_LAST_DOSE = (WindowKind.MAX_SINCE_LAST_DOSE, WindowKind.EVENT_SINCE_LAST_DOSE)
_REMEMBERING = (WindowKind.DURATION, WindowKind.OUTLASTED, WindowKind.LATCHED, WindowKind.COUNT)
_SUMS = (WindowKind.SUM, WindowKind.CONSECUTIVE_SUMS)

_EVER = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
"""A day after the first moment there is, so that what lies beside it can still be named."""

_time = attrgetter("at")
_first = attrgetter("at", "measure", "id")


def relevant(
    readings: ByMeasure,
    protocol: Protocol,
    at: datetime,
    last_given_at: datetime | None,
    unresolved: Collection[str] = (),
) -> ByMeasure:
    """The readings that a decision of `protocol` at `at` can depend on.

    Those of a measure are handed over and answered oldest first. `unresolved` are the criteria set before them.
    """
    back, beside = _back(protocol), protocol.timing.discordant_within
    since = {measure: at - span for measure, span in back.spans.items()}
    _extend(since, back.since_dose, _EVER if last_given_at is None else last_given_at)
    for row in back.remembering:
        moment = _first_met(row, readings.get(row.measure, ()), unresolved)
        if moment is not None:
            _extend(since, _remembered(row), moment - beside - AHEAD)
    kept: dict[str, Sequence[Reading]] = {}
    for name, mine in readings.items():
        kept[name] = mine if len(mine) == 1 else _last_of(mine, since.get(name), beside)
    if unresolved and readings:
        # What was set before the readings at hand was set before the first of them: that one tells when.
        first = min((mine[0] for mine in readings.values()), key=_first)
        mine = kept[first.measure]
        kept[first.measure] = mine if first in mine else (first, *mine)
    return kept


def _last_of(mine: Sequence[Reading], since: datetime | None, beside: timedelta) -> Sequence[Reading]:
    """The latest reading with those beside it, everything from `since` on, and the one before that with its own."""
    edge = mine[-1].at - beside - AHEAD
    if since is not None:
        before = bisect_left(mine, since, key=_time)
        edge = min(edge, since, mine[before - 1].at - beside if before > 0 else since)
    return mine[bisect_left(mine, edge, key=_time) :]


class _Back(NamedTuple):
    """How far back the windows of a protocol look: so long by measure, to the last dose, or as long as they remember.

    A measure that is not named needs its latest reading only.
    """

    spans: Mapping[str, timedelta]
    since_dose: tuple[str, ...]
    remembering: tuple[Row, ...]


@lru_cache
def _back(protocol: Protocol) -> _Back:
    spans: dict[str, timedelta] = {}

    def look(measure: str, span: timedelta) -> None:
        spans[measure] = max(span, spans.get(measure, span))

    for row in protocol.rows:
        window = row.window
        if window.kind is WindowKind.PERSISTENT:
            look(row.measure, row.fresh_for + window.span + protocol.timing.discordant_within)
        elif window.kind in _SUMS:
            look(row.measure, window.span * window.periods)
        for condition in window.while_:
            look(condition.measure, condition.fresh_for)
    return _Back(
        spans,
        tuple(row.measure for row in protocol.rows if row.window.kind in _SINCE_LAST_DOSE),
        tuple(row for row in protocol.rows if row.window.kind in _REMEMBERING),
    )


def _extend(since: dict[str, datetime], measures: Iterable[str], moment: datetime) -> None:
    for measure in measures:
        since[measure] = min(moment, since.get(measure, moment))


def _first_met(row: Row, mine: Iterable[Reading], unresolved: Collection[str]) -> datetime | None:
    """From when on the row can remember something: its first reading that meets a criterion, or for ever."""
    if any(criterion.id in unresolved for criterion in row.criteria):
        return _EVER
    return next((one.at for one in mine if row.grade(one.value) > 0), None)


def _remembered(row: Row) -> tuple[str, ...]:
    clear = (condition.measure for condition in row.window.clear)
    return (row.measure, *clear, *row.window.quiet)
