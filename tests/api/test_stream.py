"""Does whoever listens to the stream hear of every alert at once, and miss none when they were away?"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
import uvicorn

from app.api import PREFIX, stream, tail
from app.store import ledger
from tests.api.app import Caller
from tests.api.bedside import items
from tests.api.world import Stay, World, a_service, a_stay


@contextmanager
def served(world: World) -> Iterator[str]:
    """The application behind a real server: a test client waits for the end of every answer, and a stream has none."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(world.app, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{PREFIX}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
    assert not thread.is_alive()


class Listener:
    """Reads a stream event by event."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def next(self) -> dict[str, str]:
        """The fields of the next frame; a comment is under the empty name."""
        found: dict[str, str] = {}
        for line in self.lines:
            if line == "":
                return found
            name, _, value = line.partition(": ")
            found[name.rstrip(":")] = value
        raise EOFError

    def alert(self) -> tuple[str, dict[str, Any]]:
        """The cursor and the event of the next alert, past anything else."""
        while True:
            frame = self.next()
            if frame.get("event") == "alert":
                return frame["id"], json.loads(frame["data"])


@contextmanager
def listening(base: str, caller: Caller, **headers: str) -> Iterator[Listener]:
    """A reader of the stream."""
    with (
        httpx2.Client(timeout=20) as client,
        client.stream("GET", f"{base}/alerts/stream", headers={**caller.headers, **headers}) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Listener(answer.iter_lines())


def _hold(world: World, stay: Stay, **values: str) -> list[str]:
    body = {"dose_id": stay.dose(), "items": items(**{"creatinine": "2.6", **values})}  # type: ignore[arg-type]
    saved = world.nurse.make(f"/courses/{stay.course_id}/observation-sets", body)
    return [event["id"] for event in saved["alerts"]]


def test_an_alert_is_heard_of_at_once(world: World, stay: Stay) -> None:
    with served(world) as base, listening(base, world.service) as heard:
        assert heard.next()["retry"] == "2000"
        started = time.monotonic()
        raised = _hold(world, stay)
        cursor, event = heard.alert()
        assert time.monotonic() - started < tail.LOOK_EVERY
        assert event["id"] == raised[0]
        assert event["cursor"] == cursor


def test_whoever_was_away_goes_on_where_they_were(small_world: World, small_stay: Stay) -> None:
    with served(small_world) as base:
        with listening(base, small_world.service) as heard:
            heard.next()
            first = _hold(small_world, small_stay)
            cursor, _ = heard.alert()
        missed = [*first[1:], *_hold(small_world, small_stay, platelets="40")]
        with listening(base, small_world.service, **{"Last-Event-ID": cursor}) as heard:
            assert [heard.alert()[1]["id"] for _ in missed] == missed


def test_what_another_process_commits_is_heard_of_too(small_world: World, small_stay: Stay) -> None:
    with served(small_world) as base, listening(base, small_world.service) as heard:
        heard.next()
        ring, small_world.database.wake.ring = small_world.database.wake.ring, lambda: None  # type: ignore[method-assign]
        raised = _hold(small_world, small_stay)
        assert heard.alert()[1]["id"] == raised[0]
        small_world.database.wake.ring = ring  # type: ignore[method-assign]


def test_a_silent_stream_shows_that_it_is_alive(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEAT_EVERY", 0.1)
    with served(small_world) as base, listening(base, small_world.service) as heard:
        begins = heard.next()["id"]
        assert heard.next() == {"": "alive", "id": begins}


def test_a_cursor_from_before_a_restore_is_told_so_before_the_stream_begins(small_world: World) -> None:
    cursor = small_world.service.read("/alerts/open")["after"]
    with small_world.database.transaction() as tx:
        ledger.new_epoch(tx)
    answer = small_world.service.client.get(
        f"{PREFIX}/alerts/stream", headers={**small_world.service.headers, "Last-Event-ID": cursor}
    )
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_gone")


def test_a_token_that_is_revoked_hears_nothing_more(small_world: World, small_stay: Stay) -> None:
    pager = Caller(small_world.app, a_service(small_world.database, ["alerts:read"]))
    with served(small_world) as base, listening(base, pager) as heard:
        heard.next()
        with small_world.database.transaction() as tx:
            tx.connection.exec_driver_sql(
                "UPDATE token SET revoked_at = 1, revoked_by = 'x' WHERE scopes = 'alerts:read'"
            )
        _hold(small_world, small_stay)
        with pytest.raises(EOFError):
            heard.next()


def test_somebody_who_lost_their_role_hears_nothing_more(small_world: World, small_stay: Stay) -> None:
    with served(small_world) as base, listening(base, small_world.prescriber) as heard:
        heard.next()
        with small_world.database.transaction() as tx:
            tx.connection.exec_driver_sql("DELETE FROM person_role WHERE role = 'prescriber'")
        _hold(small_world, small_stay)
        with pytest.raises(EOFError):
            heard.next()


def test_listeners_hold_no_connection_and_no_place_while_they_wait(world: World) -> None:
    many = 30
    with served(world) as base:
        clients = [listening(base, world.service) for _ in range(many)]
        heard = [client.__enter__() for client in clients]
        for one in heard:
            one.next()
        assert _at_rest(world)
        stay = a_stay(world)
        raised = _hold(world, stay)
        assert {one.alert()[1]["id"] for one in heard} == {raised[0]}
        for client in clients:
            client.__exit__(None, None, None)


def _at_rest(world: World) -> bool:
    """Whether all connections are back at once: each listener takes one for a moment every two seconds."""
    pool = world.database._reader.pool  # noqa: SLF001 - nothing else says how many are out
    for _ in range(500):
        if pool.checkedout() == 0:  # type: ignore[attr-defined]
            return True
        time.sleep(0.01)
    return False
