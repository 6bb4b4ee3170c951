"""How does somebody sign in at a browser, for how long does that last, and when does it lock?

Checking a password takes tens of milliseconds on purpose, so it happens between transactions and never inside one:
`claim`, then `check`, then `sign_in`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.domain.errors import NotFound, NotSignedIn
from app.services.accounts import fold_login, is_login, whole_person
from app.services.acting import Acting
from app.services.passwords import matches
from app.services.secret import hashed, new_secret
from app.store import ledger, people, pin_codes, sessions
from app.store.database import Transaction
from app.store.people import Person
from app.store.sessions import Session

SESSION_LASTS: Final = timedelta(hours=12)
"""A shift; then everybody signs in again (ASVS 5.0, 7.3.2)."""

IDLE: Final = timedelta(minutes=3)
"""Without a hand on key or screen the page locks (reliability.md 3.1: 2-3 minutes at a shared machine)."""

GRACE: Final = timedelta(seconds=20)
"""The page locks first: what is done there is noted here up to 10 seconds late."""

OLD_ID_LASTS: Final = timedelta(seconds=15)
"""For so long the id before a proof opens what it did: a second tap, or a poll on its way, is no stranger."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a login stands for, not proven yet; `person` is None for a login that can never be proven."""

    person: Person | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A person whose password was the one behind this hash; `rehashed` replaces one made with older parameters."""

    person: Person
    password_hash: str | None
    rehashed: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a session begins: at which enrolled machine, and under which session of the hospital's own sign-on.

    `action` is what the audit trail calls it.
    """

    workstation_id: str | None = None
    issuer: str | None = None
    provider_session: str | None = None
    action: str = "sign_in"


def claim(tx: Transaction, login: str) -> Claim:
    """Whom this login may belong to; never says whether it exists."""
    spelled = fold_login(login)
    found = people.person_by_login(tx, spelled) if is_login(spelled) else None
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
    return Proof(claimed.person, claimed.password_hash, rehashed)


def sign_in(tx: Transaction, proof: Proof, at: datetime, request_id: str, origin: Origin = Origin()) -> str:
    """Begins a session and answers its secret.

    Raises NotSignedIn when the person was switched off, or the password replaced, since it was checked.
    """
    secret = begin(tx, proof.person.id, at, request_id, origin)
    # After the session's row, which waits for whoever changes the person: nobody can slip in between.
    if people.password_of(tx, proof.person.id) != proof.password_hash:
        raise wrong_login()
    if proof.rehashed is not None:
        people.set_password(tx, proof.person.id, proof.rehashed)
    return secret


def begin(tx: Transaction, person_id: str, at: datetime, request_id: str, origin: Origin) -> str:
    """A full sign-in: a session for a shift, and all tries of the PIN again. Raises NotSignedIn, as `sign_in` does."""
    person = people.person(tx, person_id)
    if not person.active:
        raise wrong_login()
    secret = new_secret()
    sessions.forget_sessions(tx, person.id, at)
    sessions.add_session(
        tx,
        hashed(secret),
        person.id,
        at,
        at + SESSION_LASTS,
        workstation_id=origin.workstation_id,
        issuer=origin.issuer,
        provider_session=origin.provider_session,
    )
    pin_codes.reset(tx, person.id)
    signed_in = acting_as(person, at, request_id, proved_at=at, workstation=origin.workstation_id)
    ledger.append(tx, (signed_in.act(origin.action, None, ()),))
    return secret


def sign_out(tx: Transaction, acting: Acting, secret: str) -> None:
    """Ends the session of this secret."""
    people.lock(tx, acting.person_id)
    sessions.end_session(tx, hashed(secret))
    ledger.append(tx, (acting.act("sign_out", None, ()),))


def session_of(tx: Transaction, secret: str, now: datetime) -> Session | None:
    """The session a cookie's secret opens, None once it has ended or its person may no longer sign in."""
    found = sessions.session(tx, hashed(secret))
    if found is None or now >= found.expires_at or not found.person.active:
        return None
    return found


def locked(session: Session, now: datetime, idle: timedelta = IDLE) -> bool:
    """True from the moment it was locked, or after nobody did anything there for `idle` and the grace."""
    return session.locked_at is not None or now - session.active_at > idle + GRACE


def lock(tx: Transaction, session: Session, at: datetime, request_id: str, page: str | None) -> None:
    """Locks a session whose person is at `page`; nothing happens when it is locked already."""
    if sessions.lock_session(tx, session.hash, at, page):
        ledger.append(tx, (acting_in(session, at, request_id).act("lock", None, ()),))


def renew(tx: Transaction, session: Session, at: datetime, request_id: str, action: str) -> str:
    """The same session under a new secret, unlocked and proved `at`; it ends when the full sign-in does.

    Raises NotSignedIn when it has ended meanwhile.
    """
    people.lock(tx, session.person.id)
    found = sessions.session(tx, session.hash)
    if found is None or at >= found.expires_at or not found.person.active:
        raise NotSignedIn("session_ended", "Your session has ended. Sign in again.")
    secret = new_secret()
    sessions.forget_sessions(tx, found.person.id, at)
    sessions.renew_session(tx, found, hashed(secret), at, at + OLD_ID_LASTS)
    ledger.append(tx, (acting_in(found, at, request_id).act(action, None, ()),))
    return secret


def of_person(tx: Transaction, person_id: str, now: datetime) -> tuple[Session, ...]:
    """Where a person is signed in, the newest first."""
    return sessions.sessions_of(tx, person_id, now + OLD_ID_LASTS)


def end_one(tx: Transaction, acting: Acting, session_hash: str) -> None:
    """A person ends a session of their own; NotFound when it is none of theirs."""
    people.lock(tx, acting.person_id)
    found = sessions.session(tx, session_hash)
    if found is None or found.person.id != acting.person_id:
        raise NotFound("session_not_found", "There is no such session.")
    sessions.end_session(tx, session_hash)
    ledger.append(tx, (acting.act("end_session", None, (acting.person_id,)),))


def end_all(tx: Transaction, acting: Acting, person_id: str) -> Person:
    """An administrator signs somebody out everywhere; raises ProofNeeded, NotFound, Forbidden."""
    person = whole_person(tx, acting, person_id)
    sessions.end_sessions_of(tx, person_id)
    ledger.append(tx, (acting.act("end_sessions", None, (person_id,)),))
    return person


def acting_as(
    person: Person,
    at: datetime,
    request_id: str,
    *,
    proved_at: datetime | None = None,
    workstation: str | None = None,
) -> Acting:
    """What a person does in their own name."""
    return Acting(person.id, person.name, False, person.grants, None, at, request_id, proved_at, workstation)


def acting_in(session: Session, at: datetime, request_id: str, *, here: bool = True) -> Acting:
    """What its person does in a session; `here` is false where the machine is not the one it was begun at."""
    stands = here and session.workstation_hash is not None
    return acting_as(
        session.person,
        at,
        request_id,
        proved_at=session.proved_at,
        workstation=session.workstation_id if stands else None,
    )


def wrong_login() -> NotSignedIn:
    return NotSignedIn("wrong_login", "That login and that password do not belong together.")
