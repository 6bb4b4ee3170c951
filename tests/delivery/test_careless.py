"""Would a sender as they are usually written lose what ours delivers? The controls of the tests of faults.

It remembers in memory up to where it read, sends each message once, and takes whatever does not raise for success.
"""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.delivery.posting import post
from app.domain.receiver import Doors, Ending
from app.services.restoring import begin_anew
from app.store import alerts, lanes, ledger
from app.store.database import Database, Transaction
from tests.builders import AT, REASON
from tests.delivery.gateway import FAULTS, Gateway, a_certificate, a_gateway
from tests.delivery.test_timers import Killed, dying_after
from tests.delivery.test_webhooks import (
    ADMIN,
    TRUST,
    House,
    a_day_of_alerts,
    a_house,
    an_alert,
    feed,
    ids,
    opened,
    with_a_ward,
)
from tests.services.ward import later

MINUTE = timedelta(minutes=1)
MOST_STATEMENTS = 80


@pytest.fixture
def database(served_url: str) -> Iterator[Database]:
    """An open database with a ward; the test runs once on each kind."""
    found = with_a_ward(served_url)
    yield found
    found.close()


class Careless:
    """Reads `n > last`, posts once, forgets."""

    def __init__(self, house: House, gateway: Gateway) -> None:
        self.house, self.gateway, self.last = house, gateway, 0

    def work(self) -> None:
        with self.house.database.reading() as tx:
            query = f"SELECT n, event_id FROM feed WHERE n > {self.last} ORDER BY n"
            found = list(tx.connection.exec_driver_sql(query))
        for n, event_id in found:
            self.take_up(n, event_id)

    def take_up(self, n: int, event_id: str) -> None:
        self.send(n, event_id)
        self.last = n

    def send(self, n: int, event_id: str) -> None:
        body = f'{{"data": {{"id": "{event_id}"}}}}'
        post(self.house.doors, self.gateway.url, {"webhook-id": f"x-{n}"}, body, seconds=0.3, trust=TRUST)


class Hasty(Careless):
    """Writes down first, and sends then."""

    def take_up(self, n: int, event_id: str) -> None:
        self.last = n
        self.send(n, event_id)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sender_that_tries_once_loses_what_the_receiver_could_not_take(database: Database, fault: str) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        events = [an_alert(database, AT).id for _ in range(2)]
        gateway.does = lambda count: fault if count == 1 else "take"
        Careless(house, gateway).work()
    assert ids(gateway.taken) == events[1:]


def test_a_sender_that_puts_failures_at_the_end_mixes_them_up_where_a_receiver_comes_and_goes(
    database: Database,
) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        events = [an_alert(database, AT).id for _ in range(8)]
        gateway.does = lambda count: "take" if count % 3 == 0 else "fail"
        waiting = list(events)
        while waiting:
            one = waiting.pop(0)
            body = f'{{"data": {{"id": "{one}"}}}}'
            sent = post(house.doors, gateway.url, {"webhook-id": "x-1"}, body, trust=TRUST)
            if sent.ending is not Ending.DELIVERED:
                waiting.append(one)
    assert sorted(ids(gateway.taken)) == sorted(events)
    assert ids(gateway.taken) != events


def test_a_sender_with_one_queue_for_all_keeps_everybody_waiting_for_one_that_is_away(database: Database) -> None:
    with a_gateway() as away:
        pass
    with a_gateway() as good:
        house, told = a_house(database, away, good), 0

        def in_turn() -> None:
            nonlocal told
            queue = [gateway for _ in feed(database) for gateway in (away, good)]
            while told < len(queue):
                if post(house.doors, queue[told].url, {}, "{}", seconds=1, trust=TRUST).ending is not Ending.DELIVERED:
                    return
                told += 1

        assert len(a_day_of_alerts(house, in_turn)) == 24
        assert good.got == []


