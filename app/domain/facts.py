"""Which reading counts: the latest, those beside it, those since the last dose?

Sorted by the moment a reading was true, never by order of entry.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter

from app.domain.intervals import total
from app.domain.measure import Kind, Measures, Value
from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.situation import AHEAD, Situation
from app.domain.vocabulary import Why

_time = attrgetter("at")
# Names of our own: looking a member up on its class costs Python 3.11 more than comparing two decimals.
_TICK = timedelta(microseconds=1)
_QUANTITY, _INTERVAL, _FINDING = Kind.QUANTITY, Kind.INTERVAL, Kind.FINDING


def _put_in_order(readings: list[Reading]) -> None:
    """By time, and at one moment by value, so that the order of entry never shows."""
    readings.sort(key=_time)
    if len(set(map(_time, readings))) < len(readings):
        readings.sort(key=_order)


def _order(reading: Reading) -> tuple[datetime, Value, str]:
    return reading.at, reading.value, str(reading.value)


@lru_cache
def _kinds(protocol: Protocol) -> Mapping[str, Kind]:
    return {name: measure.kind for name, measure in protocol.measures.items()}


class Facts:
    """The readings of a situation by measure, oldest first; a reading a little ahead counts as taken now.

    `latest` holds the latest reading of each measure that was charted, after those at most `discordant_within` before
    it; `alone` the reading of each measure that has only one. `refused` names each measure with a value that cannot be
    a reading, and why. `carried` is true when something may have been set before the readings.
    """

    __slots__ = (
        "_by_measure",
        "_totals",
        "alone",
        "at",
        "carried",
        "discordant_within",
        "freshness",
        "latest",
        "refused",
        "situation",
    )

    def __init__(self, situation: Situation, protocol: Protocol) -> None:
        self.situation = situation
        self.at = situation.at
        self.carried = situation.previous is not None or situation.unresolved != ()
        self.discordant_within = protocol.timing.discordant_within
        self.freshness = protocol.freshness
        self.refused: dict[str, Why] = {}
        self.alone: dict[str, Reading] = {}
        self._by_measure = self._admitted(situation.readings, protocol.measures, _kinds(protocol))
        self._totals: dict[tuple[str, datetime, datetime, timedelta], Decimal | Fraction | Why] = {}
        self.latest: dict[str, list[Reading]] = {}
        for name, readings in self._by_measure.items():
            if len(readings) == 1:
                self.alone[name] = readings[0]
                self.latest[name] = readings
            else:
                _put_in_order(readings)
                edge = readings[-1].at - self.discordant_within
                self.latest[name] = (
                    readings if readings[0].at >= edge else readings[bisect_left(readings, edge, key=_time) :]
                )

    def _admitted(
        self, readings: Iterable[Reading], measures: Measures, kinds: Mapping[str, Kind]
    ) -> dict[str, list[Reading]]:
        """What can be a reading of its measure; an interval has two times, and no clock runs far ahead."""
        now = self.at
        found: dict[str, list[Reading]] = {}
        finding, quantity, interval = _FINDING, _QUANTITY, _INTERVAL
        for reading in readings:
            _, name, value, at, start = reading
            kind = kinds.get(name)
            if kind is finding:
                fits = value is True or value is False
            elif kind is quantity:
                fits = start is None and isinstance(value, Decimal) and value.is_finite()
            elif kind is interval:
                fits = isinstance(value, Decimal) and value.is_finite() and start is not None and start < at
            else:
                fits = kind is not None and value in measures[name].choices
            if not fits:
                self.refused[name] = Why.MISTYPED
                continue
            taken = reading
            if at > now:
                if at - now > AHEAD:
                    self.refused.setdefault(name, Why.FUTURE)
                    continue
                taken = reading._replace(at=now)
            if name in found:
                found[name].append(taken)
            else:
                found[name] = [taken]
        return found

    def of(self, measure: str) -> list[Reading]:
        """Every reading of the measure, oldest first."""
        return self._by_measure.get(measure, [])

    def fresh(self, reading: Reading, fresh_for: timedelta) -> bool:
        """True up to and including the moment the reading is `fresh_for` old."""
        return self.at - reading.at <= fresh_for

    def total(self, measure: str, start: datetime, end: datetime, minimum: timedelta) -> Decimal | Fraction | Why:
        """The volume of a measure inside start..end, or why there is none; rows that ask the same share the answer."""
        asked = measure, start, end, minimum
        if asked not in self._totals:
            self._totals[asked] = total(self.of(measure), start, end, minimum)
        return self._totals[asked]

    def why_not(self, measure: str) -> Why | None:
        """Why a required measure cannot be used, None when its latest reading is fresh."""
        if measure not in self.latest:
            return Why.MISSING
        return None if self.fresh(self.latest[measure][-1], self.freshness[measure]) else Why.STALE

    def near(self, reading: Reading) -> list[Reading]:
        """The readings of its measure at most `discordant_within` before or after it, itself among them."""
        low, high = reading.at - self.discordant_within, reading.at + self.discordant_within
        return [other for other in self.of(reading.measure) if low <= other.at <= high]

    def contested(self, reading: Reading, grade: Callable[[Value], int]) -> bool:
        """True when a reading within minutes of it meets a criterion and it does not, or the other way round."""
        met = grade(reading.value) > 0
        return any((grade(other.value) > 0) is not met for other in self.near(reading))

    def first(self) -> datetime:
        """The moment of the first reading at hand."""
        return min((readings[0].at for readings in self._by_measure.values()), default=self.at)

    def began(self) -> datetime:
        """The moment before the first reading at hand."""
        return self.first() - _TICK

    def since_last_dose(self, readings: list[Reading]) -> list[Reading]:
        """Those taken since the last administration; all, where none is known."""
        since: datetime | None = self.situation.last_given_at
        return readings if since is None else [reading for reading in readings if reading.at >= since]

    def values(self, measures: Iterable[str], fresh_for: Mapping[str, timedelta]) -> dict[str, Value]:
        """The latest value of each of the measures that is fresh."""
        found: dict[str, Value] = {}
        for measure in measures:
            if measure in self.latest and self.fresh(reading := self.latest[measure][-1], fresh_for[measure]):
                found[measure] = reading.value
        return found
