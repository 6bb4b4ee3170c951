"""Does the program refuse to start where it would have to lie, in one sentence and with a non-zero exit?"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.demo.people import DEMO_MARK
from app.services import accounts
from app.store import meta
from app.store.opening import open_database
from tests.builders import AT
from tests.faults.serving import (
    AUDIT_KEY,
    PATIENCE,
    STARTS_WITHIN,
    answers,
    command,
    environment,
    free_port,
    from_nothing,
    run,
    serving,
)
from tests.faults.ward import Ward
from tests.rules.source import ROOT
from tests.store.raw import raw

CHECKOUT = ("app", "alembic", "dashboards", "pyproject.toml")


def _refusal(url: str, words: str = "serve", **settings: str) -> str:
    """What the program says when it does not start."""
    return _one_sentence(run(url, words, port=str(free_port()), **settings))


def _refusal_of(checkout: Path, url: str) -> str:
    """The same of another copy of the program."""
    return _one_sentence(from_nothing(url, "serve", home=checkout, port=str(free_port())))


def _one_sentence(ended: subprocess.CompletedProcess[str]) -> str:
    """What a command said that failed: exactly one sentence, and no traceback."""
    assert ended.returncode != 0, ended.stdout
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    return ended.stderr.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the program that a test may spoil."""
    home = tmp_path / "checkout"
    home.mkdir()
    for name in CHECKOUT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
        else:
            shutil.copyfile(source, home / name)
    (home / "app/web/static").symlink_to(ROOT / "app/web/static")
    return home


