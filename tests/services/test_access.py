"""Is everybody who they say they are, and is nothing kept that would let somebody else be them?"""

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.domain.errors import InvalidInput, NotSignedIn, Unavailable
from app.domain.vocabulary import Role
from app.services import accounts, passwords, sessions, tokens
from app.store import people
from app.store.database import Database
from app.store.people import Grant, Person
from tests.builders import AT

PASSWORD = "CANARY correct horse 9041"
HASH = passwords.hash_password(PASSWORD)


def _person(database: Database, login: str = "nurse", password_hash: str | None = HASH) -> Person:
    with database.transaction() as tx:
        return accounts.create_person(
            tx, accounts.operator(AT), login, "CANARY-NURSE", password_hash, [Grant(Role.NURSE, None)]
        )


def _sign_in(database: Database, login: str = "nurse", password: str = PASSWORD) -> str:
    with database.reading() as tx:
        claimed = sessions.claim(tx, login)
    proof = sessions.check(claimed, password)
    with database.transaction() as tx:
        return sessions.sign_in(tx, proof, AT, "CANARY-REQUEST-9041")


def _everything(database: Database) -> Iterator[str]:
    with database.reading() as tx:
        for table in ("person", "session", "token", "audit"):
            for row in tx.connection.exec_driver_sql(f"SELECT * FROM {table}"):
                yield " ".join(map(str, row))


def test_the_right_password_opens_a_session_for_a_shift(database: Database) -> None:
    person = _person(database)
    secret = _sign_in(database)
    with database.reading() as tx:
        for hours in (0, 11.99):
            found = sessions.session_of(tx, secret, AT + timedelta(hours=hours))
            assert found is not None
            assert found.person == person
        assert sessions.session_of(tx, secret, AT + timedelta(hours=12)) is None
        assert sessions.session_of(tx, secret + "x", AT) is None


@pytest.mark.parametrize("login", ["NURSE", " nurse ", "Nurse", "\uff4e\uff55\uff52\uff53\uff45"])
def test_a_login_is_one_in_any_spelling(database: Database, login: str) -> None:
    _person(database, " Nurse")
    assert _sign_in(database, login)


@pytest.mark.parametrize(
    "login, password",
    [
        ("nurse", "wrong"),
        ("nobody", PASSWORD),
        ("nurse", ""),
        ("", ""),
        ("nurse", PASSWORD + " "),
        ("nurse", "x" * 9999),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(database: Database, login: str, password: str) -> None:
    _person(database)
    with pytest.raises(NotSignedIn) as refusal:
        _sign_in(database, login, password)
    assert (refusal.value.code, refusal.value.sentence) == (
        "wrong_login",
        "That login and that password do not belong together.",
    )


def test_an_unknown_login_takes_as_long_as_a_wrong_password(database: Database) -> None:
    """Of the processor's time, turn by turn: what else the machine does at the moment is the same for both."""
    _person(database)
    took: dict[str, list[float]] = {"nurse": [], "nobody": []}
    for _ in range(9):
        for login, times in took.items():
            started = time.thread_time()
            with database.reading() as tx:
                claimed = sessions.claim(tx, login)
            with pytest.raises(NotSignedIn):
                sessions.check(claimed, "wrong")
            times.append(time.thread_time() - started)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.8 < unknown / known < 1.25


def test_somebody_without_a_password_or_switched_off_cannot_sign_in(database: Database) -> None:
    _person(database, "tokens", None)
    off = _person(database, "off")
    with database.transaction() as tx:
        people.set_active(tx, off.id, active=False)
    for login in ("tokens", "off"):
        with pytest.raises(NotSignedIn):
            _sign_in(database, login)


def test_somebody_switched_off_while_signing_in_gets_no_session(database: Database) -> None:
    person = _person(database)
    with database.reading() as tx:
        proof = sessions.check(sessions.claim(tx, "nurse"), PASSWORD)
    with database.transaction() as tx:
        people.set_active(tx, person.id, active=False)
    with pytest.raises(NotSignedIn), database.transaction() as tx:
        sessions.sign_in(tx, proof, AT, "")


def test_switching_somebody_off_ends_what_they_opened(database: Database) -> None:
    person = _person(database)
    secret = _sign_in(database)
    with database.transaction() as tx:
        _, token = tokens.create_token(tx, accounts.operator(AT), "token", person)
        people.set_active(tx, person.id, active=False)
    with database.reading() as tx:
        assert sessions.session_of(tx, secret, AT) is None
        assert tokens.token_of(tx, token, AT) is None


def test_signing_out_ends_the_session(database: Database) -> None:
    person = _person(database)
    secret = _sign_in(database)
    with database.transaction() as tx:
        sessions.sign_out(tx, sessions.acting_as(person, AT, ""), secret)
    with database.reading() as tx:
        assert sessions.session_of(tx, secret, AT) is None


def test_nothing_that_is_kept_opens_anything(database: Database) -> None:
    person = _person(database)
    secret = _sign_in(database)
    with database.transaction() as tx:
        _, token = tokens.create_token(tx, accounts.operator(AT), "token", person)
    kept = "\n".join(_everything(database))
    for opens in (secret, token, PASSWORD):
        assert opens not in kept
    with database.reading() as tx:
        for word in kept.split():
            assert sessions.session_of(tx, word, AT) is None
            assert tokens.token_of(tx, word, AT) is None


def test_sessions_and_tokens_hold_256_random_bits(database: Database) -> None:
    person = _person(database)
    assert len(_sign_in(database)) == 43
    with database.transaction() as tx:
        _, token = tokens.create_token(tx, accounts.operator(AT), "token", person)
    assert token.startswith("dw_")
    assert len(token) == 46


def test_a_password_is_kept_with_argon2id_at_19_mebibytes() -> None:
    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 1025])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        passwords.hash_password(password)


