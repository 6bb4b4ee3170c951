"""Does everything take a clock? Only what faces the outside may ask what time it is."""

import ast

import pytest

from tests.rules.source import dotted, name, python_files, tree

# Path: why it may read the clock itself.
READS_THE_CLOCK = {
    "app/main.py": "wires the real clock",
    "app/cli": "stands in for the person at the keyboard",
    "app/http/clock.py": "is the clock of a request",
    "app/delivery/": "runs on its own clock",
}
NOW = {"now", "utcnow", "today"}
WALL = {"time.time", "time.time_ns", "time.localtime", "time.gmtime"}


def _reads(module: ast.Module) -> list[str]:
    called = ((node.lineno, dotted(node.func)) for node in ast.walk(module) if isinstance(node, ast.Call))
    return [f"{line} {call}" for line, call in called if call in WALL or _is_now(call)]


def _is_now(call: str) -> bool:
    *owner, last = call.split(".")
    return last in NOW and bool(owner) and owner[-1] in {"datetime", "date"}


def test_only_what_faces_the_outside_reads_the_clock() -> None:
    found = [
        f"{name(path)}:{read}"
        for path in python_files("app", "dashboards")
        if not name(path).startswith(tuple(READS_THE_CLOCK))
        for read in _reads(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "at = time.time()", "f(datetime.now())"]
)
def test_a_look_at_the_clock_is_seen(line: str) -> None:
    assert len(_reads(ast.parse(line))) == 1


@pytest.mark.parametrize("line", ["clock.now()", "time.monotonic()", "now()", "datetime.fromisoformat(x)"])
def test_what_takes_a_clock_passes(line: str) -> None:
    assert _reads(ast.parse(line)) == []
