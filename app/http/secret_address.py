"""Does a secret stand in an address, where proxies, histories and other people's logs keep it?"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.errors import Malformed
from app.http.problems import answer, problem_of
from app.services.tokens import MARK

_TOKEN: Final = re.compile(rf"\b{MARK}[A-Za-z0-9_-]{{20}}")


class NoSecretAddress:
    """Refuses a request whose address holds a token, living or not: whoever sends it so is told before it works."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _tells(scope):
            await self.app(scope, receive, send)
            return
        # Nothing behind here, and no page drawn of it, sees the address.
        scope.setdefault("state", {})  # shared: the log line names the refusal
        bare = {**scope, "path": "/api/", "raw_path": b"/api/", "query_string": b""}
        refusal = Malformed(
            "token_in_url",
            "A token stood in the address, where others read it: revoke it. It belongs in the header Authorization.",
        )
        await answer(Request(bare), problem_of(refusal))(bare, receive, send)


def _tells(scope: Scope) -> bool:
    asked = scope["query_string"].decode("latin-1")
    return _TOKEN.search(unquote_plus(asked)) is not None or _TOKEN.search(scope["path"]) is not None
