"""What was charted of a course in order of recording, and what of it holds by measure?

The second is worked out once and grows with every set: to go through a whole course again for each decision took longer
than to decide.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter, is_
from typing import NamedTuple, TypeAlias, overload

from app.domain.observation import ByMeasure, Observation, Reading, by_measure
from app.domain.situation import AHEAD

_time = attrgetter("at")

Texts: TypeAlias = dict[str, tuple[Reading, str]]
"""By id, readings with their text in the record: `app.domain.record` writes each once, however often it is stored."""


class Held(NamedTuple):
    """Every value that nothing supersedes, the oldest of each measure first.

    `superseded` are the ids of the others, `early` says when a value was written down that was not true by then.
    """

    by_measure: ByMeasure
    superseded: frozenset[str]
    early: Mapping[str, datetime]

    def true_by(self, measure: str, at: datetime) -> Sequence[Reading]:
        """Of a measure, what was true by then, oldest first; none where nothing was.

        A clock a little ahead is forgiven when the row was written by then; a later row must have been true by then.
        """
        mine = self.by_measure.get(measure, ())
        if not mine or mine[-1].at <= at:
            return mine
        ahead = at + AHEAD
        forgiven = [one for one in mine if at < one.at <= ahead and self.early.get(one.id, ahead) <= at]
        return (*mine[: bisect_right(mine, at, key=_time)], *forgiven)


class Observations(Sequence[Observation]):
    """Rows in order of recording, equal to any tuple of the same. Never changed: `plus` answers another."""

    __slots__ = ("_held", "_longer", "_sets", "texts")

    def __init__(self, *sets: tuple[Observation, ...]) -> None:
        self._sets = sets
        self._held: Held | None = None
        self._longer: tuple[tuple[Observation, ...], Observations] | None = None
        self.texts: Texts = {}

    def plus(self, added: Iterable[Observation]) -> Observations:
        """These and what was recorded after them.

        The last answer is kept: what an act adds to its sheet is added to what the process knows once it is saved.
        """
        rows, longer = tuple(added), self._longer  # taken once: other threads add to these, too
        if longer is None or not _same(longer[0], rows):
            longer = self._longer = rows, self._with(rows)
        return longer[1]

    def _with(self, rows: tuple[Observation, ...]) -> Observations:
        more = Observations(*self._sets, rows)
        more.texts = self.texts
        if all(row.supersedes is None for row in rows):
            more._held = _grown(self.held(), rows)
        return more

    def held(self) -> Held:
        """What of them holds."""
        if self._held is None:
            self._held = _held(self)
        return self._held

    @overload
    def __getitem__(self, index: int) -> Observation: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Observation, ...]: ...
    def __getitem__(self, index: int | slice) -> Observation | tuple[Observation, ...]:
        return tuple(self)[index]

    def __iter__(self) -> chain[Observation]:
        return chain.from_iterable(self._sets)

    def __reversed__(self) -> chain[Observation]:
        return chain.from_iterable(map(reversed, reversed(self._sets)))

    def __len__(self) -> int:
        return sum(map(len, self._sets))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Observations | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))


def as_observations(rows: Iterable[Observation]) -> Observations:
    """The rows, ready to be asked what of them holds."""
    return rows if isinstance(rows, Observations) else Observations(tuple(rows))


def _same(these: Sequence[Observation], those: Sequence[Observation]) -> bool:
    return len(these) == len(those) and all(map(is_, these, those))


def _held(rows: Observations) -> Held:
    superseded = frozenset([row.supersedes for row in rows if row.supersedes is not None])
    held = _grown(Held({}, superseded, {}), [row for row in rows if row.id not in superseded])
    return held._replace(early=_early(rows))


def _early(rows: Iterable[Observation]) -> dict[str, datetime]:
    """By id, when a value was written down that was not true by then.

    What puts such a value right counts wherever that one counted: a decision made on it was made on this.
    """
    early: dict[str, datetime] = {}
    for row in rows:
        written = early.get(row.supersedes or "", row.recorded_at)
        if written < row.observed_at:
            early[row.id] = written
    return early


def _grown(before: Held, rows: Sequence[Observation]) -> Held:
    """With rows recorded after all of it, which supersede nothing."""
    early = _early(rows)
    taken = [reading for row in rows if (reading := row.reading()) is not None]
    found = dict(before.by_measure)
    for measure, mine in by_measure(taken).items():
        earlier = found.get(measure, ())
        late = len(mine) > 1 or (len(earlier) > 0 and mine[0].at < earlier[-1].at)
        found[measure] = tuple(sorted((*earlier, *mine), key=_time)) if late else (*earlier, *mine)
    return Held(found, before.superseded, before.early if not early else {**before.early, **early})
