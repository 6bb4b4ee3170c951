"""What do all routers of the API have in common?"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.routing import APIRoute

from app.http.route import StrictRoute


def router_for(tag: str) -> APIRouter:
    """A router whose operations are named after their functions: clients are generated from these names."""
    return APIRouter(route_class=StrictRoute, tags=[tag], generate_unique_id_function=_name)


def _name(route: APIRoute) -> str:
    return route.name
