"""Does one place commit, and does no route let go of its transaction before it answers?"""

import ast
import re

import pytest

from tests.rules.source import name, python_files, tree

COMMITS = "app/store/database.py"
METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "route", "api_route"}

# A `def` route runs in a thread, whole: it reads, commits and answers. `async def` may only stand where nothing of
# that happens. Function name: why it may.
ASYNC_ROUTES = {
    "livez": "touches no database, so that it answers when every thread waits for one",
    "read_feed": "may wait half a minute; reads in the thread pool, and holds nothing while it waits",
    "alert_stream": "stays open; reads through the live feed, never in a transaction of its own",
    "board_stream": "likewise, for the ward board",
}


def _commits(text: str) -> list[str]:
    """`.begin(` counts: SQLAlchemy's commits at the end of its block."""
    return re.findall(r"\.(?:commit|begin)\(", text)


def _async_routes(module: ast.Module) -> list[str]:
    return [
        f"{node.lineno} {node.name}"
        for node in ast.walk(module)
        if isinstance(node, ast.AsyncFunctionDef) and _is_route(node) and node.name not in ASYNC_ROUTES
    ]


def _is_route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.func.attr in METHODS
        for decorator in node.decorator_list
    )


def test_commits_live_in_one_place() -> None:
    found = {name(path): _commits(path.read_text()) for path in python_files("app", "dashboards")}
    assert {path: hits for path, hits in found.items() if hits and path != COMMITS} == {}


def test_routes_are_def() -> None:
    found = [
        f"{name(path)}:{route}"
        for path in python_files("app/api", "app/web", "app/interop", "app/http")
        for route in _async_routes(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize("line", ["connection.commit()", "with engine.begin() as c: ...", "tx.connection.commit()"])
def test_a_commit_is_seen(line: str) -> None:
    assert _commits(line)


def test_an_async_route_is_seen() -> None:
    assert _async_routes(ast.parse("@router.post('/doses')\nasync def give(): ...")) == ["2 give"]
    assert _async_routes(ast.parse("@router.post('/doses')\ndef give(): ...")) == []
    assert _async_routes(ast.parse("@router.get('/livez')\nasync def livez(): ...")) == []
