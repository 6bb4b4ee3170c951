"""Can the program be read in a day? The tail is bounded: one idea per file, one thought per function."""

import ast

from tests.rules.source import name, python_files, templates, tree

FILE, FUNCTION, TEMPLATE = 250, 35, 100


def _lines(text: str) -> int:
    return len(text.splitlines())


def _long_functions(module: ast.Module) -> list[str]:
    return [
        f"{node.lineno} {node.name}: {size} lines"
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (size := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION
    ]


def test_no_file_of_the_program_is_longer_than_250_lines() -> None:
    sizes = {name(path): _lines(path.read_text()) for path in python_files("app", "dashboards")}
    assert {path: size for path, size in sizes.items() if size > FILE} == {}


def test_no_function_of_the_program_is_longer_than_35_lines() -> None:
    long = [
        f"{name(path)}:{found}" for path in python_files("app", "dashboards") for found in _long_functions(tree(path))
    ]
    assert long == []


def test_no_template_is_longer_than_100_lines() -> None:
    sizes = {name(path): _lines(path.read_text()) for path in templates()}
    assert {path: size for path, size in sizes.items() if size > TEMPLATE} == {}


def test_a_function_of_36_lines_is_seen_and_one_of_35_is_not() -> None:
    body = "    x = 1\n"
    assert _long_functions(ast.parse("def f():\n" + body * 34)) == []
    assert _long_functions(ast.parse("class C:\n  def f(self):\n" + body * 35)) == ["2 f: 36 lines"]
