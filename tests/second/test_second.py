"""Does a second evaluator, written from the rules page alone, decide what the program decides?"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from app.api.evaluating import read_request
from app.domain.errors import InvalidInput
from app.http.parser import parse_json
from app.services import evaluating
from tests.second.cases import load
from tests.second.charted import HOUR, MINUTE, Context
from tests.second.compare import COMPARED, LIBRARY, comparable, differences, smallest
from tests.second.contexts import context
from tests.second.evaluator import RefusedError, evaluate, of_request
from tests.second.grid import charted, contexts
from tests.second.request import render
from tests.second.rules import RULES
from tests.second.wellness import WELL

SEED = 20_000
CONTEXTS, PARTS = 20_000, 80
GRID_PARTS = 40
CASES = [*load("worked.toml"), *load("fine_print.toml")]


def agree(compared: Sequence[Context]) -> None:
    """Says the smallest request that shows the first difference."""
    for one in compared:
        found = differences(one)
        assert not found, smallest(found[0]).told()


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("part", range(PARTS))
def test_the_second_evaluator_agrees_on_random_contexts(part: int) -> None:
    size = CONTEXTS // PARTS
    agree([context(SEED, index) for index in range(part * size, (part + 1) * size)])


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("part", range(GRID_PARTS))
def test_the_second_evaluator_agrees_on_every_limit(part: int) -> None:
    agree(list(islice(contexts(), part, None, GRID_PARTS)))


@pytest.mark.parametrize("name,patient,expect", CASES, ids=[case[0] for case in CASES])
def test_the_second_evaluator_answers_a_worked_case_as_written(
    name: str, patient: Context, expect: dict[str, str]
) -> None:
    assert {protocol: evaluate(patient, protocol).action for protocol in expect} == expect


@pytest.mark.parametrize("protocol", COMPARED)
def test_both_read_the_same_request(protocol: str) -> None:
    """The whole way of `doseward evaluate`, from the bytes on, for contexts that reach it."""
    for index in range(100):
        body = json.dumps(render(context(SEED, index), protocol))
        second = of_request(json.loads(body, parse_float=Decimal))
        decision, _ = evaluating.evaluate(LIBRARY, read_request(parse_json(body.encode())))
        program = comparable(decision, protocol)
        assert (program["action"], program["relative"]) == (second.action, second.relative), body


def refused_by_both(patient: Context, protocol: str) -> bool:
    body = json.dumps(render(patient, protocol))
    try:
        evaluating.evaluate(LIBRARY, read_request(parse_json(body.encode())))
    except InvalidInput:
        with pytest.raises(RefusedError):
            of_request(json.loads(body, parse_float=Decimal))
        return True
    of_request(json.loads(body, parse_float=Decimal))
    return False


@pytest.mark.parametrize("protocol", COMPARED)
def test_both_refuse_a_dose_above_the_cap_and_none_at_it(protocol: str) -> None:
    cap = RULES[protocol].cap
    assert refused_by_both(replace(WELL, number=cap + 1), protocol)
    assert not refused_by_both(replace(WELL, number=cap), protocol)


@pytest.mark.parametrize("protocol", COMPARED)
def test_both_refuse_a_reading_more_than_two_minutes_ahead_and_none_at_two(protocol: str) -> None:
    point, volume = Decimal(84), Decimal(75)
    assert refused_by_both(charted(WELL, heart_rate=((-2 * MINUTE - 1, point),)), protocol)
    assert not refused_by_both(charted(WELL, heart_rate=((-2 * MINUTE, point),)), protocol)
    for end, refused in ((-2 * MINUTE - 1, True), (-2 * MINUTE, False)):
        late = replace(WELL, volumes={**WELL.volumes, "urine_volume": ((8 * HOUR, end, volume),)})
        assert refused_by_both(late, protocol) is refused


@pytest.mark.parametrize("protocol", COMPARED)
def test_both_read_fahrenheit_alike(protocol: str) -> None:
    """100.3 °F is 37.9 °C and leaves a tachycardia standing; 100.4 °F is 38.0 and suspends it."""
    fast = charted(WELL, heart_rate=((0, Decimal(120)), (HOUR, Decimal(120))))
    for degrees in ("100.3", "100.4"):
        request = render(fast, protocol)
        for row in request["observations"]:
            if row["measure"] == "temperature":
                row |= {"value": float(degrees), "unit": "[degF]"}
        body = json.dumps(request)
        decision, _ = evaluating.evaluate(LIBRARY, read_request(parse_json(body.encode())))
        assert of_request(json.loads(body, parse_float=Decimal)).action == str(decision.action)


def test_every_protocol_of_the_program_has_a_second_table() -> None:
    assert set(LIBRARY.protocols) <= set(RULES)
    assert set(RULES) == {"uspi-2023", "consensus-2014", "lvhn-2015", "til-2024"}


def test_a_context_is_the_same_whenever_it_is_drawn() -> None:
    assert [context(7, index) for index in range(50)] == [context(7, index) for index in range(50)]
    assert context(7, 1) != context(8, 1)


def test_the_second_evaluator_imports_nothing_of_the_program() -> None:
    here = Path(__file__).parent
    both = {"compare.py", "__main__.py", "test_second.py"}
    for path in here.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        foreign = {name for name in modules if name.split(".")[0] in ("app", "dashboards") or name == "tests.builders"}
        assert path.name in both or not foreign, path.name
