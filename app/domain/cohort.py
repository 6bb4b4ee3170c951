"""How do the cycles of many courses compare: how many doses, until which dose, and why not more?

Every figure is made from one small summary per cycle as known at one time, never from the courses themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeVar

from app.domain.cycle_summary import CycleSummary

CREATININE = "creatinine"
HORIZONS = (timedelta(days=7), timedelta(days=14), timedelta(days=30))
"""By which times the published series say how many had recovered."""

_FIRST, _SECOND = 1, 2
K = TypeVar("K", str, int)


class Step(NamedTuple):
    """Of `at_risk` cycles that came so far, `stopped` received no further dose; `share` is that still receiving."""

    dose: int
    at_risk: int
    stopped: int
    share: Fraction


class Reason(NamedTuple):
    """How many withheld doses this was a reason of, and the share that it or a more frequent one was a reason of."""

    name: str
    doses: int
    share: Fraction


class Pair(NamedTuple):
    """How many courses had so many doses in their first cycle and so many in their second."""

    first: int
    second: int
    courses: int


class Group(NamedTuple):
    """Cycles that share something: how many, the doses of those that are over, and their peak creatinine values."""

    name: str
    cycles: int
    doses: tuple[int, ...]
    withheld: int
    peaks: tuple[Decimal, ...]


def finished(cycles: Iterable[CycleSummary]) -> tuple[int, ...]:
    """The doses given in each cycle that is over, fewest first; running ones do not count yet."""
    return tuple(sorted(cycle.given for cycle in cycles if cycle.over))


def doses_given(cycles: Iterable[CycleSummary]) -> Mapping[int, int]:
    """How many finished cycles had so many doses, from 0 to the most."""
    counts = Counter(finished(cycles))
    return {number: counts[number] for number in range(max(counts, default=-1) + 1)}


def median(values: Sequence[int | Decimal]) -> Fraction | None:
    """The middle value, or the mean of the two in the middle; None of no values."""
    ordered = sorted(Fraction(value) for value in values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def still_receiving(cycles: Iterable[CycleSummary]) -> tuple[Step, ...]:
    """The share of cycles that go on to the next dose, by dose number (Kaplan and Meier's product limit).

    A running cycle counts up to its last dose and says nothing beyond.
    """
    everything = tuple(cycles)
    share, found = Fraction(1), []
    for dose in range(max((cycle.last for cycle in everything), default=-1) + 1):
        at_risk = sum(1 for cycle in everything if cycle.last >= dose)
        stopped = sum(1 for cycle in everything if cycle.last == dose and cycle.over)
        share *= Fraction(at_risk - stopped, at_risk)
        found.append(Step(dose, at_risk, stopped, share))
    return tuple(found)


def withheld(cycles: Iterable[CycleSummary]) -> int:
    """How many doses a criterion withheld."""
    return sum(len(cycle.withheld()) for cycle in cycles)


def reasons_withheld(cycles: Iterable[CycleSummary], name_of: Callable[[str], str]) -> tuple[Reason, ...]:
    """What withheld doses, the most frequent first (Pareto); `name_of` says what a criterion's id counts as.

    A dose may have several reasons; each counts once for it. Of equally frequent ones the first is that of the first
    criterion by id: names are in the reader's language, the shares must not be.
    """
    held = [dose.met for cycle in cycles for dose in cycle.withheld()]
    first: dict[str, str] = {}
    for one in sorted({one for met in held for one in met}):
        first.setdefault(name_of(one), one)
    named = [{name_of(one) for one in met} for met in held]
    counts = Counter(name for names in named for name in names)
    found: list[Reason] = []
    seen: set[str] = set()
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], first[item[0]])):
        seen.add(name)
        found.append(Reason(name, count, Fraction(sum(1 for names in named if names & seen), len(named))))
    return tuple(found)


def first_and_second(cycles: Iterable[CycleSummary]) -> tuple[Pair, ...]:
    """Courses whose first two cycles are both over, by the doses given in each."""
    given: dict[str, dict[int, int]] = {}
    for cycle in cycles:
        if cycle.over:
            given.setdefault(cycle.course_id, {})[cycle.number] = cycle.given
    counts = Counter((doses[_FIRST], doses[_SECOND]) for doses in given.values() if doses.keys() >= {_FIRST, _SECOND})
    return tuple(Pair(first, second, courses) for (first, second), courses in sorted(counts.items()))


def peaks(cycles: Iterable[CycleSummary]) -> tuple[Decimal, ...]:
    """The highest creatinine of each cycle in which it was charted after the first dose, in mg/dL, lowest first."""
    return tuple(sorted(one.worst for cycle in cycles if (one := cycle.recovery(CREATININE)) is not None))


def peaks_by_cycle(cycles: Iterable[CycleSummary]) -> Mapping[int, tuple[Decimal, ...]]:
    """The same for first, second and later cycles."""
    return {number: peaks(mine) for number, mine in _grouped(cycles, lambda cycle: cycle.number).items() if peaks(mine)}


def recovered_within(cycles: Iterable[CycleSummary], length: timedelta) -> tuple[int, int]:
    """How many cycles in which creatinine moved were back so soon, and how many of them can be judged.

    A cycle counts once it was back, or so long after its last dose that it would have to be.
    """
    moved = [one for cycle in cycles if (one := cycle.recovery(CREATININE)) is not None and one.baseline is not None]
    judged = [one for one in moved if one.moved and (one.took is not None or one.seen_for >= length)]
    return sum(1 for one in judged if one.took is not None and one.took <= length), len(judged)


def by_version(cycles: Iterable[CycleSummary]) -> tuple[Group, ...]:
    """Cycles by the protocol version that decided them."""
    return _groups(cycles, lambda cycle: f"{cycle.protocol.id} {cycle.protocol.version}")


def by_quarter(cycles: Iterable[CycleSummary]) -> tuple[Group, ...]:
    """Cycles by the quarter in which their first dose was due (UTC), the earliest first."""
    return _groups(cycles, quarter)


def quarter(cycle: CycleSummary) -> str:
    """`2026 Q4`: when its first dose was due, no closer, since a date points at a person."""
    return f"{cycle.first_due_at.year} Q{(cycle.first_due_at.month + 2) // 3}"


def _groups(cycles: Iterable[CycleSummary], name_of: Callable[[CycleSummary], str]) -> tuple[Group, ...]:
    return tuple(
        Group(name, len(mine), finished(mine), withheld(mine), peaks(mine))
        for name, mine in _grouped(cycles, name_of).items()
    )


def _grouped(cycles: Iterable[CycleSummary], key: Callable[[CycleSummary], K]) -> dict[K, list[CycleSummary]]:
    found: dict[K, list[CycleSummary]] = {}
    for cycle in cycles:
        found.setdefault(key(cycle), []).append(cycle)
    return dict(sorted(found.items()))
