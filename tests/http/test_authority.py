"""Does the program know who may call each of its routes, and refuse to start where it does not?"""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from app.api import include_api
from app.domain.errors import StartRefused
from app.http import authority, permitted
from app.http.authority import AUTHORITY, Rule, Scope
from app.http.floor import install_floor
from app.http.permitted import check_routes
from app.services.acting import SCOPES, Permission
from app.web import include_web


def _program() -> FastAPI:
    app = FastAPI(telemetry={"logs": False, "auto_configure": False}, docs_url=None, redoc_url=None, openapi_url=None)
    install_floor(app)
    include_api(app)
    include_web(app)
    return app


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    check_routes(_program())


def test_a_public_route_says_why_and_no_other_does() -> None:
    assert [asked for asked, rule in AUTHORITY.items() if (rule.scope is Scope.PUBLIC) != (rule.why != "")] == []


def test_only_what_is_public_or_ones_own_needs_no_permission() -> None:
    open_to_anybody = {asked for asked, rule in AUTHORITY.items() if rule.permission is None}
    assert {AUTHORITY[asked].scope for asked in open_to_anybody} <= {Scope.PUBLIC, Scope.OWN}


def test_nothing_of_a_course_is_written_with_a_permission_to_read() -> None:
    written = {p: rule for (method, p), rule in AUTHORITY.items() if method == "POST" and rule.scope is Scope.COURSE}
    reads = {path for path, rule in written.items() if rule.permission in (Permission.READ, Permission.READ_ALERTS)}
    assert reads == {"/patients"}  # a search: the record number has no place in an address


def test_no_route_that_acknowledges_orders_or_gives_can_be_called_by_a_service() -> None:
    for permission in (Permission.ACKNOWLEDGE, Permission.ORDER, Permission.GIVE, Permission.BREAK_GLASS):
        assert permission not in SCOPES


async def _nothing() -> None:
    return None


def _without_line(app: FastAPI) -> None:
    app.add_api_route("/api/v1/canary", _nothing, methods=["GET"])


def _with_another_method(app: FastAPI) -> None:
    app.add_api_route("/livez", _nothing, methods=["DELETE"])


def _mounted(app: FastAPI) -> None:
    app.mount("/canary", FastAPI(telemetry={"logs": False, "auto_configure": False}))


@pytest.mark.parametrize(
    "add, named",
    [(_without_line, "GET /api/v1/canary"), (_with_another_method, "DELETE /livez"), (_mounted, "any method")],
)
def test_a_route_without_a_line_keeps_the_program_from_starting(add: Callable[[FastAPI], None], named: str) -> None:
    app = _program()
    add(app)
    with pytest.raises(StartRefused, match=named) as refused:
        check_routes(app)
    assert refused.value.code == "route_without_rule"


def test_a_line_without_a_route_keeps_the_program_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    stray = {("GET", "/gone"): Rule(Permission.READ, Scope.NOTHING)}
    monkeypatch.setattr(permitted, "AUTHORITY", {**AUTHORITY, **stray})
    with pytest.raises(StartRefused, match="GET /gone") as refused:
        check_routes(_program())
    assert refused.value.code == "rule_without_route"


@pytest.mark.parametrize("line", [("GET", "/metrics"), ("GET", "/api/v1/wards")])
def test_a_route_that_does_not_ask_what_its_line_says_keeps_the_program_from_starting(
    monkeypatch: pytest.MonkeyPatch, line: tuple[str, str]
) -> None:
    public = AUTHORITY[line].scope is Scope.PUBLIC
    other = Rule(Permission.READ, Scope.NOTHING) if public else authority.public("a mistake")
    monkeypatch.setattr(permitted, "AUTHORITY", {**AUTHORITY, line: other})
    with pytest.raises(StartRefused, match=line[1]) as refused:
        check_routes(_program())
    assert refused.value.code == "route_not_guarded"
