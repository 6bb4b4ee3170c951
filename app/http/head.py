"""Is the head of a request meant for this site, of a sane size, without NUL, and does it say each thing once?"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.errors import DosewardError, Malformed, StartRefused
from app.http.paths import PROBES
from app.http.problems import answer, problem_of

# Said twice, a proxy may believe the one and this program the other.
_ONCE: Final = frozenset({b"authorization", b"content-type", b"host", b"idempotency-key", b"origin", b"sec-fetch-site"})
_LONGEST: Final = 32 * 1024
"""Bytes of headers and address; the server itself bounds only a head that is still incomplete."""
_PORTS: Final = {"http": ":80", "https": ":443"}


def host_of(origin: str | None, *, secure_cookies: bool) -> str | None:
    """The host people type, None where the site does not say; raises StartRefused for what cannot be meant."""
    if origin is None:
        return None
    parts = urlsplit(origin)
    if parts.scheme not in _PORTS or parts.netloc == "" or "@" in parts.netloc or parts.path not in {"", "/"}:
        raise StartRefused("bad_setting", "DOSEWARD_PUBLIC_ORIGIN is an address such as https://ward.example.")
    if secure_cookies != (parts.scheme == "https"):
        raise StartRefused(
            "bad_setting",
            "DOSEWARD_SECURE_COOKIES must be true where DOSEWARD_PUBLIC_ORIGIN is https, and only there: "
            "otherwise nobody can sign in, or the cookie is sent in the open.",
        )
    return _plain(parts.netloc, parts.scheme)


class CheckedHead:
    """Refuses a request for another host (DNS rebinding, poisoned links), and a head too long or in two minds."""

    def __init__(self, app: ASGIApp, host: str | None) -> None:
        self.app = app
        self.host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._fault(scope) if scope["type"] == "http" else None
        if fault is None:
            await self.app(scope, receive, send)
            return
        await answer(Request(scope), problem_of(fault))(scope, receive, send)

    def _fault(self, scope: Scope) -> DosewardError | None:
        sizes = [len(name) + len(value) for name, value in scope["headers"]]
        if sum(sizes, len(scope["path"]) + len(scope["query_string"])) > _LONGEST:
            return Malformed("head_too_large", "Headers and address are longer than 32 KiB. Nothing was saved.")
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            return Malformed("bad_address", "No address of this program holds the character NUL. Nothing was saved.")
        said = [name for name, _ in scope["headers"] if name in _ONCE]
        if len(said) > len(set(said)):
            return Malformed("header_twice", "A header that counts once was sent twice. Nothing was saved.")
        if self.host is None or scope["path"] in PROBES:
            return None
        if _plain(Headers(scope=scope).get("host", ""), scope["scheme"]) != self.host:
            return Malformed("wrong_host", "This program answers under another address. Nothing was saved.")
        return None


def _plain(host: str, scheme: str) -> str:
    return host.lower().removesuffix(_PORTS.get(scheme, ""))