def test_a_password_may_hold_any_characters() -> None:
    hashed = passwords.hash_password("pässwörd 🦊 mit Raum")
    claimed = sessions.Claim(Person("1", "x", "x", True, frozenset()), hashed)
    assert sessions.check(claimed, "pa\u0308sswo\u0308rd 🦊 mit Raum").person.id == "1"


def test_a_hash_made_with_older_parameters_is_renewed_at_the_next_sign_in(database: Database) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    _person(database, password_hash=old)
    _sign_in(database)
    with database.reading() as tx:
        assert (sessions.claim(tx, "nurse").password_hash or "").startswith("$argon2id$v=19$m=19456")


class _Slow:
    """Hashes nothing, slowly; knows how many did so at once."""

    now = most = 0

    def verify_and_update(self, *_: str) -> tuple[bool, None]:
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(0.02)
        self.now -= 1
        return False, None

    def hash(self, _: str) -> str:
        return ""


def test_no_more_than_two_passwords_are_hashed_at_once_and_one_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = _Slow()
    monkeypatch.setattr(passwords, "_PASSWORDS", slow)

    def attempt(_: int) -> str:
        try:
            sessions.check(sessions.Claim(None, None), "wrong")
        except (NotSignedIn, Unavailable) as refusal:
            return refusal.code
        return ""

    with ThreadPoolExecutor(8) as pool:
        found = Counter(pool.map(attempt, range(8)))
    assert slow.most == 2
    assert found == {"wrong_login": 3, "busy": 5}
    assert attempt(0) == "wrong_login"


@pytest.mark.parametrize("login", ["\x00", "nurse\x00", "\ud800", "x" * 10_000, "\u200b"])
def test_a_login_that_none_can_have_is_an_unknown_one(database: Database, login: str) -> None:
    _person(database)
    with pytest.raises(NotSignedIn):
        _sign_in(database, login)
    with pytest.raises(InvalidInput):
        _person(database, f"{login}\ud800")


def test_a_token_ends_when_it_expires_or_is_revoked(database: Database) -> None:
    operator, person = accounts.operator(AT), _person(database)
    with database.transaction() as tx:
        _, short = tokens.create_token(tx, operator, "short", person, expires_at=AT + timedelta(days=1))
        token, long = tokens.create_token(tx, operator, "long", person)
    with database.reading() as tx:
        assert tokens.token_of(tx, short, AT + timedelta(hours=23)) is not None
        assert tokens.token_of(tx, short, AT + timedelta(hours=24)) is None
    with database.transaction() as tx:
        tokens.revoke_token(tx, operator, token.id)
    with database.reading() as tx:
        assert tokens.token_of(tx, long, AT) is None


def test_a_personal_token_acts_as_its_person_and_a_service_token_as_itself(database: Database) -> None:
    person = _person(database)
    with database.transaction() as tx:
        mine, _ = tokens.create_token(tx, accounts.operator(AT), "mine", person)
        service, _ = tokens.create_token(tx, accounts.operator(AT), "pager", None, ["alerts:read"])
    acting = tokens.acting_for(mine, AT, "r")
    assert (acting.person_id, acting.name, acting.service, acting.grants) == (
        person.id,
        person.name,
        False,
        person.grants,
    )
    other = tokens.acting_for(service, AT, "r")
    assert (other.person_id, other.name, other.service, other.grants) == (service.id, "pager", True, frozenset())
    assert other.act("x", None, ()).person is None
