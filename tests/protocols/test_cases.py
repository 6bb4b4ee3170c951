"""Does every worked case come out as the clinical rules say?"""

from __future__ import annotations

import pytest

from app.domain.protocol import Protocol
from app.domain.vocabulary import Action
from tests.builders import SHIPPED, decision
from tests.protocols.worked import Case, load_cases

WORKED, FINE_PRINT = load_cases("worked.toml"), load_cases("fine_print.toml")
ANSWERS = [
    pytest.param(protocol, case, id=f"{protocol.pin.id}: {case.name}")
    for case in (*WORKED, *FINE_PRINT)
    for protocol in SHIPPED
    if protocol.pin.id in case.expect
]


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("protocol,case", ANSWERS)
def test_a_worked_case_is_answered_as_written(protocol: Protocol, case: Case) -> None:
    made = decision(case.situation, protocol)
    assert made.action is case.expect[protocol.pin.id]
    if case.lacks is not None:
        assert {missing.measure: str(missing.why) for missing in made.missing} == case.lacks


@pytest.mark.hazard("HZ-06")
@pytest.mark.parametrize("protocol,case", ANSWERS)
def test_an_answer_that_cannot_be_given_says_what_is_open(protocol: Protocol, case: Case) -> None:
    made = decision(case.situation, protocol)
    if made.action is Action.INCOMPLETE:
        assert made.missing


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in (*WORKED, *FINE_PRINT)]
    assert len(names) == len(set(names))


def test_no_worked_case_was_lost() -> None:
    assert len(WORKED) == 74
    assert {name for case in WORKED for name in case.expect} == {"uspi-2023", "consensus-2014", "lvhn-2015", "til-2024"}
