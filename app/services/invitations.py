"""How does somebody get a password that nobody else has ever seen?

By a link that is shown once, opens once and for three days. A new link ends at once what it replaces: the old password,
the links before it and every session, because whoever asks for it has lost the password or fears that it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from app.domain.errors import Conflict, InvalidInput
from app.services.accounts import create_person, whole_person
from app.services.acting import Acting
from app.services.password_rules import words_about
from app.services.secret import hashed, new_secret
from app.services.sessions import acting_as
from app.store import invitations, ledger, people, sessions
from app.store.database import Transaction
from app.store.invitations import Invitation
from app.store.people import Grant, Person

LASTS: Final = timedelta(hours=72)


class Invited(NamedTuple):
    """A person and the link made for them; `secret` leaves the program once, in the fragment of an address."""

    person: Person
    secret: str
    expires_at: datetime


def invite_new(tx: Transaction, acting: Acting, login: str, name: str, grants: Iterable[Grant]) -> Invited:
    """Somebody new, without a password, and the link to set one; raises ProofNeeded, and what `create_person` does."""
    acting.require_proof()
    person = create_person(tx, acting, login, name, None, grants)
    return _invite(tx, acting, person)


def invite(tx: Transaction, acting: Acting, person_id: str) -> Invited:
    """A new link for a person; raises ProofNeeded, NotFound, Forbidden, Conflict for somebody switched off."""
    person = whole_person(tx, acting, person_id)
    if not person.active:
        raise Conflict("person_disabled", "This account is switched off: switch it on before making a link.")
    people.set_password(tx, person.id, None)
    sessions.end_sessions_of(tx, person.id)
    invitations.withdraw_invitations(tx, person.id)
    return _invite(tx, acting, person)


def invited(tx: Transaction, secret: str, at: datetime) -> tuple[Person, tuple[str, ...]]:
    """Whom a link is for, and what their password must not hold; raises InvalidInput, the same for every bad link."""
    found = invitations.invitation(tx, hashed(secret.strip()))
    if found is None or at >= found.expires_at:
        raise _no_such_link()
    person = people.person(tx, found.person_id)
    if not person.active:
        raise _no_such_link()
    return person, words_about(tx, person.login, person.name)


def accept(tx: Transaction, secret: str, password_hash: str, at: datetime, request_id: str) -> Person:
    """Uses a link up: its person has this password from now on, and no session of before. Raises InvalidInput."""
    person, _words = invited(tx, secret, at)
    people.lock(tx, person.id)
    if not invitations.take_invitation(tx, hashed(secret.strip())):
        raise _no_such_link()
    people.set_password(tx, person.id, password_hash)
    sessions.end_sessions_of(tx, person.id)
    ledger.append(tx, (acting_as(person, at, request_id).act("accept_invitation", None, (person.id,)),))
    return person


def _invite(tx: Transaction, acting: Acting, person: Person) -> Invited:
    made = Invited(person, new_secret(), acting.at + LASTS)
    found = Invitation(hashed(made.secret), person.id, acting.at, acting.person_id, made.expires_at)
    invitations.add_invitation(tx, found)
    ledger.append(tx, (acting.act("invite", None, (person.id,)),))
    return made


def _no_such_link() -> InvalidInput:
    sentence = (
        "This link was used already, was replaced, or has expired. If you have set your password with it, sign in; "
        "else ask an administrator for a new link."
    )
    return InvalidInput.at("/code", "bad_link", sentence)
