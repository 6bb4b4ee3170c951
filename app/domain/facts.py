"""Which reading counts: the latest, those beside it, those since the last dose?

Sorted by the moment a reading was true, never by order of entry.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import TypeAlias

from app.domain.intervals import total
from app.domain.measure import Kind, Value
from app.domain.observation import ByMeasure, Reading
from app.domain.protocol import Protocol
from app.domain.situation import AHEAD, Situation
from app.domain.vocabulary import Why

_time = attrgetter("at")
# Names of our own: looking a member up on its class costs Python 3.11 more than comparing two decimals.
_TICK = timedelta(microseconds=1)
_CHOICE = Kind.CHOICE
_EVER = datetime.min.replace(tzinfo=UTC)


def _order(reading: Reading) -> tuple[datetime, Value, str]:
    return reading.at, reading.value, str(reading.value)


Choices: TypeAlias = frozenset[Value] | None
Known: TypeAlias = tuple[Kind, Choices]
"""Of what kind the values of a measure are, and which they can be where it has choices."""
_NO_MEASURE: Known = _CHOICE, frozenset()
"""A measure nobody knows has no value."""


@lru_cache
def _kinds(protocol: Protocol) -> Mapping[str, Known]:
    found = protocol.measures.values()
    return {one.name: (one.kind, frozenset(one.choices) if one.kind is _CHOICE else None) for one in found}


class Facts:
    """The readings of a situation; a reading a little ahead counts as taken now.

    `charted` holds those of each measure that was charted, oldest first, and `latest` the latest of them after those at
    most `discordant_within` before it; `crowded` names the measures that have such. `refused` names each measure with a
    value that cannot be a reading, and why. `carried` is true when something may have been set before the readings.
    """

    __slots__ = (
        "_totals",
        "at",
        "carried",
        "charted",
        "crowded",
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
        self.charted: dict[str, Sequence[Reading]] = dict(situation.readings)
        several = self._admit(situation.readings, _kinds(protocol))
        self.latest, self.crowded = self.charted.copy(), list[str]()
        for name in several & self.charted.keys():
            mine = self.charted[name]
            edge = mine[-1].at - self.discordant_within
            self.latest[name] = beside = mine[bisect_left(mine, edge, key=_time) :]
            if len(beside) > 1:
                self.crowded.append(name)
        self._totals: dict[tuple[str, timedelta, timedelta, int], Decimal | Fraction | Why] = {}

    def _admit(self, every: ByMeasure, kinds: Mapping[str, Known]) -> set[str]:
        """Leaves what is as it should be, puts the rest right, and names the measures with several readings."""
        now, several = self.at, set[str]()
        for name, mine in every.items():
            kind, choices = kinds.get(name, _NO_MEASURE)
            if len(mine) > 1:
                several.add(name)
            before = _EVER
            for one in mine:
                at = one.at
                if one.kind is not kind or at <= before or (choices is not None and one.value not in choices):
                    break
                before = at
            else:
                if before <= now:
                    continue
            self._put_right(name, mine, kind, choices)
        return several

    def _put_right(self, name: str, mine: Iterable[Reading], kind: Kind, choices: Choices) -> None:
        """By time, and at one moment by value, so that the order of entry never shows. No clock runs far ahead."""
        taken: list[Reading] = []
        for reading in mine:
            if reading.kind is not kind or (choices is not None and reading.value not in choices):
                self.refused[name] = Why.MISTYPED
            elif reading.at <= self.at:
                taken.append(reading)
            elif reading.at - self.at <= AHEAD:
                taken.append(replace(reading, at=self.at))
            else:
                self.refused.setdefault(name, Why.FUTURE)
        del self.charted[name]
        if taken:
            self.charted[name] = sorted(taken, key=_order)

    def of(self, measure: str) -> Sequence[Reading]:
        """Every reading of the measure, oldest first."""
        return self.charted.get(measure, ())

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

    def since_last_dose(self, readings: Sequence[Reading]) -> Sequence[Reading]:
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

    def at_once(self) -> dict[str, list[Value]]:
        """The values of the latest moment, of each measure with several readings within minutes."""
        found: dict[str, list[Value]] = {}
        for name in self.crowded:
            beside = self.latest[name]
            found[name] = [reading.value for reading in beside if reading.at == beside[-1].at]
        return found
