"""Which grade does an entered finding give?

An item classifies every answer to its measure. `then` asks a second measure where one answer alone is not enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.measure import Kind, Measure, Measures, Value
from app.domain.protocol_keys import Keys
from app.domain.scores.evidence import Evidence
from app.domain.scores.grade import Arm, Step, grade_of
from app.domain.scores.steps import parse_steps

_MOST = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One finding of a scale: the grade of each answer, by steps for a number; `most` counts what is asked after."""

    name: str
    measure: str
    unit: str | None
    answers: Mapping[Value, int]
    steps: tuple[Step, ...]
    after: Value | None
    then: Item | None
    most: int

    def grade(self, value: Value) -> int:
        """The grade of an answer."""
        return grade_of(self.steps, value) if isinstance(value, Decimal) else self.answers[value]


def judge(item: Item, evidence: Evidence) -> list[Arm]:
    """What the item says, and after it what the second measure says."""
    seen = evidence.seen(item.measure)
    if seen.value is None:
        return [Arm(item.name, item.measure, 0, item.most, None, item.unit, None, seen.at, seen.why)]
    grade = item.grade(seen.value)
    arm = Arm(item.name, item.measure, grade, item.most, seen.value, item.unit, None, seen.at, None)
    if item.then is None or seen.value != item.after:
        return [arm]
    return [arm, *judge(item.then, evidence)]


def parse_item(keys: Keys, measures: Measures) -> Item:
    """One item; raises ProtocolRefused naming file and key."""
    name = keys.text("measure")
    if name not in measures:
        keys.refuse("measure", f"is an unknown measure: {name}")
    measure = measures[name]
    answers = _answers(keys, measure)
    steps = parse_steps(keys) if measure.kind is Kind.QUANTITY else ()
    after, then = _then(keys, answers, measures)
    gravest = (*answers.values(), *(step.grade for step in steps), *(() if then is None else (then.most,)))
    item = Item(
        name=keys.text("name"),
        measure=name,
        unit=measure.unit,
        answers=answers,
        steps=steps,
        after=after,
        then=then,
        most=max(gravest),
    )
    keys.done()
    return item


def _answers(keys: Keys, measure: Measure) -> Mapping[Value, int]:
    if measure.kind is Kind.FINDING:
        return {True: keys.count("when_true", _MOST), False: 0}
    if measure.kind is Kind.QUANTITY:
        return {}
    if measure.kind is not Kind.CHOICE:
        keys.refuse("measure", "is a volume, which no item takes")
    inner = keys.inner("choices")
    for choice in measure.choices:
        if not inner.has(choice):
            inner.refuse(choice, "is a choice that nobody graded")
    answers: dict[Value, int] = {choice: inner.count(choice, _MOST) for choice in measure.choices}
    inner.done()
    return answers


def _then(keys: Keys, answers: Mapping[Value, int], measures: Measures) -> tuple[Value | None, Item | None]:
    if not keys.has("then"):
        return None, None
    inner = keys.inner("then")
    after: Value = inner.flag("after") if not inner.is_text("after") else inner.text("after")
    if after not in answers or answers[after] == 0:
        inner.refuse("after", "is no answer that is graded")
    return after, parse_item(inner, measures)
