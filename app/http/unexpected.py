"""What is answered when the program itself fails?"""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.logs import describe
from app.http.problems import answer, status_problem

log = structlog.get_logger(__name__)


class UnexpectedErrors:
    """Answers 500 as a problem, inside the middleware that adds headers and ids.

    Starlette's own handler is outside it, and then hands the exception to the server, which would log its text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the last wall
            log.error("request failed", **describe(error))  # noqa: TRY400 - an exception's text may hold patient data
            if started:
                raise BrokenAnswerError from None  # the server must cut the connection, or half an answer looks whole
            await answer(Request(scope), status_problem(500))(scope, receive, send)


class BrokenAnswerError(Exception):
    """An answer that had begun could not be finished; what went wrong is in the log line before."""
