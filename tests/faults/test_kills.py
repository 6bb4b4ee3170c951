"""Is any acknowledged write lost when the server is killed in the middle of its work?

An outcome nobody saw is unknown, neither success nor failure: it is asked for again under the same key, and then the
record is counted.
"""

import random
import threading
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from app.domain.ids import new_id
from app.protocols.library import load
from app.services.replaying import replay
from app.store.chain import verify_chain
from app.store.database import Transaction, open_database
from tests.faults.served import KEY, Bedside, a_set, prepare, serving

KILLS = 10
NURSES = 3


class Nurse(threading.Thread):
    """Charts set after set until the server is gone; remembers what was acknowledged and what nobody answered."""

    def __init__(self, bedside: Bedside, address: str, seed: int) -> None:
        super().__init__()
        self.acknowledged: dict[str, str] = {}
        self.unknown: dict[str, dict[str, object]] = {}
        self._bedside, self._address, self._random = bedside, address, random.Random(seed)

    def run(self) -> None:
        with httpx2.Client(base_url=self._address, timeout=10) as client:
            while True:
                key, body = new_id(datetime.now(UTC)), a_set(self._random.choice((84, 125)))
                try:
                    self.acknowledged[key] = send(client, self._bedside, key, body)["id"]
                except httpx2.TransportError:
                    self.unknown[key] = body
                    return


def send(client: httpx2.Client, bedside: Bedside, key: str, body: dict[str, object]) -> dict[str, Any]:
    """One observation set; anything but 201 is a failure of the test."""
    answer = client.post(
        f"/api/v1/courses/{bedside.course_id}/observation-sets",
        json=body,
        headers={"Authorization": f"Bearer {bedside.token}", "Idempotency-Key": key},
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.hazard("HZ-02", "HZ-07")
def test_ten_kills_lose_no_acknowledged_write_and_leave_nothing_half_done(database_url: str) -> None:
    bedside, chance = prepare(database_url), random.Random(20261121)
    acknowledged: dict[str, str] = {}
    unknown: dict[str, dict[str, object]] = {}
    for kill in range(KILLS):
        with serving(database_url) as (process, address):
            nurses = [Nurse(bedside, address, kill * NURSES + number) for number in range(NURSES)]
            for nurse in nurses:
                nurse.start()
            nurses[0].join(chance.uniform(0.2, 0.6))
            process.kill()
            for nurse in nurses:
                nurse.join()
                acknowledged |= nurse.acknowledged
                unknown |= nurse.unknown
    with serving(database_url) as (_, address), httpx2.Client(base_url=address, timeout=10) as client:
        repeated = {key: send(client, bedside, key, body)["id"] for key, body in unknown.items()}
    assert len(acknowledged) >= KILLS
    assert len(unknown) == KILLS * NURSES
    with closing(open_database(database_url, audit_key=KEY.encode())) as database, database.reading() as tx:
        assert _ids(tx, "SELECT id FROM observation_set") == {*acknowledged.values(), *repeated.values()}
        _whole(tx)


def _ids(tx: Transaction, query: str) -> set[str]:
    return {str(row[0]) for row in tx.connection.exec_driver_sql(query)}


def _count(tx: Transaction, query: str) -> int:
    return int(tx.connection.exec_driver_sql(query).scalar_one())


def _whole(tx: Transaction) -> None:
    """Every set has its rows and its decision, every hold its alert, the feed no gap, the chain no fault."""
    sets = _count(tx, "SELECT count(*) FROM observation_set")
    assert _count(tx, "SELECT count(*) FROM observation") == 3 * sets
    assert _ids(tx, "SELECT cause_id FROM decision") == _ids(tx, "SELECT id FROM observation_set")
    held = _ids(tx, "SELECT id FROM decision WHERE action = 'hold'")
    assert held - _ids(tx, "SELECT decision_id FROM alert_event WHERE kind IN ('raised', 'repeated')") == set()
    numbers = [int(row[0]) for row in tx.connection.exec_driver_sql("SELECT n FROM feed ORDER BY n")]
    assert numbers == list(range(1, _count(tx, "SELECT count(*) FROM alert_event") + 1))
    assert verify_chain(tx, KEY.encode()) == []
    assert all(item.same for item in replay(tx, load()))
