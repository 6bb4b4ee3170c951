"""Is the dosing weight of a cycle asked of the sheet, where a change of it is known, and read nowhere else?"""

import ast

import pytest

from tests.rules.source import name, python_files, tree

# Path: what it reads under that name.
MAY_READ = {
    "app/domain/flowsheet.py": "what the cycle began with, before the changes of it",
    "app/services/courses.py": "what somebody orders, before there is a cycle",
    "app/api/cycles.py": "likewise, as sent",
    "app/demo/performing.py": "likewise, in the demonstration",
}


def _reads(module: ast.Module) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr == "ordered_weight" and isinstance(node.ctx, ast.Load)
    ]


def test_the_weight_a_cycle_began_with_is_read_in_one_place() -> None:
    found = {name(path) for path in python_files("app", "dashboards") if _reads(tree(path))}
    assert found == set(MAY_READ)


@pytest.mark.parametrize("source, seen", [("x = cycle.ordered_weight", True), ("ordered_weight = 1", False)])
def test_the_rule_sees_a_read(source: str, seen: bool) -> None:
    assert bool(_reads(ast.parse(source))) is seen
