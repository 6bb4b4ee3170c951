"""Which programs may call, as whom, and for how long?

The secret of a token leaves the program once, as it is made; only its hash is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from app.domain.errors import Forbidden, InvalidInput, NotFound
from app.domain.ids import new_id
from app.services.accounts import OPERATOR, administers, require_administrator
from app.services.acting import SCOPES, WARD_SCOPE, Acting, wards_among
from app.services.secret import hashed, new_secret
from app.services.sessions import acting_as
from app.store import ledger, tokens, wards
from app.store.database import Transaction
from app.store.people import Person
from app.store.tokens import Token

MARK: Final = "dw_"
"""How every token begins, so that a scanner finds one that leaked."""

LONGEST: Final = timedelta(days=90)
"""No token lives longer, and none is without an end."""

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
    """A token and its secret, which is shown once; it ends at `expires_at`, or after LONGEST.

    With a person it acts as that person; without one it is a service account held to `scopes` and, where any are
    named, to `ward_ids`. Raises ProofNeeded, Forbidden, NotFound for a ward there is not, InvalidInput.
    """
    acting.require_proof()
    chosen, here = frozenset(scopes), tuple(ward_ids)
    ends = acting.at + LONGEST if expires_at is None else expires_at
    _check_end(acting, ends)
    if name.strip() == "":
        raise InvalidInput.at("/name", "name_needed", "A token needs a name: what is it for?")
    if person is None:
        _check_service(acting, chosen, here)
    else:
        _check_personal(acting, person, chosen, here)
    held = chosen | {WARD_SCOPE + ward.id for ward in [wards.ward(tx, of) for of in here]}
    token = Token(
        new_id(acting.at), name.strip(), person, held, acting.at, acting.person_id, ends, used_at=None, revoked_at=None
    )
    secret = new_secret(MARK)
    tokens.add_token(tx, token, hashed(secret))
    ledger.append(tx, (acting.act("create_token", None, (token.id,), " ".join(sorted(held)) or None),))
    return token, secret


def revoke_token(tx: Transaction, acting: Acting, token_id: str) -> Token:
    """Ends a token at once; one that has ended already is left as it is.

    Raises NotFound alike for a token of others and for none.
    """
    token = tokens.token_by_id(tx, token_id)
    if token is None or not _may_end(acting, token):
        raise NotFound("token_not_found", "There is no such token.")
    if token.revoked_at is not None:
        return token
    tokens.revoke_token(tx, token_id, acting.at, acting.person_id)
    ledger.append(tx, (acting.act("revoke_token", None, (token_id,)),))
    return replace(token, revoked_at=acting.at)


def tokens_for(tx: Transaction, acting: Acting) -> tuple[Token, ...]:
    """The tokens this actor may end, oldest first: their own, and those of what they administer."""
    return tuple(token for token in tokens.tokens(tx) if _may_end(acting, token))


def _may_end(acting: Acting, token: Token) -> bool:
    if token.person is not None:
        return not acting.service and (token.person.id == acting.person_id or administers(acting, None))
    return all(administers(acting, ward_id) for ward_id in wards_among(token.scopes) or (None,))


def _check_end(acting: Acting, ends: datetime) -> None:
    if ends <= acting.at:
        raise InvalidInput.at("/expires_at", "expired", "The token would have expired already.")
    if ends > acting.at + LONGEST:
        raise InvalidInput.at(
            "/expires_at", "too_long", f"A token lasts {LONGEST.days} days at most: make a new one then."
        )


def _check_personal(acting: Acting, person: Person, scopes: frozenset[str], ward_ids: tuple[str, ...]) -> None:
    if acting.person_id not in (person.id, OPERATOR):
        raise Forbidden("own_token_only", "A token in somebody's name is made by that person alone.")
    if acting.proved_at is None and acting.person_id != OPERATOR:
        # One that leaked would make the next before it ends.
        raise Forbidden("token_by_token", "A personal token is made by its person on a page, never by a token.")
    if scopes:
        raise InvalidInput.at(
            "/scopes", "scopes_of_a_person", "A personal token does what its person may: it has no scopes."
        )
    if ward_ids:
        sentence = "A personal token acts where its person may: it is held to no ward."
        raise InvalidInput.at("/ward_ids", "wards_of_a_person", sentence)


def _check_service(acting: Acting, scopes: frozenset[str], ward_ids: tuple[str, ...]) -> None:
    for ward_id in ward_ids or (None,):
        require_administrator(acting, ward_id)
    if not scopes or scopes - KNOWN_SCOPES:
        raise InvalidInput.at(
            "/scopes", "unknown_scope", f"A service token has some of: {', '.join(sorted(KNOWN_SCOPES))}."
        )
