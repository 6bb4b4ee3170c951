"""At which moments is a course scored?

At the last one of each charted set, as far as it still stands there, and at that of any value which a newer one had
overtaken by then. A corrected value stays with the set it was charted in; one that was moved in time is of a moment of
its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from app.domain.observation import Observation


def moments(standing: Iterable[Observation], by_id: Mapping[str, Observation]) -> dict[datetime, Observation]:
    """The moments, each with a row of it; `standing` holds in order of observation, `by_id` also what it corrects."""
    of_set = [(_charted_with(row, by_id), row) for row in standing]
    last = dict(of_set)
    overtaken = _overtaken((row, last[name].observed_at) for name, row in reversed(of_set))
    return {row.observed_at: row for row in (*overtaken, *last.values())}


def _charted_with(row: Observation, by_id: Mapping[str, Observation]) -> str:
    """The set in which a value was first charted as of this moment."""
    while (before := by_id.get(row.supersedes or "")) is not None and before.observed_at == row.observed_at:
        row = before
    return row.set_id


def _overtaken(scored: Iterable[tuple[Observation, datetime]]) -> Iterator[Observation]:
    """The rows, handed over newest first with when they are scored, of whose measure there is a newer value by then.

    Volumes add up: one more overtakes none.
    """
    newer: dict[str, tuple[datetime, ...]] = {}
    for row, until in scored:
        if row.value is None or row.start_at is not None:
            continue
        times = newer.get(row.measure, ())
        if times[:1] != (row.observed_at,):
            times = newer[row.measure] = (row.observed_at, *times[:1])
        if len(times) > 1 and times[1] <= until:
            yield row
