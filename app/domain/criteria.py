"""What does each criterion of a row say?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.domain.answer import Answer, certain
from app.domain.decision import Finding
from app.domain.facts import Facts
from app.domain.measure import Value
from app.domain.protocol import Condition, Criterion, Row
from app.domain.vocabulary import Action, Class, Verdict, Why
from app.domain.windows import ANSWERS

_TENTH = Decimal("0.1")
CHARTED = (Decimal, bool, str)
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
PROCEED, INCOMPLETE, UNCOVERED = Action.PROCEED, Action.INCOMPLETE, Class.UNCOVERED


def judge(row: Row, facts: Facts) -> list[Finding]:
    """One finding per criterion of the row."""
    answer = _ask(row, facts)
    value = _shown(row, answer.value)
    return [_finding(criterion, answer, value) for criterion in row.criteria]


def _ask(row: Row, facts: Facts) -> Answer:
    open_: Answer | None = None
    for condition in row.when:
        holds, why = _condition(condition, facts)
        if holds is False:
            return certain(row, 0, None, None)
        if holds is None:
            open_ = Answer(0, row.worst, None, None, why, condition.measure)
    return open_ or ANSWERS[row.window.kind](row, facts)


def _condition(condition: Condition, facts: Facts) -> tuple[bool | None, Why | None]:
    readings = facts.of(condition.measure)
    if not readings:
        return None, Why.MISSING
    if not facts.fresh(readings[-1], condition.fresh_for):
        return None, Why.STALE
    answers = {condition.holds(reading.value) for reading in facts.beside_latest(readings)}
    return (answers.pop(), None) if len(answers) == 1 else (None, Why.DISCORDANT)


def _finding(criterion: Criterion, answer: Answer, value: Value | None) -> Finding:
    """Certain grades are met or not; a state that the source has no row for is unknown, never a pass."""
    low, high, _, at, why, blame = answer
    if criterion.grade == low:
        if criterion.cls is UNCOVERED:
            return Finding(criterion, UNKNOWN, INCOMPLETE, value, at, Why.UNCOVERED, blame)
        return Finding(criterion, MET, criterion.action, value, at, None, blame)
    if low < criterion.grade <= high:
        return Finding(criterion, UNKNOWN, INCOMPLETE, value, at, why, blame)
    return Finding(criterion, NOT_MET, PROCEED, value, at, why if low == high else None, blame)


def _shown(row: Row, value: Value | Fraction | None) -> Value | None:
    """A computed figure as a decimal: exact where it can be, else to a tenth unless that would change its grade."""
    if value is None or isinstance(value, CHARTED):
        return value
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(_TENTH, rounding=ROUND_HALF_UP)
    ends = Fraction(exact) == value
    return exact if ends or row.grade(rounded) != row.grade(value) else rounded
