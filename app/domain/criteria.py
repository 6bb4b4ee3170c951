"""What does each criterion of a row say?"""

from __future__ import annotations

from itertools import repeat
from typing import Any

from app.domain.answer import Answer, certain
from app.domain.decision import Finding
from app.domain.facts import Facts
from app.domain.plan import Plan, Step, Told
from app.domain.protocol import Condition
from app.domain.vocabulary import Action, Verdict, Why

_finding = tuple.__new__
# A named tuple's own constructor is a Python function that calls this one: twice the time, fifty times a decision.
_UNKNOWN, _INCOMPLETE = Verdict.UNKNOWN, Action.INCOMPLETE
_NOT_MET, _PROCEED = Verdict.NOT_MET, Action.PROCEED


def judge(plan: Plan, facts: Facts) -> list[Finding]:
    """One finding per criterion, in the order of the rows.

    Most rows of most patients are settled by one fresh reading that meets nothing: there the window is not asked.
    """
    found: list[tuple[Any, ...]] = []
    charted, carried = facts.charted, facts.carried
    oldest = {length: facts.at - length for length in plan.lengths}
    for step in plan.steps:
        row = step.row
        mine = charted.get(row.measure) if step.settled and not (carried and step.remembers) else None
        if mine is not None and len(mine) == 1:
            one = mine[0]
            seen: Any = one.value  # of the kind of its measure, as `app.domain.facts` sees to
            silent = step.least <= seen <= step.most if step.numeric else seen in step.silent
            if silent and one.at >= oldest[row.fresh_for]:
                for criterion in row.criteria:  # a comprehension is a call: it costs more than what it makes
                    found.append((criterion, _NOT_MET, _PROCEED, seen, one.at, None, row.measure))  # noqa: PERF401
                continue
        answer = _conditional(step, facts) if row.when else step.answer(row, facts)
        low, high, value, at, why, blame = answer
        if low < high:
            found += [_open(told, answer) for told in step.told[low]]
            continue
        for told in step.told[low]:
            reason = told.why if why is None else why
            found.append((told.criterion, told.verdict, told.action, value, at, reason, blame))
    return list(map(_finding, repeat(Finding), found))


def _conditional(step: Step, facts: Facts) -> Answer:
    """The answer of a row that counts only while its conditions hold; open where nobody can say whether they do."""
    row, open_ = step.row, None
    for condition in row.when:
        holds, why = _condition(condition, facts)
        if holds is False:
            return certain(row, 0, None, None)
        if holds is None:
            open_ = 0, row.worst, None, None, why, condition.measure
    return open_ or step.answer(row, facts)


def _condition(condition: Condition, facts: Facts) -> tuple[bool | None, Why | None]:
    beside = facts.latest.get(condition.measure)
    if beside is None:
        return None, Why.MISSING
    if not facts.fresh(beside[-1], condition.fresh_for):
        return None, Why.STALE
    *others, last = beside
    holds = condition.holds(last.value)
    for other in others:
        if condition.holds(other.value) is not holds:
            return None, Why.DISCORDANT
    return holds, None


def _open(told: Told, answer: Answer) -> Finding:
    """A criterion above the certain grade and not above the highest possible one is unknown."""
    low, high, value, at, why, blame = answer
    criterion = told.criterion
    if low < criterion.grade <= high:
        return Finding(criterion, _UNKNOWN, _INCOMPLETE, value, at, why, blame)
    return Finding(criterion, told.verdict, told.action, value, at, told.why, blame)
