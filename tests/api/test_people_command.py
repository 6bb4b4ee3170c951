"""Does `doseward people` let the first administrator in, and the last one back?"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.vocabulary import Role
from app.services import invitations, passwords
from app.store import people
from app.store.opening import open_database
from app.store.people import Grant, Person

KEY = "kept elsewhere, and long enough to be one"
PASSWORD = "lantern over nine bridges"


@pytest.fixture
def url(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DOSEWARD_DATABASE_URL", database_url)
    monkeypatch.setenv("DOSEWARD_AUDIT_KEY", KEY)
    return database_url


def _run(*words: str, typed: str = "") -> str:
    done = CliRunner().invoke(cli, ["people", *words], input=typed, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def _create(login: str = "alice", password: str = PASSWORD) -> str:
    return _run("create-admin", login, typed=f"CANARY-ALICE\n{password}\n{password}\n")


def _person(url: str, login: str) -> tuple[Person, str | None]:
    database = open_database(url, read_only=True)
    with database.reading() as tx:
        found = people.person_by_login(tx, login)
    database.close()
    assert found is not None
    return found


def test_the_first_administrator_is_made_with_a_password_that_is_asked_for(url: str) -> None:
    said = _create()
    assert PASSWORD not in said
    person, kept = _person(url, "alice")
    assert person.grants == {Grant(Role.ADMINISTRATOR, None)}
    assert passwords.matches(kept, PASSWORD)[0]


@pytest.mark.parametrize("password", ["Password2026!", "alice over bridges", "123456789012", "short"])
def test_their_password_is_no_easier_than_anybodys(url: str, password: str) -> None:
    with pytest.raises(InvalidInput):
        _create(password=password)


def test_a_link_lets_a_locked_out_administrator_back_in(url: str) -> None:
    _create()
    said = _run("link", " ALICE ")
    found = re.search(r"^http://127\.0\.0\.1:8000/welcome#([\w-]{43})$", said, re.MULTILINE)
    assert found is not None
    assert _person(url, "alice")[1] is None
    database = open_database(url, audit_key=KEY.encode())
    with database.transaction() as tx:
        assert invitations.accept(tx, found[1], "hash", datetime.now(UTC), "").login == "alice"
    database.close()


def test_people_are_listed_and_switched_off_but_not_the_last_administrator(url: str) -> None:
    _create()
    _create("bob")
    _run("disable", "alice", "--reason", "CANARY-left")
    with pytest.raises(Conflict):
        _run("disable", "bob", "--reason", "CANARY-left")
    assert not _person(url, "alice")[0].active
    assert _person(url, "bob")[0].active
    listed = _run("list")
    assert re.search(r"alice.*off", listed)
    assert re.search(r"bob.*on.*administrator on all wards", listed)


def test_nobody_is_said_to_be_nobody(url: str) -> None:
    for words in (("link", "nobody"), ("disable", "nobody", "--reason", "x")):
        with pytest.raises(NotFound):
            _run(*words)
