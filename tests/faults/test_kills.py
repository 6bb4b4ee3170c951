"""Is what was acknowledged still there after the server was killed in the middle of it, ten times?"""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import httpx2
import pytest

from tests.faults import ward as charting
from tests.faults.record import assert_whole, rows
from tests.faults.serving import Client, Server, serving, start
from tests.faults.ward import Ward

KILLS = int(os.environ.get("KILLS", "10"))
CLIENTS = 6
ANSWERED = 12
"""Sets that are acknowledged before each kill, at least."""

PATIENCE = 20.0
SEED = 20_261_121


@dataclass
class Sent:
    """One request under its key, and the answer; None while nobody knows what became of it."""

    course_id: str
    body: dict[str, Any]
    answer: bytes | None = None


@dataclass
class Ledger:
    """What the clients sent and were told, as they saw it."""

    sent: dict[str, Sent] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    answered: int = 0
    _lock: Lock = field(default_factory=Lock)
    _keys: count[int] = field(default_factory=count)

    def new(self, course_id: str, body: dict[str, Any]) -> str:
        with self._lock:
            key = f"key-{next(self._keys)}"
            self.sent[key] = Sent(course_id, body)
            return key

    def hear(self, key: str, answer: bytes) -> None:
        with self._lock:
            self.sent[key].answer = answer
            self.answered += 1

    def told(self) -> dict[str, bytes]:
        with self._lock:
            return {key: sent.answer for key, sent in self.sent.items() if sent.answer is not None}

    def unknown(self) -> list[str]:
        return [key for key, sent in self.sent.items() if sent.answer is None]


def _write_until(server: Server, ward: Ward, ledger: Ledger, number: int, stop: Event) -> None:
    """Charts one set after another until the server is gone."""
    client, random_ = server.client(ward.token), random.Random(SEED * CLIENTS + number)
    while not stop.is_set():
        body = charting.holding() if random_.random() < 0.5 else charting.calm()
        key = ledger.new(random_.choice(ward.course_ids), body)
        try:
            _send(client, ledger, key)
        except httpx2.HTTPError:
            break
        except AssertionError as refusal:
            ledger.refused.append(str(refusal))
            break
    client.close()


def _send(client: Client, ledger: Ledger, key: str) -> bytes:
    sent = ledger.sent[key]
    answer = client.post(charting.path(sent.course_id), sent.body, key)
    assert answer.status_code == 201, answer.text
    ledger.hear(key, answer.content)
    return answer.content


def _killed_while_writing(ward: Ward, ledger: Ledger, folder: Path, after: float) -> None:
    server, stop = start(ward.url, folder), Event()
    writers = [Thread(target=_write_until, args=(server, ward, ledger, n, stop)) for n in range(CLIENTS)]
    enough, until = ledger.answered + ANSWERED, time.monotonic() + PATIENCE
    for writer in writers:
        writer.start()
    while ledger.answered < enough and ledger.refused == [] and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(after)
    server.kill()
    stop.set()
    for writer in writers:
        writer.join()
    assert ledger.refused == []


def _assert_each_key_counts_once(ward: Ward, ledger: Ledger) -> None:
    kept = {row[0]: row[1] for row in rows(ward.url, "SELECT key, response FROM idempotency")}
    assert set(kept) == set(ledger.sent)
    assert all(str(kept[key]).encode() == sent.answer for key, sent in ledger.sent.items())
    charted = [course_id for (course_id,) in rows(ward.url, "SELECT course_id FROM observation_set")]
    assert len([course_id for course_id in charted if course_id in ward.course_ids]) == len(ledger.sent)


@pytest.mark.slow
@pytest.mark.hazard("HZ-02", "HZ-07")
def test_ten_kills_lose_no_acknowledged_write_and_double_none(ward: Ward, tmp_path: Path) -> None:
    ledger, random_ = Ledger(), random.Random(SEED)
    unsure = 0
    for _ in range(KILLS):
        known_before = len(ledger.unknown())
        _killed_while_writing(ward, ledger, tmp_path, random_.uniform(0, 0.3))
        unsure += len(ledger.unknown()) - known_before
        _assert_acknowledged_is_there(ward, ledger)
    assert unsure > 0, "no kill fell into a request: the test shows nothing"
    with serving(ward.url, tmp_path) as server:
        client = server.client(ward.token)
        told = ledger.told()
        for key in ledger.unknown():
            _send(client, ledger, key)
        for key in random_.sample(sorted(told), ANSWERED):
            assert _send(client, ledger, key) == told[key], "the same key was answered with something else"
        client.close()
    _assert_each_key_counts_once(ward, ledger)
    assert_whole(ward.url)


def _assert_acknowledged_is_there(ward: Ward, ledger: Ledger) -> None:
    kept = {row[0] for row in rows(ward.url, "SELECT key FROM idempotency")}
    assert ledger.told().keys() - kept == set()
