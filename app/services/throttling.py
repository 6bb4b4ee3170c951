"""How often may somebody guess, before the next guess has to wait?

An attempt is counted before the password is looked at: many at once get no more guesses than one after the other. The
wait grows to a minute and no further, an attempt that comes too early is neither looked at nor counted, and the counts
begin anew every quarter of an hour: nobody is ever locked out for good.

Whoever stands at a workstation the ward has enrolled is counted there and nowhere else, so that nobody at another
machine can keep a nurse waiting.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from app.domain.errors import TooManyRequests
from app.services.accounts import fold_login
from app.services.secret import hashed
from app.store import throttle
from app.store.database import Transaction
from app.store.throttle import Tally

FREE_HERE: Final = 5
"""Guesses at one login from one place before the next has to wait."""
FREE_ANYWHERE: Final = 20
"""Guesses at one login, from all places together."""
FREE_FROM_HERE: Final = 100
"""Guesses at any login from one place: a hospital may stand behind one address."""
FREE_IN_ALL: Final = 500
"""Guesses at any login from anywhere."""
LONGEST_WAIT: Final = 60
"""Seconds."""
COUNTED_FOR: Final = timedelta(minutes=15)

# A login somebody mistyped may be a password: so few digits of its hash fit every password, and prove none.
_DIGITS: Final = 5
_NETWORK: Final = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody at `place`, a client's address or the id of an enrolled workstation, means to be `login`."""

    login: str
    place: str
    enrolled: bool
    at: datetime


def require_turn(tx: Transaction, attempt: Attempt) -> None:
    """Raises TooManyRequests, which says for how long, while the attempt has to wait."""
    _check(attempt, throttle.tallies(tx, _limits(attempt)))


def take_turn(tx: Transaction, attempt: Attempt) -> None:
    """Counts an attempt that is about to be made; raises TooManyRequests when others took the turn meanwhile."""
    keys = _limits(attempt).keys()
    before = throttle.locked_tallies(tx, keys)
    _check(attempt, before)
    throttle.count(tx, keys, attempt.at)
    # A row that was not there could not be locked: whoever made it in the meantime comes first.
    others = {key: tally for key, tally in throttle.tallies(tx, keys - before.keys()).items() if tally.failures > 1}
    _check(attempt, {key: Tally(tally.failures - 1, tally.last_at) for key, tally in others.items()})
    throttle.prune(tx, attempt.at - COUNTED_FOR)


def was_right(tx: Transaction, attempt: Attempt) -> None:
    """The attempt that was counted was no guess: the person starts anew, and nobody else pays for it."""
    limits = _limits(attempt)
    throttle.forget(tx, [key for key, (_, clears) in limits.items() if clears])
    throttle.give_back(tx, [key for key, (_, clears) in limits.items() if not clears])


def _limits(attempt: Attempt) -> Mapping[str, tuple[int, bool]]:
    """Under which keys it counts: how many are free, and whether the right password clears the count."""
    since = int(attempt.at.timestamp() // COUNTED_FOR.total_seconds())
    login = hashed(fold_login(attempt.login))[:_DIGITS]
    place = hashed(attempt.place if attempt.enrolled else _network(attempt.place))
    found = {f"{since} {login} {place}": (FREE_HERE, True), f"{since} * {place}": (FREE_FROM_HERE, False)}
    if not attempt.enrolled:
        found |= {f"{since} {login} *": (FREE_ANYWHERE, True), f"{since} * *": (FREE_IN_ALL, False)}
    return found


def _check(attempt: Attempt, tallies: Mapping[str, Tally]) -> None:
    limits = _limits(attempt)
    waits = [_seconds(tally, limits[key][0], attempt.at) for key, tally in tallies.items()]
    longest = max(waits, default=0)
    if longest > 0:
        words = "1 second" if longest == 1 else f"{longest} seconds"
        raise TooManyRequests("wait", f"Too many attempts. Wait {words}, then try again.", seconds=longest)


def _seconds(tally: Tally, free: int, at: datetime) -> int:
    """For how many more seconds, rounded up; a clock behind another's makes nobody wait longer."""
    if tally.failures < free:
        return 0
    wait = min(LONGEST_WAIT, 1 << min(tally.failures - free, LONGEST_WAIT.bit_length()))
    left = (tally.last_at + timedelta(seconds=wait) - at).total_seconds()
    return min(LONGEST_WAIT, max(0, math.ceil(left)))


def _network(address: str) -> str:
    """What counts as one client: of IPv6 a household gets a whole network, and may take any address in it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, _NETWORK), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
