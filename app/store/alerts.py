"""Which alerts are open, and what has happened since the reader last looked?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, delete, insert, select, union

from app.domain.alert import ENDS, Alert, AlertEvent, duties_reached, fold
from app.domain.errors import Gone, NotFound
from app.domain.scores.warning import KEY
from app.domain.vocabulary import AlertKind, Duty
from app.store import ledger, rows
from app.store import tables as t
from app.store.database import Transaction
from app.store.raised import Raised, told
from app.store.statements import Row, Statement

_COURSE: BindParameter[str] = bindparam("course_id")
_WARDS: BindParameter[Any] = bindparam("ward_ids", expanding=True)

_EVENT = Statement(insert(t.alert_event))
_OPEN = Statement(insert(t.open_alert))
_END = Statement(delete(t.open_alert).where(t.open_alert.c.alert_id == bindparam("ended")))

# A number looked up for each event, not a join: the planner must never think of reading the feed for an alert.
_N = select(t.feed.c.n).where(t.feed.c.event_id == t.alert_event.c.id).scalar_subquery()
_EVENTS: Select[Any] = (
    select(*rows.ALERT_EVENT, _N, t.open_alert.c.ward_id)
    .outerjoin_from(t.alert_event, t.open_alert, t.open_alert.c.alert_id == t.alert_event.c.alert_id)
    .order_by(t.alert_event.c.alert_id)
)
_OPEN_ON_WARDS = select(t.open_alert.c.alert_id).where(t.open_alert.c.ward_id.in_(_WARDS))
_OPEN_OF_COURSE = select(t.open_alert.c.alert_id).where(t.open_alert.c.course_id == _COURSE)
_OF_ALERT = Statement(_EVENTS.where(t.alert_event.c.alert_id == bindparam("alert_id")))
_SOME = Statement(_EVENTS.where(t.alert_event.c.alert_id.in_(bindparam("alert_ids", expanding=True))))
_OF_COURSE = Statement(_EVENTS.where(t.alert_event.c.course_id == _COURSE))
_OF_COURSES = Statement(_EVENTS.where(t.alert_event.c.course_id.in_(bindparam("course_ids", expanding=True))))
_OPEN_IN = Statement(_EVENTS.where(t.alert_event.c.alert_id.in_(_OPEN_ON_WARDS)))
_OPEN_OF = Statement(_EVENTS.where(t.alert_event.c.alert_id.in_(_OPEN_OF_COURSE)))
_about_dose = t.alert_event.alias()
_ESCALATED_ON_WARDS = (
    select(t.alert_event.c.alert_id)
    .join_from(t.open_alert, t.alert_event, t.alert_event.c.alert_id == t.open_alert.c.alert_id)
    .where(t.open_alert.c.ward_id.in_(_WARDS), t.alert_event.c.kind == AlertKind.ESCALATED)
)
_ESCALATED = Statement(_EVENTS.where(t.alert_event.c.alert_id.in_(_ESCALATED_ON_WARDS)))
_EVER_ABOUT_DOSE = select(_about_dose.c.alert_id).where(
    _about_dose.c.course_id == _COURSE, _about_dose.c.dose_id == bindparam("dose_id")
)
_EVER_WARNED = select(_about_dose.c.alert_id).where(
    _about_dose.c.course_id == _COURSE, _about_dose.c.dose_id.is_(None), _about_dose.c.key == KEY
)
_RAISED = Statement(_EVENTS.where(t.alert_event.c.alert_id.in_(union(_OPEN_OF_COURSE, _EVER_ABOUT_DOSE, _EVER_WARNED))))
_LEFT = Statement(
    select(t.feed.c.n, *rows.ALERT_EVENT)
    .join_from(t.feed, t.alert_event)
    .where(t.alert_event.c.alert_id.in_(bindparam("alert_ids", expanding=True)))
    .order_by(t.feed.c.n)
)
_AFTER = Statement(
    select(t.feed.c.n, *rows.ALERT_EVENT)
    .join_from(t.feed, t.alert_event)
    .where(t.feed.c.epoch == bindparam("epoch"), t.feed.c.n > bindparam("after"))
    .order_by(t.feed.c.n)
    .limit(bindparam("at_most"))
)


class FeedItem(NamedTuple):
    """An alert event with its number in the feed of its epoch."""

    n: int
    event: AlertEvent


def add(tx: Transaction, events: Sequence[AlertEvent]) -> None:
    """What happened to alerts; `ledger.append` numbers it before the transaction may end.

    A second open alert of a course under one key breaks uq_open_alert_course_id_key.
    """
    if not events:
        return
    _EVENT.insert(tx, *({name: getattr(event, name) for name in event.__slots__} for event in events))
    tx.events += [event.id for event in events]
    _follow(tx, events)
    for event in events:
        if event.kind in ENDS:
            _END.run(tx, ended=event.alert_id)
    raised = [
        {"alert_id": event.alert_id, "course_id": event.course_id, "ward_id": event.ward_id, "key": event.key}
        for event in events
        if event.kind is AlertKind.RAISED
    ]
    _OPEN.insert(tx, *raised)


def _follow(tx: Transaction, events: Sequence[AlertEvent]) -> None:
    """What was read of these courses goes on to be true; of the others nothing counts as read from now on."""
    for event in events:
        if event.course_id is not None:
            if tx.begins(event.course_id) is None:
                raise RuntimeError("the alerts of a course are changed under its lock alone")
            before: Raised | None = tx.raised.get(event.course_id)
            tx.raised[event.course_id] = None if before is None else before.after(event)


def alert(tx: Transaction, alert_id: str) -> Alert:
    """One alert as it stands; raises NotFound."""
    found = _alerts(tx, _OF_ALERT, alert_id=alert_id)
    if not found:
        raise NotFound("alert_not_found", "There is no such alert.")
    return found[0]


def some(tx: Transaction, alert_ids: Iterable[str]) -> tuple[Alert, ...]:
    """These alerts as they stand, oldest first."""
    wanted = frozenset(alert_ids)
    read: Iterable[Raised] = filter(None, tx.raised.values())
    found = [one.alert for raised in read for alert_id, one in raised.told.items() if alert_id in wanted]
    return tuple(found) if len(found) == len(wanted) else _alerts(tx, _SOME, alert_ids=list(wanted))


def events_of(tx: Transaction, alert_id: str) -> tuple[AlertEvent, ...]:
    """What happened to one alert, in order of commit."""
    groups = _by_alert(_OF_ALERT.all(tx, alert_id=alert_id))
    return tuple([event for _, events in groups for event in events])


def open_alerts(
    tx: Transaction, ward_ids: Iterable[str] | None = None, course_id: str | None = None
) -> tuple[Alert, ...]:
    """The open alerts of a course, or of the patients who lie on these wards now, oldest first."""
    if course_id is not None:
        found = _alerts(tx, _OPEN_OF, course_id=course_id)
        wards = None if ward_ids is None else frozenset(ward_ids)
        return tuple(item for item in found if wards is None or item.ward_id in wards)
    if ward_ids is None:
        raise ValueError("name wards or a course")
    return _alerts(tx, _OPEN_IN, ward_ids=list(ward_ids))


def escalated(tx: Transaction, ward_ids: Iterable[str]) -> tuple[tuple[Alert, frozenset[Duty]], ...]:
    """The open alerts of these wards that were ever escalated, oldest first, each with the duties it has reached."""
    found = _by_alert(_ESCALATED.all(tx, ward_ids=list(ward_ids)))
    return tuple([(told(events, lies_on).alert, duties_reached(events)) for lies_on, events in found])


def raised(tx: Transaction, course_id: str, dose_id: str | None = None) -> tuple[Alert, ...]:
    """The alerts of a locked course that are open, or ever were about its early warning or this dose, oldest first."""
    found: Raised | None = tx.raised.get(course_id)
    if found is None or dose_id not in (None, found.dose_id):
        groups = _by_alert(_RAISED.all(tx, course_id=course_id, dose_id=dose_id))
        found = Raised(dose_id, {events[0].alert_id: told(events, lies_on) for lies_on, events in groups})
        tx.raised[course_id] = found
    return tuple([one.alert for one in found.told.values()])


def alerts_of_course(tx: Transaction, course_id: str) -> tuple[Alert, ...]:
    """Every alert of a course as it stands, oldest first."""
    return _alerts(tx, _OF_COURSE, course_id=course_id)


def events_of_course(tx: Transaction, course_id: str) -> tuple[AlertEvent, ...]:
    """Every alert event of a course, alert by alert, in order of commit."""
    groups = _by_alert(_OF_COURSE.all(tx, course_id=course_id))
    return tuple([event for _, events in groups for event in events])


def events_of_courses(tx: Transaction, course_ids: Iterable[str]) -> dict[str, tuple[AlertEvent, ...]]:
    """The same of several courses, by course; one without any has no entry."""
    found: dict[str, list[AlertEvent]] = defaultdict(list)
    for _, events in _by_alert(_OF_COURSES.all(tx, course_ids=list(course_ids))):
        found[events[0].course_id or ""] += events
    return {course_id: tuple(events) for course_id, events in found.items()}


def feed_after(tx: Transaction, epoch: str, n: int, limit: int) -> tuple[FeedItem, ...]:
    """The next events after number `n` of an epoch, in order of commit, none ever missing.

    Raises Gone for a cursor this database did not hand out: start again from the open alerts.
    """
    stands = ledger.position(tx)
    if epoch != stands.epoch or n > stands.feed:
        raise Gone("cursor_gone", "The record was restored since: read the open alerts again, then follow the feed.")
    found = _AFTER.all(tx, epoch=epoch, after=n, at_most=limit)
    return tuple([FeedItem(row[0], rows.alert_event(row[1:])) for row in found])


def as_left(tx: Transaction, items: Sequence[FeedItem]) -> tuple[Alert, ...]:
    """The alert of each item as that event left it, whatever happened to it since."""
    if not items:
        return ()
    happened: dict[str, list[FeedItem]] = defaultdict(list)
    for row in _LEFT.all(tx, alert_ids=list({item.event.alert_id for item in items})):
        event = rows.alert_event(row[1:])
        happened[event.alert_id].append(FeedItem(row[0], event))
    return tuple([fold([e for n, e in happened[item.event.alert_id] if n <= item.n]) for item in items])


def _alerts(tx: Transaction, query: Statement, **of: Any) -> tuple[Alert, ...]:
    """Alerts in the order they were raised in; an open one is on the ward its patient lies on now."""
    return tuple([told(events, lies_on).alert for lies_on, events in _by_alert(query.all(tx, **of))])


def _by_alert(found: list[Row]) -> list[tuple[str | None, list[AlertEvent]]]:
    """The events of each alert in order of commit, those of this transaction last, with the ward it is open on.

    The alerts in the order they were raised in, which their ids are not where the clock went back.
    """
    groups = [sorted(group, key=_commit_order) for _, group in groupby(found, key=itemgetter(_ALERT_ID))]
    groups.sort(key=lambda ordered: _commit_order(ordered[0]))
    return [(ordered[0][-1], [rows.alert_event(row[:-2]) for row in ordered]) for ordered in groups]


def _commit_order(row: Row) -> tuple[bool, int]:
    n = row[-2]
    return n is None, n or 0


_ALERT_ID = rows.ALERT_EVENT.index(t.alert_event.c.alert_id)
