"""What does the word of the sign-on provider do here: who signs in, with which roles, and who is signed out?

Whatever came from the provider was checked before (`app.http.oidc_tokens`); here it is believed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from app.domain.errors import Conflict, Forbidden, NotSignedIn
from app.domain.ids import new_id
from app.services.accounts import fold_login, role_code, role_words
from app.services.acting import WARD_SCOPE, Acting
from app.services.provider_roles import RoleMap
from app.services.secret import hashed, new_secret
from app.services.sessions import Origin, renew
from app.services.sessions import begin as begin_session
from app.services.tokens import KNOWN_SCOPES
from app.store import identities, ledger, people, sessions, wards
from app.store.database import Transaction
from app.store.identities import Attempt
from app.store.people import Grant, Person

ATTEMPT_LASTS: Final = timedelta(minutes=10)
CLOCKS_DIFFER: Final = timedelta(minutes=1)
LOGOUT_REMEMBERED: Final = timedelta(hours=1)
"""Longer than a logout token is believed: one that was used is refused for as long as it would count."""
SIGN_ON: Final = "single sign-on"


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody the provider vouches for; `session` is the provider's own.

    `proved_at` is when they proved it there, None where the provider does not say.
    """

    issuer: str
    subject: str
    name: str
    username: str
    groups: frozenset[str]
    session: str | None
    proved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Logout:
    """The provider ended a session of its own, or all of a person's; `id` is that of the message."""

    issuer: str
    subject: str | None
    session: str | None
    id: str


def start(
    tx: Transaction, onward: str, at: datetime, workstation_id: str | None, session_hash: str | None = None
) -> tuple[str, Attempt]:
    """Begins a sign-in that comes back to `onward`, or with a session's hash its renewed proof: state and attempt."""
    identities.forget_attempts(tx, at - ATTEMPT_LASTS)
    state = new_secret()
    attempt = Attempt(new_secret(), new_secret(), onward, workstation_id, session_hash, at)
    identities.keep(tx, hashed(state), attempt)
    return state, attempt


def take(tx: Transaction, state: str, at: datetime) -> Attempt | None:
    """The attempt this state began, once and within ten minutes; None otherwise."""
    found = identities.take(tx, hashed(state))
    return found if found is not None and at - found.created_at <= ATTEMPT_LASTS else None


def sign_in(
    tx: Transaction, who: Subject, roles: RoleMap, workstation_id: str | None, at: datetime, request_id: str
) -> str | None:
    """Begins a session and answers its secret; None, with every role taken away, when the groups stand for none.

    A person has exactly the roles of their groups; where those differ from the roles before, their sessions end. Raises
    Forbidden for a person who was switched off here.
    """
    wanted = roles.grants(who.groups, wards.wards(tx))
    known = identities.person_of(tx, who.issuer, who.subject)
    if known is None and not wanted:
        return None
    by = _sign_on(at, request_id)
    person = _newcomer(tx, by, who, wanted) if known is None else _brought(tx, by, known, who, wanted)
    if not person.active:
        raise Forbidden("switched_off", "This account was switched off in Doseward. Ask an administrator.")
    if not wanted:
        return None
    origin = Origin(workstation_id, who.issuer, who.session, "sign_in_provider")
    secret = begin_session(tx, person.id, at, request_id, origin)
    if who.proved_at is not None:
        identities.proved(tx, hashed(secret), min(who.proved_at, at))
    return secret


def prove_again(tx: Transaction, who: Subject, attempt: Attempt, at: datetime, request_id: str) -> str:
    """The provider vouched for the person of a session anew: the session's new secret.

    Raises Forbidden when it vouched for somebody else or for an old sign-in, NotSignedIn when the session has ended.
    """
    if who.proved_at is None or who.proved_at < attempt.created_at - CLOCKS_DIFFER:
        raise Forbidden("old_proof", "The sign-on provider did not ask anew who you are. Use your PIN.")
    found = sessions.session(tx, attempt.session_hash or "")
    if found is None:
        raise NotSignedIn("session_ended", "Your session has ended. Sign in again.")
    if found.person.id != identities.person_of(tx, who.issuer, who.subject):
        raise Forbidden("somebody_else", "Somebody else proved who they are. What was open is still that person's.")
    return renew(tx, found, at, request_id, "prove_provider")


def sign_out(tx: Transaction, said: Logout, at: datetime, request_id: str) -> int:
    """Ends the sessions a message of the provider is about, and how many those were; raises Conflict at a replay."""
    name = hashed(f"{said.issuer}\n{said.id}")
    if not identities.first_time(tx, name, at, at - LOGOUT_REMEMBERED):
        raise Conflict("replayed", "The provider said this before.")
    person_id = None if said.subject is None else identities.person_of(tx, said.issuer, said.subject)
    stranger = said.subject is not None and person_id is None
    ended = () if stranger else identities.sessions_at(tx, said.issuer, said.session, person_id)
    for session_hash, _ in ended:
        sessions.end_session(tx, session_hash)
    if ended:
        by = _sign_on(at, request_id)
        ledger.append(tx, (by.act("sign_out_provider", None, sorted({owner for _, owner in ended})),))
    return len(ended)


def program(issuer: str, client_id: str, scopes: Iterable[str], at: datetime, request_id: str) -> Acting:
    """A service account of the provider: the same id for the same client, held to those scopes we know."""
    held = frozenset(scope for scope in scopes if scope in KNOWN_SCOPES or scope.startswith(WARD_SCOPE))
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{issuer}\n{client_id}"))
    return Acting(name, client_id, True, frozenset(), held, at, request_id)


def _sign_on(at: datetime, request_id: str) -> Acting:
    return Acting(SIGN_ON, SIGN_ON, True, frozenset(), frozenset(), at, request_id)


def _newcomer(tx: Transaction, by: Acting, who: Subject, wanted: frozenset[Grant]) -> Person:
    person = Person(new_id(by.at), _free_login(tx, who), who.name, True, wanted)
    people.add_person(tx, person, None, by.at, None)
    identities.link(tx, who.issuer, who.subject, person.id, by.at)
    roles = "; ".join(sorted(role_words(role) for role in wanted))
    ledger.append(tx, (by.act("create_person", None, (person.id,), roles),))
    return person


def _brought(tx: Transaction, by: Acting, person_id: str, who: Subject, wanted: frozenset[Grant]) -> Person:
    people.lock(tx, person_id)
    person = people.person(tx, person_id)
    lines = []
    if person.name != who.name:
        people.set_name(tx, person_id, who.name)
        lines.append(by.act("rename_person", None, (person_id,)))
    for role in sorted(person.grants - wanted, key=str):
        people.revoke(tx, person_id, role)
        lines.append(by.act("take_role", None, (person_id,), role_words(role), before=(role_code(role),)))
    for role in sorted(wanted - person.grants, key=str):
        people.grant(tx, person_id, role, by.at, None)
        lines.append(by.act("grant", None, (person_id,), role_words(role)))
    if person.grants != wanted:
        sessions.end_sessions_of(tx, person_id)
    if lines:
        ledger.append(tx, lines)
    return replace(person, name=who.name, grants=wanted)


def _free_login(tx: Transaction, who: Subject) -> str:
    """A login that says where it comes from and is nobody's yet; without a password it opens nothing."""
    wished = fold_login(f"{who.username}@{urlsplit(who.issuer).hostname}")
    login, number = wished, 1
    while people.person_by_login(tx, login) is not None:
        number += 1
        login = f"{wished}-{number}"
    return login
