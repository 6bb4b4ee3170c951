"""What does the sign-on provider answer, within a time and a size, from exactly where it was asked?"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx2

from app.domain.errors import DosewardError
from app.http.parser import Json, parse_json

SECONDS: Final = 5.0
"""For a whole answer, and for each of its parts."""
LIMIT: Final = 256 * 1024
_OK: Final = 200
_SERVER_ERROR: Final = 500

Answer = tuple[int, dict[str, Json]]


class Unreachable(Exception):
    """The provider gave no answer that could be used; the text is a word for the log."""


class Asker:
    """Asks a provider; one connection pool for as long as the program runs."""

    def __init__(self, *, seconds: float = SECONDS, limit: int = LIMIT) -> None:
        self._seconds, self._limit = seconds, limit
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        self._outside = httpx2.Client(timeout=seconds, follow_redirects=False, headers=headers)
        self._here = httpx2.Client(timeout=seconds, follow_redirects=False, headers=headers, trust_env=False)

    def get(self, url: str) -> dict[str, Json]:
        """The JSON object at an address; raises Unreachable."""
        status, document = self.ask("GET", url)
        if status != _OK:
            raise Unreachable("status")
        return document

    def ask(
        self, method: str, url: str, form: Mapping[str, str] | None = None, auth: httpx2.Auth | None = None
    ) -> Answer:
        """Status below 500 and JSON object of an answer; raises Unreachable."""
        if not may_be_asked(url):
            raise Unreachable("address")
        client = self._here if is_loopback(url) else self._outside
        try:
            with client.stream(method, url, data=form, auth=auth) as answer:
                body = self._body(answer, time.monotonic)
                status = answer.status_code
        except httpx2.HTTPError:
            raise Unreachable("no_answer") from None  # the library's text may quote the address with its code
        if status >= _SERVER_ERROR:
            raise Unreachable("status")
        try:
            document = parse_json(body)
        except DosewardError:
            raise Unreachable("not_json") from None
        if not isinstance(document, dict):
            raise Unreachable("not_json")
        return status, document

    def _body(self, answer: httpx2.Response, ticks: Callable[[], float]) -> bytes:
        until, body = ticks() + self._seconds, bytearray()
        for part in answer.iter_raw():
            body += part
            if len(body) > self._limit:
                raise Unreachable("too_large")
            if ticks() > until:
                raise Unreachable("too_slow")
        return bytes(body)


def may_be_asked(url: str) -> bool:
    """True for https, and for http on this machine alone, where nobody stands between."""
    parts = urlsplit(url)
    if parts.hostname is None or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
