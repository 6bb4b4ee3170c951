"""Do two replicas on one PostgreSQL behave as one program?"""

import threading
from datetime import UTC, datetime
from typing import Any

import httpx2

from app.domain.ids import new_id
from tests.faults.served import Bedside, a_set, prepare, serving
from tests.faults.test_kills import send

SETS = 12


def _feed(client: httpx2.Client, bedside: Bedside) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/alerts", headers={"Authorization": f"Bearer {bedside.token}"})
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_two_replicas_write_one_gapless_feed_and_know_each_others_keys(postgresql_url: str) -> None:
    bedside = prepare(postgresql_url)
    with (
        serving(postgresql_url) as (_, first),
        serving(postgresql_url) as (_, second),
        httpx2.Client(base_url=first, timeout=10) as one,
        httpx2.Client(base_url=second, timeout=10) as other,
    ):
        key, body = new_id(datetime.now(UTC)), a_set(125)
        assert send(one, bedside, key, body) == send(other, bedside, key, body)
        _chart_on_both(bedside, first, second)
        feed = _feed(one, bedside)
        assert feed == _feed(other, bedside)
    numbers = [int(item["cursor"].rpartition("-")[2]) for item in feed]
    assert numbers == list(range(1, len(feed) + 1))
    assert len(feed) >= 2 * SETS


def _chart_on_both(bedside: Bedside, *addresses: str) -> None:
    def chart(address: str) -> None:
        with httpx2.Client(base_url=address, timeout=10) as client:
            for _ in range(SETS):
                send(client, bedside, new_id(datetime.now(UTC)), a_set(125))

    nurses = [threading.Thread(target=chart, args=(address,)) for address in addresses]
    for nurse in nurses:
        nurse.start()
    for nurse in nurses:
        nurse.join()
