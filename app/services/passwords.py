"""Is this the password, and what is kept of it?

Hashing takes tens of milliseconds on purpose: call it between transactions, never inside one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.errors import InvalidInput, Unavailable
from app.services.secret import new_secret

SHORTEST: Final = 12
LONGEST: Final = 1024
"""Characters of a password (ASVS 5.0, 6.2.1 and 6.2.9)."""

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 passes, 1 lane.
_PASSWORDS = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
# Each hash holds a core and 19 MiB: without a limit, signing in is a way to stop the ward.
_HASHING = BoundedSemaphore(2)
# Whoever waits holds a thread, and a process has four (store.engines.POOL_SIZE): one is always left for the ward.
_IN_LINE = BoundedSemaphore(3)


def hash_password(password: str) -> str:
    """Argon2id of a new password; InvalidInput when it is too short or too long, Unavailable when too many wait."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise bad_password("bad_password", f"A password has at least {SHORTEST} characters, at most {LONGEST}.")
    return slow_hash(password)


def slow_hash(secret: str) -> str:
    """Argon2id of what a person can remember; raises Unavailable when too many wait."""
    with _turn():
        return _PASSWORDS.hash(_exact(secret))


def matches(stored: str | None, password: str) -> tuple[bool, str | None]:
    """Whether the password is the one behind `stored`, and a hash to put in its place where that one is outdated.

    Without a stored hash the answer is no, after as long as if there were one. Raises Unavailable when too many wait.
    """
    nobodys = _nobodys()
    with _turn():
        right, rehashed = _PASSWORDS.verify_and_update(_exact(password[:LONGEST]), stored or nobodys)
    return right and stored is not None and len(password) <= LONGEST, rehashed


def require_room() -> None:
    """Raises Unavailable while so many passwords wait to be hashed that another would be refused."""
    with _in_line():
        return


def bad_password(code: str, sentence: str) -> InvalidInput:
    """The refusal of a new password, at its field."""
    return InvalidInput.at("/password", code, sentence)


@contextmanager
def _in_line() -> Iterator[None]:
    if not _IN_LINE.acquire(blocking=False):
        raise Unavailable("busy", "Too many people are signing in at this moment. Nothing was saved: try again.")
    try:
        yield
    finally:
        _IN_LINE.release()


@contextmanager
def _turn() -> Iterator[None]:
    with _in_line(), _HASHING:
        yield


def _exact(password: str) -> str:
    """One spelling of what two keyboards may compose differently; nothing else is changed.

    Half of a surrogate pair is no character, and no browser sends one: it stands for itself as an escape.
    """
    return unicodedata.normalize("NFC", password).encode("utf-8", "backslashreplace").decode()


@cache
def _nobodys() -> str:
    """The hash of a password nobody has: checking it takes as long as checking a real one."""
    return _PASSWORDS.hash(new_secret())
