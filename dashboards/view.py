"""Which stretch of a course does the reader look at, on whose clock?

The caller chooses; a figure never asks what time it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.schedule import due_at
from app.domain.scores.news2 import ScoreTable

_LEAST = timedelta(hours=24)


class Span(NamedTuple):
    """A stretch of time, both ends included, aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class View:
    """What the caller chose: from, to, the moment it is seen from, the ward's time zone, and the score chart in force.

    `end` may lie after `at`, so that the next dose is in the picture.
    """

    start: datetime
    end: datetime
    at: datetime
    zone: ZoneInfo
    chart: ScoreTable

    def holds(self, at: datetime) -> bool:
        """True inside the stretch, both ends included."""
        return self.start <= at <= self.end


def last_hours(at: datetime, hours: int = 24) -> Span:
    """The hours before `at`."""
    return Span(at - timedelta(hours=hours), at)


def cycle_span(flowsheet: Flowsheet, protocol: Protocol, cycle_id: str, at: datetime) -> Span:
    """One cycle as seen at `at`: from admission to the next dose, or to the last thing charted once it has ended.

    A running cycle reaches past `at`, so that hours without charting show as what they are. At least 24 hours. A dose
    stands at its due time: one that was given or ordered long before that is in the picture too.
    """
    cycle, step = flowsheet.cycle(cycle_id), protocol.timing.interval
    start = min(cycle.admitted_at, cycle.first_due_at - step)
    later = [other.admitted_at for other in flowsheet.cycles if other.admitted_at > cycle.admitted_at]
    bound, ended, end = min([at, *later]), flowsheet.ended(cycle_id), at
    if later or ended is not None:
        charted = (row.observed_at for row in flowsheet.observations if start <= row.observed_at <= bound)
        ends = (cycle.first_due_at if ended is None else ended.at, *charted)
        end = min(bound, max(ends))
    due = (
        due_at(cycle, flowsheet.events_of(cycle_id), dose.number, step)
        for dose in flowsheet.doses_of(cycle_id)
        if flowsheet.administration(dose.id) is not None or flowsheet.orders_of(dose.id) != ()
    )
    return Span(start, max(end + step, start + _LEAST, *due))


def course_span(flowsheet: Flowsheet, protocol: Protocol, at: datetime) -> Span:
    """Every cycle as seen at `at`; the last 24 hours where no cycle has begun."""
    spans = [cycle_span(flowsheet, protocol, cycle.id, at) for cycle in flowsheet.cycles]
    if not spans:
        return last_hours(at)
    return Span(min(span.start for span in spans), max(span.end for span in spans))
