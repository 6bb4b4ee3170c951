"""How far has each receiver got, and who is trying now?

One lane for each receiver: what it is told of goes there in order of commit, the next only once the one before arrived.
A lease keeps two processes from trying the same; whoever lost it cannot move the lane.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, delete, insert, null, or_, select, update
from sqlalchemy.types import TypeEngine

from app.domain.alert import AlertEvent
from app.domain.canary import WARD as CANARY
from app.domain.receiver import LONGEST_WAIT, Receiver
from app.domain.vocabulary import Level
from app.store import rows
from app.store import tables as t
from app.store.database import Transaction
from app.store.receivers import RECEIVER, read
from app.store.statements import Row, Statement

LEASE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Lane:
    """Everything up to feed number `n` arrived; since then `attempts` failed in a row, the next is due at `next_at`.

    `failing_since` is when the first of them did, `told` how loudly somebody has heard of it.
    """

    receiver_id: str
    epoch: str
    n: int
    attempts: int
    next_at: datetime
    failing_since: datetime | None
    told: Level | None

    def due(self, now: datetime) -> bool:
        """True when it may be tried; a time further off than any wait was written by a clock that was wrong."""
        return self.next_at <= now or self.next_at > now + timedelta(seconds=LONGEST_WAIT)


class Watched(NamedTuple):
    """A receiver with its lane, and the epoch and last number of the feed at that moment."""

    receiver: Receiver
    lane: Lane
    epoch: str
    feed: int


class Passing(NamedTuple):
    """One number of the feed: its event, and whether the receiver is told of it."""

    n: int
    event: AlertEvent
    concerns: bool


_LANE = tuple(t.lane.c[name] for name in Lane.__slots__)
_MOMENT: TypeEngine[datetime] = t.lane.c.next_at.type
_earlier, _at = t.alert_event.alias(), t.feed.alias()
# Once an alert concerned a receiver, so does all that happens to it: a milder repeat, an answer on another ward.
_CONCERNED = (
    select(_earlier.c.id)
    .join_from(_earlier, _at, _at.c.event_id == _earlier.c.id)
    .where(
        _earlier.c.alert_id == t.alert_event.c.alert_id,
        _at.c.n <= t.feed.c.n,
        _earlier.c.level.in_(bindparam("levels", expanding=True)),
    )
)


def _passing(concerned: Select[Any]) -> Statement:
    return Statement(
        select(t.feed.c.n, concerned.exists().label("concerns"), *rows.ALERT_EVENT)
        .join_from(t.feed, t.alert_event)
        .where(t.feed.c.n > bindparam("after"))
        .order_by(t.feed.c.n)
        .limit(bindparam("at_most"))
    )


_OF_HOUSE = _passing(_CONCERNED.where(_earlier.c.ward_id != CANARY))
_OF_WARD = _passing(_CONCERNED.where(_earlier.c.ward_id == bindparam("ward_id")))
_ADD = Statement(insert(t.lane))
_END = Statement(delete(t.lane).where(t.lane.c.receiver_id == bindparam("of")))
_WATCHED = select(*RECEIVER, *_LANE, t.ledger.c.epoch, t.ledger.c.feed).select_from(
    t.receiver.join(t.lane, t.lane.c.receiver_id == t.receiver.c.id).join(t.ledger, t.ledger.c.id == 1)
)
_ALL = Statement(_WATCHED.order_by(t.receiver.c.id))
_ONE = Statement(_WATCHED.where(t.receiver.c.id == bindparam("of")))
_THE_LANE = update(t.lane).where(t.lane.c.receiver_id == bindparam("of"))
_OURS = t.lane.c.leased_by == bindparam("who")
_CLAIM = Statement(
    _THE_LANE.where(
        or_(
            t.lane.c.leased_by.is_(None),
            _OURS,
            t.lane.c.leased_until < bindparam("now", type_=_MOMENT),
            t.lane.c.leased_until > bindparam("until", type_=_MOMENT),
        )
    ).values(leased_by=bindparam("who"), leased_until=bindparam("until", type_=_MOMENT))
)
_RELEASE = Statement(_THE_LANE.where(_OURS).values(leased_by=null(), leased_until=null()))
_MOVE = Statement(
    _THE_LANE.where(_OURS, t.lane.c.epoch == bindparam("of_epoch"), t.lane.c.n == bindparam("of_n")).values(
        n=bindparam("to_n"),
        attempts=bindparam("failures"),
        next_at=bindparam("due", type_=_MOMENT),
        failing_since=bindparam("since", type_=_MOMENT),
        told=bindparam("loud"),
        leased_until=bindparam("until", type_=_MOMENT),
    )
)
_SKIP = Statement(
    _THE_LANE.where(t.lane.c.epoch == bindparam("of_epoch"), t.lane.c.n == bindparam("of_n")).values(
        n=bindparam("to_n")
    )
)
_PLACE = Statement(
    _THE_LANE.values(
        epoch=bindparam("to_epoch"), n=bindparam("to_n"), attempts=0, next_at=bindparam("due", type_=_MOMENT)
    )
)
_OLDEST_OPEN = Statement(
    select(t.feed.c.n)
    .join_from(t.open_alert, t.alert_event, t.alert_event.c.alert_id == t.open_alert.c.alert_id)
    .join(t.feed, t.feed.c.event_id == t.alert_event.c.id)
    .where(t.open_alert.c.ward_id != CANARY)
    .order_by(t.feed.c.n)
    .limit(1)
)


def add(tx: Transaction, lane: Lane) -> None:
    """The lane of a new receiver."""
    _ADD.run(tx, **{name: getattr(lane, name) for name in Lane.__slots__})


def end(tx: Transaction, receiver_id: str) -> None:
    """Nobody tries any more."""
    _END.run(tx, of=receiver_id)


def watched(tx: Transaction) -> tuple[Watched, ...]:
    """Every lane, in a single statement."""
    return tuple([_read(row) for row in _ALL.all(tx)])


def one(tx: Transaction, receiver_id: str) -> Watched | None:
    """The lane of a receiver, None once it is removed."""
    row = _ONE.maybe(tx, of=receiver_id)
    return None if row is None else _read(row)


def passing(tx: Transaction, receiver: Receiver, n: int, limit: int) -> tuple[Passing, ...]:
    """What follows number `n` of the feed, of whichever epoch: a restore goes on counting."""
    asked = {"after": n, "at_most": limit, "levels": list(receiver.levels())}
    if receiver.ward_id is None:
        found = _OF_HOUSE.all(tx, **asked)
    else:
        found = _OF_WARD.all(tx, **asked, ward_id=receiver.ward_id)
    return tuple([Passing(row[0], rows.alert_event(row[2:]), bool(row[1])) for row in found])


def claim(tx: Transaction, receiver_id: str, who: str, now: datetime) -> bool:
    """Takes or renews the lease; False while somebody else holds it."""
    return _CLAIM.run(tx, of=receiver_id, who=who, now=now, until=now + LEASE) == 1


def release(tx: Transaction, receiver_id: str, who: str) -> None:
    """Gives the lease back."""
    _RELEASE.run(tx, of=receiver_id, who=who)


def move(tx: Transaction, before: Lane, after: Lane, who: str, now: datetime) -> bool:
    """Writes where a lane stands and renews the lease; False when it was lost, or the lane put elsewhere meanwhile."""
    return (
        _MOVE.run(
            tx,
            of=before.receiver_id,
            who=who,
            of_epoch=before.epoch,
            of_n=before.n,
            to_n=after.n,
            failures=after.attempts,
            due=after.next_at,
            since=after.failing_since,
            loud=after.told,
            until=now + LEASE,
        )
        == 1
    )


def skip(tx: Transaction, lane: Lane, n: int) -> None:
    """Writes down that nothing up to number `n` concerns the receiver, unless the lane has moved meanwhile."""
    _SKIP.run(tx, of=lane.receiver_id, of_epoch=lane.epoch, of_n=lane.n, to_n=n)


def place(tx: Transaction, receiver_id: str, epoch: str, n: int, at: datetime) -> None:
    """Puts a lane behind number `n`, to go on at once."""
    _PLACE.run(tx, of=receiver_id, to_epoch=epoch, to_n=n, due=at)


def before_open(tx: Transaction, feed: int) -> int:
    """The number before the first event of any open alert; `feed`, the last number, where none is open."""
    found = _OLDEST_OPEN.maybe(tx)
    return feed if found is None else int(found[0]) - 1


def _read(row: Row) -> Watched:
    split = len(RECEIVER)
    receiver_id, epoch, n, attempts, next_at, failing_since, told = row[split : split + len(_LANE)]
    loud = None if told is None else Level(told)
    place = Lane(receiver_id, epoch, n, attempts, next_at, failing_since, loud)
    return Watched(read(row[:split]), place, row[-2], row[-1])
