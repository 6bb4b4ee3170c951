"""Which changes are made to a piece of source, and which are left alone?"""

from __future__ import annotations

import ast

import pytest

from tests.mutants.operators import MODULE, mutants


def changes(source: str) -> set[str]:
    return {one.change for one in mutants("a.py", source)}


@pytest.mark.parametrize(
    "source,expected",
    [
        ("x = a < b", {"a < b -> a <= b", "a < b -> a > b"}),
        ("x = a <= b < c", {f"a <= b < c -> a {other}" for other in ("< b < c", "> b < c", "<= b <= c", "<= b > c")}),
        ("x = a is None", {"a is None -> a is not None"}),
        ("x = a and b", {"a and b -> a or b", "a and b -> a", "a and b -> b"}),
        ("x = not a", {"not a -> a"}),
        ("x = a - b", {"a - b -> a + b"}),
        ("x = 4", {"4 -> 5"}),
        ("x = -1", {"-1 -> 1", "1 -> 2"}),
        ("x = True", {"True -> False"}),
        ("x = min(a, b)", {"min -> max"}),
        ("x = f(a, key=b)", {"f(a, key=b) -> f(a)"}),
        ("x = a[1:]", {"a[1:] -> a[:]", "1 -> 2"}),
        ("x = a if b else c", {"a if b else c -> a if True else c", "a if b else c -> a if False else c"}),
        ("x = [a for a in b if c]", {f"[a for a in b if c] -> [a for a in b if {kept}]" for kept in (True, False)}),
        ("f()", {"f() -> pass"}),
        ("raise a", {"raise a -> pass"}),
        ("x += a", {"x += a -> pass", "x += a -> x -= a", "x += a -> x = a"}),
        ("x = (a, b)", {"(a, b) -> (b,)", "(a, b) -> (a,)"}),
        ("x = {a: b}", {"{a: b} -> {}"}),
        ("def f():\n    return a", {"return a -> return None"}),
        ("def f(x=1):\n    pass", {"1 -> 2"}),
    ],
)  # fmt: skip
def test_a_piece_of_source_is_changed_in_these_ways(source: str, expected: set[str]) -> None:
    assert changes(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        'x = "text"',
        "x: TypeAlias = a | b",
        "x: a | b = c",
        "@dataclass(frozen=True)\nclass A:\n    x: int",
        "def f(x: int | None) -> int | None: ...",
        "from a import b",
        "def f(x):\n    assert_never(x)",
    ],
)
def test_text_types_and_decorators_are_left_alone(source: str) -> None:
    assert changes(source) == set()


SOURCE = """
LIMIT = 1

class A:
    size: int = 1

    def f(self, x=1):
        if x < 1 or x < 2:
            return 1
        return [y for y in x if y < 3]
"""


def test_a_mutant_is_named_by_its_function_and_its_place_among_those_of_its_operator() -> None:
    names = [one.name for one in mutants("a.py", SOURCE) if one.operator == "< to <="]
    assert names == ["a.py: A.f: < to <= #1", "a.py: A.f: < to <= #2", "a.py: A.f: < to <= #3"]


def test_a_name_does_not_move_with_what_stands_elsewhere() -> None:
    before = [one.name for one in mutants("a.py", SOURCE) if one.function == "A.f"]
    after = [one.name for one in mutants("a.py", "def g(x):\n    return x < 1\n" + SOURCE) if one.function == "A.f"]
    assert before == after


def test_defaults_and_class_attributes_belong_to_the_module() -> None:
    assert [one.change for one in mutants("a.py", SOURCE) if one.function == MODULE] == ["1 -> 2"] * 3


def test_every_mutant_changes_one_place_and_compiles() -> None:
    written = ast.unparse(ast.parse(SOURCE))
    trees = [ast.unparse(one.tree(SOURCE)) for one in mutants("a.py", SOURCE)]
    assert written not in trees
    assert len(set(trees)) == len(trees)
    for tree in trees:
        compile(tree, "a.py", "exec")
