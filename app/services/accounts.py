"""Who may sign in, as what, and which programs may call?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services.access import fold_login, hashed, new_secret
from app.services.acting import SCOPES, WARD_SCOPE, Acting
from app.store import access, ledger, people, wards
from app.store.access import Token
from app.store.database import Transaction
from app.store.people import Grant, Person

OPERATOR: Final = "operator"
KNOWN_SCOPES = frozenset().union(*SCOPES.values())


def operator(at: datetime) -> Acting:
    """Whoever holds the machine: the command line, which makes the first administrator and the demo's people."""
    everywhere = frozenset({Grant(Role.ADMINISTRATOR, None)})
    return Acting(OPERATOR, OPERATOR, False, everywhere, None, at, "")


def create_person(
    tx: Transaction, acting: Acting, login: str, name: str, password_hash: str | None, grants: Iterable[Grant]
) -> Person:
    """Somebody who can sign in; hash the password first, with `access.hash_password`.

    Raises Forbidden, NotFound for a ward there is not, InvalidInput for an empty login, Conflict for a taken one.
    """
    roles = frozenset(grants)
    require_administrator(acting, None if not roles else _widest(roles))
    _check_wards(tx, roles)
    spelled = fold_login(login)
    if spelled == "" or name.strip() == "":
        raise InvalidInput("login_needed", "A person needs a login and a name.")
    if people.person_by_login(tx, spelled) is not None:
        raise Conflict("login_taken", "That login belongs to somebody already.")
    person = Person(new_id(acting.at), spelled, name.strip(), True, roles)
    people.add_person(tx, person, password_hash, acting.at, acting.person_id)
    ledger.append(tx, (acting.act("create_person", None, (person.id,)),))
    return person


def grant(tx: Transaction, acting: Acting, person_id: str, role: Grant) -> None:
    """Gives a role on a ward, or on all; nothing happens when it is held already. Raises NotFound, Forbidden."""
    require_administrator(acting, role.ward_id)
    _check_wards(tx, (role,))
    if role in people.person(tx, person_id).grants:
        return
    people.grant(tx, person_id, role, acting.at, acting.person_id)
    ledger.append(tx, (acting.act("grant", None, (person_id,), f"{role.role} on {role.ward_id or 'all wards'}"),))


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
    secret = new_secret()
    access.add_token(tx, token, hashed(secret))
    ledger.append(tx, (acting.act("create_token", None, (token.id,)),))
    return token, secret


def revoke_token(tx: Transaction, acting: Acting, token_id: str) -> None:
    """Ends a token at once; raises NotFound, Forbidden."""
    require_administrator(acting, None)
    access.revoke_token(tx, token_id, acting.at, acting.person_id)
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


def _check_wards(tx: Transaction, roles: Iterable[Grant]) -> None:
    for ward_id in {role.ward_id for role in roles}:
        if ward_id is not None:
            wards.ward(tx, ward_id)


def _widest(roles: frozenset[Grant]) -> str | None:
    places = {role.ward_id for role in roles}
    return places.pop() if len(places) == 1 else None


def require_administrator(acting: Acting, ward_id: str | None) -> None:
    """An administrator of one ward makes nobody anything elsewhere; `ward_id` None is everywhere. Raises Forbidden."""
    if acting.service or not acting.grants & {Grant(Role.ADMINISTRATOR, None), Grant(Role.ADMINISTRATOR, ward_id)}:
        raise Forbidden("role_needed", "This needs an administrator.")
