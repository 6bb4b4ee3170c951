"""Does the table of authority let this request in, and does it know every route there is?"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute

from app.domain.errors import StartRefused
from app.http.allow import route_template
from app.http.authority import AUTHORITY, Rule, Scope
from app.http.clock import moment
from app.http.identity import optional_acting, signed_in
from app.services.acting import Acting

_TABLE = "app/http/authority.py"


def rule_of(request: Request) -> Rule:
    """The line of the route this request reached; raises StartRefused when it has none."""
    asked = (request.method, route_template(request))
    found = AUTHORITY.get(asked)
    if found is None:
        raise _unknown(asked)
    return found


# One dependency and not a chain of them: each is solved anew for every request.
async def permitted(request: Request) -> Acting:
    """Whoever acts, once they hold what the route needs somewhere; whether here, the service asks.

    They stand in `request.state.who` from then on. Raises NotSignedIn, Forbidden.
    """
    who = signed_in(await run_in_threadpool(optional_acting, request, moment(request)))
    rule = rule_of(request)
    request.state.who = who
    if rule.permission is not None:
        who.require(rule.permission, None)
    return who


def check_routes(app: FastAPI) -> None:
    """Raises StartRefused, naming the route, unless table and routes agree and every route asks what its line says."""
    routes = {
        (method, place.path_format or ""): place.original_route
        for place in iter_route_contexts(app.routes)
        for method in getattr(place, "methods", None) or ("any method",)
    }
    for asked in routes.keys() - AUTHORITY.keys():
        raise _unknown(asked)
    for method, path in AUTHORITY.keys() - routes.keys():
        raise StartRefused("rule_without_route", f"{_TABLE} has a line for {method} {path}, where nothing answers.")
    for asked, route in routes.items():
        if _asks(route) == (AUTHORITY[asked].scope is Scope.PUBLIC):
            sentence = f"{asked[0]} {asked[1]} does not ask what its line in {_TABLE} says."
            raise StartRefused("route_not_guarded", sentence)


def _asks(route: BaseRoute) -> bool:
    return isinstance(route, APIRoute) and _depends(route.dependant)


def _depends(on: Dependant) -> bool:
    return on.call is permitted or any(_depends(other) for other in on.dependencies)


def _unknown(asked: tuple[str, str]) -> StartRefused:
    return StartRefused("route_without_rule", f"{asked[0]} {asked[1]} has no line in {_TABLE}: write who may call it.")
