"""Who is signed in at which browser?

Only hashes are kept: whoever reads the database cannot sign in with what is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select, update
from sqlalchemy.types import TypeEngine

from app.store import tables as t
from app.store.database import Transaction
from app.store.people import PERSON, WITH_ROLES, Person, folded
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in at a browser until `expires_at`; `hash` is the SHA-256 of what the cookie holds, in hex.

    `created_at` is the full sign-in, however often the session was renewed since. `workstation_hash` is that of the
    machine's own secret, None where the machine is not enrolled or no longer. `page` is where the person was when it
    was locked.
    """

    hash: str
    person: Person
    created_at: datetime
    seen_at: datetime
    active_at: datetime
    proved_at: datetime
    locked_at: datetime | None
    expires_at: datetime
    page: str | None
    workstation_id: str | None
    issuer: str | None
    provider_session: str | None
    workstation_name: str | None
    workstation_hash: str | None


_MOMENT: TypeEngine[datetime] = t.session.c.seen_at.type
_SESSION = (
    *t.session.c["hash", "created_at", "seen_at", "active_at", "proved_at", "locked_at", "expires_at"],
    *t.session.c["page", "workstation_id", "issuer", "provider_session"],
    t.workstation.c.name,
    t.workstation.c.hash.label("workstation_hash"),
)
_STANDS = (t.workstation.c.id == t.session.c.workstation_id) & t.workstation.c.revoked_at.is_(None)
_ANY: Select[Any] = select(*_SESSION, *PERSON).select_from(
    t.session.join(WITH_ROLES, t.session.c.person_id == t.person.c.id).outerjoin(t.workstation, _STANDS)
)
_LASTING = t.session.c.expires_at > bindparam("now", type_=_MOMENT)
_NEWEST_FIRST = (t.session.c.created_at.desc(), t.session.c.hash)
_FIND_SESSION = Statement(_ANY.where(t.session.c.hash == bindparam("hash")))
_OF_PERSON = Statement(_ANY.where(t.session.c.person_id == bindparam("of"), _LASTING).order_by(*_NEWEST_FIRST))
_AT_WORKSTATION = Statement(
    _ANY.where(t.session.c.workstation_id == bindparam("of"), _LASTING).order_by(t.person.c.name, *_NEWEST_FIRST)
)
_ADD_SESSION = Statement(insert(t.session))
_IT = update(t.session).where(t.session.c.hash == bindparam("of"))
_SEEN = Statement(_IT.values(seen_at=bindparam("at", type_=_MOMENT)))
_USED = Statement(
    _IT.where(t.session.c.locked_at.is_(None)).values(
        seen_at=bindparam("at", type_=_MOMENT), active_at=bindparam("at", type_=_MOMENT)
    )
)
_LOCK = Statement(
    _IT.where(t.session.c.locked_at.is_(None)).values(
        locked_at=bindparam("at", type_=_MOMENT), page=bindparam("where", type_=t.session.c.page.type)
    )
)
_SHORTEN = Statement(
    _IT.where(t.session.c.expires_at > bindparam("until", type_=_MOMENT)).values(
        expires_at=bindparam("until", type_=_MOMENT)
    )
)
_END = Statement(delete(t.session).where(t.session.c.hash == bindparam("of")))
_END_ALL = Statement(delete(t.session).where(t.session.c.person_id == bindparam("of")))
_FORGET = Statement(
    delete(t.session).where(
        t.session.c.person_id == bindparam("of"), t.session.c.expires_at <= bindparam("at", type_=_MOMENT)
    )
)


def add_session(
    tx: Transaction,
    session_hash: str,
    person_id: str,
    at: datetime,
    expires_at: datetime,
    *,
    workstation_id: str | None = None,
    issuer: str | None = None,
    provider_session: str | None = None,
) -> None:
    """A person signed in `at`, with a proof of that moment.

    `issuer` and `provider_session` name the session at the hospital's own sign-on, where that is how they came.
    """
    moments = dict.fromkeys(("created_at", "seen_at", "active_at", "proved_at"), at)
    _ADD_SESSION.run(
        tx,
        hash=session_hash,
        person_id=person_id,
        expires_at=expires_at,
        workstation_id=workstation_id,
        issuer=issuer,
        provider_session=provider_session,
        **moments,
    )


def renew_session(tx: Transaction, old: Session, session_hash: str, at: datetime, until: datetime) -> None:
    """The same session under another id, unlocked and proved `at`; what the old id opens ends at `until`.

    It still ends when the full sign-in does.
    """
    _ADD_SESSION.run(
        tx,
        hash=session_hash,
        person_id=old.person.id,
        created_at=old.created_at,
        expires_at=old.expires_at,
        workstation_id=old.workstation_id,
        issuer=old.issuer,
        provider_session=old.provider_session,
        **dict.fromkeys(("seen_at", "active_at", "proved_at"), at),
    )
    _SHORTEN.run(tx, of=old.hash, until=until)


def session(tx: Transaction, session_hash: str) -> Session | None:
    """The session with this hash and its person's roles as they are now, expired or not; None when there is none."""
    found = _sessions(_FIND_SESSION.all(tx, hash=session_hash))
    return found[0] if found else None


def sessions_of(tx: Transaction, person_id: str, now: datetime) -> tuple[Session, ...]:
    """What a person has open beyond `now`, the newest sign-in first."""
    return _sessions(_OF_PERSON.all(tx, of=person_id, now=now))


def sessions_at(tx: Transaction, workstation_id: str, now: datetime) -> tuple[Session, ...]:
    """What is open at a workstation beyond `now`, by name, of each person the newest sign-in first."""
    return _sessions(_AT_WORKSTATION.all(tx, of=workstation_id, now=now))


def touch_session(tx: Transaction, session_hash: str, at: datetime, *, active: bool) -> None:
    """The session was used `at`; `active` when by somebody's hand, which keeps it from locking."""
    (_USED if active else _SEEN).run(tx, of=session_hash, at=at)


def lock_session(tx: Transaction, session_hash: str, at: datetime, page: str | None) -> bool:
    """Locks a session whose person is at `page`; False when it was locked or has ended already."""
    return _LOCK.run(tx, of=session_hash, at=at, where=page) == 1


def forget_sessions(tx: Transaction, person_id: str, at: datetime) -> None:
    """Forgets a person's sessions that are over."""
    _FORGET.run(tx, of=person_id, at=at)


def end_session(tx: Transaction, session_hash: str) -> None:
    """Signs out; nothing happens when the session has ended already."""
    _END.run(tx, of=session_hash)


def end_sessions_of(tx: Transaction, person_id: str) -> None:
    """Signs a person out everywhere."""
    _END_ALL.run(tx, of=person_id)


def _sessions(rows: Sequence[Sequence[Any]]) -> tuple[Session, ...]:
    split = len(_SESSION)
    found = []
    for own, group in groupby(rows, key=lambda row: tuple(row[:split])):
        found.append(Session(own[0], folded([row[split:] for row in group])[0], *own[1:]))
    return tuple(found)
