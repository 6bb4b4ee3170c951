"""What does each criterion of a row say?"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from app.domain.answer import Answer, certain
from app.domain.decision import Finding
from app.domain.facts import Facts
from app.domain.measure import Value
from app.domain.plan import Step, Told
from app.domain.protocol import Condition, Row
from app.domain.units import TENTH
from app.domain.vocabulary import Action, Verdict, Why

CHARTED = (Decimal, bool, str)
_tuple = tuple.__new__
# A named tuple's own constructor is a Python function that calls this one: twice the time, fifty times a decision.
_UNKNOWN, _INCOMPLETE = Verdict.UNKNOWN, Action.INCOMPLETE


def judge(steps: Iterable[Step], facts: Facts) -> list[Finding]:
    """One finding per criterion, in the order of the rows."""
    findings: list[Finding] = []
    for step in steps:
        row, answer_of, told = step
        answer = _conditional(step, facts) if row.when else answer_of(row, facts)
        low, high, figure, at, why, blame = answer
        value = figure if figure is None or isinstance(figure, CHARTED) else _shown(row, figure)
        if low < high:
            findings += [_open(one, answer, value) for one in told[low]]
            continue
        for criterion, verdict, action, says in told[low]:
            reason = says if why is None else why
            findings.append(_tuple(Finding, (criterion, verdict, action, value, at, reason, blame)))
    return findings


def _conditional(step: Step, facts: Facts) -> Answer:
    """The answer of a row that counts only while its conditions hold; open where nobody can say whether they do."""
    row, open_ = step.row, None
    for condition in row.when:
        holds, why = _condition(condition, facts)
        if holds is False:
            return certain(row, 0, None, None)
        if holds is None:
            open_ = Answer(0, row.worst, None, None, why, condition.measure)
    return open_ or step.answer(row, facts)


def _condition(condition: Condition, facts: Facts) -> tuple[bool | None, Why | None]:
    readings = facts.of(condition.measure)
    if not readings:
        return None, Why.MISSING
    if not facts.fresh(readings[-1], condition.fresh_for):
        return None, Why.STALE
    answers = {condition.holds(reading.value) for reading in facts.beside_latest(readings)}
    return (answers.pop(), None) if len(answers) == 1 else (None, Why.DISCORDANT)


def _open(told: Told, answer: Answer, value: Value | None) -> Finding:
    """A criterion above the certain grade and not above the highest possible one is unknown."""
    low, high, _, at, why, blame = answer
    criterion = told.criterion
    if low < criterion.grade <= high:
        return Finding(criterion, _UNKNOWN, _INCOMPLETE, value, at, why, blame)
    return Finding(criterion, told.verdict, told.action, value, at, told.why, blame)


def _shown(row: Row, value: Fraction) -> Decimal:
    """A computed figure as a decimal: exact where it can be, else to a tenth unless that would change its grade."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(exact) == value:
        return exact
    rounded = exact.quantize(TENTH)
    return exact if row.grade(rounded) != row.grade(value) else rounded
