"""Who may sign in, and as what?

Whoever administers a ward gives and takes the roles on it. What concerns a person as a whole (a new link, switching the
account off) is for those who administer every ward the person works on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services.acting import Acting
from app.store import invitations, ledger, people, sessions, tokens, wards
from app.store.database import Transaction
from app.store.people import Grant, Person

OPERATOR: Final = "operator"
_LOGIN_LIMIT: Final = 200
_EVERYWHERE: Final = Grant(Role.ADMINISTRATOR, None)


def operator(at: datetime) -> Acting:
    """Whoever holds the machine: the command line, which makes the first administrator and the demo's people."""
    return Acting(OPERATOR, OPERATOR, False, frozenset({_EVERYWHERE}), None, at, "")


def fold_login(login: str) -> str:
    """The one spelling of a login: case and surrounding blanks do not count."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def is_login(spelled: str) -> bool:
    """True of what can be a login: something to see, and no longer than a line."""
    return 0 < len(spelled) <= _LOGIN_LIMIT and spelled.isprintable()


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
    if not is_login(spelled) or name.strip() == "":
        raise InvalidInput("login_needed", "A person needs a login of visible characters, and a name.")
    if people.person_by_login(tx, spelled) is not None:
        raise Conflict("login_taken", "That login belongs to somebody already.")
    person = Person(new_id(acting.at), spelled, name.strip(), True, roles)
    people.add_person(tx, person, password_hash, acting.at, acting.person_id)
    ledger.append(
        tx, (acting.act("create_person", None, (person.id,), ", ".join(sorted(map(role_words, roles))) or None),)
    )
    return person


def people_for(tx: Transaction, acting: Acting) -> tuple[Person, ...]:
    """Everybody this administrator may see, by login; raises Forbidden."""
    require_administrator_of_any(acting)
    return tuple(one for one in people.people(tx) if _sees(acting, one))


def person_for(tx: Transaction, acting: Acting, person_id: str) -> Person:
    """One of them; raises Forbidden, and NotFound alike for somebody of other wards and for nobody."""
    require_administrator_of_any(acting)
    found = people.person(tx, person_id)
    if not _sees(acting, found):
        raise NotFound("person_not_found", "There is no such person.")
    return found


def grant(tx: Transaction, acting: Acting, person_id: str, role: Grant) -> Person:
    """Gives a role on a ward, or on all, and signs the person out, so that nothing goes on under the old roles.

    Nothing happens when it is held already. Raises NotFound, Forbidden.
    """
    require_administrator(acting, role.ward_id)
    _check_wards(tx, (role,))
    person = _taken_hold_of(tx, acting, person_id)
    if role in person.grants:
        return person
    people.grant(tx, person_id, role, acting.at, acting.person_id)
    sessions.end_sessions_of(tx, person_id)
    ledger.append(tx, (acting.act("grant", None, (person_id,), role_words(role)),))
    return people.person(tx, person_id)


def take_role(tx: Transaction, acting: Acting, person_id: str, role: Grant) -> Person:
    """Takes a role away, and signs the person out.

    Raises NotFound for a role that is not held, Forbidden, Conflict for the last administrator of the house.
    """
    require_administrator(acting, role.ward_id)
    person = _taken_hold_of(tx, acting, person_id)
    if role not in person.grants:
        raise NotFound("role_not_found", "This person does not hold that role there.")
    if role == _EVERYWHERE:
        _keep_an_administrator(tx, person)
    people.revoke(tx, person_id, role)
    sessions.end_sessions_of(tx, person_id)
    line = acting.act("take_role", None, (person_id,), role_words(role), before=(role_code(role),))
    ledger.append(tx, (line,))
    return people.person(tx, person_id)


def disable(tx: Transaction, acting: Acting, person_id: str, reason: str) -> Person:
    """Nobody signs in as this person from the next request on; their links and personal tokens end for good.

    Raises NotFound, Forbidden, Conflict for the last administrator of the house.
    """
    person = whole_person(tx, acting, person_id)
    if not person.active:
        return person
    _keep_an_administrator(tx, person)
    people.set_active(tx, person_id, active=False)
    sessions.end_sessions_of(tx, person_id)
    tokens.revoke_tokens_of(tx, person_id, acting.at, acting.person_id)
    invitations.withdraw_invitations(tx, person_id)
    ledger.append(tx, (acting.act("disable_person", None, (person_id,), reason),))
    return people.person(tx, person_id)


def enable(tx: Transaction, acting: Acting, person_id: str) -> Person:
    """The person may sign in again, with the password of before; raises NotFound, Forbidden."""
    person = whole_person(tx, acting, person_id)
    if person.active:
        return person
    people.set_active(tx, person_id, active=True)
    ledger.append(tx, (acting.act("enable_person", None, (person_id,)),))
    return people.person(tx, person_id)


def change_password(tx: Transaction, acting: Acting, password_hash: str) -> None:
    """Somebody's own new password, once the old one was shown; every session ends, this one too. Raises Forbidden."""
    if acting.service:
        raise Forbidden("person_needed", "Only a named person has a password.")
    people.set_password(tx, acting.person_id, password_hash)
    sessions.end_sessions_of(tx, acting.person_id)
    invitations.withdraw_invitations(tx, acting.person_id)
    ledger.append(tx, (acting.act("change_password", None, (acting.person_id,)),))


