"""How does somebody prove at a browser who they are, and how is that taken back?

Checking a password takes tens of milliseconds on purpose, so it happens between transactions and never inside one:
`claim`, then `check`, then `sign_in`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.domain.errors import NotSignedIn
from app.services.accounts import fold_login
from app.services.acting import Acting
from app.services.passwords import matches
from app.services.secret import hashed, new_secret
from app.store import ledger, people, sessions
from app.store.database import Transaction
from app.store.people import Person
from app.store.sessions import Session

SESSION_LASTS: Final = timedelta(hours=12)
"""A shift; then everybody signs in again (ASVS 5.0, 7.3.2)."""


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
    right, rehashed = matches(claimed.password_hash, password)
    if not right or claimed.person is None:
        raise wrong_login()
    return Proof(claimed.person, rehashed)


def sign_in(tx: Transaction, proof: Proof, at: datetime, request_id: str) -> str:
    """Begins a session and answers its secret; NotSignedIn when the person was switched off meanwhile."""
    person = people.person(tx, proof.person.id)
    if not person.active:
        raise wrong_login()
    if proof.rehashed is not None:
        people.set_password(tx, person.id, proof.rehashed)
    secret = new_secret()
    sessions.add_session(tx, hashed(secret), person.id, at, at + SESSION_LASTS)
    ledger.append(tx, (acting_as(person, at, request_id).act("sign_in", None, ()),))
    return secret


def sign_out(tx: Transaction, acting: Acting, secret: str) -> None:
    """Ends the session of this secret."""
    sessions.end_session(tx, hashed(secret))
    ledger.append(tx, (acting.act("sign_out", None, ()),))


def session_of(tx: Transaction, secret: str, now: datetime) -> Session | None:
    """The session a cookie's secret opens, None once it has ended or its person may no longer sign in."""
    found = sessions.session(tx, hashed(secret))
    if found is None or now >= found.expires_at or not found.person.active:
        return None
    return found


def acting_as(person: Person, at: datetime, request_id: str) -> Acting:
    """What a person does in their own name."""
    return Acting(person.id, person.name, False, person.grants, None, at, request_id)


def wrong_login() -> NotSignedIn:
    return NotSignedIn("wrong_login", "That login and that password do not belong together.")