def test_a_server_starts_from_nothing_and_ends_when_told(sqlite_ward: Ward) -> None:
    port = free_port()
    own = environment(sqlite_ward.url, port=str(port))
    with subprocess.Popen(command("serve"), env=own, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + STARTS_WITHIN
        while not (up := answers(f"http://127.0.0.1:{port}")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        assert up
        process.terminate()
        assert (
            process.wait(PATIENCE) == -signal.SIGTERM
        )  # once all was closed, the signal ends it as it would any program


def test_a_command_runs_from_nothing_as_it_does_when_forked(sqlite_ward: Ward) -> None:
    alone, forked = (once(sqlite_ward.url, "audit", "verify") for once in (from_nothing, run))
    assert (alone.returncode, alone.stdout, alone.stderr) == (forked.returncode, forked.stdout, forked.stderr)


def test_nobody_else_writes_to_a_sqlite_file_or_listens_where_a_server_does(
    sqlite_ward: Ward, postgresql_url: str, tmp_path: Path
) -> None:
    with serving(sqlite_ward.url, tmp_path) as server:
        busy = f"already open for writing by process {server.process.pid}"
        assert busy in _refusal(sqlite_ward.url)
        assert busy in _refusal(sqlite_ward.url, words="migrate")
        ended = run(postgresql_url, "serve", port=server.address.rpartition(":")[2])
    assert "on 127.0.0.1 cannot be used" in _one_sentence(ended)


def test_a_database_no_migration_has_seen_is_refused(empty_postgresql_url: str, empty_sqlite_url: str) -> None:
    assert "doseward migrate" in _refusal(empty_postgresql_url)
    assert "doseward migrate" in _refusal(empty_sqlite_url)


def test_an_older_schema_is_refused_and_the_command_named(sqlite_url: str, checkout: Path) -> None:
    versions = checkout / "alembic/versions"
    newest = max(path.stem for path in versions.glob("*.py"))
    revision = newest.split("_")[0]
    names = f'revision = "9999"\ndown_revision = "{revision}"\n'
    (versions / "9999_next.py").write_text(names + "def upgrade() -> None:\n    pass\n")
    said = _refusal_of(checkout, sqlite_url)
    assert f"has schema {revision}, this program needs 9999" in said
    assert "doseward migrate" in said


def test_a_newer_schema_is_refused(postgresql_url: str) -> None:
    with raw(postgresql_url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert "which a newer Doseward made" in _refusal(postgresql_url)


def test_a_record_without_its_guards_is_refused(sqlite_url: str) -> None:
    with raw(sqlite_url) as connection:
        connection.exec_driver_sql("DROP TRIGGER decision_no_update")
    assert "decision_no_update is missing" in _refusal(sqlite_url)


@pytest.mark.parametrize(
    "file,spoil",
    [
        ("measures.toml", lambda text: text.replace('unit = "mg/dL"', 'uint = "mg/dL"', 1)),
        ("lvhn-2015.toml", lambda text: text + "\nnonsense = [\n"),
        ("consensus-2014.toml", lambda text: text.replace("[[row]]", "[[rwo]]", 1)),
    ],
)
@pytest.mark.hazard("HZ-09")
def test_a_protocol_or_measure_that_cannot_be_trusted_is_named(
    sqlite_url: str, checkout: Path, file: str, spoil: object
) -> None:
    path = checkout / "app/protocols" / file
    assert callable(spoil)
    spoilt = spoil(path.read_text())
    assert spoilt != path.read_text()
    path.write_text(spoilt)
    assert file in _refusal_of(checkout, sqlite_url)


@pytest.mark.hazard("HZ-09")
def test_a_protocol_of_the_site_that_cannot_be_trusted_is_named(sqlite_url: str, tmp_path: Path) -> None:
    shipped = ROOT.joinpath("app/protocols/lvhn-2015.toml").read_text()
    tmp_path.joinpath("ours.toml").write_text(shipped.replace("dose_cap = 14", "dose_cap = 0", 1))
    assert "ours.toml: dosing: dose_cap must be at least 1" in _refusal(sqlite_url, protocols=str(tmp_path))
    tmp_path.joinpath("ours.toml").write_text(shipped.replace("dose_cap = 14", "dose_cap = 13", 1))
    assert "lvhn-2015 1.0.0 is the id and version of another text" in _refusal(sqlite_url, protocols=str(tmp_path))
    assert "nowhere is no folder" in _refusal(sqlite_url, protocols=str(tmp_path / "nowhere"))


@pytest.mark.hazard("HZ-10")
def test_a_clock_behind_the_newest_record_is_refused(database_url: str) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    database = open_database(database_url)
    with database.transaction() as tx:
        accounts.create_person(tx, accounts.operator(tomorrow), "late", "CANARY-LATE", None, [])
    database.close()
    assert "before the newest record" in _refusal(database_url)


def test_real_records_are_no_place_for_a_demonstration(sqlite_ward: Ward) -> None:
    assert "holds real records" in _refusal(sqlite_ward.url, demo="true")


def test_a_house_without_a_patient_yet_is_no_place_for_a_demonstration(database_url: str) -> None:
    database = open_database(database_url)
    with database.transaction() as tx:
        accounts.create_person(tx, accounts.operator(AT), "first", "CANARY-FIRST", None, [])
    database.close()
    assert "holds real records" in _refusal(database_url, demo="true")


def test_demonstration_data_are_not_served_as_real(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with database.transaction() as tx:
        meta.put(tx, DEMO_MARK, "since yesterday")
    database.close()
    assert "demonstration data" in _refusal(sqlite_url)


def test_an_address_that_is_no_database_is_refused() -> None:
    assert "must begin with" in _refusal("mysql://localhost/x")


def test_a_server_that_is_not_there_is_named() -> None:
    ended = run("postgresql://127.0.0.1:1/none", "serve", port=str(free_port()))
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert ended.stderr.startswith("The database at 127.0.0.1 cannot be opened:")


def test_a_setting_nobody_knows_is_refused(sqlite_url: str) -> None:
    assert "DOSEWARD_PROTOCOLL is no setting" in _refusal(sqlite_url, protocoll="typo")


def test_a_setting_that_cannot_be_used_is_named(sqlite_url: str) -> None:
    assert "DOSEWARD_DEMO_SPEED cannot be used" in _refusal(sqlite_url, demo_speed="fast")


def test_an_address_set_to_nothing_does_not_open_every_interface(sqlite_url: str) -> None:
    assert "DOSEWARD_HOST cannot be used" in _refusal(sqlite_url, host="")


@pytest.mark.hazard("HZ-15")
@pytest.mark.parametrize("key, what", [("", "is not set"), ("short", "has fewer than 32 characters")])
def test_without_a_key_of_the_audit_trail_nobody_is_served(sqlite_ward: Ward, key: str, what: str) -> None:
    said = _refusal(sqlite_ward.url, audit_key=key)
    assert said.startswith(f"DOSEWARD_AUDIT_KEY {what}, ")
    assert "`openssl rand -hex 32`" in said


@pytest.mark.hazard("HZ-15")
def test_the_key_of_another_database_is_refused_before_anything_is_written_with_it(sqlite_ward: Ward) -> None:
    assert "was not written with this DOSEWARD_AUDIT_KEY" in _refusal(sqlite_ward.url, audit_key="x" * 32)


def test_the_key_may_lie_in_the_folder_of_secrets(sqlite_ward: Ward, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "doseward_audit_key").write_text(f"{AUDIT_KEY}\n")
    (folder / "another_program_s").write_text("nothing of ours")
    ended = run(sqlite_ward.url, "audit", "verify", audit_key=None, secrets_dir=str(folder))
    assert (ended.returncode, ended.stderr) == (0, "")
