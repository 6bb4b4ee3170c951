"""Who is somebody to a sign-on provider, which sign-ins there have been begun, and which sessions did it vouch for?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select, update
from sqlalchemy.types import TypeEngine

from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that somebody began at this browser and that the provider has not answered yet.

    `session_hash` is that of the session to be proved again, None where a new one is to begin; `workstation_id` is the
    machine it was begun at, `onward` the page to come back to.
    """

    nonce: str
    verifier: str
    onward: str
    workstation_id: str | None
    session_hash: str | None
    created_at: datetime


_MOMENT: TypeEngine[datetime] = t.provider_attempt.c.created_at.type
_PERSON = Statement(
    select(t.person_identity.c.person_id).where(
        t.person_identity.c.issuer == bindparam("issuer"), t.person_identity.c.subject == bindparam("subject")
    )
)
_LINK = Statement(insert(t.person_identity))
_HELD = ("nonce", "verifier", "onward", "workstation_id", "session_hash", "created_at")
_KEEP = Statement(insert(t.provider_attempt))
_ATTEMPT: Select[Any] = select(*t.provider_attempt.c[_HELD]).where(t.provider_attempt.c.hash == bindparam("hash"))
_FIND = Statement(_ATTEMPT)
_END = Statement(delete(t.provider_attempt).where(t.provider_attempt.c.hash == bindparam("of")))
_FORGET = Statement(
    delete(t.provider_attempt).where(t.provider_attempt.c.created_at < bindparam("before", type_=_MOMENT))
)
_SAID = Statement(insert(t.provider_logout))
_UNSAY = Statement(delete(t.provider_logout).where(t.provider_logout.c.at < bindparam("before", type_=_MOMENT)))
_HAS_SAID = Statement(select(t.provider_logout.c.at).where(t.provider_logout.c.hash == bindparam("hash")))
_PROVED = Statement(
    update(t.session).where(t.session.c.hash == bindparam("of")).values(proved_at=bindparam("at", type_=_MOMENT))
)
_OF_PROVIDER = select(t.session.c.hash, t.session.c.person_id).where(t.session.c.issuer == bindparam("issuer"))
_BY_SESSION = Statement(_OF_PROVIDER.where(t.session.c.provider_session == bindparam("there")))
_BY_PERSON = Statement(_OF_PROVIDER.where(t.session.c.person_id == bindparam("whose")))


def person_of(tx: Transaction, issuer: str, subject: str) -> str | None:
    """The id of the person the provider means, None when it has not sent them before."""
    found = _PERSON.maybe(tx, issuer=issuer, subject=subject)
    return None if found is None else str(found[0])


def link(tx: Transaction, issuer: str, subject: str, person_id: str, at: datetime) -> None:
    """From now on the provider's subject is this person; one linked already breaks pk_person_identity."""
    _LINK.run(tx, issuer=issuer, subject=subject, person_id=person_id, linked_at=at)


def keep(tx: Transaction, state_hash: str, attempt: Attempt) -> None:
    """Keeps an attempt under the SHA-256 of its state, in hex."""
    _KEEP.run(tx, hash=state_hash, **{name: getattr(attempt, name) for name in _HELD})


def take(tx: Transaction, state_hash: str) -> Attempt | None:
    """The attempt with this state, for whoever asks first; from then on there is none."""
    found = _FIND.maybe(tx, hash=state_hash)
    if found is None or _END.run(tx, of=state_hash) == 0:
        return None
    return Attempt(*found)


def forget_attempts(tx: Transaction, before: datetime) -> None:
    """Drops what was begun earlier and never came back."""
    _FORGET.run(tx, before=before)


def first_time(tx: Transaction, logout_hash: str, at: datetime, forget_before: datetime) -> bool:
    """Notes that the provider said this, and whether it is news; what it said earlier than asked for is forgotten."""
    _UNSAY.run(tx, before=forget_before)
    if _HAS_SAID.maybe(tx, hash=logout_hash) is not None:
        return False
    _SAID.run(tx, hash=logout_hash, at=at)
    return True


def proved(tx: Transaction, session_hash: str, at: datetime) -> None:
    """The person of a session showed who they are at the provider `at`, which may be a while ago."""
    _PROVED.run(tx, of=session_hash, at=at)


def sessions_at(
    tx: Transaction, issuer: str, provider_session: str | None, person_id: str | None
) -> tuple[tuple[str, str], ...]:
    """Hash and person of the sessions a provider's session, or else a person there, stands behind."""
    if provider_session is not None:
        found = _BY_SESSION.all(tx, issuer=issuer, there=provider_session)
    elif person_id is not None:
        found = _BY_PERSON.all(tx, issuer=issuer, whose=person_id)
    else:
        found = []
    return tuple([(row[0], row[1]) for row in found if person_id in {None, row[1]}])
