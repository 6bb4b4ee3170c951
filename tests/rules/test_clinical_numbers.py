"""Are clinical numbers exact, and is nought never taken for nothing? Zero, false, empty and absent are four things."""

import ast
from collections.abc import Iterator

import pytest

from tests.rules.source import ROOT, dotted, name, python_files, tree

CLINICAL = {"value", "weight", "ordered_weight", "spo2", "baseline", "reading", "amount", "temperature", "creatinine"}


def _floats(module: ast.Module) -> list[int]:
    """Lines with a float literal or the name `float`, except where a float is recognised in order to refuse it."""
    refusals = {
        id(part)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
        for part in ast.walk(node)
    }
    return [
        node.lineno
        for node in ast.walk(module)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        or (isinstance(node, ast.Name) and node.id == "float" and id(node) not in refusals)
    ]


ENGINE = ("engine", "plan", "criteria", "grading", "answer", "facts", "intervals", "carried", "relevance", "windows*")
"""The files that decide: what they compare with is in the protocol, and in the names of app/domain/units.py."""

_EXACT = ("Decimal", "Fraction", "int", "timedelta")


def _numbers(module: ast.Module) -> list[int]:
    """Lines with a number other than 0 and 1, written as one or as a text that is made one."""
    written = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and _is_number(node.value)]
    made = [
        argument
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _EXACT
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value not in ("0", "1")
    ]
    return sorted({node.lineno for node in (*written, *made)})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | complex) and not isinstance(value, bool) and value not in (0, 1)


def _asked_for_truth(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions whose truth Python looks at when it runs this node."""
    match node:
        case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
            yield node.test
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BoolOp():
            yield from node.values[:-1]
        case ast.comprehension():
            yield from node.ifs
        case ast.match_case(guard=ast.expr() as guard):
            yield guard
        case ast.Call(func=ast.Name(id="bool" | "any" | "all"), args=[argument]):
            yield argument.elt if isinstance(argument, ast.GeneratorExp | ast.ListComp) else argument
        case _:
            return


def _leaves(node: ast.expr) -> Iterator[ast.expr]:
    """Of `a and (b or c)` the truth of a, b and c is asked."""
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _leaves(value)
    else:
        yield node


def _truth_of_clinical_values(module: ast.Module) -> list[int]:
    asked = (leaf for node in ast.walk(module) for test in _asked_for_truth(node) for leaf in _leaves(test))
    return sorted({leaf.lineno for leaf in asked if _last_name(leaf) in CLINICAL})


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Attribute(attr=last) | ast.Name(id=last) | ast.NamedExpr(target=ast.Name(id=last)):
            return last
        case ast.Subscript(slice=ast.Constant(value=str() as last)):
            return last
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str() as last), *_]):
            return last
        case _:
            return ""


def test_the_domain_and_the_protocols_know_no_float() -> None:
    found = [
        f"{name(path)}:{line}" for path in python_files("app/domain", "app/protocols") for line in _floats(tree(path))
    ]
    assert found == []


@pytest.mark.hazard("HZ-09")
def test_the_engine_knows_no_number_but_nought_and_one() -> None:
    files = [path for pattern in ENGINE for path in sorted((ROOT / "app/domain").glob(f"{pattern}.py"))]
    assert len(files) >= len(ENGINE) + 5
    assert [f"{name(path)}:{line}" for path in files for line in _numbers(tree(path))] == []


@pytest.mark.parametrize(
    "line",
    ["x = 90", "x = -2", "x = Decimal('0.1')", "x = y[:2]", "x = timedelta(hours=8)", "x = Fraction('1/3')", "x = 1e3"],
)
def test_a_number_in_the_engine_is_seen(line: str) -> None:
    assert _numbers(ast.parse(line)) == [1]


@pytest.mark.parametrize(
    "line", ["x = 0", "x = y[-1]", "x = True", "x = Decimal(0)", "x = timedelta(days=1)", "x = '90'"]
)
def test_nought_one_and_words_pass_in_the_engine(line: str) -> None:
    assert _numbers(ast.parse(line)) == []


def test_nowhere_is_the_truth_of_a_clinical_value_asked() -> None:
    found = [
        f"{name(path)}:{line}"
        for path in python_files("app/domain", "app/protocols", "dashboards")
        for line in _truth_of_clinical_values(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize("line", ["x = 0.5", "x = float(y)", "def f(x: float): ...", "x = map(float, y)"])
def test_a_float_is_seen(line: str) -> None:
    assert _floats(ast.parse(line)) == [1]


@pytest.mark.parametrize("line", ["x = Decimal('0.5')", "if isinstance(x, float): raise TypeError", "x = 1"])
def test_what_is_no_float_passes(line: str) -> None:
    assert _floats(ast.parse(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "if reading.value: ...",
        "if not reading.value: ...",
        "x = reading.value or 0",
        "x = a and reading.value and b",
        "x = 1 if weight else 2",
        "xs = [r for r in rs if r.value]",
        "x = bool(baseline.weight)",
        "x = any(r.value for r in rs)",
        "while (value := f()): ...",
        "x = values.get('spo2') or 97",
        "if a and (b or values['weight']): ...",
        "assert reading",
    ],
)
def test_a_truth_test_on_a_clinical_value_is_seen(line: str) -> None:
    assert _truth_of_clinical_values(ast.parse(line)) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "if reading.value is None: ...",
        "if reading.value == 0: ...",
        "x = found or reading.value",
        "if readings: ...",
        "x = any(r.value > 3 for r in rs)",
        "if value in choices: ...",
    ],
)
def test_a_question_about_a_clinical_value_passes(line: str) -> None:
    assert _truth_of_clinical_values(ast.parse(line)) == []
