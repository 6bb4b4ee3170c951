"""Which reading counts: the latest, those beside it, those since the last dose?

Sorted by the moment a reading was true, never by order of entry.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter

from app.domain.measure import Kind, Measure, Value
from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.situation import AHEAD, Situation
from app.domain.vocabulary import Why

_time = attrgetter("at")
# Names of our own: looking a member up on its class costs Python 3.11 more than comparing two decimals.
_INTERVAL, _CHOICE, _FINDING = Kind.INTERVAL, Kind.CHOICE, Kind.FINDING


def _put_in_order(readings: list[Reading]) -> None:
    """By time, and at one moment by value, so that the order of entry never shows."""
    readings.sort(key=_time)
    if any(earlier.at == later.at for earlier, later in pairwise(readings)):
        readings.sort(key=_order)


def _order(reading: Reading) -> tuple[datetime, datetime, Value, str]:
    return reading.at, reading.start or reading.at, reading.value, str(reading.value)


def _fits(reading: Reading, measure: Measure) -> bool:
    """True when the value is of the kind charted for its measure, and an interval has two times."""
    value, kind = reading.value, measure.kind
    if kind is _FINDING:
        return isinstance(value, bool)
    if kind is _CHOICE:
        return value in measure.choices
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    if kind is _INTERVAL:
        return reading.start is not None and reading.start < reading.at
    return reading.start is None


class Facts:
    """The readings of a situation by measure, oldest first; a reading a little ahead counts as taken now."""

    __slots__ = ("_by_measure", "at", "discordant_within", "refused", "situation")

    def __init__(self, situation: Situation, protocol: Protocol) -> None:
        self.situation = situation
        self.at = situation.at
        self.discordant_within = protocol.timing.discordant_within
        self.refused: dict[str, Why] = {}
        self._by_measure: dict[str, list[Reading]] = {}
        by_measure: dict[str, list[Reading]] = {}
        for reading in situation.readings:
            by_measure.setdefault(reading.measure, []).append(reading)
        for name, readings in by_measure.items():
            measure = protocol.measures.get(name)
            if measure is None:
                self.refused[name] = Why.MISTYPED
            else:
                self._admit(measure, readings)

    def _admit(self, measure: Measure, readings: list[Reading]) -> None:
        """Keeps what can be a reading, a little ahead counted as taken now; the measure of any other is refused."""
        kept: list[Reading] = []
        for reading in readings:
            if not _fits(reading, measure):
                self.refused[measure.name] = Why.MISTYPED
            elif reading.at <= self.at:
                kept.append(reading)
            elif reading.at - self.at <= AHEAD:
                kept.append(reading._replace(at=self.at))
            else:
                self.refused.setdefault(measure.name, Why.FUTURE)
        if len(kept) > 1:
            _put_in_order(kept)
        if kept:
            self._by_measure[measure.name] = kept

    def of(self, measure: str) -> list[Reading]:
        """Every reading of the measure, oldest first."""
        return self._by_measure.get(measure, [])

    def latest(self, measure: str) -> Reading | None:
        """The reading with the greatest time, or None."""
        readings = self._by_measure.get(measure)
        return readings[-1] if readings else None

    def fresh(self, reading: Reading, fresh_for: timedelta) -> bool:
        """True up to and including the moment the reading is `fresh_for` old."""
        return self.at - reading.at <= fresh_for

    def beside_latest(self, readings: list[Reading]) -> list[Reading]:
        """The latest reading and those at most `discordant_within` before it."""
        if len(readings) == 1:
            return readings
        edge = readings[-1].at - self.discordant_within
        if readings[-2].at < edge:
            return readings[-1:]
        return [reading for reading in readings if reading.at >= edge]

    def since_last_dose(self, readings: list[Reading]) -> list[Reading]:
        """Those taken since the last administration; all, where none is known."""
        since: datetime | None = self.situation.last_given_at
        return readings if since is None else [reading for reading in readings if reading.at >= since]

    def values(self, fresh_for: dict[str, timedelta]) -> dict[str, Value]:
        """The latest value of each named measure that is fresh."""
        found: dict[str, Value] = {}
        for measure, limit in fresh_for.items():
            reading = self.latest(measure)
            if reading is not None and self.at - reading.at <= limit:
                found[measure] = reading.value
        return found
