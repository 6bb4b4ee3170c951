"""Does the program refuse, in a clear sentence, a database it must not use?"""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.errors import StartRefused, Unavailable
from app.store import meta
from app.store.migrations import check_schema, upgrade
from app.store.opening import open_database
from tests.store.raw import raw


def test_a_second_opening_for_writing_is_refused(sqlite_url: str) -> None:
    first = open_database(sqlite_url)
    with pytest.raises(StartRefused, match="already open for writing by process"):
        open_database(sqlite_url)
    first.close()
    open_database(sqlite_url).close()


def test_a_second_process_is_refused_and_told_which_is_the_first(sqlite_url: str) -> None:
    script = "import sys; from app.store.opening import open_database; d = open_database(sys.argv[1]); print('open');"
    with subprocess.Popen(
        [sys.executable, "-c", script + "sys.stdout.flush(); sys.stdin.read()", sqlite_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StartRefused, match=f"by process {other.pid}"):
            open_database(sqlite_url)
        other.kill()
    open_database(sqlite_url).close()


def test_a_migration_is_refused_while_the_program_writes(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with pytest.raises(StartRefused, match="already open for writing"):
        upgrade(sqlite_url)
    database.close()


def test_a_reader_runs_beside_the_writer(sqlite_url: str) -> None:
    writer, reader = open_database(sqlite_url), open_database(sqlite_url, read_only=True)
    with writer.transaction() as tx:
        meta.put(tx, "seen", "yes")
        with reader.reading() as other:
            assert meta.get(other, "seen") is None
    with reader.reading() as other:
        assert meta.get(other, "seen") == "yes"
    reader.close()
    writer.close()


def test_a_reader_works_when_nobody_writes_and_leaves_the_file_as_it_was(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    before = path.read_bytes()
    reader = open_database(sqlite_url, read_only=True)
    check_schema(reader)
    with pytest.raises(RuntimeError, match="read only"), reader.transaction():
        pass
    reader.close()
    assert path.read_bytes() == before


def test_a_transaction_has_the_file_to_itself_from_its_beginning(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    with database.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    database.close()


def test_only_the_writer_takes_checkpoints(sqlite_url: str) -> None:
    writer, reader = open_database(sqlite_url), open_database(sqlite_url, read_only=True)
    with writer.transaction() as tx:
        meta.put(tx, "seen", "yes")
    with pytest.raises(Unavailable), reader.reading() as tx:
        tx.connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
    with pytest.raises(Unavailable), writer.reading() as tx:
        tx.connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
    reader.close()
    writer.close()


def test_a_database_that_does_not_exist_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="Run: doseward migrate"):
        open_database(f"sqlite:///{tmp_path / 'absent.db'}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://somewhere/db", "no address at all"])
def test_an_address_the_program_cannot_use_is_refused(url: str) -> None:
    with pytest.raises(StartRefused, match="database"):
        open_database(url)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StartRefused) as refused:
        open_database("postgresql://somebody:CANARY-SECRET-9041@127.0.0.1:1/doseward")
    assert refused.value.sentence == "The database at 127.0.0.1 cannot be opened: Connection refused."


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear colleague, " * 1000)
    with pytest.raises(StartRefused, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path / 'letter.db'}")


def test_a_database_without_a_schema_is_refused(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        sqlite3.connect(empty_database_url.removeprefix("sqlite:///")).close()
        Path(empty_database_url.removeprefix("sqlite:///")).touch()
    database = open_database(empty_database_url)
    with pytest.raises(StartRefused, match=r"is empty\. Run: doseward migrate"):
        check_schema(database)
    database.close()


def test_an_older_schema_is_refused(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from app.store import migrations

    folder = tmp_path / "alembic"
    shutil.copytree(migrations._REVISIONS, folder)  # noqa: SLF001 - a later program, as far as the database can tell
    newest = max(path.name for path in (folder / "versions").glob("*.py")).split("_")[0]
    (folder / "versions" / "9999_later.py").write_text(
        f'revision = "9999"\ndown_revision = "{newest}"\nbranch_labels = None\ndepends_on = None\n'
    )
    monkeypatch.setattr(migrations, "_REVISIONS", folder)
    database = open_database(database_url)
    with pytest.raises(StartRefused, match=rf"has schema {newest}, this program needs 9999\. Run: doseward migrate"):
        check_schema(database)
    database.close()


def test_a_newer_schema_is_refused(database_url: str) -> None:
    with raw(database_url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database = open_database(database_url)
    with pytest.raises(StartRefused, match="a newer Doseward made"):
        check_schema(database)
    database.close()


def test_the_schema_of_this_program_is_accepted(database_url: str) -> None:
    database = open_database(database_url)
    check_schema(database)
    database.close()


def test_a_new_sqlite_file_is_only_for_its_owner(empty_sqlite_url: str) -> None:
    upgrade(empty_sqlite_url)
    assert Path(empty_sqlite_url.removeprefix("sqlite:///")).stat().st_mode & 0o077 == 0
