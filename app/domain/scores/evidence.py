"""What was charted of a cycle by one moment, as far as a score looks at it?

The latest reading is the one true last, whatever the order of entry; corrected and retracted rows do not count.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from app.domain.course import Cycle
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Value
from app.domain.observation import ByMeasure, Reading
from app.domain.scores.grade import Ungraded

_time = attrgetter("at")


class Seen(NamedTuple):
    """The latest reading of a measure, or why there is none to grade."""

    value: Value | None
    at: datetime | None
    why: Ungraded | None


NOTHING = Seen(None, None, Ungraded.MISSING)


class Evidence:
    """Readings by measure, oldest first, as known for the moment `at`; `sex` is that on the wristband.

    `cycle_id` is None before the first cycle, `first_dose_at` None before the first dose of the cycle went in.
    `fresh_for` is by measure.
    """

    __slots__ = ("_rows", "at", "cycle_id", "first_dose_at", "fresh_for", "sex")

    def __init__(
        self,
        rows: ByMeasure,
        at: datetime,
        cycle_id: str | None,
        first_dose_at: datetime | None,
        sex: str,
        fresh_for: Mapping[str, timedelta],
    ) -> None:
        self._rows = rows
        self.at = at
        self.cycle_id = cycle_id
        self.first_dose_at = first_dose_at
        self.sex = sex
        self.fresh_for = fresh_for

    def of(self, measure: str) -> Sequence[Reading]:
        """Every reading of the measure by the moment, oldest first."""
        return self._rows.get(measure, ())

    def seen(self, measure: str) -> Seen:
        """The latest reading, where it is fresh."""
        rows = self._rows.get(measure)
        if not rows:
            return NOTHING
        last = rows[-1]
        if self.at - last.at > self.fresh_for[measure]:
            return Seen(None, last.at, Ungraded.STALE)
        return Seen(last.value, last.at, None)

    def baseline(self, measure: str) -> Decimal | None:
        """The last number at or before the first dose of the cycle (fine print 18); the lower of two at one moment."""
        rows = self._rows.get(measure)
        if not rows:
            return None
        count = len(rows) if self.first_dose_at is None else bisect_right(rows, self.first_dose_at, key=_time)
        if count == 0:
            return None
        last = rows[count - 1]
        lowest: Decimal | None = None
        for row in reversed(rows[:count] if count < len(rows) else rows):
            if row.at != last.at:
                break
            if isinstance(row.value, Decimal) and (lowest is None or row.value < lowest):
                lowest = row.value
        return lowest

    def values(self, measures: Iterable[str]) -> dict[str, Value]:
        """The latest fresh value of each of the measures that has one."""
        found = {name: self.seen(name).value for name in measures}
        return {name: value for name, value in found.items() if value is not None}

    def at_once(self, measures: Iterable[str]) -> dict[str, list[Value]]:
        """Every value of the latest moment, of each of the measures that has several of that moment."""
        found: dict[str, list[Value]] = {}
        for name in measures:
            rows = self.of(name)
            if len(rows) > 1 and len(last := rows[bisect_left(rows, rows[-1].at, key=_time) :]) > 1:
                found[name] = [row.value for row in last]
        return found


def evidence_of(sheet: Flowsheet, fresh_for: Mapping[str, timedelta], lookback: timedelta, at: datetime) -> Evidence:
    """The evidence of the cycle running at `at`, from `lookback` before its admission; of the course before the first.

    Only measures in `fresh_for` are kept.
    """
    cycle = _cycle(sheet, at, lookback)
    if cycle is None:
        return Evidence(_rows(sheet, fresh_for, None, at), at, None, None, sheet.patient.sex, fresh_for)
    rows = _rows(sheet, fresh_for, cycle.admitted_at - lookback, at)
    return Evidence(rows, at, cycle.id, _first_dose(sheet, cycle, at), sheet.patient.sex, fresh_for)


def _cycle(sheet: Flowsheet, at: datetime, lookback: timedelta) -> Cycle | None:
    begun = [cycle for cycle in sheet.cycles if cycle.admitted_at - lookback <= at]
    return begun[-1] if begun else None


def _rows(sheet: Flowsheet, wanted: Iterable[str], since: datetime | None, at: datetime) -> ByMeasure:
    """What holds of what was charted from `since` to `at`."""
    held = sheet.held()
    found: dict[str, Sequence[Reading]] = {}
    for name in wanted:
        mine = held.true_by(name, at)
        if mine and since is not None and mine[0].at < since:
            mine = mine[bisect_left(mine, since, key=_time) :]
        if mine:
            found[name] = mine
    return found


def _first_dose(sheet: Flowsheet, cycle: Cycle, at: datetime) -> datetime | None:
    doses = {dose.id for dose in sheet.doses if dose.cycle_id == cycle.id}
    times = (row.started_at for row in sheet.given() if row.dose_id in doses and row.started_at < at)
    return min(times, default=None)
