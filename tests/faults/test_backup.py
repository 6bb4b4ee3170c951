"""Is a backup made beside a running server whole, and does it come back as the database it was?"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import ward as charting
from tests.faults.record import assert_whole, counts
from tests.faults.serving import run, serving
from tests.faults.ward import Ward


@pytest.mark.hazard("HZ-17")
def test_a_backup_beside_a_running_server_holds_what_was_saved_last(sqlite_ward: Ward, tmp_path: Path) -> None:
    file = Path(sqlite_ward.url.removeprefix("sqlite:///"))
    kept, careless = tmp_path / "kept.db", tmp_path / "careless.db"
    with serving(sqlite_ward.url, tmp_path) as server:
        client = server.client(sqlite_ward.token)
        saved = client.post(charting.path(sqlite_ward.course_ids[0]), charting.holding(), "first")
        assert saved.status_code == 201
        expected = counts(sqlite_ward.url)
        ended = run(sqlite_ward.url, "backup", str(kept))
        shutil.copyfile(file, careless)
        client.close()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert counts(f"sqlite:///{kept}") == expected != counts(f"sqlite:///{careless}")
    assert sorted(path.name for path in tmp_path.glob("kept*")) == ["kept.db"]
    assert kept.stat().st_mode & 0o077 == 0
    assert run(f"sqlite:///{kept}", "audit", "head").stdout == ended.stdout
    for head in (ended.stdout.split()[1], ended.stdout):  # LINE:HASH, or the line as it was printed and kept
        assert run(f"sqlite:///{kept}", "audit", "verify", "--head", head).returncode == 0
    assert_whole(f"sqlite:///{kept}")


def test_a_restored_backup_is_served_again(sqlite_ward: Ward, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    assert run(sqlite_ward.url, "backup", str(kept)).returncode == 0
    assert run(f"sqlite:///{kept}", "restored", "--reason", "CANARY-9041 the disk broke").returncode == 0
    with serving(f"sqlite:///{kept}", tmp_path) as server:
        client = server.client(sqlite_ward.token)
        assert client.post(charting.path(sqlite_ward.course_ids[0]), charting.holding(), "first").status_code == 201
        client.close()


def test_a_backup_replaces_no_file_and_says_where_it_cannot_write(sqlite_ward: Ward, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.write_text("of last week")
    for target, said in (
        (there, f"{there} exists: a backup never replaces a file."),
        (tmp_path / "no" / "folder.db", "cannot be written: No such file or directory."),
        (there / "below.db", "cannot be written: Not a directory."),
    ):
        ended = run(sqlite_ward.url, "backup", str(target))
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.endswith(f"{said}\n")
        assert len(ended.stderr.splitlines()) == 1
    assert there.read_text() == "of last week"


def test_there_is_no_backup_of_what_no_migration_has_seen(empty_sqlite_url: str, tmp_path: Path) -> None:
    sqlite3.connect(empty_sqlite_url.removeprefix("sqlite:///")).close()
    ended = run(empty_sqlite_url, "backup", str(tmp_path / "kept.db"))
    assert ended.returncode == 1
    assert "doseward migrate" in ended.stderr


def test_a_postgresql_is_left_to_its_own_command_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://somebody:CANARY-SECRET-9041@db.example:5433/ward"
    ended = run(url, "backup", str(tmp_path / "kept.dump"))
    assert (ended.returncode, ended.stdout) == (1, "")
    command = f"pg_dump --format=custom --file={tmp_path}/kept.dump postgresql://somebody@db.example:5433/ward"
    assert ended.stderr == f"PostgreSQL makes its own backup. Run: {command}\n"


def test_a_backup_can_be_read_where_nothing_can_be_written(sqlite_ward: Ward, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    assert run(sqlite_ward.url, "backup", str(kept)).returncode == 0
    with closing(sqlite3.connect(f"file:{kept}?mode=ro", uri=True)) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
