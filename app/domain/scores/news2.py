"""What is the patient's National Early Warning Score 2?

Royal College of Physicians. National Early Warning Score (NEWS) 2. London: RCP, 2017. The chart is data
(`app/protocols/news2.toml`); this is its arithmetic. An incomplete set has no score.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from app.domain.errors import ProtocolRefused
from app.domain.measure import Measures, Value


class Part(NamedTuple):
    """The points one parameter gives."""

    measure: str
    points: int


class News2(NamedTuple):
    """A score with its parts; `score` is None and `missing` names the measures while the set is incomplete.

    `level` and `response` are those of the chart; `single` is true when one parameter alone gives three points.
    """

    score: int | None
    level: str | None
    response: str | None
    single: bool
    parts: tuple[Part, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """Values up to and including `to` (None: no upper end) give `points`."""

    to: Decimal | None
    points: int


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The chart: numeric bands with the step they are read at, points of choices, and the response by score."""

    bands: Mapping[str, tuple[ScoreBand, ...]]
    steps: Mapping[str, Decimal]
    choices: Mapping[str, Mapping[str, int]]
    single_points: int
    single: tuple[int, str, str]
    responses: tuple[tuple[int, str, str], ...]

    def score(self, values: Mapping[str, Value]) -> News2:
        """The score of a set of values by measure, each in its canonical unit and already known to be fresh."""
        measures = (*self.bands, *self.choices)
        missing = tuple(measure for measure in measures if measure not in values)
        parts = tuple(
            Part(measure, self._points(measure, values[measure])) for measure in measures if measure in values
        )
        single = any(part.points >= self.single_points for part in parts)
        if missing:
            return News2(None, None, None, single, parts, missing)
        total = sum(part.points for part in parts)
        level, response = self._response(total)
        below, single_level, single_response = self.single
        if single and total < below:
            level, response = single_level, single_response
        return News2(total, level, response, single, parts, ())

    def _points(self, measure: str, value: Value) -> int:
        if isinstance(value, str):
            return self.choices[measure][value]
        number = Decimal(value).quantize(self.steps[measure], rounding=ROUND_HALF_UP)
        for band in self.bands[measure]:
            if band.to is None or number <= band.to:
                return band.points
        raise ProtocolRefused("score_gap", f"The score table has no band for {measure}.")

    def _response(self, total: int) -> tuple[str, str]:
        return next((level, response) for least, level, response in self.responses if total >= least)


def parse_score_table(document: bytes, measures: Measures, file: str = "news2.toml") -> ScoreTable:
    """The chart of a TOML document; raises ProtocolRefused naming file and key."""
    table = _table(document, file)
    for name, bands in table.bands.items():
        ends = [band.to for band in bands]
        rising = [end for end in ends[:-1] if end is not None]
        whole = ends and ends[-1] is None and len(rising) == len(ends) - 1 and rising == sorted(set(rising))
        if name not in measures or not whole or name not in table.steps:
            raise ProtocolRefused("bad_score_table", f"{file}: bands.{name} do not cover every value in order.")
    for name, points in table.choices.items():
        if name not in measures or set(points) != set(measures[name].choices):
            raise ProtocolRefused("bad_score_table", f"{file}: choices.{name} does not score every choice.")
    return table


def _table(document: bytes, file: str) -> ScoreTable:
    try:
        tables: Any = tomllib.loads(document.decode("utf-8"), parse_float=Decimal)
        bands = {name: _bands(rows) for name, rows in tables["bands"].items()}
        return ScoreTable(
            bands=bands,
            steps={name: Decimal(step) for name, step in tables["steps"].items()},
            choices={name: dict(points) for name, points in tables["choices"].items()},
            single_points=tables["single"]["points"],
            single=(tables["single"]["below"], tables["single"]["level"], tables["single"]["response"]),
            responses=tuple((row["least"], row["level"], row["response"]) for row in tables["response"]),
        )
    except (ArithmeticError, AttributeError, KeyError, ValueError, TypeError) as fault:
        raise ProtocolRefused("bad_score_table", f"{file} cannot be used: {fault!r}") from fault


def _bands(rows: list[dict[str, Any]]) -> tuple[ScoreBand, ...]:
    return tuple(ScoreBand(None if row.get("to") is None else Decimal(row["to"]), row["points"]) for row in rows)
