"""Does every receiver get everything that concerns it, in order, whatever happens to it or to us?"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from standardwebhooks import Webhook

from app.delivery.message import headers_of, trial_message
from app.delivery.posting import Posted, post
from app.delivery.webhooks import Webhooks
from app.domain import canary
from app.domain.alert import AlertEvent, answer_to
from app.domain.ids import new_id
from app.domain.receiver import Doors, Ending, Receiver
from app.domain.vocabulary import Action, AlertKind, Level, Role
from app.services.acting import by_itself
from app.services.announcing import announce
from app.services.following import Cursor
from app.services.receiving import add_receiver, replay, rotate_secret, secret_of
from app.store import alerts, lanes, ledger, receivers, wards
from app.store.database import Database
from app.store.opening import open_database
from app.store.wards import Ward as Place
from tests.api.app import Clock
from tests.builders import AT, FAMILY_NAME, GIVEN_NAME, MRN
from tests.delivery.gateway import FAULTS, Gateway, Got, a_certificate, a_gateway
from tests.services.ward import a_ward, later, somebody

ADMIN = somebody(Role.ADMINISTRATOR)
ORIGIN = "https://ward.example"
TRUST = ssl.create_default_context()


WARD, OTHER = new_id(AT), new_id(AT)


def opened(url: str) -> Database:
    """The database as the program opens it."""
    return open_database(url, audit_key=b"kept elsewhere", pool_size=8)


def with_a_ward(url: str) -> Database:
    """The same, fresh, with a ward in it."""
    database = opened(url)
    with database.transaction() as tx:
        wards.add_ward(tx, Place(WARD, "CANARY-WARD-A", "Europe/London"), AT)
    return database


@pytest.fixture
def database(served_url: str) -> Iterator[Database]:
    """An open database with a ward; the test runs once on each kind."""
    found = with_a_ward(served_url)
    yield found
    found.close()


@dataclass
class House:
    """A program that pushes to gateways, on a clock that the test moves."""

    database: Database
    clock: Clock
    doors: Doors
    hooks: Webhooks

    def add(self, gateway: Gateway, least: Level = Level.INFORMATION, ward_id: str | None = None) -> Receiver:
        with self.database.transaction() as tx:
            made, _ = add_receiver(tx, ADMIN, self.doors, "pager gateway", gateway.url, ward_id, least)
        return made

    def lane(self, receiver: Receiver) -> lanes.Lane:
        with self.database.reading() as tx:
            found = lanes.one(tx, receiver.id)
        assert found is not None
        return found.lane

    def attempts(self, receiver: Receiver) -> list[Ending]:
        """How the attempts ended, oldest first."""
        with self.database.reading() as tx:
            return [one.outcome for one in reversed(receivers.deliveries(tx, receiver.id, None, 5000))]

    def again(self, receiver: Receiver) -> None:
        """The next attempt, when it is due."""
        self.clock.at = max(self.clock.at, self.lane(receiver).next_at)
        self.hooks.work(receiver.id)


def a_house(database: Database, *gateways: Gateway, seconds: float = 5.0, clock: Clock | None = None) -> House:
    """The program with these gateways' origins open."""
    clock = clock or Clock(AT)
    doors = Doors(frozenset(one.origin for one in gateways), (), demo=True)
    send = partial(post, seconds=seconds, trust=TRUST)
    return House(database, clock, doors, Webhooks(database, clock, doors, ORIGIN, send))


def an_alert(
    database: Database, at: datetime, ward_id: str = WARD, level: Level = Level.PRIORITY, key: str | None = None
) -> AlertEvent:
    """Something happened."""
    one = new_id(at)
    event = AlertEvent(
        id=one,
        alert_id=one,
        course_id=None,
        cycle_id=None,
        dose_id=None,
        decision_id=None,
        ward_id=ward_id,
        kind=AlertKind.RAISED,
        key=key or f"probe:{one}",
        level=level,
        action=Action.HOLD,
        summary="Dose 3: hold. Creatinine 2.9 mg/dL.",
        at=at,
        by=None,
        reason=None,
    )
    say(database, event)
    return event


