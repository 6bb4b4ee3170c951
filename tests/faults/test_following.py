"""Does whoever follows the feed of real servers hear of everything, at once, in one order, and of their end?"""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults import ward as charting
from tests.faults.following import Follower, a_stream
from tests.faults.record import counts
from tests.faults.serving import Client, Server, run, serving, start
from tests.faults.ward import Ward

ACROSS = 0.25
"""Seconds within which a client of one process hears what another committed."""
ENDS_WITHIN = 3.0
SETS = 30


@pytest.fixture
def servers(postgresql_ward: Ward, tmp_path: Path) -> Iterator[tuple[Server, ...]]:
    """Two processes on one database."""
    with ThreadPoolExecutor(2) as pool:
        found = tuple(pool.map(lambda _: start(postgresql_ward.url, tmp_path), range(2)))
    yield found
    for server in found:
        if server.process.is_alive():
            server.stop()


def _hold(client: Client, ward: Ward, number: int) -> None:
    course_id = ward.course_ids[number % len(ward.course_ids)]
    answer = client.post(charting.path(course_id), charting.holding(), f"hold-{number}")
    assert answer.status_code == 201, answer.text


@pytest.mark.hazard("HZ-02")
def test_a_commit_at_one_process_reaches_the_client_of_the_other_within_a_quarter_second(
    postgresql_ward: Ward, servers: tuple[Server, ...]
) -> None:
    one, other = servers
    client, follower = one.client(postgresql_ward.token), Follower(other, postgresql_ward.token)
    waited = list[float]()
    for number in range(SETS):
        before = len(follower.heard)
        _hold(client, postgresql_ward, number)
        answered = time.monotonic()
        follower.wait_for(before + 1, 5)
        assert len(follower.heard) > before
        waited.append(follower.heard[before].at - answered)
        time.sleep(0.02)
    client.close()
    waited.sort()
    assert statistics.median(waited) < ACROSS, waited


@pytest.mark.hazard("HZ-02")
def test_clients_of_two_processes_hear_every_event_in_one_order(
    postgresql_ward: Ward, servers: tuple[Server, ...]
) -> None:
    followers = [Follower(server, postgresql_ward.token) for server in servers]

    def write(writer: int) -> None:
        client = servers[writer % 2].client(postgresql_ward.token)
        for number in range(10):
            _hold(client, postgresql_ward, writer * 10 + number)
        client.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    happened = counts(postgresql_ward.url)["feed"]
    for follower in followers:
        until = time.monotonic() + 10
        while _n(follower.heard[-1].cursor) < happened and time.monotonic() < until:
            time.sleep(0.02)
    # What came before they listened, and what comes later, the timers do by themselves.
    one, other = ({_n(heard.cursor): heard.event["id"] for heard in one.heard} for one in followers)
    for heard in (one, other):
        assert list(heard) == list(range(min(heard), max(heard) + 1))
        assert max(heard) >= happened
    assert [one[n] for n in one if n in other] == [other[n] for n in other if n in one]
    assert len(one.keys() & other.keys()) >= 40


def _n(cursor: str) -> int:
    return int(cursor.rpartition("-")[2])


def test_a_database_that_went_away_is_listened_to_again(postgresql_ward: Ward, servers: tuple[Server, ...]) -> None:
    """Cutting the connection that listens off must leave no process slower than a look every two seconds."""
    from tests.store.raw import raw

    with raw(postgresql_ward.url) as connection:
        cut = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'doseward-listens'"
        )
        cut += " AND datname = current_database()"
        assert connection.exec_driver_sql(cut).scalar_one() == 2
    one, other = servers
    client, follower = one.client(postgresql_ward.token), Follower(other, postgresql_ward.token)
    _hold(client, postgresql_ward, 1)
    follower.wait_for(1, 3)
    assert len(follower.heard) >= 1
    time.sleep(2)
    before = len(follower.heard)
    _hold(client, postgresql_ward, 2)
    answered = time.monotonic()
    follower.wait_for(before + 1, 3)
    assert time.monotonic() - answered < 2 * ACROSS
    client.close()


@pytest.mark.hazard("HZ-11")
def test_a_server_that_ends_tells_its_streams_when_to_come_back(ward: Ward, tmp_path: Path) -> None:
    server = start(ward.url, tmp_path)
    follower, many = Follower(server, ward.token), [Follower(server, ward.token) for _ in range(20)]
    client = server.client(ward.token)
    after = client.get("/alerts/open").json()["after"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, "/alerts", after=after, wait=30)
        time.sleep(0.5)
        began = time.monotonic()
        server.process.terminate()
        assert waiting.result().json() == {"items": [], "next_cursor": after}
    server.ends(ENDS_WITHIN)
    assert time.monotonic() - began < ENDS_WITHIN
    client.close()
    for one in (follower, *many):
        one.thread.join(1)
        assert one.ended is not None
        assert one.ended - began < ENDS_WITHIN
        assert len(one.retries) == 2
        assert 1000 <= one.retries[1] < 3000
        assert one.comments[-1][0] == "ending"


@pytest.mark.hazard("HZ-11")
def test_a_reader_who_stopped_reading_keeps_no_server_from_ending(sqlite_ward: Ward, tmp_path: Path) -> None:
    server = start(sqlite_ward.url, tmp_path)
    client = server.client(sqlite_ward.token)
    stuck = a_stream(server, sqlite_ward.token, room=2048)
    for number in range(60):
        _hold(client, sqlite_ward, number)
    client.close()
    began = time.monotonic()
    server.process.terminate()
    server.ends(12)
    assert time.monotonic() - began < ENDS_WITHIN
    stuck.close()


def test_a_silent_stream_beats_every_five_seconds(sqlite_ward: Ward, tmp_path: Path) -> None:
    with serving(sqlite_ward.url, tmp_path) as server:
        follower = Follower(server, sqlite_ward.token)
        time.sleep(11)
        beats = [at for comment, at in follower.comments if comment == "alive"]
        assert len(beats) == 2
        assert 4.5 < beats[1] - beats[0] < 6
        follower.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.hazard("HZ-17")
def test_after_a_restore_an_old_cursor_is_gone_and_the_open_alerts_lead_on(ward: Ward, tmp_path: Path) -> None:
    with serving(ward.url, tmp_path) as server:
        client = server.client(ward.token)
        for number in range(3):
            _hold(client, ward, number)
        old, held = client.get("/alerts").json()["next_cursor"], client.get("/alerts/open").json()["items"]
        client.close()
    ended = run(ward.url, "restored", "--reason", "CANARY-9041 the disk broke")
    assert (ended.returncode, ended.stderr) == (0, "")
    with serving(ward.url, tmp_path) as server:
        client = server.client(ward.token)
        for path in ("/alerts", "/alerts/stream"):
            refused = client.get(path, after=old)
            assert (refused.status_code, refused.json()["code"]) == (410, "cursor_gone")
        opened = client.get("/alerts/open").json()
        assert {alert["id"] for alert in opened["items"]} >= {alert["id"] for alert in held}
        assert opened["after"].partition("-")[0] in ended.stdout
        _hold(client, ward, 5 * len(ward.course_ids))
        assert "repeated" in {event["kind"] for event in client.get("/alerts", after=opened["after"]).json()["items"]}
        client.close()
    assert run(ward.url, "audit", "verify").returncode == 0
