"""Do two server processes on one PostgreSQL, as the compose file runs them, act as one?"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.faults import ward as charting
from tests.faults.record import assert_whole, counts, rows
from tests.faults.serving import Client, start
from tests.faults.ward import Ward

WRITERS, EACH = 6, 10


@pytest.fixture
def pair(postgresql_ward: Ward, tmp_path: Path) -> Iterator[tuple[Client, Client]]:
    """Somebody's program at either process."""
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: start(postgresql_ward.url, tmp_path), range(2))
    clients = one.client(postgresql_ward.token), other.client(postgresql_ward.token)
    yield clients
    for client, server in zip(clients, (one, other), strict=True):
        client.close()
        server.stop()


def _document(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _feed(client: Client) -> list[Any]:
    """The whole feed, a few at a time, as a receiver follows it."""
    items: list[Any] = []
    cursor: str | None = None
    while True:
        page = _document(client, "/alerts", limit=7, **({} if cursor is None else {"after": cursor}))
        items += page["items"]
        if not page["items"] or page["next_cursor"] in (None, cursor):
            return items
        cursor = page["next_cursor"]


@pytest.mark.hazard("HZ-02", "HZ-07")
def test_two_processes_write_at_once_and_show_the_same(postgresql_ward: Ward, pair: tuple[Client, Client]) -> None:
    ward = postgresql_ward

    def write(writer: int) -> list[int]:
        statuses = []
        for number in range(EACH):
            place = charting.path(ward.course_ids[(writer + number) % len(ward.course_ids)])
            body = charting.holding() if number % 2 == 0 else charting.calm()
            statuses.append(pair[writer % 2].post(place, body, f"key-{writer}-{number}").status_code)
        return statuses

    with ThreadPoolExecutor(WRITERS) as pool:
        found = [status for statuses in pool.map(write, range(WRITERS)) for status in statuses]
    assert found == [201] * (WRITERS * EACH)
    assert counts(ward.url)["observation_set"] == WRITERS * EACH
    one, other = (_feed(client) for client in pair)
    assert one == other
    assert sum(event["decision_id"] is not None for event in one) == counts(ward.url)["feed"] > 0
    assert _document(pair[0], "/alerts/open") == _document(pair[1], "/alerts/open")
    assert_whole(ward.url)


def test_the_same_key_at_both_processes_writes_once(postgresql_ward: Ward, pair: tuple[Client, Client]) -> None:
    ward, body = postgresql_ward, charting.holding()
    place = charting.path(ward.course_ids[0])
    for number in range(5):
        with ThreadPoolExecutor(WRITERS) as pool:
            answers = list(pool.map(lambda n: pair[n % 2].post(place, body, f"once-{number}"), range(WRITERS)))  # noqa: B023
        assert {answer.status_code for answer in answers} <= {201, 409}, [answer.text for answer in answers]
        settled = [client.post(place, body, f"once-{number}") for client in pair]
        assert {answer.status_code for answer in settled} == {201}
        first = {answer.content for answer in (*answers, *settled) if answer.status_code == 201}
        assert len(first) == 1
    assert counts(ward.url)["observation_set"] == 5
    assert len(rows(ward.url, "SELECT key FROM idempotency")) == 5
    assert_whole(ward.url)


@pytest.mark.hazard("HZ-04")
def test_what_one_process_charted_the_other_decides_on(postgresql_ward: Ward, pair: tuple[Client, Client]) -> None:
    course_id = postgresql_ward.course_ids[0]
    place = charting.path(course_id)
    for number in range(4):
        mine, theirs = pair if number % 2 == 0 else pair[::-1]
        assert mine.post(place, charting.calm(), f"calm-{number}").status_code == 201
        held = theirs.post(place, charting.holding(), f"holding-{number}").json()["decision"]
        decided = mine.post(place, charting.calm(), f"again-{number}").json()["decision"]
        for decision in (held, decided):
            assert decision["action"] == "hold"
            assert {row["measure"] for row in decision["findings"] if row["value"] is not None} >= {"creatinine"}