def say(database: Database, *events: AlertEvent) -> None:
    with database.transaction() as tx:
        announce(tx, events)
        ledger.append(tx, (by_itself(events[0].at, "probe", None, [one.id for one in events]),))


def feed(database: Database) -> list[str]:
    """Every event of the feed, in order of commit."""
    with database.reading() as tx:
        return [one.event.id for one in alerts.feed_after(tx, ledger.position(tx).epoch, 0, 5000)]


def ids(found: list[Got]) -> list[str]:
    return [one.data["id"] for one in found]


def a_day_of_alerts(house: House, attempt: Callable[[], None]) -> list[str]:
    """An alert every hour of a day, and an attempt every ten minutes."""
    made = []
    for tenth in range(24 * 6):
        if tenth % 6 == 0:
            made.append(an_alert(house.database, house.clock.at).id)
        attempt()
        house.clock.move(10)
    return made


# ---- Faults of the receiver


@pytest.mark.hazard("HZ-19")
def test_after_a_day_out_of_reach_everything_arrives_in_order(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
    made = a_day_of_alerts(house, lambda: house.hooks.work(receiver.id))
    assert gateway.got == []
    with a_gateway(port=gateway.port) as back:
        house.again(receiver)
        house.hooks.work(receiver.id)
        everything = feed(database)
    assert ids(back.taken) == everything
    assert [one for one in ids(back.taken) if one in made] == made
    assert [one.n for one in back.taken] == list(range(1, len(everything) + 1))
    attempts = house.attempts(receiver)
    assert attempts == [Ending.UNREACHABLE] * (24 * 6) + [Ending.DELIVERED] * len(everything)


def test_a_sender_that_gives_up_after_four_tries_loses_alerts_in_the_same_day(database: Database) -> None:
    """The control of the test before: what peers do must fail where we do not."""
    with a_gateway() as gateway:
        house = a_house(database, gateway)
    waiting: list[str] = []
    tries = 0

    def best_effort() -> None:
        nonlocal tries
        waiting.extend(one for one in feed(database)[len(waiting) + dropped[0] :])
        if waiting:
            tries += 1
            sent = post(house.doors, gateway.url, {}, "{}", seconds=1, trust=TRUST)
            if tries == 4 or sent.ending is Ending.DELIVERED:
                waiting.pop(0)
                tries, dropped[0] = 0, dropped[0] + 1

    dropped = [0]
    made = a_day_of_alerts(house, best_effort)
    assert len(waiting) < len(made)


@pytest.mark.hazard("HZ-19")
def test_whoever_is_on_the_ward_hears_that_a_receiver_is_out_of_reach(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
    event = an_alert(database, AT)
    levels: list[Level | None] = []
    while house.clock.at < AT + timedelta(minutes=20):
        house.again(receiver)
        levels.append(_told(database, receiver))
    assert levels[:3] == [None, None, Level.PRIORITY]
    assert levels[-1] is Level.HIGH_PRIORITY
    assert [(one, other) for one, other in pairwise(levels) if one != other] == [
        (None, Level.PRIORITY),
        (Level.PRIORITY, Level.HIGH_PRIORITY),
    ]
    with a_gateway(port=gateway.port) as back:
        house.again(receiver)
        house.hooks.work(receiver.id)
    kinds = [one.data["kind"] for one in back.taken]
    assert kinds == [AlertKind.RAISED, AlertKind.RAISED, AlertKind.WORSENED, AlertKind.CLEARED]
    assert back.taken[0].data["id"] == event.id
    with database.reading() as tx:
        failing = [alert for alert in alerts.open_alerts(tx, [WARD]) if alert.key == f"delivery:{receiver.id}"]
    assert [alert.cleared is not None for alert in failing] == [True]


def _told(database: Database, receiver: Receiver) -> Level | None:
    with database.reading() as tx:
        found = [alert for alert in alerts.open_alerts(tx, [WARD]) if alert.key == f"delivery:{receiver.id}"]
    return found[0].level if found else None


ENDINGS = {
    "fail": Ending.REFUSED,
    "refuse": Ending.REFUSED,
    "redirect": Ending.REDIRECTED,
    "hang": Ending.TOO_SLOW,
    "drip the head": Ending.TOO_SLOW,
    "garbage": Ending.UNREACHABLE,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_no_success_is_sent_again_under_the_same_id(database: Database, fault: str) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway, seconds=0.6)
        receiver = house.add(gateway)
        events = [an_alert(database, AT).id for _ in range(2)]
        gateway.does = lambda count: fault if count <= 2 else "take"
        began = time.monotonic()
        house.hooks.work(receiver.id)
        assert time.monotonic() - began < 5
        house.again(receiver)
        house.again(receiver)
    assert house.attempts(receiver) == [ENDINGS[fault]] * 2 + [Ending.DELIVERED] * 2
    assert ids(gateway.taken) == events
    assert len({one.id for one in gateway.got[:3]}) == 1
    assert len({one.body for one in gateway.got[:3]}) == 1


def test_a_redirect_is_not_followed(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        an_alert(database, AT)
        gateway.does = lambda _: "redirect"
        house.hooks.work(receiver.id)
        assert len(gateway.got) == 1


def test_a_status_of_success_is_enough_however_slow_the_rest(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        an_alert(database, AT)
        gateway.does = lambda _: "drip the body"
        began = time.monotonic()
        house.hooks.work(receiver.id)
        assert time.monotonic() - began < 4
    assert house.attempts(receiver) == [Ending.DELIVERED]


def test_a_receiver_that_comes_and_goes_gets_everything_in_order(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        events = [an_alert(database, AT).id for _ in range(8)]
        gateway.does = lambda count: "take" if count % 3 == 0 else "fail"
        for _ in range(30):
            house.again(receiver)
    assert ids(gateway.taken)[:8] == events
    assert ids(gateway.taken) == feed(database)
    assert _told(database, receiver) is None or house.lane(receiver).told is None


# ---- Who it is


def test_over_tls_a_message_arrives_and_a_wrong_certificate_gets_nothing(sqlite_url: str, tmp_path: Path) -> None:
    right, wrong = a_certificate(tmp_path, "127.0.0.1"), a_certificate(tmp_path, "elsewhere.example", "10.9.8.7")
    trust = ssl.create_default_context()
    trust.load_verify_locations(right)
    trust.load_verify_locations(wrong)
    for certificate, ending in ((right, Ending.DELIVERED), (wrong, Ending.CERTIFICATE)):
        with a_gateway(certificate) as gateway:
            doors = Doors(frozenset([gateway.origin]), (), demo=True)
            assert post(doors, gateway.url, {}, "{}", trust=trust).ending is ending
            assert len(gateway.got) == (ending is Ending.DELIVERED)
            untrusting = post(doors, gateway.url, {}, "{}", trust=TRUST)
            assert untrusting.ending is Ending.CERTIFICATE


def _resolving(to: list[str]) -> Callable[..., list[Any]]:
    asked = []

    def look(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        assert len(asked) == 1, "a name is looked up once"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in to]

    return look


def test_a_name_is_looked_up_once_and_the_message_goes_to_that_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = a_certificate(tmp_path, "pager.example")
    trust = ssl.create_default_context()
    trust.load_verify_locations(certificate)
    with a_gateway(certificate) as gateway:
        monkeypatch.setattr("app.delivery.posting.socket.getaddrinfo", _resolving(["10.9.8.7", "127.0.0.1"]))
        doors = Doors(frozenset([f"https://pager.example:{gateway.port}"]), (), demo=True)
        sent = post(doors, f"https://pager.example:{gateway.port}/in", {}, "{}", trust=trust)
    assert sent.ending is Ending.DELIVERED
    assert gateway.got[0].headers["host"] == f"pager.example:{gateway.port}"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1"])
def test_a_name_that_leads_inside_is_not_connected_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.delivery.posting.socket.getaddrinfo", _resolving([address]))
    doors = Doors(frozenset(["https://pager.example"]))
    sent = post(doors, "https://pager.example/in", {}, "{}", trust=TRUST)
    assert (sent.ending, sent.status) == (Ending.ADDRESS, None)


def test_a_name_nobody_knows_and_an_origin_no_longer_open_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    doors, trust = Doors(frozenset(["https://pager.example"])), ssl.create_default_context()
    assert post(doors, "https://other.example/in", {}, "{}", trust=trust).ending is Ending.ORIGIN
    monkeypatch.setattr("app.delivery.posting.socket.getaddrinfo", _resolving([]))
    assert post(doors, "https://pager.example/in", {}, "{}", trust=trust).ending is Ending.UNRESOLVED


def test_a_lookup_that_hangs_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: Any, **__: Any) -> list[Any]:
        time.sleep(2)
        return []

    monkeypatch.setattr("app.delivery.posting.socket.getaddrinfo", hang)
    doors = Doors(frozenset(["https://pager.example"]))
    sent = post(doors, "https://pager.example/in", {}, "{}", seconds=0.2, trust=TRUST)
    assert sent.ending is Ending.TOO_SLOW
    assert sent.took_ms < 1500


# ---- What is sent


def test_a_signature_is_the_one_of_the_specification() -> None:
    """The example of the Standard Webhooks' own libraries."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", '{"test": 2432232314}'
    message = trial_message("", "", AT)._replace(id="msg_p5jXN8AQM9LWM0D4loKWxJek", body=body)
    headers = headers_of(message, [secret], datetime.fromtimestamp(1614265330, UTC))
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_library_verifies_what_arrives_and_nothing_changed(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway, clock=Clock(datetime.now(UTC)))
        receiver = house.add(gateway)
        event = an_alert(database, AT)
        house.hooks.work(receiver.id)
    (got,) = gateway.taken
    reader = Webhook(secret_of(b"kept elsewhere", receiver.id, 1))
    assert reader.verify(got.body, got.headers)["data"]["id"] == event.id
    for body, headers in ((got.body + " ", got.headers), (got.body, {**got.headers, "webhook-id": "1-1"})):
        with pytest.raises(Exception, match="No matching signature"):
            reader.verify(body, headers)


def test_after_a_rotation_both_secrets_verify_for_a_day(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        with database.transaction() as tx:
            rotate_secret(tx, ADMIN, receiver.id)
        for hours in (1, 24):
            house.clock.at = AT + timedelta(hours=hours)
            an_alert(database, house.clock.at)
            house.hooks.work(receiver.id)
    signed = [set(one.headers["webhook-signature"].split()) for one in gateway.taken]
    of = [
        [Webhook(secret_of(b"kept elsewhere", receiver.id, generation)) for generation in (2, 1)],
        [Webhook(secret_of(b"kept elsewhere", receiver.id, 2))],
    ]
    for got, signatures, readers in zip(gateway.taken, signed, of, strict=True):
        at = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
        assert signatures == {reader.sign(got.id, at, got.body) for reader in readers}


@pytest.mark.hazard("HZ-15")
def test_a_message_names_no_patient_and_says_no_value(served_url: str) -> None:
    database = opened(served_url)
    ward = a_ward(database)
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        ward.chart(creatinine="2.6")
        house.hooks.work(receiver.id)
    database.close()
    (got,) = gateway.taken
    told = {"id", "alert_id", "kind", "level", "action", "at", "ward_id", "cursor", "link"}
    assert set(got.data) == told
    assert got.data["link"] == f"{ORIGIN}/alerts/{got.data['alert_id']}"
    for word in (MRN, FAMILY_NAME, GIVEN_NAME, "2.6", "creatinine", ward.course.patient_id, ward.course.id):
        assert word not in f"{got.body}{got.headers}"


def test_wards_and_levels_sort_who_is_told_and_an_alert_that_was_told_is_told_to_its_end(database: Database) -> None:
    with database.transaction() as tx:
        wards.add_ward(tx, Place(OTHER, "CANARY-WARD-B", "Europe/London"), AT)
    with a_gateway() as loud, a_gateway() as here:
        house = a_house(database, loud, here)
        of_loud, of_here = house.add(loud, Level.HIGH_PRIORITY), house.add(here, Level.PRIORITY, WARD)
        quiet, elsewhere = an_alert(database, AT, level=Level.INFORMATION), an_alert(database, AT, OTHER)
        high = an_alert(database, AT, level=Level.HIGH_PRIORITY)
        with database.reading() as tx:
            alert = alerts.alert(tx, high.alert_id)
        end = answer_to(alert, AlertKind.ACKNOWLEDGED, new_id(AT), AT, ADMIN.person_id)
        say(database, replace(end, level=Level.INFORMATION))
        for receiver in (of_loud, of_here):
            house.hooks.work(receiver.id)
    assert ids(loud.taken) == ids(here.taken) == [high.id, end.id]
    assert not {quiet.id, elsewhere.id} & {*ids(loud.taken), *ids(here.taken)}


def test_the_canary_goes_nowhere_and_that_it_died_goes_everywhere(database: Database) -> None:
    with database.transaction() as tx:
        wards.add_ward(tx, Place(canary.WARD, "CANARY-WARD-C", "Europe/London"), AT)
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        an_alert(database, AT, canary.WARD)
        dead = an_alert(database, AT, key="canary")
        an_alert(database, AT, canary.WARD)
        house.hooks.work(receiver.id)
        house.hooks.step()
    assert ids(gateway.taken) == [dead.id]


# ---- Faults of our own


def test_what_was_sent_and_not_written_down_is_sent_again_under_the_same_id(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        an_alert(database, AT)

        def killed(*sent: Any) -> Posted:
            post(*sent, trust=TRUST)
            dying.stop()
            raise SystemExit

        dying = Webhooks(database, house.clock, house.doors, ORIGIN, killed)
        with pytest.raises(SystemExit):
            dying.work(receiver.id)
        assert len(gateway.taken) == 1
        house.hooks.work(receiver.id)
        assert len(gateway.taken) == 1, "the lease of the dead one still runs"
        house.clock.at = AT + lanes.LEASE + timedelta(seconds=1)
        house.hooks.work(receiver.id)
    assert len(gateway.taken) == 2
    assert gateway.taken[0].id == gateway.taken[1].id
    assert house.attempts(receiver) == [Ending.DELIVERED]


def test_a_process_that_lost_its_lease_moves_nothing(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        events = [an_alert(database, AT).id for _ in range(2)]

        def overtaken(*sent: Any) -> Posted:
            posted = post(*sent, trust=TRUST)
            house.clock.at = AT + lanes.LEASE + timedelta(seconds=1)
            house.hooks.work(receiver.id)
            return posted

        slow = Webhooks(database, house.clock, house.doors, ORIGIN, overtaken)
        slow.work(receiver.id)
    assert ids(gateway.taken) == [events[0], *events]
    assert house.lane(receiver).n == 2


def test_a_clock_that_went_ahead_for_an_hour_stops_nothing(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        an_alert(database, AT)
        gateway.does = lambda count: "fail" if count == 1 else "take"
        house.clock.move(60)
        house.hooks.work(receiver.id)
        house.clock.move(-60)
        house.hooks.work(receiver.id)
    assert [one.id for one in gateway.taken] == [gateway.got[0].id]


@pytest.mark.hazard("HZ-17")
def test_after_a_restore_a_lane_begins_with_the_oldest_open_alert(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        first, second = an_alert(database, AT), an_alert(database, AT)
        house.hooks.work(receiver.id)
        with database.reading() as tx:
            alert = alerts.alert(tx, first.alert_id)
        say(database, answer_to(alert, AlertKind.CLOSED, new_id(AT), AT, ADMIN.person_id))
        house.hooks.work(receiver.id)
        before = [one.id for one in gateway.taken]
        with database.transaction() as tx:
            epoch = ledger.new_epoch(tx)
        house.hooks.work(receiver.id)
    again = gateway.taken[len(before) :]
    assert again[0].data["id"] == second.id
    assert [one.id for one in again] == [f"{epoch}-2", f"{epoch}-3"]
    assert not {one.id for one in again} & {*before}


def test_a_replay_sends_again_under_the_same_ids(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        for _ in range(3):
            an_alert(database, AT)
        house.hooks.work(receiver.id)
        with database.transaction() as tx:
            replay(tx, later(ADMIN, 1), receiver.id, Cursor(ledger.position(tx).epoch, 1))
        house.clock.move(1)
        house.hooks.work(receiver.id)
    sent = [one.id for one in gateway.taken]
    assert sent[3:] == sent[1:3]


def test_a_receiver_that_hangs_keeps_no_other_waiting(sqlite_url: str) -> None:
    database = with_a_ward(sqlite_url)

    def now() -> datetime:
        return datetime.now(UTC)

    with a_gateway() as good, a_gateway() as stuck:
        house = a_house(database, good, stuck, seconds=3.0, clock=now)  # type: ignore[arg-type]
        house.add(good)
        alone = _delays(house, good, 10)
        bad = house.add(stuck)
        stuck.does = lambda _: "hang"
        beside = _delays(house, good, 10)
        assert stuck.got, "the other lane was at it"
        assert house.attempts(bad) == [Ending.TOO_SLOW] * len(house.attempts(bad))
        house.hooks.stop()
    assert beside < alone + 0.25, (alone, beside)
    database.close()


@pytest.mark.hazard("HZ-19")
def test_a_receiver_out_of_reach_for_a_day_keeps_no_other_waiting(database: Database) -> None:
    with a_gateway() as good, a_gateway() as away:
        house = a_house(database, good, away)
        house.add(good)
        alone = _delays(house, good, 24, minutes=60)
        begins = len(feed(database))
        house.add(away)
        away.does = lambda _: "fail"
        beside = _delays(house, good, 24, minutes=60)
        assert len(away.got) >= 3, "the other lane was at it"
        assert away.taken == []
        away.does = lambda _: "take"
        until = time.monotonic() + 20
        while len(away.taken) < len(feed(database)) - begins and time.monotonic() < until:
            house.clock.move(1)  # an attempt that was under way may have failed only now, and waits for up to a minute
            house.hooks.step()
            time.sleep(0.02)
        house.hooks.stop()
        assert ids(away.taken) == feed(database)[begins:]
    assert beside < alone + 0.25, (alone, beside)


def _delays(house: House, good: Gateway, count: int, minutes: float = 0) -> float:
    """Seconds from commit to arrival, the middle one; so many minutes pass between two."""
    took = []
    for _ in range(count):
        if minutes:
            house.clock.move(minutes)
        before, began = len(good.taken), time.monotonic()
        an_alert(house.database, house.clock())
        while len(good.taken) == before:
            house.hooks.step()
            time.sleep(0.005)
            assert time.monotonic() - began < 20
        took.append(good.taken[before].at - began)
    return median(took)


def test_a_test_message_is_about_no_alert_and_one_at_a_time(database: Database) -> None:
    with a_gateway() as gateway:
        house = a_house(database, gateway)
        receiver = house.add(gateway)
        made = house.hooks.test(receiver)
        assert made is not None
        assert (made.outcome, made.event_id, made.status) == (Ending.DELIVERED, None, 204)
        assert gateway.taken[0].id.startswith("test-")
        gateway.does = lambda _: "hang"
        assert house.hooks.test(receiver, patience=0.1) is None
        assert house.hooks.test(receiver) is None
        assert len(gateway.got) == 2
