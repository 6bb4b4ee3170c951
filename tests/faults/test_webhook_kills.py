"""Does a receiver get everything, in order, when the program that pushes is killed at any moment, ten times?"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from app.delivery.posting import post
from app.delivery.webhooks import Webhooks
from app.domain.alert import AlertEvent
from app.domain.ids import new_id
from app.domain.receiver import Doors
from app.domain.vocabulary import Action, AlertKind, Level, Role
from app.services.acting import by_itself
from app.services.announcing import announce
from app.services.receiving import add_receiver
from app.store import ledger, wards
from app.store.database import Database
from app.store.opening import open_database
from app.store.wards import Ward
from tests.builders import AT
from tests.delivery.gateway import Gateway, a_gateway
from tests.services.ward import somebody

KILLS = int(os.environ.get("KILLS", "10"))
QUIET = 150
"""Steps after which a program that still lives raises nothing more, and only pushes."""
SEED = 20_261_121
KEY = b"kept elsewhere"
WARD = new_id(AT)


def _raise_one(database: Database, number: int) -> None:
    at = AT + timedelta(seconds=number)
    one = new_id(at)
    event = AlertEvent(
        id=one,
        alert_id=one,
        course_id=None,
        cycle_id=None,
        dose_id=None,
        decision_id=None,
        ward_id=WARD,
        kind=AlertKind.RAISED,
        key=f"probe:{one}",
        level=Level.PRIORITY,
        action=Action.HOLD,
        summary="Dose 3: hold.",
        at=at,
        by=None,
        reason=None,
    )
    with database.transaction() as tx:
        announce(tx, (event,))
        ledger.append(tx, (by_itself(at, "probe", None, (one,)),))


def _push(url: str, doors: Doors, life: int, going: Callable[[int], bool]) -> None:
    """One life of a program that raises alerts and pushes them; each begins when the lease of the last has run out."""
    database = open_database(url, audit_key=KEY, pool_size=4)
    born = AT + timedelta(minutes=life)
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    hooks = Webhooks(database, lambda: born, doors, "http://ward.test", partial(post, trust=trust))
    for number in count():
        if not going(number):
            break
        if number % 3 == 0 and number < QUIET:
            _raise_one(database, life * 1000 + number)
        hooks.step()
        time.sleep(0.002)
    database.close()


def _wait_for_silence(gateway: Gateway) -> None:
    """Until nothing came for two seconds."""
    count, since = -1, time.monotonic()
    while time.monotonic() - since < 2:
        if len(gateway.got) != count:
            count, since = len(gateway.got), time.monotonic()
        time.sleep(0.02)


def _feed(database: Database) -> list[int]:
    with database.reading() as tx:
        return [row[0] for row in tx.connection.exec_driver_sql("SELECT n FROM feed ORDER BY n")]


@pytest.mark.hazard("HZ-19")
def test_ten_kills_lose_no_message_and_mix_up_none(database_url: str) -> None:
    chance = random.Random(SEED)
    processes = multiprocessing.get_context("fork")
    with a_gateway() as gateway:
        doors = Doors(frozenset([gateway.origin]), (), demo=True)
        database = open_database(database_url, audit_key=KEY)
        with database.transaction() as tx:
            wards.add_ward(tx, Ward(WARD, "CANARY-WARD-A", "Europe/London"), AT)
            add_receiver(tx, somebody(Role.ADMINISTRATOR), doors, "pager", gateway.url, None, Level.INFORMATION)
        database.close()
        for life in range(1, KILLS + 1):
            before = len(gateway.got)
            child = processes.Process(target=_push, args=(database_url, doors, life, lambda _: True))
            child.start()
            until = time.monotonic() + 20
            while len(gateway.got) < before + 3 and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(chance.random() * 0.05)
            os.kill(child.pid or 0, signal.SIGKILL)
            child.join()
            assert len(gateway.got) >= before + 3, "it pushed before it was killed"
        told = processes.Event()
        last = processes.Process(target=_push, args=(database_url, doors, KILLS + 1, lambda _: not told.is_set()))
        last.start()
        _wait_for_silence(gateway)
        told.set()
        last.join(60)
        database = open_database(database_url, audit_key=KEY)
        everything = _feed(database)
        database.close()
        firsts = list(dict.fromkeys(one.n for one in gateway.taken))
    assert firsts == everything
    assert len(gateway.taken) - len(everything) <= KILLS
