"""To whom may alerts be pushed, when is the next attempt, and from when on must somebody hear that they do not arrive?

An attempt never is the last one, and a receiver is never given up: whoever does not answer is an alert of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from app.domain.errors import InvalidInput
from app.domain.vocabulary import Level

Network: TypeAlias = IPv4Network | IPv6Network

LONGEST_WAIT: Final = 60
"""Seconds between two attempts at most; reliability.md 4.7 gives these limits, and those of a failure."""
FAILURES: Final = 3
FAILING: Final = timedelta(minutes=2)
FAILING_LONG: Final = timedelta(minutes=15)

_PORTS: Final = {"https": 443, "http": 80}
_HERE: Final = "127.0.0.1"
_LONGEST_URL: Final = 500
_CARRIERS: Final = tuple(ip_network(text) for text in ("64:ff9b::/96", "2002::/16", "2001::/32"))
"""Addresses that carry another one inside (NAT64, 6to4, Teredo): which one they reach is not theirs to say."""


class Ending(StrEnum):
    """How an attempt ended; everything but the first is tried again."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    TOO_SLOW = "too_slow"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    UNRESOLVED = "unresolved"
    ADDRESS = "address"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A program that alerts are pushed to: of one ward, or of all where `ward_id` is None; from level `least` on.

    `generation` counts its secrets; until `earlier_until` the one before counts too.
    """

    id: str
    name: str
    url: str
    ward_id: str | None
    least: Level
    generation: int
    earlier_until: datetime | None
    created_at: datetime
    created_by: str
    removed_at: datetime | None
    removed_by: str | None

    def generations(self, at: datetime) -> tuple[int, ...]:
        """Those of the secrets that a message sent `at` is signed with, the newest first."""
        both = self.earlier_until is not None and at < self.earlier_until and self.generation > 1
        return (self.generation, self.generation - 1) if both else (self.generation,)

    def levels(self) -> tuple[Level, ...]:
        """The levels it is told of."""
        every = tuple(Level)
        return every[every.index(self.least) :]


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the site lets messages out to: exact origins, and networks inside the house that may be reached.

    With `demo` this very machine may be reached, too, also without https.
    """

    origins: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    demo: bool = False

    def opens(self, url: str) -> bool:
        """True for an address of an origin on the list."""
        try:
            return origin_of(url) in self.origins
        except InvalidInput:
            return False

    def reaches(self, address: str) -> bool:
        """True for an address in the open internet or in a network on the list; never this machine or its link."""
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
        if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        if found.is_loopback:
            return self.demo
        if found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved:
            return False
        if any(found in network for network in self.networks):
            return True
        return found.is_global and not any(found in network for network in _CARRIERS)


def read_doors(origins: str, networks: str, *, demo: bool) -> Doors:
    """The lists as a site writes them, words between blanks or commas; raises InvalidInput naming neither."""
    found = frozenset(_origin(word, demo=demo) for word in origins.replace(",", " ").split())
    try:
        inside = tuple(ip_network(word) for word in networks.replace(",", " ").split())
    except ValueError:
        raise InvalidInput("bad_network", "A network looks like 10.20.0.0/16.") from None
    return Doors(found, inside, demo)


def _origin(word: str, *, demo: bool) -> str:
    origin = origin_of(word)
    if word != origin:
        raise InvalidInput("bad_origin", "An origin looks like https://pager.example:8443: no path, small letters.")
    if not origin.startswith("https://") and not (demo and urlsplit(origin).hostname == _HERE):
        raise InvalidInput("bad_origin", "An origin begins with https://.")
    return origin


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, a usual port left out; raises InvalidInput for what is no plain address."""
    fault = InvalidInput.at("/url", "bad_url", "Give an address like https://pager.example/alerts.")
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or set(url) & set(" \\#@"):
        raise fault
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        raise fault from None
    if scheme not in _PORTS or not host:
        raise fault
    named = f"[{host}]" if ":" in host else host
    return f"{scheme}://{named}" if port in (None, _PORTS[scheme]) else f"{scheme}://{named}:{port}"


def wait_after(failures: int, spread: int) -> timedelta:
    """How long after so many failures in a row: 1 to 60 s; `spread`, 0 to 999, parts those who failed together."""
    most = min(LONGEST_WAIT, 1 << min(failures, 10))
    return timedelta(milliseconds=1000 + (most - 1) * spread)


def trouble(failures: int, since: datetime, at: datetime) -> Level | None:
    """How loudly somebody must hear of a receiver that failed so often in a row, `since` then; None for not yet."""
    if at - since >= FAILING_LONG:
        return Level.HIGH_PRIORITY
    return Level.PRIORITY if failures >= FAILURES or at - since >= FAILING else None


def louder(told: Level | None, now: Level | None) -> Level | None:
    """What has been said once it is said `now`: nobody is told of less than before."""
    return now if told is None or now is Level.HIGH_PRIORITY else told
