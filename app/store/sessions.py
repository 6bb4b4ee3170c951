"""Who is signed in at which browser?

Only hashes are kept: whoever reads the database cannot sign in with what is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.types import TypeEngine

from app.store import tables as t
from app.store.database import Transaction
from app.store.people import PERSON, WITH_ROLES, Person, folded
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in at a browser until `expires_at`; `hash` is the SHA-256 of what the cookie holds, in hex."""

    hash: str
    person: Person
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


_MOMENT: TypeEngine[datetime] = t.session.c.seen_at.type
_SESSION = tuple(t.session.c["hash", "created_at", "seen_at", "expires_at"])
_ADD_SESSION = Statement(insert(t.session))
_FIND_SESSION = Statement(
    select(*_SESSION, *PERSON)
    .select_from(t.session.join(WITH_ROLES, t.session.c.person_id == t.person.c.id))
    .where(t.session.c.hash == bindparam("hash"))
)
_SEEN = Statement(
    update(t.session).where(t.session.c.hash == bindparam("of")).values(seen_at=bindparam("at", type_=_MOMENT))
)
_END = Statement(delete(t.session).where(t.session.c.hash == bindparam("of")))
_END_ALL = Statement(delete(t.session).where(t.session.c.person_id == bindparam("of")))


def add_session(tx: Transaction, session_hash: str, person_id: str, at: datetime, expires_at: datetime) -> None:
    """A person signed in `at`, with a proof of that moment."""
    moments = dict.fromkeys(("created_at", "seen_at", "active_at", "proved_at"), at)
    _ADD_SESSION.run(tx, hash=session_hash, person_id=person_id, expires_at=expires_at, **moments)


def session(tx: Transaction, session_hash: str) -> Session | None:
    """The session with this hash and its person's roles as they are now, expired or not; None when there is none."""
    found = _FIND_SESSION.all(tx, hash=session_hash)
    if not found:
        return None
    hash_, created_at, seen_at, expires_at = found[0][: len(_SESSION)]
    return Session(hash_, folded([row[len(_SESSION) :] for row in found])[0], created_at, seen_at, expires_at)


def touch_session(tx: Transaction, session_hash: str, at: datetime) -> None:
    """The session was used `at`."""
    _SEEN.run(tx, of=session_hash, at=at)


def end_session(tx: Transaction, session_hash: str) -> None:
    """Signs out; nothing happens when the session has ended already."""
    _END.run(tx, of=session_hash)


def end_sessions_of(tx: Transaction, person_id: str) -> None:
    """Signs a person out everywhere."""
    _END_ALL.run(tx, of=person_id)
