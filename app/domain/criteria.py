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
    verdict, why = _verdict(criterion, answer)
    action = Action.PROCEED
    if verdict is Verdict.MET:
        action = criterion.action
    elif verdict is Verdict.UNKNOWN:
        action = Action.INCOMPLETE
    return Finding(criterion, verdict, action, value, answer.at, why, answer.blame)


def _verdict(criterion: Criterion, answer: Answer) -> tuple[Verdict, Why | None]:
    """Certain grades are met or not; a state that the source has no row for is unknown, never a pass."""
    grade = criterion.grade
    if grade == answer.low:
        uncovered = criterion.cls is Class.UNCOVERED
        return (Verdict.UNKNOWN, Why.UNCOVERED) if uncovered else (Verdict.MET, None)
    if answer.low < grade <= answer.high:
        return Verdict.UNKNOWN, answer.why
    return Verdict.NOT_MET, answer.why if answer.low == answer.high else None


def _shown(row: Row, value: Value | Fraction | None) -> Value | None:
    """A computed figure as a decimal: exact where it can be, else to a tenth unless that would change its grade."""
    if not isinstance(value, Fraction):
        return value
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(_TENTH, rounding=ROUND_HALF_UP)
    ends = Fraction(exact) == value
    return exact if ends or row.grade(rounded) != row.grade(value) else rounded
