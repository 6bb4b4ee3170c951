"""What was charted of a measure in the view: what holds, what was corrected, and what was not taken?

Figure, sentence and table are made from the same tracks, so that none can say what another does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple

from app.domain.flowsheet import Flowsheet
from app.domain.measure import Measure
from app.domain.observation import Observation, current
from app.domain.protocol import Protocol
from app.domain.tongue import mark, worded
from app.domain.units import unit_words
from app.domain.vocabulary import NotTaken
from dashboards.clock import WardClock
from dashboards.view import View
from dashboards.words import charted_words, length_words, with_unit

_GAP = Fraction(3, 2)
"""Readings further apart than one and a half times their freshness are not joined: at least one is missing between."""

_NOT_TAKEN = {
    NotTaken.REFUSED: mark("not taken: refused"),
    NotTaken.OFF_WARD: mark("not taken: off the ward"),
    NotTaken.EQUIPMENT: mark("not taken: equipment"),
}


class Point(NamedTuple):
    """One value at one moment; `text` is how it reads without its unit, `note` what else there is to say.

    Texts are as people wrote them: whoever draws them escapes them. `value` is None where nothing was measured.
    `dose` names the dose a point is about; "" for a reading, which belongs to the last dose before it. The value of one
    that is `least` may only be more. `of` is the set it was charted in.
    """

    at: datetime
    value: Decimal | Fraction | bool | str | None
    text: str
    note: str
    by: str
    dose: str = ""
    least: bool = False
    of: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """One measure over the view, oldest first; `earlier` is the last value before the view.

    `struck` were corrected or retracted, `missed` were not taken or cannot be computed. A track that is not `drawn`
    stands in the table alone: what was charted below what is computed from it.
    """

    name: str
    label: str
    ucum: str | None
    points: tuple[Point, ...]
    struck: tuple[Point, ...] = ()
    missed: tuple[Point, ...] = ()
    earlier: Point | None = None
    gap_after: timedelta | None = None
    drawn: bool = True

    @property
    def unit(self) -> str:
        """The unit as a ward writes it; "" for none."""
        return unit_words(self.ucum)

    @property
    def title(self) -> str:
        """Label and unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


def tracks(flowsheet: Flowsheet, protocol: Protocol, view: View, names: Iterable[str]) -> tuple[Track, ...]:
    """The tracks of measures the protocol knows, in the order named."""
    rows, clock = observations(flowsheet, names), WardClock(view)
    return tuple(
        _track(rows[name], protocol.measures[name], protocol, view, clock) for name in rows if name in protocol.measures
    )


def observations(flowsheet: Flowsheet, names: Iterable[str]) -> dict[str, list[Observation]]:
    """Everything ever charted of the measures, by name, in order of recording."""
    found: dict[str, list[Observation]] = {name: [] for name in names}
    for row in flowsheet.observations:
        bucket = found.get(row.measure)
        if bucket is not None:
            bucket.append(row)
    return found


def _track(rows: list[Observation], measure: Measure, protocol: Protocol, view: View, clock: WardClock) -> Track:
    replaced_by = {row.supersedes: row for row in rows if row.supersedes is not None}
    by_id = {row.id: row for row in rows} if replaced_by else {}
    points, missed = [], []
    earlier: Point | None = None
    for row in current(tuple(rows)):
        if row.observed_at > view.end:
            continue
        before = None if row.supersedes is None else by_id.get(row.supersedes)
        point = _point(row, measure, _amended(before, row, clock))._replace(of=_charted_in(row, by_id))
        if row.value is None:
            missed.append(point)
        elif row.observed_at < view.start:
            earlier = point
        else:
            points.append(point)
    struck = [_point(row, measure, _fate(row, replaced_by[row.id], clock)) for row in rows if row.id in replaced_by]
    return Track(
        name=measure.name,
        label=measure.label,
        ucum=measure.unit,
        points=tuple(points),
        struck=tuple(sorted((p for p in struck if p.value is not None and view.holds(p.at)), key=attrgetter("at"))),
        missed=tuple(point for point in missed if view.holds(point.at)),
        earlier=earlier,
        gap_after=_GAP.numerator * protocol.fresh_for[measure.group] / _GAP.denominator,
    )


def _point(row: Observation, measure: Measure, note: str) -> Point:
    notes = [note] if note else []
    if row.start_at is not None:
        notes.insert(0, worded("over {length}", length=length_words(row.observed_at - row.start_at)))
    if row.entered_unit not in (None, measure.unit) and row.value is not None:
        notes.insert(0, worded("entered as {value}", value=with_unit(row.entered, unit_words(row.entered_unit))))
    return Point(row.observed_at, row.value, _text(row), ", ".join(notes), row.recorded_by)


def _text(row: Observation) -> str:
    if row.value is not None:
        return charted_words(row.value)
    return worded("not taken") if row.not_taken is None else worded(_NOT_TAKEN[row.not_taken])


def _amended(before: Observation | None, row: Observation, clock: WardClock) -> str:
    return "" if before is None else worded("corrected from {text}", text=_against(before, row, clock))


def _fate(row: Observation, after: Observation, clock: WardClock) -> str:
    what = worded("retracted") if after.retracts else worded("corrected to {text}", text=_against(after, row, clock))
    return f"{what}: {after.reason}" if after.reason else what


def _charted_in(row: Observation, by_id: Mapping[str, Observation]) -> str:
    """The set of the first row that it corrects, or its own."""
    while row.supersedes is not None and row.supersedes in by_id:
        row = by_id[row.supersedes]
    return row.set_id


def _against(one: Observation, other: Observation, clock: WardClock) -> str:
    """A value as it reads beside the other of its correction: with its time, or its hours, where they differ."""
    if one.observed_at != other.observed_at:
        return worded("{text} at {at}", text=_text(one), at=clock.label(one.observed_at))
    if one.start_at is None or one.start_at == other.start_at:
        return _text(one)
    return worded("{volume} over {length}", volume=_text(one), length=length_words(one.observed_at - one.start_at))
