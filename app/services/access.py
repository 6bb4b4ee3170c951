"""How does somebody prove who they are, and how is that taken back?

Secrets leave the program once, as they are made; only their hashes are kept. Checking a password takes tens of
milliseconds on purpose, so it happens between transactions and never inside one: `claim`, then `check`, then `sign_in`.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.errors import InvalidInput, NotSignedIn
from app.services.acting import Acting
from app.store import access, ledger, people
from app.store.access import Session, Token
from app.store.database import Transaction
from app.store.people import Person

SESSION_LASTS: Final = timedelta(hours=12)
"""A shift; then everybody signs in again (ASVS 5.0, 7.3.2)."""

SHORTEST, LONGEST = 12, 1024
"""Characters of a password (ASVS 5.0, 6.2.1 and 6.2.9)."""

MARK: Final = "dw_"
"""How every token begins, so that a scanner finds one that leaked."""

_BYTES = 32
# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 passes, 1 lane.
_PASSWORDS = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
# Each hash holds a core and 19 MiB: without a limit, signing in is a way to stop the ward.
_HASHING = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a login stands for, not proven yet; `person` is None for a login that can never be proven."""

    person: Person | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A person whose password was right; `rehashed` replaces a hash made with older parameters."""

    person: Person
    rehashed: str | None


def fold_login(login: str) -> str:
    """The one spelling of a login: case and surrounding blanks do not count."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def hash_password(password: str) -> str:
    """Argon2id of a new password; InvalidInput when it is too short or too long. Call it outside transactions."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput("bad_password", f"A password has at least {SHORTEST} characters, at most {LONGEST}.")
    with _HASHING:
        return _PASSWORDS.hash(_exact(password))


def claim(tx: Transaction, login: str) -> Claim:
    """Whom this login may belong to; never says whether it exists."""
    found = people.person_by_login(tx, fold_login(login))
    if found is None or not found[0].active:
        return Claim(None, None)
    return Claim(*found)


def check(claimed: Claim, password: str) -> Proof:
    """Proves a claim; NotSignedIn says the same, after about as long, whatever was wrong.

    Call it outside transactions.
    """
    stored, nobodys = claimed.password_hash, _nobodys()
    with _HASHING:
        right, rehashed = _PASSWORDS.verify_and_update(_exact(password[:LONGEST]), stored or nobodys)
    if not right or stored is None or claimed.person is None or len(password) > LONGEST:
        raise wrong_login()
    return Proof(claimed.person, rehashed)


def sign_in(tx: Transaction, proof: Proof, at: datetime, request_id: str) -> str:
    """Begins a session and answers its secret; NotSignedIn when the person was switched off meanwhile."""
    person = people.person(tx, proof.person.id)
    if not person.active:
        raise wrong_login()
    if proof.rehashed is not None:
        people.set_password(tx, person.id, proof.rehashed)
    secret = secrets.token_urlsafe(_BYTES)
    access.add_session(tx, hashed(secret), person.id, at, at + SESSION_LASTS)
    ledger.append(tx, (acting_as(person, at, request_id).act("sign_in", None, ()),))
    return secret


def sign_out(tx: Transaction, acting: Acting, secret: str) -> None:
    """Ends the session of this secret."""
    access.end_session(tx, hashed(secret))
    ledger.append(tx, (acting.act("sign_out", None, ()),))


def session_of(tx: Transaction, secret: str, now: datetime) -> Session | None:
    """The session a cookie's secret opens, None once it has ended or its person may no longer sign in."""
    found = access.session(tx, hashed(secret))
    if found is None or now >= found.expires_at or not found.person.active:
        return None
    return found


def token_of(tx: Transaction, secret: str, now: datetime) -> Token | None:
    """The token with this secret, None unless it lives."""
    if not secret.startswith(MARK):
        return None
    found = access.token(tx, hashed(secret))
    return found if found is not None and found.live(now) else None


def acting_as(person: Person, at: datetime, request_id: str) -> Acting:
    """What a person does in their own name."""
    return Acting(person.id, person.name, False, person.grants, None, at, request_id)


def acting_for(token: Token, at: datetime, request_id: str) -> Acting:
    """What a program does with a token: in the name of its person, or as a service held to its scopes."""
    if token.person is not None:
        return acting_as(token.person, at, request_id)
    return Acting(token.id, token.name, True, frozenset(), token.scopes, at, request_id)


def new_secret() -> str:
    """The secret of a new token."""
    return MARK + secrets.token_urlsafe(_BYTES)


def hashed(secret: str) -> str:
    """What is kept of a secret of 256 random bits: a fast hash is enough for what nobody can guess."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def wrong_login() -> NotSignedIn:
    return NotSignedIn("wrong_login", "That login and that password do not belong together.")


def _exact(password: str) -> str:
    """One spelling of what two keyboards may compose differently; nothing else is changed."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    """The hash of a password nobody has: checking it takes as long as checking a real one."""
    return _PASSWORDS.hash(secrets.token_urlsafe(_BYTES))
