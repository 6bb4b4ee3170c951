"""Which colours may a reader choose, and which have they chosen?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import Request

from app.http.cookies import theme_cookie
from app.web.translate import mark

AS_DEVICE: Final = "device"
THEMES: Final[Mapping[str, str]] = {
    AS_DEVICE: mark("As this device"),
    "day": mark("Day"),
    "night": mark("Night"),
}


def theme_of(request: Request) -> str:
    """The reader's choice; what the cookie may hold besides is none."""
    chosen = theme_cookie(request)
    return AS_DEVICE if chosen is None or chosen not in THEMES else chosen
