"""Which address of the program is this request for, whatever its method?"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI, Request
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

_TEMPLATE = "doseward.route_template"


def allowed_methods(request: Request) -> str:
    """The value of Allow: one address may be several routes, and the router names the methods of the first only."""
    methods = {method for route in _routes(request) for method in route.methods or ()}
    return ", ".join(sorted(methods))


def route_template(request: Request) -> str:
    """The route with its parameters' names in place of their values, for logs and metrics."""
    if "route" not in request.scope:  # a mounted application, or nothing at all
        mount: str = request.scope.get("root_path", "")
        return f"{mount}/*" if mount != "" else "(no route)"
    if _TEMPLATE not in request.scope:  # asked by the guard, the meters and the log
        places = _places(request.app, request.scope["route"])
        found = (place.path_format for place in places if len(places) == 1 or _is_at(place, request))
        request.scope[_TEMPLATE] = next(filter(None, found), "(no route)")
    template: str = request.scope[_TEMPLATE]
    return template


def _places(app: FastAPI, route: BaseRoute) -> list[RouteContext]:
    """Wherever the router of `route` was included; kept by object: a scan costs 1 us for each route of the app."""
    known: dict[int, list[RouteContext]] = getattr(app.state, "route_places", {})
    if id(route) not in known:
        known = {id(route): []}
        for place in iter_route_contexts(app.routes):
            known.setdefault(id(place.original_route), []).append(place)
        app.state.route_places = known
    return known[id(route)]


def _routes(request: Request) -> Iterator[RouteContext]:
    for route in iter_route_contexts(request.app.routes):
        if _is_at(route, request):
            yield route


def _is_at(route: RouteContext, request: Request) -> bool:
    pattern = getattr(route, "path_regex", None)
    return pattern is not None and pattern.match(request.scope["path"]) is not None
