"""Does a command that cannot begin say why in one sentence, whatever the database is?"""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from app.domain.errors import StartRefused
from app.store.migrations import upgrade
from app.store.opening import open_database
from tests.faults.serving import run
from tests.store import nobody
from tests.store.raw import raw

READERS = (("audit", "verify"), ("audit", "head"), ("replay",), ("people", "list"))


def _said(ended: subprocess.CompletedProcess[str]) -> str:
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    return ended.stderr


@pytest.mark.parametrize("words", READERS)
def test_a_database_no_migration_has_seen_is_not_read(words: tuple[str, ...], empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        Path(empty_database_url.removeprefix("sqlite:///")).touch()
    assert "is empty. Run: doseward migrate" in _said(run(empty_database_url, *words))


@pytest.mark.parametrize("words", READERS)
def test_what_another_program_made_is_not_read(words: tuple[str, ...], empty_sqlite_url: str) -> None:
    with sqlite3.connect(empty_sqlite_url.removeprefix("sqlite:///")) as other:
        other.execute("CREATE TABLE letters (text)")
    other.close()
    assert "holds something that is not Doseward's" in _said(run(empty_sqlite_url, *words))


def test_what_is_logged_meanwhile_is_not_taken_for_what_was_asked_for(sqlite_url: str) -> None:
    with raw(sqlite_url) as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO lost")
    ended = run(sqlite_url, "audit", "head")
    assert (ended.returncode, ended.stdout) == (1, "")
    line, _ = ended.stderr.splitlines()
    assert json.loads(line)["event"] == "the database failed"


@pytest.mark.parametrize("words", [*READERS, ("migrate",), ("serve",)])
def test_a_file_that_is_no_database_is_named(words: tuple[str, ...], tmp_path: Path) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear colleague, " * 1000)
    said = _said(run(f"sqlite:///{letter}", *words))
    assert said == f"The database at {letter} cannot be opened: file is not a database.\n"


@pytest.mark.parametrize("words", [("migrate",), ("people", "list")])
def test_a_port_that_is_no_number_is_a_bad_address(words: tuple[str, ...]) -> None:
    assert _said(run("postgresql://db.example:port/ward", *words)) == "The database URL cannot be read.\n"


def test_a_server_that_is_not_there_is_named_by_a_migration_too() -> None:
    said = _said(run("postgresql://127.0.0.1:1/none", "migrate"))
    assert said == "The database at 127.0.0.1 cannot be opened: Connection refused.\n"


def test_a_migration_into_a_folder_that_is_not_there_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "no" / "doseward.db"
    assert _said(run(f"sqlite:///{path}", "migrate")).endswith(f"{path}: No such file or directory.\n")


def test_a_lock_that_may_not_be_taken_is_named(sqlite_url: str) -> None:
    with nobody.place() as folder:
        path = nobody.copied(sqlite_url.removeprefix("sqlite:///"), folder)
        folder.chmod(0o500)
        for begin in (open_database, upgrade):
            with nobody.as_nobody(), pytest.raises(StartRefused, match=r"doseward\.db\.lock: Permission denied\."):
                begin(f"sqlite:///{path}")


def test_a_file_that_may_not_be_written_or_looked_for_is_named(sqlite_url: str) -> None:
    with nobody.place() as folder:
        path = nobody.copied(sqlite_url.removeprefix("sqlite:///"), folder)
        path.chmod(0o400)
        with nobody.as_nobody(), pytest.raises(StartRefused, match=r"doseward\.db: Permission denied\."):
            upgrade(f"sqlite:///{path}")
        folder.chmod(0)
        with nobody.as_nobody(), pytest.raises(StartRefused, match=r"doseward\.db: Permission denied\."):
            open_database(f"sqlite:///{path}", read_only=True)
