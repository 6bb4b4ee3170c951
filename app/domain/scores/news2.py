"""What is the patient's National Early Warning Score 2?

Royal College of Physicians. National Early Warning Score (NEWS) 2. London: RCP, 2017. The chart is data
(`app/protocols/news2.toml`); this is its arithmetic. An incomplete set has no score, only
what it is at least.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from types import MappingProxyType
from typing import NamedTuple

from app.domain.measure import Value
from app.domain.scores.table_file import FileHead
from app.domain.vocabulary import SpO2Scale

NONE: Mapping[str, Iterable[Value]] = MappingProxyType({})
ONE, TWO = SpO2Scale.ONE, SpO2Scale.TWO
_part = tuple.__new__
# A named tuple's own constructor is a Python function that calls this one.


class Part(NamedTuple):
    """The points one parameter gives."""

    measure: str
    points: int


class News2(NamedTuple):
    """A score with its parts; `score` is None and `missing` names the measures while the set is incomplete.

    `level` and `response` are those of the chart; `single` is true when one parameter alone gives three points;
    `scale` is the one the saturation was read on.
    """

    score: int | None
    level: str | None
    response: str | None
    single: bool
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    scale: SpO2Scale = ONE

    @property
    def least(self) -> int:
        """What the parts add up to: the score of a complete set, which no missing value could have made less."""
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class ScoreBands:
    """The points of every number: of those before an end, at the place of the end, and last of those after all ends.

    An end lies half a step above the last value that rounds into its band.
    """

    ends: tuple[Decimal, ...]
    points: tuple[int, ...]

    def of(self, value: Decimal) -> int:
        """The points of one number."""
        return self.points[bisect_right(self.ends, value)]


@dataclass(frozen=True, slots=True)
class SecondScale:
    """Scale 2 of one measure: its bands on air, which are the choices `air` of `air_measure`, and on oxygen."""

    measure: str
    air_measure: str
    air: frozenset[str]
    on_air: ScoreBands
    on_oxygen: ScoreBands


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The chart: numeric bands, points of choices, and the response by score; `measures` are those it is made of."""

    head: FileHead
    bands: Mapping[str, ScoreBands]
    choices: Mapping[str, Mapping[str, int]]
    second: SecondScale
    single_points: int
    single: tuple[int, str, str]
    responses: tuple[tuple[int, str, str], ...]

    measures: tuple[str, ...]

    def score(
        self, values: Mapping[str, Value], scale: SpO2Scale = ONE, at_once: Mapping[str, Iterable[Value]] = NONE
    ) -> News2:
        """The score of a set of values by measure, each in its canonical unit and already known to be fresh.

        Of a measure in `at_once` the value that gives the most points counts: never the average, never the kinder. On
        scale 2 a saturation has no points while nobody knows whether it was taken on air.
        """
        if at_once:
            values = self._gravest(values, at_once, scale)
        missing: list[str] = []
        points: dict[str, int] = {}
        for measure in self.measures:
            value = values.get(measure)
            if isinstance(value, str):
                points[measure] = self.choices[measure][value]
            elif not isinstance(value, Decimal):
                missing.append(measure)
            elif scale is ONE or measure != self.second.measure:
                points[measure] = self.bands[measure].of(value)
            elif (air := values.get(self.second.air_measure)) is not None:
                bands = self.second.on_air if air in self.second.air else self.second.on_oxygen
                points[measure] = bands.of(value)
        parts = tuple(map(_part, repeat(Part), points.items()))
        single = max(points.values(), default=0) >= self.single_points
        if missing:
            return News2(None, None, None, single, parts, tuple(missing), scale)
        total = sum(points.values())
        level, response = self.calls_for(total, single=single)
        return News2(total, level, response, single, parts, (), scale)

    def _gravest(
        self, values: Mapping[str, Value], at_once: Mapping[str, Iterable[Value]], scale: SpO2Scale
    ) -> dict[str, Value]:
        """The values, each the gravest of its moment; the saturation last, for it is read by the device."""
        found, device = dict(values), self.second.air_measure
        for measure in sorted(at_once.keys() & found.keys(), key=self.second.measure.__eq__):
            with_device = {device: found[device]} if device in found else {}
            found[measure] = max(
                at_once[measure], key=lambda value: self.score({**with_device, measure: value}, scale).least
            )
        return found

    def calls_for(self, total: int, *, single: bool) -> tuple[str, str]:
        """The level and the response of so many points, `single` where one parameter alone gives three."""
        below, level, response = self.single
        if single and total < below:
            return level, response
        return next((level, response) for least, level, response in self.responses if total >= least)
