"""How does a person at a browser show who they are: to sign in, to unlock, to take a machine over, to do what is grave?

A secret is checked between transactions, never inside one. Whoever shows the right one gets a new session id.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from fastapi import Request

from app.domain.errors import NotFound, NotSignedIn, ProofNeeded, TooManyRequests, Unavailable
from app.http import cookies
from app.http.guessing import prove_password
from app.http.identity import is_here, open_session
from app.http.oidc import sign_on
from app.http.request_id import request_id
from app.services import pin_codes, sessions, workstations
from app.services.acting import Acting
from app.services.sessions import Origin, Proof
from app.store.database import Database
from app.store.sessions import Session
from app.store.workstations import Workstation


def sign_in(request: Request, login: str, password: str, at: datetime) -> str:
    """Checks a password and begins a session; its secret belongs in the cookie alone.

    Raises NotSignedIn, TooManyRequests.
    """
    proof = _password(request, login, password, at)
    machine, before, of = this_machine(request), open_session(request, at), request_id() or ""
    action = "sign_in" if sign_on(request) is None else "sign_in_local"
    with _database(request).transaction() as tx:
        if before is not None:
            sessions.lock(tx, before, at, of, None)
        return sessions.sign_in(tx, proof, at, of, Origin(None if machine is None else machine.id, action=action))


def sign_out(request: Request, acting: Acting) -> None:
    """Ends the session of this browser."""
    secret = cookies.session_cookie(request)
    if secret is not None:
        with _database(request).transaction() as tx:
            sessions.sign_out(tx, acting, secret)


def this_machine(request: Request) -> Workstation | None:
    """The enrolled machine this browser runs on."""
    secret = cookies.workstation_cookie(request)
    if secret is None:
        return None
    with _database(request).glancing() as tx:
        return workstations.this_one(tx, secret)


def signed_in_here(request: Request, at: datetime) -> tuple[Session, ...]:
    """Whose session may go on at this machine with a PIN; nobody's where it is not enrolled."""
    machine = this_machine(request)
    if machine is None:
        return ()
    with _database(request).reading() as tx:
        return workstations.signed_in_here(tx, machine, at)


def proven(request: Request, acting: Acting, typed: str) -> Acting:
    """Whoever acts, once more proved by the password or PIN they typed; what was wrong with it stands in `refused`."""
    session = open_session(request, acting.at)
    if acting.proved_at is None or session is None:
        return acting
    try:
        unlock(request, session, typed, acting.at, "prove")
    except (ProofNeeded, Unavailable) as refusal:
        return replace(acting, refused=refusal.sentence)
    return replace(acting, proved_at=acting.at)


def unlock(request: Request, session: Session, typed: str, at: datetime, action: str = "unlock") -> None:
    """Lets a session go on under a new id, which the answer brings; raises ProofNeeded, NotSignedIn."""
    if pin_codes.looks_like_one(typed):
        prove_pin(request, session, typed, at)
    else:
        try:
            _password(request, session.person.login, typed, at)
        except NotSignedIn:
            raise _refused("That is not your password.") from None
        except TooManyRequests as refusal:
            raise _refused(refusal.sentence) from None
    with _database(request).transaction() as tx:
        secret = sessions.renew(tx, session, at, request_id() or "", action)
    cookies.renew(request, secret, session.expires_at - at)


def switch(request: Request, person_id: str, typed: str, at: datetime) -> Session:
    """Lets another person's session go on at this machine, and locks the one that was open; answers theirs.

    Raises ProofNeeded, NotSignedIn, NotFound when this person is not signed in here.
    """
    theirs = next((one for one in signed_in_here(request, at) if one.person.id == person_id), None)
    if theirs is None:
        raise NotFound("not_signed_in_here", "This person is not signed in at this machine: sign in with the password.")
    before = open_session(request, at)
    unlock(request, theirs, typed, at, "switch")
    if before is not None and before.person.id != person_id:
        with _database(request).transaction() as tx:
            sessions.lock(tx, before, at, request_id() or "", None)
    return theirs


def prove_pin(request: Request, session: Session, code: str, at: datetime) -> None:
    """Raises ProofNeeded; the try is counted before it is looked at, in whichever process."""
    database = _database(request)
    if not is_here(request, session):
        raise _refused("A PIN counts only at an enrolled workstation you have signed in at. Enter your password.")
    with database.transaction() as tx:
        tried = pin_codes.take_try(tx, session.person.id)
    if tried is None:
        raise _refused("No PIN counts for you now: none is set, or it was wrong too often. Enter your password.")
    try:
        right = pin_codes.check(database.audit_key, tried, code)
    except Unavailable:
        with database.transaction() as tx:
            pin_codes.give_back(tx, tried)
        raise
    with database.transaction() as tx:
        if right:
            pin_codes.give_back(tx, tried)
        else:
            pin_codes.note_wrong(tx, sessions.acting_in(session, at, request_id() or ""), tried)
    if not right:
        raise _refused(_left(tried.left))


def _left(left: int) -> str:
    if left == 0:
        return "That is not your PIN. It counts no more until you have signed in anew: enter your password."
    return "That is not your PIN. 1 try left." if left == 1 else f"That is not your PIN. {left} tries left."


def _password(request: Request, login: str, password: str, at: datetime) -> Proof:
    return prove_password(request, login, password, at, this_machine(request))


def _refused(sentence: str) -> ProofNeeded:
    return ProofNeeded.at("/proof", "wrong_proof", sentence)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
