"""Which cookies does a browser hold: its session, its language, its colours, and the machine's own?"""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.services.sessions import SESSION_LASTS

_RENEWED = "renewed_session"
_KEPT = timedelta(days=400)
"""As long as browsers keep any cookie (RFC 6265bis, 5.5); a machine is revoked, it does not expire."""


def session_cookie(request: Request) -> str | None:
    """The secret of the session this browser holds."""
    return request.cookies.get(_name(request, "sid"))


def set_session(request: Request, response: Response, secret: str, lasts: timedelta = SESSION_LASTS) -> None:
    """Gives the browser its session, until the browser closes or the shift ends."""
    _set(request, response, "sid", secret, lasts)


def clear_session(request: Request, response: Response) -> None:
    """Takes the session from the browser."""
    name, secure = _name(request, "sid"), request.app.state.secure_cookies
    response.delete_cookie(name, path="/", httponly=True, samesite="strict", secure=secure)


def workstation_cookie(request: Request) -> str | None:
    """The secret of the machine, where it was ever enrolled."""
    return request.cookies.get(_name(request, "workstation"))


def set_workstation(request: Request, response: Response, secret: str) -> None:
    """Makes the browser in hand the machine that was enrolled."""
    _set(request, response, "workstation", secret, _KEPT)


def language_cookie(request: Request) -> str | None:
    """The code of the language this browser's reader chose."""
    return request.cookies.get(_name(request, "language"))


def set_language(request: Request, response: Response, code: str) -> None:
    """Keeps the language for whoever reads at this browser."""
    _set(request, response, "language", code, _KEPT)


def theme_cookie(request: Request) -> str | None:
    """Whether this browser's reader chose the day's colours or the night's; None: as the device has it."""
    return request.cookies.get(_name(request, "theme"))


def set_theme(request: Request, response: Response, theme: str) -> None:
    """Keeps the colours for whoever reads at this browser."""
    _set(request, response, "theme", theme, _KEPT)


def renew(request: Request, secret: str, lasts: timedelta) -> None:
    """Gives the browser its new id with whatever this request is answered: a refusal, too, must not sign it out."""
    setattr(request.state, _RENEWED, (secret, lasts))


class RenewedSession:
    """Adds the cookie of a session that was renewed on the way to the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})

        async def renewed(message: Message) -> None:
            found = scope["state"].get(_RENEWED)
            if message["type"] == "http.response.start" and found is not None:
                carrier = Response()
                set_session(Request(scope), carrier, *found)
                cookies = [pair for pair in carrier.raw_headers if pair[0] == b"set-cookie"]
                message = {**message, "headers": [*message["headers"], *cookies]}
            await send(message)

        await self.app(scope, receive, renewed)


def _set(request: Request, response: Response, name: str, secret: str, lasts: timedelta) -> None:
    response.set_cookie(
        _name(request, name),
        secret,
        max_age=int(lasts.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.app.state.secure_cookies,
    )


def _name(request: Request, name: str) -> str:
    """Over https a browser keeps the name for this host alone (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if request.app.state.secure_cookies else name