def whole_person(tx: Transaction, acting: Acting, person_id: str) -> Person:
    """A person about whom this administrator decides in everything, held until the transaction ends.

    Raises NotFound, and Forbidden for whoever works on wards that others administer.
    """
    person = _taken_hold_of(tx, acting, person_id)
    if not handles_whole(acting, person):
        sentence = "This person works on other wards as well: an administrator of all wards does this."
        raise Forbidden("works_elsewhere", sentence)
    return person


def handles_whole(acting: Acting, person: Person) -> bool:
    """True when every ward the person works on is one this actor administers, and the person is somebody else."""
    theirs = {held.ward_id for held in person.grants}
    return person.id != acting.person_id and all(administers(acting, ward_id) for ward_id in theirs)


def administers(acting: Acting, ward_id: str | None) -> bool:
    """True for an administrator of the ward; `ward_id` None is everywhere."""
    held = acting.grants & {_EVERYWHERE, Grant(Role.ADMINISTRATOR, ward_id)}
    return not acting.service and len(held) > 0


def require_administrator(acting: Acting, ward_id: str | None) -> None:
    """An administrator of one ward makes nobody anything elsewhere; `ward_id` None is everywhere. Raises Forbidden."""
    if not administers(acting, ward_id):
        raise Forbidden("role_needed", "This needs an administrator.")


def require_administrator_of_any(acting: Acting) -> None:
    """Raises Forbidden for whoever administers no ward at all."""
    if acting.service or Role.ADMINISTRATOR not in acting.roles(None):
        raise Forbidden("role_needed", "This needs an administrator.")


def _taken_hold_of(tx: Transaction, acting: Acting, person_id: str) -> Person:
    """Somebody else whom this administrator may see, as they are now and stay until the transaction ends.

    Raises ProofNeeded, NotFound, Forbidden.
    """
    acting.require_proof()
    people.lock(tx, person_id)
    person = person_for(tx, acting, person_id)
    if person.id == acting.person_id:
        raise Forbidden("own_account", "Nobody changes their own account or roles: another administrator does.")
    return person


def _sees(acting: Acting, person: Person) -> bool:
    """Whoever works on one of their wards, and whoever works on none yet."""
    return not person.grants or any(administers(acting, held.ward_id) for held in person.grants)


def _keep_an_administrator(tx: Transaction, person: Person) -> None:
    if person.active and _EVERYWHERE in person.grants and people.administrators(tx) == {person.id}:
        raise Conflict("last_administrator", "This is the last administrator of all wards: make another one first.")


def _check_wards(tx: Transaction, roles: Iterable[Grant]) -> None:
    for ward_id in {role.ward_id for role in roles}:
        if ward_id is not None:
            wards.ward(tx, ward_id)


def _widest(roles: frozenset[Grant]) -> str | None:
    places = {role.ward_id for role in roles}
    return places.pop() if len(places) == 1 else None


def role_words(role: Grant) -> str:
    """A role as a line of the audit trail says it."""
    return f"{role.role} on {role.ward_id or 'all wards'}"


def role_code(role: Grant) -> str:
    """A role as what an act replaced."""
    return f"{role.role}:{role.ward_id or '*'}"
