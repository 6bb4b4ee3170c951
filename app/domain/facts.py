"""Which reading counts: the latest, those beside it, those since the last dose?

Sorted by the moment a reading was true, never by order of entry.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
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
_CHOICE = Kind.CHOICE


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
    """The readings of a situation; a reading a little ahead counts as taken now.

    `charted` holds those of each measure that was charted, oldest first, and `latest` the latest of them after those at
    most `discordant_within` before it. `refused` names each measure with a value that cannot be a reading, and why.
    `carried` is true when something may have been set before the readings.
    """

    __slots__ = (
        "_totals",
        "at",
        "carried",
        "charted",
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
        self.charted: dict[str, list[Reading]] = {}
        for name in self._admit(situation.readings, protocol.measures, _kinds(protocol)):
            _put_in_order(self.charted[name])
        self._totals: dict[tuple[str, timedelta, timedelta, int], Decimal | Fraction | Why] = {}
        self.latest = self.charted.copy()
        for name, readings in self.charted.items():
            if len(readings) > 1:
                edge = readings[-1].at - self.discordant_within
                if readings[0].at < edge:
                    self.latest[name] = readings[bisect_left(readings, edge, key=_time) :]

    def _admit(self, readings: Iterable[Reading], measures: Measures, kinds: Mapping[str, Kind]) -> set[str]:
        """Takes what can be a reading of its measure, and names the measures whose readings did not come in order.

        No clock runs far ahead.
        """
        now, found = self.at, self.charted
        disordered: set[str] = set()
        for reading in readings:
            name, at = reading.measure, reading.at
            kind = kinds.get(name)
            if (
                kind is None
                or reading.kind is not kind
                or (kind is _CHOICE and reading.value not in measures[name].choices)
            ):
                self.refused[name] = Why.MISTYPED
                continue
            taken = reading
            if at > now:
                if at - now > AHEAD:
                    self.refused.setdefault(name, Why.FUTURE)
                    continue
                taken, at = replace(reading, at=now), now
            mine = found.get(name)
            if mine is None:
                found[name] = [taken]
                continue
            if at <= mine[-1].at:
                disordered.add(name)
            mine.append(taken)
        return disordered

    def of(self, measure: str) -> list[Reading]:
        """Every reading of the measure, oldest first."""
        return self.charted.get(measure, [])

    def fresh(self, reading: Reading, fresh_for: timedelta) -> bool:
        """True up to and including the moment the reading is `fresh_for` old."""
        return self.at - reading.at <= fresh_for

    def total(self, measure: str, span: timedelta, minimum: timedelta, back: int) -> Decimal | Fraction | Why:
        """The volume of a measure in a span that ended `back` spans ago, or why there is none.

        Rows that ask the same share the answer.
        """
        asked = measure, span, minimum, back
        found = self._totals.get(asked)
        if found is None:
            end = self.at - span * back
            found = self._totals[asked] = total(self.of(measure), end - span, end, minimum)
        return found

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
        return min((readings[0].at for readings in self.charted.values()), default=self.at)

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
