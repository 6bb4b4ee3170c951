"""Is this file of an early-warning chart whole, and what does it say?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise

from app.domain.measure import Kind, Measures
from app.domain.protocol_keys import Keys
from app.domain.scores.news2 import ScoreBands, ScoreTable, SecondScale
from app.domain.scores.table_file import head, open_table

_MOST_POINTS = 3
_MOST_SCORE = 20


def parse_score_table(document: bytes, measures: Measures, file: str = "news2.toml") -> ScoreTable:
    """The chart of a TOML document; raises ProtocolRefused naming file and key."""
    keys = open_table(document, file)
    steps = _steps(keys.inner("steps"), keys.inner("bands").names())
    bands = _all_bands(keys.inner("bands"), steps, measures)
    choices = {name: _choices(inner, name, measures) for name, inner in keys.tables("choices").items()}
    single = keys.inner("single")
    table = ScoreTable(
        head=head(keys, document),
        bands=bands,
        choices=choices,
        second=_second(keys.inner("scale_2"), steps, choices),
        single_points=single.count("points", _MOST_POINTS),
        single=(single.count("below", _MOST_SCORE), single.text("level"), single.text("response")),
        responses=_responses(keys),
        measures=(*bands, *choices),
    )
    single.done()
    keys.done()
    return table


def _all_bands(keys: Keys, steps: Mapping[str, Decimal], measures: Measures) -> Mapping[str, ScoreBands]:
    for name in keys.names():
        if name not in measures or measures[name].kind is not Kind.QUANTITY:
            keys.refuse(name, "is no number that is charted")
    bands = {name: _bands(keys, name, steps[name]) for name in keys.names()}
    keys.done()
    return bands


def _bands(keys: Keys, key: str, step: Decimal) -> ScoreBands:
    """The bands in order: their ends rise, and the last has none. A value is read at a step, rounded half up."""
    ends: list[Decimal | None] = []
    points: list[int] = []
    for inner in keys.list_of_tables(key):
        to = inner.optional_number("to")
        if to is not None and (to < 0 or to % step != 0):
            inner.refuse("to", f"is no value read in steps of {step}")
        ends.append(None if to is None else to + step / 2)
        points.append(inner.count("points", _MOST_POINTS))
        inner.done()
    if not ends or ends[-1] is not None:
        keys.refuse(key, "have a gap: the last band has no upper end")
    named = [end for end in ends[:-1] if end is not None]
    if len(named) < len(points) - 1 or any(lower >= upper for lower, upper in pairwise(named)):
        keys.refuse(key, "do not cover every value in order")
    return ScoreBands(tuple(named), tuple(points))


def _steps(keys: Keys, bands: Iterable[str]) -> Mapping[str, Decimal]:
    steps = {name: keys.number(name) for name in bands}
    if unusable := [name for name, step in steps.items() if step <= 0]:
        keys.refuse(unusable[0], "must be above 0")
    keys.done()
    return steps


def _choices(keys: Keys, name: str, measures: Measures) -> Mapping[str, int]:
    if name not in measures or measures[name].kind is not Kind.CHOICE:
        keys.refuse(name, "is no choice that is charted")
    points = {choice: keys.count(choice, _MOST_POINTS) for choice in measures[name].choices}
    keys.done()
    return points


def _second(keys: Keys, steps: Mapping[str, Decimal], choices: Mapping[str, Mapping[str, int]]) -> SecondScale:
    measure = keys.one_of("measure", steps)
    second = SecondScale(
        measure=measure,
        air_measure=keys.one_of("air_measure", choices),
        air=frozenset(keys.texts("air")),
        on_air=_bands(keys, "on_air", steps[measure]),
        on_oxygen=_bands(keys, "on_oxygen", steps[measure]),
    )
    if not second.air or not second.air <= set(choices[second.air_measure]):
        keys.refuse("air", f"names no choice of {second.air_measure}")
    keys.done()
    return second


def _responses(keys: Keys) -> tuple[tuple[int, str, str], ...]:
    """From the highest score down to 0, each with what is called for."""
    found: list[tuple[int, str, str]] = []
    for inner in keys.list_of_tables("response"):
        found.append((inner.count("least", _MOST_SCORE), inner.text("level"), inner.text("response")))
        inner.done()
    leasts = [least for least, _, _ in found]
    if not found or leasts[-1] != 0 or leasts != sorted(set(leasts), reverse=True):
        keys.refuse("response", "must fall to a score of 0")
    return tuple(found)
