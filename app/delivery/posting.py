"""How did one attempt to tell a receiver end?

The name is looked up once, every address held against what may be reached, and the connection goes to that very
address under that very name: a name that changes its mind meanwhile reaches nothing else. No redirect is followed, no
proxy asked, and after ten seconds in all, however they were spent, it is over.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import httpx2

from app.domain.receiver import Doors, Ending

LIMIT: Final = 10.0
"""Seconds for everything: looking up, connecting, sending, and waiting for the status."""
_CONNECT: Final = 3.0
_POLITE: Final = 1.0
_READ: Final = 4096
"""Bytes of an answer that are listened to, for a second at most: a receiver cut off at once may think it failed."""
_ADDRESSES: Final = 4
_PORTS: Final = {"https": 443, "http": 80}


class Posted(NamedTuple):
    """How it ended, what was answered (None: nothing), and how many milliseconds it took."""

    ending: Ending
    status: int | None
    took_ms: int


class _Ended(Exception):
    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending = ending


def post(
    doors: Doors, url: str, headers: Mapping[str, str], body: str, *, seconds: float = LIMIT, trust: ssl.SSLContext
) -> Posted:
    """Sends one message; a status of 2xx is all that counts as delivered. Never raises."""
    began, status = time.monotonic(), None
    try:
        addresses = _reachable(doors, url, seconds)
        left = seconds - (time.monotonic() - began)
        status = asyncio.run(_sent(addresses, url, headers, body, left, trust))
        ending = _ending(status)
    except _Ended as end:
        ending = end.ending
    except (TimeoutError, httpx2.TimeoutException):
        ending = Ending.TOO_SLOW
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as fault:
        ending = Ending.CERTIFICATE if _about_trust(fault) else Ending.UNREACHABLE
    return Posted(ending, status, round((time.monotonic() - began) * 1000))


def _ending(status: int) -> Ending:
    if httpx2.codes.is_success(status):
        return Ending.DELIVERED
    return Ending.REDIRECTED if httpx2.codes.is_redirect(status) else Ending.REFUSED


def _reachable(doors: Doors, url: str, seconds: float) -> Sequence[str]:
    if not doors.opens(url):
        raise _Ended(Ending.ORIGIN)
    addresses = [one for one in _looked_up(url, seconds) if doors.reaches(one)]
    if not addresses:
        raise _Ended(Ending.ADDRESS)
    return addresses[:_ADDRESSES]


def _looked_up(url: str, seconds: float) -> Sequence[str]:
    """The addresses of the host, in the order to be tried; on a thread that may be left behind: nothing ends one."""
    parts = urlsplit(url)
    found: SimpleQueue[list[str]] = SimpleQueue()

    def look() -> None:
        try:
            rows = socket.getaddrinfo(parts.hostname, parts.port or _PORTS[parts.scheme], type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            rows = []
        found.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))

    Thread(target=look, name="look up a receiver", daemon=True).start()
    try:
        addresses = found.get(timeout=seconds)
    except Empty:
        raise _Ended(Ending.TOO_SLOW) from None
    if not addresses:
        raise _Ended(Ending.UNRESOLVED)
    return addresses


async def _sent(
    addresses: Sequence[str], url: str, headers: Mapping[str, str], body: str, seconds: float, trust: ssl.SSLContext
) -> int:
    """The status answered by the first address that can be connected to."""
    parts = urlsplit(url)
    named = {**headers, "host": parts.netloc, "accept-encoding": "identity"}
    limits = httpx2.Timeout(None, connect=_CONNECT)
    async with (
        asyncio.timeout(seconds),
        httpx2.AsyncClient(verify=trust, trust_env=False, follow_redirects=False, timeout=limits) as client,
    ):
        for place, address in enumerate(addresses, 1):
            host = f"[{address}]" if ":" in address else address
            pinned = urlunsplit(parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}"))
            under = {"sni_hostname": parts.hostname}
            try:
                async with client.stream("POST", pinned, content=body, headers=named, extensions=under) as answer:
                    await _hear_out(answer)
                    return answer.status_code
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if place == len(addresses):
                    raise
    raise _Ended(Ending.UNREACHABLE)


async def _hear_out(answer: httpx2.Response) -> None:
    left = _READ
    with suppress(TimeoutError, httpx2.HTTPError):
        async with asyncio.timeout(_POLITE):
            async for part in answer.aiter_raw():
                left -= len(part)
                if left < 0:
                    return


def _about_trust(fault: BaseException | None) -> bool:
    """True when the receiver could not show that it is who it says."""
    while fault is not None:
        if isinstance(fault, ssl.SSLCertVerificationError):
            return True
        fault = fault.__cause__ or fault.__context__
    return False
