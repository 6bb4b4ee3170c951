"""Who may sign in, and as what?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services.acting import Acting
from app.store import ledger, people, wards
from app.store.database import Transaction
from app.store.people import Grant, Person

OPERATOR: Final = "operator"


def operator(at: datetime) -> Acting:
    """Whoever holds the machine: the command line, which makes the first administrator and the demo's people."""
    everywhere = frozenset({Grant(Role.ADMINISTRATOR, None)})
    return Acting(OPERATOR, OPERATOR, False, everywhere, None, at, "")


def fold_login(login: str) -> str:
    """The one spelling of a login: case and surrounding blanks do not count."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def create_person(
    tx: Transaction, acting: Acting, login: str, name: str, password_hash: str | None, grants: Iterable[Grant]
) -> Person:
    """Somebody who can sign in; hash the password first, with `passwords.hash_password`.

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
