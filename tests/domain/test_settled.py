"""Does one harmless reading settle a row exactly as the window of the row would?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.answer import Answer
from app.domain.criteria import judge
from app.domain.facts import Facts
from app.domain.measure import Kind, Value
from app.domain.plan import Step, plan_of
from app.domain.protocol import Protocol, Row, WindowKind
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Verdict, Why
from tests.builders import MEASURES, SHIPPED, USPI, a_situation, a_value, ago, finding, reading, readings, with_readings

TICK = timedelta(microseconds=1)
NOTHING = a_situation(absent=MEASURES)
HELD_AT_88 = Previous(Action.HOLD, (("spo2", a_value("spo2", 88)),))


def values(step: Step) -> tuple[Value, ...]:
    """One value of every grade of the row, and what a well patient has."""
    measure = MEASURES[step.row.measure]
    if measure.kind is Kind.FINDING:
        return True, False
    if measure.kind is Kind.CHOICE:
        return measure.choices
    bounds = [edge for one in step.row.criteria for band in one.bands for edge in (band.low, band.high)]
    return tuple({bound + off for bound in bounds if bound is not None for off in (-1, 0, 1)})


def situations(step: Step) -> Iterator[Situation]:
    """One reading of the row's measure: of every kind and age, before and after a dose, with and without a past."""
    name = step.row.measure
    for value in values(step):
        for age in (timedelta(0), step.row.fresh_for, step.row.fresh_for + TICK):
            only = replace(reading(name, value), at=ago(0) - age)
            for given in (None, ago(10)):
                for previous in (None, HELD_AT_88):
                    for unresolved in ((), tuple(one.id for one in step.row.criteria)):
                        yield replace(
                            with_readings(NOTHING, [only]),
                            last_given_at=given,
                            previous=previous,
                            unresolved=unresolved,
                        )


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_what_one_reading_settles_is_what_the_window_says(protocol: Protocol) -> None:
    plan = plan_of(protocol)
    settled = [step for step in plan.steps if step.settled]
    assert settled
    for step in settled:
        quick, asked = (replace(plan, steps=(one,)) for one in (step, replace(step, settled=False)))
        for situation in situations(step):
            facts = Facts(situation, protocol)
            assert judge(quick, facts) == judge(asked, facts)


def test_a_row_that_one_reading_settles_is_not_asked() -> None:
    """At either end of what meets nothing and to the last moment of its freshness: a decision must not take longer."""
    ends: set[str] = set()
    for protocol in SHIPPED:
        plan = plan_of(protocol)
        for step in plan.steps:
            unasked = replace(plan, steps=(replace(step, answer=_asked),))
            for end, value in _silent(step) if step.settled else ():
                ends.add(end)
                only = replace(reading(step.row.measure, value), at=ago(0) - step.row.fresh_for)
                for carried in ((),) if step.remembers else ((), ("something",)):
                    situation = replace(with_readings(NOTHING, [only]), unresolved=carried)
                    assert {one.verdict for one in judge(unasked, Facts(situation, protocol))} == {Verdict.NOT_MET}
    assert ends == {"least", "most", Kind.CHOICE, Kind.FINDING}


def _asked(row: Row, facts: Facts) -> Answer:
    raise AssertionError(f"{row.id} was asked of {facts.of(row.measure)}")


def _silent(step: Step) -> list[tuple[str, Value]]:
    kind = MEASURES[step.row.measure].kind
    if kind is Kind.FINDING or kind is Kind.CHOICE:
        return [(kind, word) for word in step.silent if isinstance(word, bool) is (kind is Kind.FINDING)]
    found: list[tuple[str, Value]] = []
    for band in step.row.clear_bands if len(step.row.clear_bands) == 1 else ():
        if band.low is not None:
            found.append(("least", band.low.next_plus() if band.low_open else band.low))
        if band.high is not None:
            found.append(("most", band.high.next_minus() if band.high_open else band.high))
    return found


def test_these_windows_are_not_asked_where_one_reading_settles_the_row() -> None:
    """Most rows of a well patient; a decision has no time for what it need not ask."""
    kinds = {step.row.window.kind for protocol in SHIPPED for step in plan_of(protocol).steps if step.settled}
    assert kinds == {
        WindowKind.LATEST,
        WindowKind.MAX_SINCE_LAST_DOSE,
        WindowKind.EVENT_SINCE_LAST_DOSE,
        WindowKind.AGAINST_BASELINE,
        WindowKind.PERSISTENT,
        WindowKind.DURATION,
        WindowKind.LATCHED,
        WindowKind.OUTLASTED,
    }


def test_an_old_harmless_reading_settles_nothing() -> None:
    edge = a_situation(reading("infection_suspected", False, 240))
    assert finding(edge, USPI, "infection-withhold").verdict is Verdict.NOT_MET
    old = finding(a_situation(reading("infection_suspected", False, 241)), USPI, "infection-withhold")
    assert (old.verdict, old.why) == (Verdict.UNKNOWN, Why.STALE)


@pytest.mark.hazard("HZ-01")
def test_a_harmless_reading_settles_nothing_that_was_carried_over() -> None:
    """Exactly 90 sets no saturation and clears none."""
    held = a_situation(spo2=90, previous=HELD_AT_88)
    named = a_situation(spo2=90, unresolved=("saturation-withhold",))
    assert finding(a_situation(spo2=90), USPI, "saturation-withhold").verdict is Verdict.NOT_MET
    for situation in (held, named):
        assert finding(situation, USPI, "saturation-withhold").verdict is Verdict.MET


def test_a_second_reading_is_not_overlooked_behind_a_harmless_one() -> None:
    for series in (((88, 90), (90, 30)), ((90, 30), (88, 90))):
        assert finding(a_situation(readings("spo2", *series)), USPI, "saturation-withhold").verdict is Verdict.MET
