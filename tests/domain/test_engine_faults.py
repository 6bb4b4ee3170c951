"""Does a failure in any function of the engine become a decision that blocks, and nothing worse?"""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from app.domain.protocol import Protocol
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Why
from tests.builders import (
    CONSENSUS,
    LVHN,
    SHIPPED,
    TIL,
    USPI,
    a_situation,
    ago,
    decision,
    intervals,
    reading,
    readings,
)
from tests.domain.breaking import FUNCTIONS, MODULES, broken, public_functions

PATIENTS: list[tuple[Situation, Protocol]] = [
    *((a_situation(), protocol) for protocol in SHIPPED),
    (a_situation(reading("heart_rate", 84, 300), reading("ecg_ischaemia", False, 2000)), LVHN),
    (a_situation(readings("heart_rate", (110, 40), (131, 12), (110, 10)), temperature="38.0"), CONSENSUS),
    (a_situation(readings("disorientation", (True, 300), (True, 10)), last_given_at=ago(480)), CONSENSUS),
    (a_situation(oxygen_device="nasal_cannula", oxygen_flow=2, spo2=94), LVHN),
    (a_situation(intervals("urine_volume", (300, 0, "100")), admitted_at=ago(300)), LVHN),
    (
        a_situation(readings("spo2", (88, 60), (91, 30)), readings("seizure", (True, 300), (True, 33), (False, 30))),
        USPI,
    ),
    (a_situation(readings("weight", (90, 243), (80, 240))), TIL),
    (a_situation(serial_sevens="fail"), CONSENSUS),
    (a_situation(norepinephrine_rate="0.05"), LVHN),
    (a_situation(unresolved=("infection-withhold",)), USPI),
]
"""Between them they reach every function."""

NAMED = [pytest.param(module, name, id=f"{module.__name__.rpartition('.')[2]}.{name}") for module, name in FUNCTIONS]


def test_every_module_of_the_engine_has_functions_to_break() -> None:
    """The table of windows has none of its own."""
    assert [module.__name__ for module in MODULES if not public_functions(module)] == ["app.domain.windows"]
    assert len(FUNCTIONS) >= 25


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("module,name", NAMED)
def test_a_fault_in_any_function_of_the_engine_is_incomplete_and_says_so(module: ModuleType, name: str) -> None:
    reached = 0
    for situation, protocol in PATIENTS:
        with broken(module, name) as broke:
            made = decision(situation, protocol)
        if broke.calls == 0:
            continue
        reached += 1
        assert made.action is Action.INCOMPLETE
        assert [(row.measure, row.why) for row in made.missing] == [("engine", Why.FAULT)]
        assert (made.findings, made.news2.score) == ((), None)
    assert reached, "no patient reaches the function"


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("module,name", NAMED)
def test_a_fault_never_lifts_an_earlier_stop_nor_opens_a_window_that_closed(module: ModuleType, name: str) -> None:
    for situation, protocol in PATIENTS:
        stopped = replace(situation, previous=Previous(Action.STOP))
        late = replace(situation, due_at=ago(61))
        with broken(module, name) as broke:
            after_stop, after_window = decision(stopped, protocol), decision(late, protocol)
        if broke.calls > 0:
            assert (after_stop.action, after_window.action) == (Action.STOP, Action.SKIP)
            return
    pytest.fail("no patient reaches the function")


def test_after_a_fault_everything_is_as_before() -> None:
    before = [decision(situation, protocol) for situation, protocol in PATIENTS]
    for module, name in FUNCTIONS:
        with broken(module, name):
            decision(*PATIENTS[0])
    assert [decision(situation, protocol) for situation, protocol in PATIENTS] == before
