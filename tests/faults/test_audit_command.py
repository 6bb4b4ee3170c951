"""Does the command line find what was done to the audit trail, beside a running server, and say where it stands?"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.store import ledger
from app.store.ledger import Act
from app.store.opening import open_database
from tests.faults.serving import AUDIT_KEY, run, serving
from tests.faults.ward import Ward
from tests.store.raw import raw


def _unguarded(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        return
    for name in ("no_update", "no_delete", "no_replace"):
        connection.exec_driver_sql(f"DROP TRIGGER audit_{name}")


def _head(ward: Ward) -> str:
    ended = run(ward.url, "audit", "head")
    assert ended.returncode == 0, ended.stderr
    found = re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z (\d+:[0-9a-f]{64})\n", ended.stdout)
    assert found, ended.stdout
    return found[1]


@pytest.mark.hazard("HZ-15")
def test_a_whole_trail_is_verified_beside_a_running_server(ward: Ward, tmp_path: Path) -> None:
    with serving(ward.url, tmp_path):
        head = _head(ward)
        ended = run(ward.url, "audit", "verify", "--head", head)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"Lines followed: \d+\. Faults: 0\.\n", ended.stdout)


@pytest.mark.hazard("HZ-15")
def test_every_fault_is_a_line_and_ends_the_command_with_1(ward: Ward) -> None:
    with raw(ward.url) as connection:
        _unguarded(connection)
        connection.exec_driver_sql("UPDATE audit SET acting_as = 'somebody else' WHERE seq IN (2, 4)")
    ended = run(ward.url, "audit", "verify")
    assert ended.returncode == 1
    *faults, total = ended.stdout.splitlines()
    assert [line.split(":")[0] for line in faults] == ["line 2", "line 4"]
    assert total.endswith("Faults: 2.")


@pytest.mark.hazard("HZ-15")
def test_an_end_cut_off_is_found_against_the_head_of_the_shift(ward: Ward) -> None:
    head = _head(ward)
    with raw(ward.url) as connection:
        _unguarded(connection)
        connection.exec_driver_sql("DELETE FROM audit WHERE seq > 3")
        last = connection.exec_driver_sql("SELECT hash FROM audit WHERE seq = 3").scalar_one()
        connection.exec_driver_sql(f"UPDATE ledger SET audit_seq = 3, chain_head = '{last}'")
    assert run(ward.url, "audit", "verify").returncode == 0
    ended = run(ward.url, "audit", "verify", "--head", head)
    assert ended.returncode == 1
    assert "it is not the trail whose head was written down" in ended.stdout


def test_a_key_that_is_missing_and_a_head_that_is_none_are_said_in_a_sentence(sqlite_ward: Ward) -> None:
    for words, said, key in (
        (("verify",), "DOSEWARD_AUDIT_KEY is not set", ""),
        (("verify", "--head", "7"), "A head is LINE:HASH", AUDIT_KEY),
    ):
        ended = run(sqlite_ward.url, "audit", *words, audit_key=key)
        assert ended.returncode == 1
        assert ended.stderr.startswith(said)
        assert len(ended.stderr.splitlines()) == 1


def test_an_empty_trail_has_no_head(sqlite_url: str) -> None:
    assert run(sqlite_url, "audit", "head").stderr == "The audit trail has no lines yet.\n"
    assert run(sqlite_url, "audit", "verify").stdout == "Lines followed: 0. Faults: 0.\n"


def test_a_long_trail_is_followed_in_seconds(sqlite_ward: Ward) -> None:
    database = open_database(sqlite_ward.url, audit_key=AUDIT_KEY.encode())
    at = datetime.now(UTC)
    with database.transaction() as tx:
        end = ledger.append(tx, [Act(at, "who", "nurse", "observe", "0.1.0", "course", ("a", "b"))] * 50_000)
    database.close()
    began = time.monotonic()
    ended = run(sqlite_ward.url, "audit", "verify", "--head", f"{end.audit_seq}:{end.chain_head}")
    assert ended.stdout == f"Lines followed: {end.audit_seq}. Faults: 0.\n"
    assert time.monotonic() - began < 20
