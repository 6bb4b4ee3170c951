"""Does a request that changes something come from one of our own pages?"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.errors import Forbidden
from app.http.paths import SAFE_METHODS
from app.http.problems import answer, problem_of


class CsrfGuard:
    """Refuses an unsafe request that a browser sent on behalf of another site; session cookies are SameSite as well.

    Only a Bearer token excuses: a browser adds Basic and Negotiate credentials by itself, as it does cookies.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or _is_own(Headers(scope=scope), scope["scheme"]):
            await self.app(scope, receive, send)
            return
        refusal = Forbidden("cross_site", "This was sent from another site. Nothing was saved.")
        await answer(Request(scope), problem_of(refusal))(scope, receive, send)


def _is_own(headers: Headers, scheme: str) -> bool:
    if headers.get("authorization", "").lower().startswith("bearer "):
        return True
    site = headers.get("sec-fetch-site")
    if site == "same-origin":
        return True
    if site not in {None, "none"}:
        return False
    # Browsers leave Sec-Fetch-Site out on plain http, and "none" (typed, a bookmark, a restored tab) says nothing of
    # who wrote the form; but they send Origin with every unsafe request. A request with neither a cookie nor an Origin
    # brings nobody's authority and was not sent by a page.
    origin = headers.get("origin")
    if origin is None:
        return "cookie" not in headers
    return origin.lower() == f"{scheme}://{headers.get('host', '')}".lower()
