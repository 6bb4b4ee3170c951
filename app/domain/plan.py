"""What about a protocol can be worked out before any patient is seen?

Worked out once per protocol, so that a decision only reads; it adds nothing that the protocol does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from math import inf

from app.domain.agreement import Above, ByChoice
from app.domain.answer import Answer
from app.domain.facts import Facts
from app.domain.measure import Limits, Measure, Value
from app.domain.protocol import Criterion, Protocol, Row
from app.domain.vocabulary import Action, Class, Verdict, Why
from app.domain.windows import ANSWERS, REMEMBERING, SETTLED

_INFINITE = Decimal(inf)
_CHECKED_GROUPS = ("vital", "lab")


@dataclass(frozen=True, slots=True)
class Told:
    """What a criterion says when the grade of its row is certain."""

    criterion: Criterion
    verdict: Verdict
    action: Action
    why: Why | None


@dataclass(frozen=True, slots=True)
class Step:
    """One row, the function that answers for it, and what its criteria say of each certain grade.

    `settled` is true where the one reading there is, fresh and meeting nothing, says all; unless the row `remembers`
    and something was carried over from before the readings. Where the measure is `numeric`, the numbers `least` to
    `most` meet nothing for certain, and elsewhere the choices and findings of `silent`; of any other value the row is
    asked.
    """

    row: Row
    answer: Callable[[Row, Facts], Answer]
    told: tuple[tuple[Told, ...], ...]
    settled: bool
    remembers: bool
    numeric: bool
    least: Decimal
    most: Decimal
    silent: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Plan:
    """A protocol ready to be asked.

    `lengths` are the times for which a value of a row holds. `points` are the required point values by how long they
    hold; `limits` the limits of vital signs and labs outside which a value needs a second look; `by_choice` and
    `above` the rules between required measures; `fresh_for` how long a reading of any measure holds.
    """

    steps: tuple[Step, ...]
    lengths: frozenset[timedelta]
    points: tuple[tuple[timedelta, tuple[str, ...]], ...]
    limits: tuple[tuple[str, Limits], ...]
    by_choice: tuple[ByChoice, ...]
    above: tuple[Above, ...]
    fresh_for: Mapping[str, timedelta]


@lru_cache
def plan_of(protocol: Protocol) -> Plan:
    """The plan of a protocol; KeyError when a window is of no known kind."""
    required, named = dict.fromkeys(protocol.freshness.values()), protocol.freshness.keys()
    return Plan(
        steps=tuple(_step(row, protocol.measures[row.measure]) for row in protocol.rows),
        lengths=frozenset(row.fresh_for for row in protocol.rows),
        points=tuple((one, tuple(m for m, limit in protocol.freshness.items() if limit == one)) for one in required),
        limits=tuple(_limits(protocol.measures[name]) for name in protocol.freshness if _checked(protocol, name)),
        by_choice=tuple(
            rule for rule in protocol.agreement.by_choice if rule.measure in named and rule.choice in named
        ),
        above=tuple(rule for rule in protocol.agreement.above if rule.measure in named and rule.than in named),
        fresh_for={name: protocol.fresh_for[measure.group] for name, measure in protocol.measures.items()},
    )


def _step(row: Row, measure: Measure) -> Step:
    kind, (least, most) = row.window.kind, _silent_between(row)
    words: tuple[Value, ...] = (*measure.choices, False)
    return Step(
        row=row,
        answer=ANSWERS[kind],
        told=tuple(tuple(_told(one, grade) for one in row.criteria) for grade in range(row.worst + 1)),
        settled=kind in SETTLED and not row.when,
        remembers=kind in REMEMBERING,
        numeric=measure.numeric,
        least=least,
        most=most,
        silent=frozenset(word for word in words if row.grade(word) == 0),
    )


def _silent_between(row: Row) -> tuple[Decimal, Decimal]:
    """The least and most of the band that meets nothing; no number at all where there are several bands."""
    if len(row.clear_bands) != 1:
        return _INFINITE, _INFINITE
    (band,) = row.clear_bands
    least = -_INFINITE if band.low is None else band.low.next_plus() if band.low_open else band.low
    most = _INFINITE if band.high is None else band.high.next_minus() if band.high_open else band.high
    return least, most


def _told(criterion: Criterion, grade: int) -> Told:
    """Met or not; a state that the source has no row for is unknown, never a pass."""
    if criterion.grade != grade:
        return Told(criterion, Verdict.NOT_MET, Action.PROCEED, None)
    if criterion.cls is Class.UNCOVERED:
        return Told(criterion, Verdict.UNKNOWN, Action.INCOMPLETE, Why.UNCOVERED)
    return Told(criterion, Verdict.MET, criterion.action, None)


def _checked(protocol: Protocol, name: str) -> bool:
    measure = protocol.measures[name]
    return measure.warn is not None and measure.group in _CHECKED_GROUPS


def _limits(measure: Measure) -> tuple[str, Limits]:
    if measure.warn is None:
        raise ValueError("a measure without limits is not checked against any")
    return measure.name, measure.warn