def test_a_sender_that_looks_at_no_certificate_tells_an_impostor(tmp_path: Path) -> None:
    wrong = a_certificate(tmp_path, "elsewhere.example", "10.9.8.7")
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    with a_gateway(wrong) as gateway:
        doors = Doors(frozenset([gateway.origin]), (), demo=True)
        assert post(doors, gateway.url, {}, "{}", trust=blind).ending is Ending.DELIVERED
        assert len(gateway.got) == 1


def test_an_hour_ahead_and_back_a_sender_that_goes_by_the_clock_loses_what_ours_delivers(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        told_until, naive = AT - MINUTE, list[str]()

        def by_the_clock() -> None:
            nonlocal told_until
            with database.reading() as tx:
                found = alerts.feed_after(tx, ledger.position(tx).epoch, 0, 1000)
            naive.extend(one.event.id for one in found if told_until < one.event.at <= house.clock.at)
            told_until = house.clock.at

        for move in (60, -60, 1, 1):
            house.clock.move(move)
            an_alert(database, house.clock.at)
            house.hooks.work(receiver.id)
            by_the_clock()
        everything = feed(database)
    assert ids(gateway.taken) == everything
    assert set(naive) < set(everything)


def test_after_a_restore_a_reader_that_keeps_its_number_misses_what_a_lane_sends(sqlite_url: str) -> None:
    file, backup = Path(sqlite_url.removeprefix("sqlite:///")), Path(f"{sqlite_url.removeprefix('sqlite:///')}.copy")
    database = with_a_ward(sqlite_url)
    with a_gateway() as gateway, a_gateway() as other:
        house = a_house(database, gateway, other)
        receiver, naive = house.add(gateway), Careless(house, other)
        an_alert(database, AT)
        database.close()
        shutil.copyfile(file, backup)
        house = a_house(opened(sqlite_url), gateway, other, clock=house.clock)  # the same program after a restart
        lost = [an_alert(house.database, AT).id for _ in range(3)]
        naive.house = house
        naive.work()
        house.database.close()
        shutil.copyfile(backup, file)
        house = a_house(opened(sqlite_url), gateway, other, clock=house.clock)  # the same program after a restart
        with house.database.transaction() as tx:
            begin_anew(tx, later(ADMIN, 1), REASON)
        after = [an_alert(house.database, AT + MINUTE).id for _ in range(2)]
        naive.house, before = house, len(other.taken)
        naive.work()
        house.hooks.work(receiver.id)
        house.database.close()
    assert ids(other.taken[before:]) == []
    assert ids(gateway.taken)[-2:] == after
    assert not set(lost) & set(ids(gateway.taken))


# ---- Killed between every two statements


@pytest.mark.hazard("HZ-19")
def test_killed_between_any_two_statements_a_lane_loses_nothing_and_mixes_up_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every statement of the whole step in turn is the last one that was run; the next life waits for the lease."""
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        killed = 0
        while killed < MOST_STATEMENTS:
            an_alert(database, house.clock.at)
            try:
                with monkeypatch.context() as patch:
                    patch.setattr(Transaction, "_run", dying_after(killed))
                    house.hooks.work(receiver.id)
                break
            except Killed:
                killed += 1
            house.clock.at += lanes.LEASE + timedelta(seconds=1)
            house.hooks.work(receiver.id)
        everything = feed(database)
    assert 8 < killed < MOST_STATEMENTS
    assert list(dict.fromkeys(ids(gateway.taken))) == everything
    assert len(gateway.taken) > len(everything), "no kill fell between the message and its note: the test shows nothing"


def test_killed_after_it_moved_on_and_before_it_sent_a_sender_loses_the_message(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who writes down first sends at most once."""

    def killed(n: int, event_id: str) -> None:
        raise Killed

    with a_gateway() as gateway:
        naive = Hasty(a_house(database, gateway), gateway)
        events = [an_alert(database, AT).id for _ in range(2)]
        with monkeypatch.context() as patch:
            patch.setattr(naive, "send", killed)
            with pytest.raises(Killed):
                naive.work()
        naive.work()
    assert ids(gateway.taken) == events[1:]
