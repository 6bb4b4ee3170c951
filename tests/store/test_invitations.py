"""Is a one-time link kept without its secret, and used up by one alone?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.store import invitations, people
from app.store.database import Database
from app.store.invitations import Invitation
from app.store.people import Person
from tests.builders import AT, NURSE, an_id

_HASH, _OTHER = "a" * 64, "b" * 64


def _person(database: Database, login: str = "demo-nurse") -> Person:
    person = Person(an_id(), login, "CANARY-NAME-9041", True, frozenset())
    with database.transaction() as tx:
        people.add_person(tx, person, None, AT, None)
    return person


def _link(person: Person, hash_: str = _HASH) -> Invitation:
    return Invitation(hash_, person.id, AT, NURSE, AT + timedelta(hours=72))


def test_a_link_is_found_by_its_hash_and_by_its_person_until_it_is_used(database: Database) -> None:
    person, other = _person(database), _person(database, "somebody-else")
    with database.transaction() as tx:
        invitations.add_invitation(tx, _link(person))
        assert invitations.invitation(tx, _HASH) == invitations.invitation_of(tx, person.id) == _link(person)
        assert invitations.invitation(tx, _OTHER) is None
        assert invitations.invitation_of(tx, other.id) is None
        assert not invitations.take_invitation(tx, _OTHER)
        assert invitations.take_invitation(tx, _HASH)
        assert not invitations.take_invitation(tx, _HASH)
        assert invitations.invitation(tx, _HASH) is None


def test_withdrawing_leaves_the_links_of_others(database: Database) -> None:
    person, other = _person(database), _person(database, "somebody-else")
    with database.transaction() as tx:
        invitations.add_invitation(tx, _link(person))
        invitations.add_invitation(tx, _link(other, _OTHER))
        invitations.withdraw_invitations(tx, person.id)
        assert invitations.invitation(tx, _HASH) is None
        assert invitations.invitation(tx, _OTHER) is not None


def test_of_eight_who_use_a_link_at_once_one_has(database: Database) -> None:
    person = _person(database)
    with database.transaction() as tx:
        invitations.add_invitation(tx, _link(person))

    def take(_: int) -> bool:
        with database.transaction() as tx:
            return invitations.take_invitation(tx, _HASH)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]
