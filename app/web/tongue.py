"""Which language does the reader of this page want?

Kept by the browser, so that the sign-in page speaks it already. Programs are always answered in English.
"""

from __future__ import annotations

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.tongue import speaking
from app.http.cookies import language_cookie
from app.http.paths import is_api
from app.web.translate import LANGUAGES, REVIEWED, catalogue


class Tongue:
    """Speaks the reader's language from the request's first word to the answer's last."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_api(scope["path"]):
            await self.app(scope, receive, send)
            return
        chosen = language_cookie(Request(scope))
        with speaking(catalogue(chosen if chosen in LANGUAGES else REVIEWED)):
            await self.app(scope, receive, send)
