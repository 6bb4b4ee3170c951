"""How does an API route read its address and its body?"""

from __future__ import annotations

from collections.abc import Callable, Container, Coroutine
from email.message import Message
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.http.parser import Json, parse_json
from app.http.query import check_query, parameters

_UNSUPPORTED = 415


class StrictRoute(APIRoute):
    """For `APIRouter(route_class=StrictRoute)`: every body is JSON, read by the one parser before anything else runs.

    What the query says is held against what the operation takes. A form has no place on such a router.
    `await request.json()` in a dependency gives the same value again.
    """

    media_types: ClassVar[frozenset[str]] = frozenset({"application/json"})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = parameters(self.dependant)

        async def strict(request: Request) -> Response:
            check_query(request.query_params, known)
            reader = _StrictRequest(request.scope, request.receive)
            # Before FastAPI's own reading: it turns every refusal raised there into one vague 400.
            if await reader.body() != b"":
                if not _readable(reader.headers.get("content-type", ""), self.media_types):
                    raise HTTPException(_UNSUPPORTED)
                await reader.json()
            return await handle(reader)

        return strict


class _StrictRequest(Request):
    async def json(self) -> Json:
        if not hasattr(self, "_json"):
            self._json: Json = parse_json(await self.body())
        return self._json


def _readable(content_type: str, media_types: Container[str]) -> bool:
    """True of a known media type, in UTF-8 where it names its letters: RFC 8259 knows no others."""
    said = Message()
    said["content-type"] = content_type
    charset = said.get_content_charset()
    return said.get_content_type() in media_types and charset in (None, "utf-8", "utf8", "us-ascii")
