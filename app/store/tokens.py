"""Which keys of programs are there, and do they still open anything?

Only hashes are kept: whoever reads the database cannot call with what is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.types import TypeEngine

from app.domain.errors import NotFound
from app.store import tables as t
from app.store.database import Transaction
from app.store.people import PERSON, WITH_ROLES, Person, folded
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Token:
    """A key of a program, for a person (`personal`) or for itself (`service`, `person` None)."""

    id: str
    name: str
    person: Person | None
    scopes: frozenset[str]
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def live(self, now: datetime) -> bool:
        """True while neither revoked nor expired, and its person, if it has one, is active."""
        return self.revoked_at is None and now < self.expires_at and (self.person is None or self.person.active)


_MOMENT: TypeEngine[datetime] = t.token.c.used_at.type
_TOKEN = tuple(t.token.c["id", "name", "scopes", "created_at", "created_by", "expires_at", "used_at", "revoked_at"])

_ADD_TOKEN = Statement(insert(t.token))
_ANY_TOKEN: Select[Any] = (
    select(*_TOKEN, *PERSON)
    .select_from(t.token.outerjoin(WITH_ROLES, t.token.c.person_id == t.person.c.id))
    .order_by(t.token.c.id)
)
_TOKENS = Statement(_ANY_TOKEN)
_BY_ID = Statement(_ANY_TOKEN.where(t.token.c.id == bindparam("id")))
_FIND_TOKEN = Statement(_ANY_TOKEN.where(t.token.c.hash == bindparam("hash")))
_USED = Statement(update(t.token).where(t.token.c.id == bindparam("of")).values(used_at=bindparam("at", type_=_MOMENT)))
_REVOKE = Statement(
    update(t.token)
    .where(t.token.c.id == bindparam("of"), t.token.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at", type_=_MOMENT), revoked_by=bindparam("by"))
)
_REVOKE_ALL = Statement(
    update(t.token)
    .where(t.token.c.person_id == bindparam("of"), t.token.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at", type_=_MOMENT), revoked_by=bindparam("by"))
)


def add_token(tx: Transaction, token: Token, token_hash: str) -> None:
    """A token; `token_hash` is the SHA-256 of the secret in hex."""
    _ADD_TOKEN.run(
        tx,
        id=token.id,
        hash=token_hash,
        kind="service" if token.person is None else "personal",
        person_id=None if token.person is None else token.person.id,
        name=token.name,
        scopes=" ".join(sorted(token.scopes)),
        created_at=token.created_at,
        created_by=token.created_by,
        expires_at=token.expires_at,
    )


def token(tx: Transaction, token_hash: str) -> Token | None:
    """The token with this hash, live or not, with its person's roles as they are now; None when there is none."""
    found = _tokens(tx, _FIND_TOKEN, hash=token_hash)
    return found[0] if found else None


def token_by_id(tx: Transaction, token_id: str) -> Token | None:
    """The token with this id, live or not; None when there is none."""
    found = _tokens(tx, _BY_ID, id=token_id)
    return found[0] if found else None


def tokens(tx: Transaction) -> tuple[Token, ...]:
    """Every token, oldest first."""
    return _tokens(tx, _TOKENS)


def touch_token(tx: Transaction, token_id: str, at: datetime) -> None:
    """The token was used `at`."""
    _USED.run(tx, of=token_id, at=at)


def revoke_token(tx: Transaction, token_id: str, at: datetime, by: str) -> None:
    """Ends a token for good; raises NotFound when there is no such living token."""
    if _REVOKE.run(tx, of=token_id, at=at, by=by) == 0:
        raise NotFound("token_not_found", "There is no such token.")


def revoke_tokens_of(tx: Transaction, person_id: str, at: datetime, by: str) -> None:
    """Ends every token in a person's name for good."""
    _REVOKE_ALL.run(tx, of=person_id, at=at, by=by)


def _tokens(tx: Transaction, query: Statement, **of: str) -> tuple[Token, ...]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in query.all(tx, **of):
        found.setdefault(row[0], []).append(tuple(row))
    return tuple([_token(tuple(group)) for group in found.values()])


@lru_cache(maxsize=256)
def _token(group: tuple[tuple[Any, ...], ...]) -> Token:
    """Of the same rows it is the same: most requests come with a token that came a moment ago."""
    split = len(_TOKEN)
    id_, name, scopes, created_at, created_by, expires_at, used_at, revoked_at = group[0][:split]
    person = None if group[0][split] is None else folded([row[split:] for row in group])[0]
    return Token(id_, name, person, frozenset(scopes.split()), created_at, created_by, expires_at, used_at, revoked_at)
