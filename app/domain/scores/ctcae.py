"""Which CTCAE v5 grade do the numbers give?

The terms are data (`app/protocols/ctcae-5.toml`); this is how an arm is judged. What needs a clinician (hypotension,
tachycardia, confusion, capillary leak) is in no table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter

from app.domain.intervals import total
from app.domain.observation import Reading
from app.domain.scores.evidence import Evidence, Seen
from app.domain.scores.grade import Arm, Grade, Step, Ungraded, grade_of, worst
from app.domain.scores.normal import Normal
from app.domain.source import Source, Verification
from app.domain.vocabulary import Why

_NOTHING = timedelta(0)
_time = attrgetter("at")


class ArmKind(StrEnum):
    """How an arm looks at its measure; the comment on top of the file says what each means."""

    VALUE = "value"
    LASTING = "lasting"
    SUM = "sum"
    GAIN = "gain"
    TIMES_UPPER = "times_upper"
    TIMES_LOWER = "times_lower"
    TIMES_BASELINE = "times_baseline"


class IfBaseline(StrEnum):
    """For which baseline an arm is printed."""

    NORMAL = "normal"
    ABNORMAL = "abnormal"


# Names of our own: looking a member up on its class costs Python 3.11 more than comparing two decimals.
SUM, LASTING, UPPER, LOWER = ArmKind.SUM, ArmKind.LASTING, ArmKind.TIMES_UPPER, ArmKind.TIMES_LOWER
NORMAL, ABNORMAL = IfBaseline.NORMAL, IfBaseline.ABNORMAL
BASELINES = (ArmKind.TIMES_BASELINE, ArmKind.GAIN)


@dataclass(frozen=True, slots=True)
class ArmRule:
    """One arm. A sum has a `span` and the `minimum` charted of it; `lasting` is above `above` longer than `span`.

    `most` is the gravest grade it can say. The steps of a gain are multiples of the baseline too: 5 % is 1.05.
    """

    name: str
    kind: ArmKind
    steps: tuple[Step, ...]
    span: timedelta
    minimum: timedelta
    above: Decimal
    if_baseline: IfBaseline | None
    most: int


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the criteria, with where it is printed; `from_baseline`: an arm looks at the baseline."""

    id: str
    name: str
    measure: str
    unit: str
    arms: tuple[ArmRule, ...]
    from_baseline: bool
    source: Source
    verification: Verification
    note: str | None


@dataclass(frozen=True, slots=True)
class GradeTable:
    """The terms of one file; `sha256` is that of its bytes."""

    id: str
    version: str
    sha256: str
    title: str
    terms: tuple[Term, ...]


def grades(table: GradeTable, normal: Normal, evidence: Evidence) -> tuple[Grade, ...]:
    """The grade of every term at the moment of the evidence."""
    return tuple([_term(term, normal, evidence) for term in table.terms])


def _term(term: Term, normal: Normal, evidence: Evidence) -> Grade:
    if term.arms[0].kind is SUM:
        return worst(term.id, _sums(term, evidence))
    seen = evidence.seen(term.measure)
    if seen.why is not None:
        return worst(term.id, [_unknown(term, arm, seen.at, seen.why) for arm in term.arms])
    baseline = evidence.baseline(term.measure) if term.from_baseline else None
    arms = term.arms if term.arms[0].if_baseline is None else _applying(term, normal, evidence, baseline)
    if arms is None:
        return worst(term.id, [_unknown(term, term.arms[0], seen.at, Ungraded.LIMIT)])
    return worst(term.id, [_judge(term, arm, seen, baseline, normal, evidence) for arm in arms])


def _applying(term: Term, normal: Normal, evidence: Evidence, baseline: Decimal | None) -> Sequence[ArmRule] | None:
    """The arms for this baseline; for the normal one without any; None where nobody can tell which."""
    upper = normal.upper(term.measure, evidence.sex)
    if upper is None:
        return None
    wanted = ABNORMAL if baseline is not None and baseline > upper else NORMAL
    return [arm for arm in term.arms if arm.if_baseline is wanted]


def _unknown(term: Term, arm: ArmRule, at: datetime | None, why: Ungraded) -> Arm:
    return Arm(arm.name, term.measure, 0, arm.most, None, term.unit, None, at, why)


def _judge(term: Term, arm: ArmRule, seen: Seen, baseline: Decimal | None, normal: Normal, evidence: Evidence) -> Arm:
    kind, value = arm.kind, seen.value
    if not isinstance(value, Decimal):
        raise TypeError("only a number can be graded")
    if kind is LASTING:
        return _lasting(term, arm, evidence)
    against: Decimal | None = None
    if kind is UPPER or kind is LOWER:
        bound = normal.upper if kind is UPPER else normal.lower
        against = bound(term.measure, evidence.sex)
        if against is None:
            return _unknown(term, arm, seen.at, Ungraded.LIMIT)
    elif kind in BASELINES:
        against = baseline
        if against is None:
            return _unknown(term, arm, seen.at, Ungraded.BASELINE)
    grade = grade_of(arm.steps, value, against)
    return Arm(arm.name, term.measure, grade, arm.most, value, term.unit, against, seen.at, None)


def _lasting(term: Term, arm: ArmRule, evidence: Evidence) -> Arm:
    """Above the bound for longer than the span. A gap in the run longer than a reading is fresh leaves it open."""
    rows, fresh = evidence.of(term.measure), evidence.fresh_for[term.measure]
    last = rows[-1]
    certain = since = None
    for row in reversed(rows):
        if not _above(row, arm.above):
            break
        if since is not None and certain is None and since - row.at > fresh:
            certain = since
        since = row.at
    if since is None or evidence.at - since <= arm.span:
        grade = 0
    elif certain is not None and evidence.at - certain <= arm.span:
        return _unknown(term, arm, last.at, Ungraded.COVERAGE)
    else:
        grade = arm.most
    return Arm(arm.name, term.measure, grade, arm.most, last.value, term.unit, None, last.at, None)


def _above(row: Reading, bound: Decimal) -> bool:
    return isinstance(row.value, Decimal) and row.value > bound


def _sums(term: Term, evidence: Evidence) -> list[Arm]:
    """The volumes of the arms' periods, the shortest first: what is in it is in every longer one."""
    found: list[Arm] = []
    least: Decimal | Fraction | None = None
    for arm in term.arms:
        if least is not None and grade_of(arm.steps, least) == 0:
            found.append(_summed(term, arm, evidence, least))
            continue
        start = evidence.at - arm.span
        every = evidence.of(term.measure)
        readings = list(every[bisect_right(every, start, key=_time) :])
        volume = total(readings, start, evidence.at, arm.minimum)
        if volume is Why.COVERAGE:
            charted = total(readings, start, evidence.at, _NOTHING)
            volume = charted if not isinstance(charted, Why) and grade_of(arm.steps, charted) == 0 else volume
        if isinstance(volume, Why):
            last = readings[-1].at if readings else None
            found.append(_unknown(term, arm, last, _WHY.get(volume, Ungraded.COVERAGE)))
        else:
            least = volume
            found.append(_summed(term, arm, evidence, volume))
    return found


_WHY: Mapping[Why, Ungraded] = {Why.MISSING: Ungraded.MISSING, Why.OVERLAP: Ungraded.OVERLAP}


def _summed(term: Term, arm: ArmRule, evidence: Evidence, volume: Decimal | Fraction) -> Arm:
    grade = grade_of(arm.steps, volume)
    return Arm(arm.name, term.measure, grade, arm.most, volume, term.unit, None, evidence.at, None)
