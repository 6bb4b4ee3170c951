"""Is what the database holds whole, whatever happened to those who wrote it?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.domain.canary import WARD
from app.domain.vocabulary import AlertKind
from app.store.chain import verify_chain
from app.store.database import Transaction
from app.store.opening import open_database
from tests.faults import serving

_CANARYS = f"SELECT course_id FROM course_place WHERE ward_id = '{WARD}'"
_OF_PATIENTS = f" WHERE course_id IS NOT NULL AND course_id NOT IN ({_CANARYS})"
_DECIDED = f"FROM alert_event{_OF_PATIENTS} AND decision_id IS NOT NULL"
"""A timer that runs out meanwhile raises alerts too, with no decision, and writes to the trail in its own name."""
_REAL = {
    "alert_event": _OF_PATIENTS + " AND decision_id IS NOT NULL",
    "open_alert": f" WHERE alert_id IN (SELECT alert_id {_DECIDED})",
    "feed": f" WHERE event_id IN (SELECT id {_DECIDED})",
    "audit": _OF_PATIENTS + " AND acting_as != 'doseward'",
    "idempotency": "",
}
TABLES = ("observation_set", "observation", "decision", "alert_event", "open_alert", "feed", "audit", "idempotency")
TELLS = (AlertKind.RAISED, AlertKind.REPEATED, AlertKind.WORSENED)


def rows(url: str, query: str) -> list[Any]:
    """What a query finds, read beside whatever else is going on."""
    database = open_database(url, read_only=True)
    try:
        with database.reading() as tx:
            return list(tx.connection.exec_driver_sql(query))
    finally:
        database.close()


def counts(url: str) -> dict[str, int]:
    """How many rows every table has that an observation set writes to, but for those about the program itself."""
    return {table: rows(url, f"SELECT count(*) FROM {table}{_REAL.get(table, _OF_PATIENTS)}")[0][0] for table in TABLES}


def assert_whole(url: str) -> None:
    """Nothing half written: every set has its rows and its decision, every hold its alert, feed and trail no gap."""
    database = open_database(url, read_only=True, audit_key=serving.AUDIT_KEY.encode())
    try:
        with database.reading() as tx:
            _assert_sets_are_decided(tx)
            _assert_holds_are_told(tx)
            _assert_feed_has_no_gap(tx)
            assert verify_chain(tx, serving.AUDIT_KEY.encode()) == []
            if database.dialect == "sqlite":
                assert _all(tx, "PRAGMA integrity_check") == [("ok",)]
                assert _all(tx, "PRAGMA foreign_key_check") == []
    finally:
        database.close()
    replayed = serving.run(url, "replay")
    assert (replayed.returncode, "0 differ" in replayed.stdout) == (0, True), replayed.stdout + replayed.stderr


def _assert_sets_are_decided(tx: Transaction) -> None:
    sets = {row[0] for row in _all(tx, "SELECT id FROM observation_set")}
    charted = {row[0] for row in _all(tx, "SELECT set_id FROM observation")}
    decided = Counter(row[0] for row in _all(tx, "SELECT cause_id FROM decision WHERE cause = 'observations'"))
    assert charted == sets
    assert decided == Counter(sets)


def _assert_holds_are_told(tx: Transaction) -> None:
    held = _all(tx, "SELECT id FROM decision WHERE provisional = 0 AND action IN ('hold', 'stop')")
    told = _all(tx, f"SELECT decision_id FROM alert_event WHERE kind IN {tuple(map(str, TELLS))}")
    assert {row[0] for row in held} <= {row[0] for row in told}


def _assert_feed_has_no_gap(tx: Transaction) -> None:
    numbers = [row[0] for row in _all(tx, "SELECT n FROM feed ORDER BY n")]
    fed = {row[0] for row in _all(tx, "SELECT event_id FROM feed")}
    assert numbers == list(range(1, len(numbers) + 1))
    assert fed == {row[0] for row in _all(tx, "SELECT id FROM alert_event")}
    assert _all(tx, "SELECT feed FROM ledger") == [(len(numbers),)]


def _all(tx: Transaction, query: str) -> list[Any]:
    return [tuple(row) for row in tx.connection.exec_driver_sql(query)]
