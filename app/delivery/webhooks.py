"""How does every receiver hear of every alert that concerns it, in order, whatever happens to receivers or to us?

A lane for each receiver: the next message goes out once the one before arrived, and is tried without end until it does.
What was sent and not yet written down is sent again under the same id. Lanes know nothing of each other: each is worked
on by a thread of its own, under a lease that keeps other processes away.
"""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final, NamedTuple, TypeAlias

import structlog

from app.delivery.message import Message, headers_of, message_of, trial_message
from app.delivery.posting import Posted, post
from app.domain.alert import AlertEvent
from app.domain.canary import is_canary
from app.domain.ids import new_id
from app.domain.receiver import Doors, Ending, Receiver, louder, trouble, wait_after
from app.services import failing
from app.services.following import Cursor
from app.services.receiving import secret_of
from app.store import lanes, receivers
from app.store.database import Database
from app.store.lanes import Lane, Watched
from app.store.receivers import Delivery

log = structlog.get_logger(__name__)

Post: TypeAlias = Callable[[Doors, str, dict[str, str], str], Posted]

BATCH: Final = 200
PATIENCE: Final = 2.0
"""Seconds that whoever presses the button waits for the answer."""
PASSED_OVER: Final = 1000
"""So many events that do not concern a receiver are skipped in mind only; more are written down."""


@lru_cache(maxsize=1)
def _authorities() -> ssl.SSLContext:
    """Whom this machine trusts. Read for the first message: it takes a tenth of a second, and most wards send none."""
    return ssl.create_default_context()


def _post(doors: Doors, url: str, headers: dict[str, str], body: str) -> Posted:
    return post(doors, url, headers, body, trust=_authorities())


class Next(NamedTuple):
    """What a lane sends next."""

    receiver: Receiver
    lane: Lane
    n: int
    event: AlertEvent


