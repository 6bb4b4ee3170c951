"""What does the sign-in page say about the hospital's own account?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from app.http.oidc import sign_on
from app.web.errors import SIGN_IN

TO_PROVIDER: Final = "/sign-in/provider"
LEAVE: Final = "/sign-in/provider/leave"
_SILENT: Final = "silent"


@dataclass(frozen=True, slots=True)
class Offer:
    """The way to the provider, whether it fell silent, and the way out there, None where it has none."""

    href: str
    silent: bool
    leave: str | None


def offered(request: Request, onward: str) -> Offer | None:
    """What the sign-in page offers beside login and password; nothing is asked of the provider for it."""
    site = sign_on(request)
    if site is None:
        return None
    known = site.provider.places.known
    silent = site.provider.places.failing or _SILENT in request.query_params
    leave = LEAVE if not silent and known is not None and known.end_session is not None else None
    return Offer(f"{TO_PROVIDER}?{urlencode({'next': onward})}", silent, leave)


def sign_in_page(onward: str) -> str:
    """The sign-in page that leads on to `onward`."""
    return f"{SIGN_IN}?{urlencode({'next': onward})}"


def when_silent(onward: str) -> str:
    """The sign-in page, saying that the provider gave no answer."""
    return f"{SIGN_IN}?{urlencode({'next': onward, _SILENT: '1'})}"
