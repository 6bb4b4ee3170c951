"""What does a client hear while the database is locked, full or gone, and what happens when it is back?"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx2
import psycopg
import pytest
from psycopg import sql

from tests.databases import database_name
from tests.faults import ward as charting
from tests.faults.record import assert_whole, counts
from tests.faults.serving import Client, serving
from tests.faults.ward import Ward, a_ward

QUICKLY = 5.0
"""Seconds: longer than any time-out of the store, shorter than a nurse waits."""

TINY = 6 * 1024**2


def _refused(client: Client, ward: Ward, key: str, says: str = "Nothing was saved") -> None:
    """A set that cannot be saved now is answered with a prompt 503 that says so, and nothing else."""
    began = time.monotonic()
    answer = client.post(charting.path(ward.course_ids[0]), charting.holding(), key)
    assert time.monotonic() - began < QUICKLY
    assert answer.status_code == 503, answer.text
    assert says in answer.json()["detail"]
    assert answer.headers["retry-after"] != ""


def _saved(client: Client, ward: Ward, key: str) -> None:
    answer = client.post(charting.path(ward.course_ids[0]), charting.holding(), key)
    assert answer.status_code == 201, answer.text


@pytest.mark.hazard("HZ-07", "HZ-11")
def test_a_locked_sqlite_file_is_a_503_and_the_next_set_is_saved(sqlite_ward: Ward, tmp_path: Path) -> None:
    with serving(sqlite_ward.url, tmp_path) as server:
        client, before = server.client(sqlite_ward.token), counts(sqlite_ward.url)
        _saved(client, sqlite_ward, "first")
        after_first = counts(sqlite_ward.url)
        with closing(sqlite3.connect(sqlite_ward.url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            _refused(client, sqlite_ward, "second")
            assert client.get(f"/courses/{sqlite_ward.course_ids[0]}").status_code == 200
            other.execute("ROLLBACK")
        assert counts(sqlite_ward.url) == after_first != before
        _saved(client, sqlite_ward, "second")
        client.close()
    assert_whole(sqlite_ward.url)


def test_a_course_locked_by_somebody_else_is_a_503_and_the_others_go_on(postgresql_ward: Ward, tmp_path: Path) -> None:
    ward = postgresql_ward
    with serving(ward.url, tmp_path) as server, psycopg.connect(ward.url) as other:
        client, before = server.client(ward.token), counts(ward.url)
        other.execute("SELECT 1 FROM course WHERE id = %s FOR UPDATE", (ward.course_ids[0],))
        _refused(client, ward, "first")
        assert counts(ward.url) == before
        assert client.post(charting.path(ward.course_ids[1]), charting.calm(), "other").status_code == 201
        other.rollback()
        _saved(client, ward, "first")
        client.close()
    assert_whole(ward.url)


@contextmanager
def _nobody_may_connect(url: str) -> Iterator[None]:
    """The database is gone: every connection is cut, and no new one is let in."""
    parts = urlsplit(url)
    elsewhere = urlunsplit(parts._replace(path="/postgres"))
    name = sql.Identifier(database_name(url))
    with psycopg.connect(elsewhere, autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database_name(url),)
        )
        yield
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


@pytest.mark.hazard("HZ-07", "HZ-11")
def test_a_database_that_is_gone_is_a_503_and_its_return_needs_no_restart(
    postgresql_ward: Ward, tmp_path: Path
) -> None:
    ward = postgresql_ward
    with serving(ward.url, tmp_path) as server:
        client = server.client(ward.token)
        _saved(client, ward, "before")
        before = counts(ward.url)
        with _nobody_may_connect(ward.url):
            for attempt in range(6):
                _refused(client, ward, f"meanwhile-{attempt % 2}")
            assert httpx2.get(f"{server.address}/livez", trust_env=False).status_code == 200
            assert httpx2.get(f"{server.address}/readyz", trust_env=False).status_code == 503
        _saved(client, ward, "meanwhile-0")
        assert counts(ward.url)["observation_set"] == before["observation_set"] + 1
        client.close()
    assert_whole(ward.url)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a disk small enough to fill")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={TINY}", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip(f"no disk could be mounted here: {made.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.hazard("HZ-07", "HZ-11")
def test_a_full_disk_is_a_503_that_saves_nothing_until_there_is_room(sqlite_url: str, tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk") as disk:
        path = disk / "doseward.db"
        shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), path)
        ward = a_ward(f"sqlite:///{path}", 2)
        with serving(ward.url, tmp_path) as server:
            client = server.client(ward.token)
            _saved(client, ward, "with-room")
            filler = disk / "filler"
            filler.write_bytes(bytes(shutil.disk_usage(disk).free))
            kept = _fill_up(client, ward)
            # SQLite learns at the commit that there is no room, and then nobody can be sure.
            _refused(client, ward, "no-room", says="retry with the same key")
            assert counts(ward.url)["observation_set"] == kept
            assert client.get(f"/courses/{ward.course_ids[0]}").status_code == 200
            filler.unlink()
            _saved(client, ward, "no-room")
            assert counts(ward.url)["observation_set"] == kept + 1
            client.close()
        assert_whole(ward.url)


def _fill_up(client: Client, ward: Ward) -> int:
    """Sets saved until the log that was there already is full too; answers how many there are."""
    for number in range(200):
        answer = client.post(charting.path(ward.course_ids[0]), charting.holding(), f"filling-{number}")
        if answer.status_code != 201:
            assert answer.status_code == 503, answer.text
            break
    else:
        pytest.fail("the disk never got full")
    return counts(ward.url)["observation_set"]
