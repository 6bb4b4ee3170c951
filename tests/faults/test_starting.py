"""Does the program refuse to start on what it must not touch, in one sentence and without a traceback?"""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.demo.people import DEMO_MARK
from app.services import accounts
from app.store import ledger, meta
from app.store.database import open_database
from app.store.engines import parse_url, sqlite_path
from tests.faults.served import KEY, free_port, prepare
from tests.rules.source import ROOT

REFUSED = 1


def start(url: str, *, command: str = "serve", root: Path = ROOT, **own: str) -> subprocess.CompletedProcess[str]:
    """Runs the command until it ends by itself, as it must."""
    settings = {"DOSEWARD_DATABASE_URL": url, "DOSEWARD_PORT": str(free_port()), "DOSEWARD_AUDIT_KEY": KEY} | own
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", command],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def refused(answer: subprocess.CompletedProcess[str], said: str) -> None:
    """One sentence, no traceback, a non-zero exit."""
    assert answer.returncode == REFUSED, answer.stderr
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_database_without_a_schema_is_refused(empty_database_url: str) -> None:
    refused(start(empty_database_url), "doseward migrate")


def test_a_schema_of_another_version_is_refused(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_path(parse_url(sqlite_url)))) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    refused(start(sqlite_url), "a newer Doseward made")


def test_a_second_writer_is_refused(sqlite_url: str) -> None:
    with closing(open_database(sqlite_url)):
        refused(start(sqlite_url), "already open for writing")


def test_a_clock_behind_the_newest_record_is_refused(database_url: str) -> None:
    ahead = datetime.now(UTC) + timedelta(days=2)
    with closing(open_database(database_url, audit_key=KEY.encode())) as database, database.transaction() as tx:
        ledger.append(tx, (accounts.operator(ahead).act("test", None, ()),))
    refused(start(database_url), "before the newest record")


def test_demo_mode_does_not_touch_real_records(sqlite_url: str) -> None:
    prepare(sqlite_url)
    refused(start(sqlite_url, command="demo"), "real records")


def test_demonstration_data_are_not_served_as_real(sqlite_url: str) -> None:
    now = datetime.now(UTC)
    with closing(open_database(sqlite_url, audit_key=KEY.encode())) as database, database.transaction() as tx:
        meta.put(tx, DEMO_MARK, now.isoformat())
        ledger.append(tx, (accounts.operator(now).act("test", None, ()),))
    refused(start(sqlite_url), "demonstration data")


def test_an_unreadable_protocol_is_refused_by_file_and_key(sqlite_url: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copytree(ROOT / "dashboards", tmp_path / "dashboards")
    protocol = tmp_path / "app" / "protocols" / "lvhn-2015.toml"
    protocol.write_text(protocol.read_text().replace("from = 2.5, below = 3.0", "from = 2.5, below = 2.9"))
    answer = start(sqlite_url, root=tmp_path)
    refused(answer, "lvhn-2015.toml: row creatinine: bands have a gap at 2.9")


def test_a_taken_port_is_named(sqlite_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused(start(sqlite_url, DOSEWARD_PORT=str(taken.getsockname()[1])), "DOSEWARD_PORT")


def test_a_setting_nobody_knows_is_refused(sqlite_url: str) -> None:
    refused(start(sqlite_url, DOSEWARD_PROTOCOLL="typo"), "DOSEWARD_PROTOCOLL is no setting")


def test_a_setting_that_cannot_be_used_is_named(sqlite_url: str) -> None:
    refused(start(sqlite_url, DOSEWARD_DEMO_SPEED="fast"), "DOSEWARD_DEMO_SPEED cannot be used")
