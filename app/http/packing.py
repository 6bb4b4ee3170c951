"""How does a large text travel: packed where the reader can unpack it?

Never an answer to a form: such an answer may show a secret once, beside words the sender chose, and its packed length
would then tell of the secret (BREACH).
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from fastapi import Request, Response

_LEVEL = 6


def pack(content: bytes) -> bytes:
    """The same in gzip; the same bytes whenever it is made."""
    return gzip.compress(content, _LEVEL, mtime=0)


def takes_packed(request: Request) -> bool:
    """True when the reader can unpack gzip."""
    return "gzip" in request.headers.get("accept-encoding", "")


def sent(
    request: Request, packed: bytes, media_type: str, headers: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """An answer from what is packed already."""
    ready = {**(headers or {}), "Vary": "Accept-Encoding"}
    if not takes_packed(request):
        return Response(gzip.decompress(packed), status, ready, media_type)
    return Response(packed, status, {**ready, "Content-Encoding": "gzip"}, media_type)
