"""Does every key that a log call gives reach the log? One that is not on the list is dropped without a word."""

import ast
from collections.abc import Iterator

from app.http.logs import ALLOWED, describe
from tests.rules.source import dotted, name, python_files, tree

LOGGERS = {"log", "_log"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def _calls(module: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of, _, level = dotted(node.func).rpartition(".")
            if of in LOGGERS and level in LEVELS:
                yield node


def _described(keyword: ast.keyword) -> bool:
    return isinstance(keyword.value, ast.Call) and dotted(keyword.value.func) == "describe"


def _dropped(module: ast.Module) -> list[str]:
    """Line and key; of keys that stand elsewhere only those of an exception are known."""
    return [
        f"{call.lineno} {keyword.arg or '**'}"
        for call in _calls(module)
        for keyword in call.keywords
        if keyword.arg not in ALLOWED and not (keyword.arg is None and _described(keyword))
    ]


def test_no_key_of_a_log_call_is_dropped() -> None:
    found = [f"{name(path)}:{one}" for path in python_files("app", "dashboards") for one in _dropped(tree(path))]
    assert found == []


def test_what_is_said_of_an_exception_is_not_dropped() -> None:
    assert set(describe(ValueError())) <= ALLOWED


def test_the_log_calls_of_the_program_are_seen() -> None:
    assert sum(1 for path in python_files("app") for _ in _calls(tree(path))) > len(LEVELS)


def test_a_key_that_would_be_dropped_is_seen() -> None:
    lines = "log.warning('x', mrn=1)\n_log.error('x', extra={})\nlog.info('x', **more)\nlog.info('x', **describe(e))"
    assert _dropped(ast.parse(lines)) == ["1 mrn", "2 extra", "3 **"]
