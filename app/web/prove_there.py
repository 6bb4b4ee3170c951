"""Where does somebody without a password here show who they are?"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from app.http.oidc import sign_on

AGAIN: Final = "/sign-in/provider/again"


def prove_there(request: Request, onward: str) -> str | None:
    """The way to the provider and back to `onward`, None where there is no provider."""
    return None if sign_on(request) is None else f"{AGAIN}?{urlencode({'next': onward})}"