class Webhooks:
    """Every lane of one process. `origin` is the address people reach the program under."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], doors: Doors, origin: str, send: Post | None = None
    ) -> None:
        self.doors = doors
        self._database, self._clock, self._origin = database, clock, origin
        self._send: Post = send or _post
        self._who = secrets.token_hex(8)
        self._guard = Lock()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._seen: dict[str, tuple[str, int, int]] = {}
        self._over = False

    def step(self) -> None:
        """Sets every lane to work that is due and is not being worked on."""
        with self._database.glancing() as tx:
            found = lanes.watched(tx)
        now = self._clock()
        for one in found:
            if one.lane.due(now) and (one.epoch != one.lane.epoch or self._looked_up_to(one.lane) < one.feed):
                self._start(one.receiver.id)

    def stop(self) -> None:
        """Nothing more is sent or written; what is under way will be sent again."""
        self._over = True

    def work(self, receiver_id: str) -> None:
        """Sends what is due on a lane, one after the other, until nothing is, or one did not arrive."""
        if self._next(receiver_id) is None:
            return
        with self._database.transaction() as tx:
            if not lanes.claim(tx, receiver_id, self._who, self._clock()):
                return
        try:
            while not self._over and (found := self._next(receiver_id)) is not None:
                if not self._deliver(found):
                    break
        finally:
            if not self._over:
                with self._database.transaction() as tx:
                    lanes.release(tx, receiver_id, self._who)

    def test(self, receiver: Receiver, patience: float = PATIENCE) -> Delivery | None:
        """Sends a message about nothing and writes down how that ended.

        None when that takes longer than `patience`, or another test of it is still under way.
        """
        name = f"test {receiver.id}"
        with self._guard:
            if name in self._busy:
                return None
            self._busy.add(name)
        ended: SimpleQueue[Delivery] = SimpleQueue()
        Thread(target=self._try, args=(receiver, name, ended), name=name, daemon=True).start()
        try:
            return ended.get(timeout=patience)
        except Empty:
            return None

    def _try(self, receiver: Receiver, name: str, ended: SimpleQueue[Delivery]) -> None:
        try:
            at = self._clock()
            message = trial_message(receiver.id, new_id(at), at)
            made = _delivery(receiver, None, 1, at, self._posted(receiver, message, at))
            if not self._over:
                with self._database.transaction() as tx:
                    receivers.add_delivery(tx, made)
            ended.put(made)
        finally:
            with self._guard:
                self._busy.discard(name)

    def _start(self, receiver_id: str) -> None:
        with self._guard:
            if self._over or receiver_id in self._busy:
                self._again.add(receiver_id)
                return
            self._busy.add(receiver_id)
        Thread(target=self._run, args=(receiver_id,), name=f"lane {receiver_id}", daemon=True).start()

    def _run(self, receiver_id: str) -> None:
        more = True
        while more:
            try:
                self.work(receiver_id)
            except Exception as fault:  # noqa: BLE001 - told in the log; the loop sets the lane to work again
                log.warning("a lane failed", error=type(fault).__qualname__)
            with self._guard:
                more = receiver_id in self._again and not self._over
                self._again.discard(receiver_id)
                if not more:
                    self._busy.discard(receiver_id)

    def _next(self, receiver_id: str) -> Next | None:
        """What the lane sends next, None while nothing is due there."""
        with self._database.reading() as tx:
            one = lanes.one(tx, receiver_id)
            if one is None or not one.lane.due(self._clock()):
                return None
            if one.epoch == one.lane.epoch:
                n = self._looked_up_to(one.lane)
                while passing := lanes.passing(tx, one.receiver, n, BATCH):
                    for n, event, concerns in passing:
                        if concerns and not is_canary(event.ward_id):
                            return Next(one.receiver, one.lane, n, event)
        if one.epoch != one.lane.epoch:
            self._begin_again(one)
            return self._next(receiver_id)
        self._pass_over(one.lane, n)
        return None

    def _begin_again(self, one: Watched) -> None:
        """After a restore: from the oldest alert that is open now, or from where the lane stood if that was earlier."""
        with self._database.transaction() as tx:
            n = min(one.lane.n, lanes.before_open(tx, one.feed))
            lanes.place(tx, one.receiver.id, one.epoch, n, self._clock())

    def _looked_up_to(self, lane: Lane) -> int:
        epoch, n, upto = self._seen.get(lane.receiver_id, ("", 0, 0))
        return upto if (epoch, n) == (lane.epoch, lane.n) else lane.n

    def _pass_over(self, lane: Lane, n: int) -> None:
        if n - lane.n > PASSED_OVER:
            with self._database.transaction() as tx:
                lanes.skip(tx, lane, n)
        else:
            self._seen[lane.receiver_id] = (lane.epoch, lane.n, n)

    def _deliver(self, found: Next) -> bool:
        """Sends it and writes down how that ended; True when the lane has moved on."""
        at = self._clock()
        message = message_of(found.event, Cursor(found.lane.epoch, found.n), self._origin)
        posted = self._posted(found.receiver, message, at)
        return not self._over and self._record(found, posted, at)

    def _posted(self, receiver: Receiver, message: Message, at: datetime) -> Posted:
        key = self._database.audit_key
        signing = [secret_of(key, receiver.id, generation) for generation in receiver.generations(at)]
        return self._send(self.doors, receiver.url, headers_of(message, signing, at), message.body)

    def _record(self, found: Next, posted: Posted, at: datetime) -> bool:
        lane, now = found.lane, self._clock()
        made = _delivery(found.receiver, found.event.id, lane.attempts + 1, at, posted)
        after = _after(lane, found.n, now, arrived=made.delivered)
        with self._database.transaction() as tx:
            receivers.add_delivery(tx, made)
            ours = lanes.move(tx, lane, after, self._who, now)
            if ours and after.told is None and lane.told is not None:
                failing.works(tx, now, found.receiver)
            elif ours and after.told is not None and after.told is not lane.told:
                failing.fails(tx, now, found.receiver, after.told)
        return ours and made.delivered


def _delivery(receiver: Receiver, event_id: str | None, attempt: int, at: datetime, posted: Posted) -> Delivery:
    ending, status, took_ms = posted
    return Delivery(new_id(at), receiver.id, event_id, attempt, at, took_ms, status, ending is Ending.DELIVERED, ending)


def _after(lane: Lane, n: int, now: datetime, *, arrived: bool) -> Lane:
    """Where the lane stands once event `n` arrived, or did not."""
    if arrived:
        return replace(lane, n=n, attempts=0, next_at=now, failing_since=None, told=None)
    failures = lane.attempts + 1
    since = now if lane.failing_since is None else min(now, lane.failing_since)
    return replace(
        lane,
        attempts=failures,
        next_at=now + wait_after(failures, secrets.randbelow(1000)),
        failing_since=since,
        told=louder(lane.told, trouble(failures, since, now)),
    )
