"""How do stylesheet, scripts and vendored libraries reach the browser, and how long may it keep them?

The address holds the file's digest: a new file has a new address, so the old one may be kept for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from app.domain.errors import NotFound
from app.http.packing import pack, sent

STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}
_FOR_EVER = "public, max-age=31536000, immutable"
_DIGITS = 12
_NAMES = frozenset(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.suffix in _TYPES)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent, in gzip; `digest` is of the file itself."""

    packed: bytes
    media_type: str
    digest: str


@cache
def asset(name: str) -> Asset:
    """A file below static/ by exactly its name; raises NotFound. Read once: a changed file needs a new start."""
    if name not in _NAMES:
        raise NotFound("not_found", "There is nothing at this address.")
    content = (STATIC / name).read_bytes()
    return Asset(pack(content), _TYPES[Path(name).suffix], hashlib.sha256(content).hexdigest()[:_DIGITS])


def address(name: str) -> str:
    """Where a page finds the file."""
    return f"/static/{asset(name).digest}/{name}"


# async and without a database: a file must not wait for a place in the small thread pool.
async def file(request: Request, digest: str, name: str) -> Response:
    found = asset(name)
    if digest != found.digest:
        raise NotFound("not_found", "There is nothing at this address.")
    return sent(request, found.packed, found.media_type, {"Cache-Control": _FOR_EVER})


async def favicon(request: Request) -> Response:
    found = asset("favicon.svg")
    return sent(request, found.packed, found.media_type)


router.add_api_route("/static/{digest}/{name:path}", file, methods=["GET"], include_in_schema=False)
router.add_api_route("/favicon.ico", favicon, methods=["GET"], include_in_schema=False)
