"""Which programs may call, as whom, and for how long?

The secret of a token leaves the program once, as it is made; only its hash is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.domain.errors import Forbidden, InvalidInput
from app.domain.ids import new_id
from app.services.accounts import OPERATOR, require_administrator
from app.services.acting import SCOPES, WARD_SCOPE, Acting
from app.services.secret import hashed, new_secret
from app.services.sessions import acting_as
from app.store import ledger, tokens, wards
from app.store.database import Transaction
from app.store.people import Person
from app.store.tokens import Token

MARK: Final = "dw_"
"""How every token begins, so that a scanner finds one that leaked."""

KNOWN_SCOPES = frozenset().union(*SCOPES.values())


def token_of(tx: Transaction, secret: str, now: datetime) -> Token | None:
    """The token with this secret, None unless it lives."""
    if not secret.startswith(MARK):
        return None
    found = tokens.token(tx, hashed(secret))
    return found if found is not None and found.live(now) else None


def acting_for(token: Token, at: datetime, request_id: str) -> Acting:
    """What a program does with a token: in the name of its person, or as a service held to its scopes."""
    if token.person is not None:
        return acting_as(token.person, at, request_id)
    return Acting(token.id, token.name, True, frozenset(), token.scopes, at, request_id)


def create_token(
    tx: Transaction,
    acting: Acting,
    name: str,
    person: Person | None,
    scopes: Iterable[str] = (),
    ward_ids: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A token and its secret, which is shown once.

    With a person it acts as that person; without one it is a service account held to `scopes` and, where any are
    named, to `ward_ids`. Raises Forbidden, InvalidInput.
    """
    held = frozenset(scopes) | {WARD_SCOPE + ward.id for ward in [wards.ward(tx, of) for of in ward_ids]}
    _check_token(acting, person, held, expires_at)
    token = Token(
        new_id(acting.at), name, person, held, acting.at, acting.person_id, expires_at, used_at=None, revoked_at=None
    )
    secret = new_secret(MARK)
    tokens.add_token(tx, token, hashed(secret))
    ledger.append(tx, (acting.act("create_token", None, (token.id,)),))
    return token, secret


def revoke_token(tx: Transaction, acting: Acting, token_id: str) -> None:
    """Ends a token at once; raises NotFound, Forbidden."""
    require_administrator(acting, None)
    tokens.revoke_token(tx, token_id, acting.at, acting.person_id)
    ledger.append(tx, (acting.act("revoke_token", None, (token_id,)),))


def _check_token(acting: Acting, person: Person | None, held: frozenset[str], expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= acting.at:
        raise InvalidInput("expired", "The token would have expired already.")
    if person is not None:
        if acting.person_id not in (person.id, OPERATOR):
            raise Forbidden("own_token_only", "A token in somebody's name is made by that person alone.")
        if held:
            raise InvalidInput("scopes_of_a_person", "A personal token may do what its person may: it has no scopes.")
        return
    require_administrator(acting, None)
    if not held & KNOWN_SCOPES or held - KNOWN_SCOPES - {scope for scope in held if scope.startswith(WARD_SCOPE)}:
        raise InvalidInput(
            "unknown_scope", f"A service token has some of these scopes: {', '.join(sorted(KNOWN_SCOPES))}."
        )
