"""Is this the password, and what is kept of it?

Hashing takes tens of milliseconds on purpose: call it between transactions, never inside one.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.errors import InvalidInput
from app.services.secret import new_secret

SHORTEST: Final = 12
LONGEST: Final = 1024
"""Characters of a password (ASVS 5.0, 6.2.1 and 6.2.9)."""

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 passes, 1 lane.
_PASSWORDS = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
# Each hash holds a core and 19 MiB: without a limit, signing in is a way to stop the ward.
_HASHING = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Argon2id of a new password; InvalidInput when it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput("bad_password", f"A password has at least {SHORTEST} characters, at most {LONGEST}.")
    return slow_hash(password)


def slow_hash(secret: str) -> str:
    """Argon2id of what a person can remember."""
    with _HASHING:
        return _PASSWORDS.hash(_exact(secret))


def matches(stored: str | None, password: str) -> tuple[bool, str | None]:
    """Whether the password is the one behind `stored`, and a hash to put in its place where that one is outdated.

    Without a stored hash the answer is no, after as long as if there were one.
    """
    nobodys = _nobodys()
    with _HASHING:
        right, rehashed = _PASSWORDS.verify_and_update(_exact(password[:LONGEST]), stored or nobodys)
    return right and stored is not None and len(password) <= LONGEST, rehashed


def _exact(password: str) -> str:
    """One spelling of what two keyboards may compose differently; nothing else is changed."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    """The hash of a password nobody has: checking it takes as long as checking a real one."""
    return _PASSWORDS.hash(new_secret())
