"""Which reading counts: the latest, those beside it, those since the last dose?

Sorted by the moment a reading was true, never by order of entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter

from app.domain.measure import Kind, Measure, Value
from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.situation import AHEAD, Situation
from app.domain.vocabulary import Why

_time = attrgetter("at")
# Names of our own: looking a member up on its class costs Python 3.11 more than comparing two decimals.
_TICK = timedelta(microseconds=1)
_QUANTITY, _CHOICE, _FINDING = Kind.QUANTITY, Kind.CHOICE, Kind.FINDING


def _put_in_order(readings: list[Reading]) -> None:
    """By time, and at one moment by value, so that the order of entry never shows."""
    readings.sort(key=_time)
    if len({reading.at for reading in readings}) < len(readings):
        readings.sort(key=_order)


def _order(reading: Reading) -> tuple[datetime, Value, str]:
    return reading.at, reading.value, str(reading.value)


def _fits(reading: Reading, measure: Measure) -> bool:
    """True when the value is of the kind charted for its measure, and an interval has two times."""
    _, _, value, at, start = reading
    kind = measure.kind
    if kind is _FINDING:
        return value is True or value is False
    if kind is _CHOICE:
        return value in measure.choices
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    return start is None if kind is _QUANTITY else start is not None and start < at


class Facts:
    """The readings of a situation by measure, oldest first; a reading a little ahead counts as taken now.

    `refused` names each measure with a value that cannot be a reading, and why.
    """

    __slots__ = ("_by_measure", "at", "discordant_within", "freshness", "refused", "situation")

    def __init__(self, situation: Situation, protocol: Protocol) -> None:
        self.situation = situation
        self.at = situation.at
        self.discordant_within = protocol.timing.discordant_within
        self.freshness = protocol.freshness
        self.refused: dict[str, Why] = {}
        self._by_measure: dict[str, list[Reading]] = {}
        at, measures, found = situation.at, protocol.measures, self._by_measure
        for reading in situation.readings:
            name = reading.measure
            measure = measures.get(name)
            if measure is None or not _fits(reading, measure):
                self.refused[name] = Why.MISTYPED
            elif reading.at > at:
                self._admit_early(reading)
            elif name in found:
                found[name].append(reading)
            else:
                found[name] = [reading]
        for readings in found.values():
            if len(readings) > 1:
                _put_in_order(readings)

    def _admit_early(self, reading: Reading) -> None:
        """A reading a little ahead counts as taken now; one further ahead is none, and its measure is refused."""
        if reading.at - self.at > AHEAD:
            self.refused.setdefault(reading.measure, Why.FUTURE)
        else:
            self._by_measure.setdefault(reading.measure, []).append(reading._replace(at=self.at))

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

    def why_not(self, measure: str) -> Why | None:
        """Why a required measure cannot be used, None when its latest reading is fresh."""
        reading = self.latest(measure)
        if reading is None:
            return Why.MISSING
        return None if self.fresh(reading, self.freshness[measure]) else Why.STALE

    def beside_latest(self, readings: list[Reading]) -> list[Reading]:
        """The latest reading and those at most `discordant_within` before it; none of no readings."""
        if not readings or readings[0] is readings[-1]:
            return readings
        edge = readings[-1].at - self.discordant_within
        return [reading for reading in readings if reading.at >= edge]

    def near(self, reading: Reading) -> list[Reading]:
        """The readings of its measure at most `discordant_within` before or after it, itself among them."""
        low, high = reading.at - self.discordant_within, reading.at + self.discordant_within
        return [other for other in self.of(reading.measure) if low <= other.at <= high]

    def contested(self, reading: Reading, grade: Callable[[Value], int]) -> bool:
        """True when a reading within minutes of it meets a criterion and it does not, or the other way round."""
        met = grade(reading.value) > 0
        return any((grade(other.value) > 0) is not met for other in self.near(reading))

    def began(self) -> datetime:
        """The moment before the first reading at hand."""
        return min((readings[0].at for readings in self._by_measure.values()), default=self.at) - _TICK

    def since_last_dose(self, readings: list[Reading]) -> list[Reading]:
        """Those taken since the last administration; all, where none is known."""
        since: datetime | None = self.situation.last_given_at
        return readings if since is None else [reading for reading in readings if reading.at >= since]

    def values(self, fresh_for: Mapping[str, timedelta]) -> dict[str, Value]:
        """The latest value of each named measure that is fresh."""
        found: dict[str, Value] = {}
        for measure, limit in fresh_for.items():
            reading = self.latest(measure)
            if reading is not None and self.fresh(reading, limit):
                found[measure] = reading.value
        return found
