"""Does a reader who waits for the next alert get it at once, and hold nothing meanwhile?"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from app.http.limits import IN_WORK
from tests.api.app import Caller
from tests.api.test_stream import _at_rest, _hold, served
from tests.api.world import Stay, World, a_service

SOON = 1.0


@pytest.fixture
def many() -> Iterator[ThreadPoolExecutor]:
    """Room for more waiting readers than the program has threads, connections or places."""
    with ThreadPoolExecutor(2 * IN_WORK) as pool:
        yield pool


def _ask(base: str, caller: Caller, after: str, **query: Any) -> httpx2.Response:
    params = {"after": after, "wait": 20, **query}
    return httpx2.get(f"{base}/alerts", params=params, headers=caller.headers, timeout=30, trust_env=False)


def _end(world: World) -> str:
    after: str = world.service.read("/alerts/open")["after"]
    return after


def test_many_who_wait_hear_at_once_and_hold_no_place_thread_or_connection(
    world: World, stay: Stay, many: ThreadPoolExecutor
) -> None:
    after = _end(world)
    with served(world) as base:
        asked = []
        for _ in range(8):  # each must come in before it waits, and only so many may come in at once
            asked += [many.submit(_ask, base, world.service, after) for _ in range(IN_WORK // 4)]
            time.sleep(SOON / 2)
            assert _at_rest(world)
        assert [answer.result().text for answer in asked if answer.done()] == []
        assert httpx2.get(f"{base}/alerts", headers=world.service.headers, trust_env=False).status_code == 200
        began = time.monotonic()
        raised = _hold(world, stay)
        answers = [answer.result() for answer in asked]
        assert time.monotonic() - began < 3 * SOON
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["items"][0]["id"] for answer in answers} == {raised[0]}


def test_with_something_to_tell_nobody_waits(small_world: World, small_stay: Stay) -> None:
    after = _end(small_world)
    raised = _hold(small_world, small_stay)
    began = time.monotonic()
    page = small_world.service.read("/alerts", after=after, wait=30)
    assert time.monotonic() - began < SOON
    assert [event["id"] for event in page["items"]] == raised


def test_when_the_time_is_over_the_answer_is_empty_and_the_cursor_stays(small_world: World) -> None:
    after, began = _end(small_world), time.monotonic()
    page = small_world.service.read("/alerts", after=after, wait=1)
    assert page == {"items": [], "next_cursor": after}
    assert 1 <= time.monotonic() - began < 1 + SOON


def test_what_a_filter_keeps_out_wakes_nobody_and_moves_the_cursor(
    small_world: World, small_stay: Stay, many: ThreadPoolExecutor
) -> None:
    after = _end(small_world)
    with served(small_world) as base:
        waiting: Future[httpx2.Response] = many.submit(_ask, base, small_world.service, after, state="closed", wait=2)
        time.sleep(SOON / 2)
        _hold(small_world, small_stay)
        page = waiting.result().json()
    assert page == {"items": [], "next_cursor": _end(small_world)}
    assert page["next_cursor"] != after


def test_a_token_revoked_while_it_waits_is_told_nothing(
    small_world: World, small_stay: Stay, many: ThreadPoolExecutor
) -> None:
    pager, after = Caller(small_world.app, a_service(small_world.database, ["alerts:read"])), _end(small_world)
    with served(small_world) as base:
        waiting = many.submit(_ask, base, pager, after)
        time.sleep(SOON / 2)
        with small_world.database.transaction() as tx:
            tx.connection.exec_driver_sql(
                "UPDATE token SET revoked_at = 1, revoked_by = 'x' WHERE scopes = 'alerts:read'"
            )
        _hold(small_world, small_stay)
        answer = waiting.result()
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_a_feed_that_cannot_be_read_is_said_and_not_waited_for(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    after, database = _end(small_world), small_world.database
    reading, broken = database.reading, threading.Event()

    def failing() -> Any:
        if broken.is_set():
            raise OSError("CANARY-9041")
        return reading()

    def fail() -> None:
        broken.set()
        database.wake.ring()

    monkeypatch.setattr(database, "reading", failing)
    threading.Timer(SOON / 2, fail).start()
    answer = small_world.service.get("/alerts", after=after, wait=20)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
