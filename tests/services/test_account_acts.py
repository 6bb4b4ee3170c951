"""What may an administrator do with people, and what not even to themselves?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from app.domain.errors import Conflict, DosewardError, Forbidden, NotFound, ProofNeeded
from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services import accounts, sessions, tokens
from app.services.acting import Acting
from app.services.secret import hashed
from app.store import invitations, people, wards
from app.store import sessions as session_store
from app.store.database import Database, Transaction
from app.store.invitations import Invitation
from app.store.people import Grant, Person
from app.store.wards import Ward as Place
from tests.builders import AT
from tests.services.ward import a_service, somebody

Acts = tuple[Callable[[Transaction], object], ...]
OPERATOR = accounts.operator(AT)
EVERYWHERE = Grant(Role.ADMINISTRATOR, None)
REASON = "CANARY left the house"


@dataclass
class House:
    """Two wards, an administrator of each, and one of both."""

    database: Database
    here: str
    there: str
    of_here: Acting
    of_there: Acting
    of_all: Acting

    def person(self, login: str, *grants: Grant) -> Person:
        with self.database.transaction() as tx:
            return accounts.create_person(tx, OPERATOR, login, f"CANARY-{login}", "x", grants)

    def now(self, person: Person) -> Person:
        with self.database.reading() as tx:
            return people.person(tx, person.id)

    def signed_in(self, person: Person) -> bool:
        with self.database.reading() as tx:
            return sessions.session_of(tx, f"secret of {person.login}", AT) is not None

    def sign_in(self, person: Person) -> Person:
        with self.database.transaction() as tx:
            secret = hashed(f"secret of {person.login}")
            session_store.add_session(tx, secret, person.id, AT, AT + timedelta(hours=12))
        return person


@pytest.fixture
def house(database: Database) -> House:
    here, there = (Place(new_id(AT), f"CANARY-WARD-{name}", "Europe/London") for name in "AB")
    with database.transaction() as tx:
        for place in (here, there):
            wards.add_ward(tx, place, AT)
    made = House(database, here.id, there.id, OPERATOR, OPERATOR, OPERATOR)
    made.of_here = _acting(made.person("of_here", Grant(Role.ADMINISTRATOR, here.id)))
    made.of_there = _acting(made.person("of_there", Grant(Role.ADMINISTRATOR, there.id)))
    made.of_all = _acting(made.person("of_all", EVERYWHERE))
    return made


def _acting(person: Person) -> Acting:
    return sessions.acting_as(person, AT, "CANARY-REQUEST-9041")


def test_roles_given_and_taken_count_at_once_and_sign_the_person_out(house: House) -> None:
    nurse, charge = Grant(Role.NURSE, house.here), Grant(Role.CHARGE_NURSE, house.here)
    person = house.sign_in(house.person("nurse", nurse))
    with house.database.transaction() as tx:
        assert accounts.grant(tx, house.of_here, person.id, charge).grants == {nurse, charge}
    assert not house.signed_in(person)
    house.sign_in(person)
    with house.database.transaction() as tx:
        assert accounts.take_role(tx, house.of_here, person.id, nurse).grants == {charge}
    assert not house.signed_in(person)
    with pytest.raises(NotFound), house.database.transaction() as tx:
        accounts.take_role(tx, house.of_here, person.id, nurse)


def test_switching_off_ends_sessions_links_and_tokens_for_good(house: House) -> None:
    person = house.sign_in(house.person("nurse", Grant(Role.NURSE, house.here)))
    with house.database.transaction() as tx:
        _, token = tokens.create_token(tx, OPERATOR, "token", person)
        invitations.add_invitation(tx, Invitation("a" * 64, person.id, AT, "x", AT + timedelta(hours=72)))
    with house.database.transaction() as tx:
        assert not accounts.disable(tx, house.of_here, person.id, REASON).active
    with house.database.transaction() as tx:
        assert accounts.enable(tx, house.of_here, person.id).active
    assert not house.signed_in(person)
    with house.database.reading() as tx:
        assert tokens.token_of(tx, token, AT) is None
        assert invitations.invitation(tx, "a" * 64) is None
        assert people.password_of(tx, person.id) == "x"


def test_an_administrator_of_one_ward_sees_its_people_and_those_without_a_place(house: House) -> None:
    house.person("nurse_here", Grant(Role.NURSE, house.here))
    theirs = house.person("nurse_there", Grant(Role.NURSE, house.there))
    house.person("float", Grant(Role.NURSE, house.here), Grant(Role.NURSE, house.there))
    house.person("new")
    with house.database.reading() as tx:
        seen = {one.login for one in accounts.people_for(tx, house.of_here)}
        assert seen == {"nurse_here", "float", "new", "of_here"}
        assert len(accounts.people_for(tx, house.of_all)) == 7
        refusals = []
        for unseen in (theirs.id, new_id(AT)):
            with pytest.raises(NotFound) as refusal:
                accounts.person_for(tx, house.of_here, unseen)
            refusals.append((refusal.value.code, refusal.value.sentence))
        assert refusals[0] == refusals[1]
        for other in (somebody(Role.CHARGE_NURSE), a_service("read")):
            with pytest.raises(Forbidden):
                accounts.people_for(tx, other)


def test_what_concerns_a_whole_person_is_for_whoever_administers_all_their_wards(house: House) -> None:
    person = house.person("float", Grant(Role.NURSE, house.here), Grant(Role.NURSE, house.there))
    boss = house.person("boss", Grant(Role.NURSE, house.here), EVERYWHERE)
    for target in (person, boss):
        with pytest.raises(Forbidden) as refusal, house.database.transaction() as tx:
            accounts.disable(tx, house.of_here, target.id, REASON)
        assert refusal.value.code == "works_elsewhere"
    with house.database.transaction() as tx:
        accounts.take_role(tx, house.of_there, person.id, Grant(Role.NURSE, house.there))
        accounts.disable(tx, house.of_here, person.id, REASON)
        accounts.disable(tx, house.of_all, boss.id, REASON)
    assert not house.now(person).active


def test_nobody_raises_or_changes_themselves(house: House) -> None:
    def acts(acting: Acting) -> Acts:
        mine = acting.person_id
        return (
            lambda tx: accounts.grant(tx, acting, mine, Grant(Role.PRESCRIBER, house.here)),
            lambda tx: accounts.take_role(tx, acting, mine, next(iter(acting.grants))),
            lambda tx: accounts.disable(tx, acting, mine, REASON),
            lambda tx: accounts.whole_person(tx, acting, mine),
        )

    for acting in (house.of_here, house.of_all):
        for act in acts(acting):
            with pytest.raises(Forbidden) as refusal, house.database.transaction() as tx:
                act(tx)
            assert refusal.value.code == "own_account"


def test_an_administrator_of_one_ward_makes_nobody_an_administrator_of_more(house: House) -> None:
    person = house.person("nurse", Grant(Role.NURSE, house.here))
    for role in (EVERYWHERE, Grant(Role.ADMINISTRATOR, house.there), Grant(Role.NURSE, house.there)):
        with pytest.raises(Forbidden), house.database.transaction() as tx:
            accounts.grant(tx, house.of_here, person.id, role)
        with pytest.raises(Forbidden), house.database.transaction() as tx:
            accounts.take_role(tx, house.of_here, person.id, role)
    with house.database.transaction() as tx:
        accounts.grant(tx, house.of_here, person.id, Grant(Role.ADMINISTRATOR, house.here))


def test_the_last_administrator_of_the_house_stays(house: House) -> None:
    with house.database.transaction() as tx:
        boss = people.person(tx, house.of_all.person_id)
        off = accounts.create_person(tx, OPERATOR, "off", "CANARY-OFF", None, [EVERYWHERE])
        accounts.disable(tx, OPERATOR, off.id, REASON)
    acts: Acts = (
        lambda tx: accounts.disable(tx, OPERATOR, boss.id, REASON),
        lambda tx: accounts.take_role(tx, OPERATOR, boss.id, EVERYWHERE),
    )
    for act in acts:
        with pytest.raises(Conflict) as refusal, house.database.transaction() as tx:
            act(tx)
        assert refusal.value.code == "last_administrator"
    with house.database.transaction() as tx:
        accounts.enable(tx, OPERATOR, off.id)
        accounts.take_role(tx, OPERATOR, boss.id, EVERYWHERE)


@pytest.mark.parametrize("times", range(4))
def test_two_administrators_who_switch_each_other_off_at_once_leave_one(house: House, times: int) -> None:
    pair = [house.of_all, _acting(house.person("second", EVERYWHERE))]

    def disable(number: int) -> bool:
        try:
            with house.database.transaction() as tx:
                accounts.disable(tx, pair[number], pair[1 - number].person_id, REASON)
        except DosewardError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(disable, range(2)))
    assert done.count(True) == 1
    with house.database.reading() as tx:
        assert len(people.administrators(tx)) == 1


def test_every_act_asks_for_a_fresh_proof(house: House) -> None:
    person = house.person("nurse", Grant(Role.NURSE, house.here))
    stale = replace(house.of_all, proved_at=AT - timedelta(seconds=61))
    acts: Acts = (
        lambda tx: accounts.grant(tx, stale, person.id, Grant(Role.PRESCRIBER, house.here)),
        lambda tx: accounts.take_role(tx, stale, person.id, Grant(Role.NURSE, house.here)),
        lambda tx: accounts.disable(tx, stale, person.id, REASON),
        lambda tx: accounts.enable(tx, stale, person.id),
    )
    for act in acts:
        with pytest.raises(ProofNeeded), house.database.transaction() as tx:
            act(tx)


def test_ones_own_new_password_ends_every_session_and_link(house: House) -> None:
    person = house.sign_in(house.person("nurse", Grant(Role.NURSE, house.here)))
    with house.database.transaction() as tx:
        invitations.add_invitation(tx, Invitation("a" * 64, person.id, AT, "x", AT + timedelta(hours=72)))
        accounts.change_password(tx, _acting(person), "another")
        assert people.password_of(tx, person.id) == "another"
        assert invitations.invitation(tx, "a" * 64) is None
    assert not house.signed_in(person)
    with pytest.raises(Forbidden), house.database.transaction() as tx:
        accounts.change_password(tx, a_service("read"), "another")


def test_the_last_sign_in_is_read_from_the_trail(house: House) -> None:
    person = house.person("nurse", Grant(Role.NURSE, house.here))
    with house.database.reading() as tx:
        assert people.last_sign_in(tx, person.id) is None
    for hours in (1, 2):
        proof = sessions.Proof(person, "x", None)
        with house.database.transaction() as tx:
            sessions.sign_in(tx, proof, AT + timedelta(hours=hours), "")
    with house.database.reading() as tx:
        assert people.last_sign_in(tx, person.id) == AT + timedelta(hours=2)


def test_the_trail_says_who_did_what_to_whom_and_what_was_before(house: House) -> None:
    nurse = Grant(Role.NURSE, house.here)
    person = house.person("nurse", nurse)
    with house.database.transaction() as tx:
        accounts.grant(tx, house.of_here, person.id, Grant(Role.CHARGE_NURSE, house.here))
        accounts.take_role(tx, house.of_here, person.id, nurse)
        accounts.disable(tx, house.of_here, person.id, REASON)
        accounts.enable(tx, house.of_here, person.id)
        accounts.change_password(tx, _acting(person), "another")
    with house.database.reading() as tx:
        statement = "SELECT person, action, subjects, reason, before FROM audit ORDER BY seq"
        lines = [tuple(line) for line in tx.connection.exec_driver_sql(statement)]
    by, of = house.of_here.person_id, person.id
    assert lines[-6:] == [
        ("operator", "create_person", of, f"nurse on {house.here}", None),
        (by, "grant", of, f"charge_nurse on {house.here}", None),
        (by, "take_role", of, f"nurse on {house.here}", f"nurse:{house.here}"),
        (by, "disable_person", of, REASON, None),
        (by, "enable_person", of, None, None),
        (of, "change_password", of, None, None),
    ]
