"""Is everybody told of what calls for them, and is everything that will be late waited for?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.domain.alert import ENDS, Alert, AlertEvent, fold
from app.domain.deadlines import waiting
from app.domain.ladder import LOUD
from app.domain.scores.book import news2_at
from app.domain.scores.warning import KEY, loudness
from app.domain.vocabulary import BINDING, Action, AlertKind
from app.store import alerts, ladders
from app.store import tables as t
from app.store.database import Transaction
from app.store.timers import TimerKind
from tests.acts.looking import Look
from tests.builders import LIBRARY

_STARTS = (AlertKind.RAISED, AlertKind.WORSENED, AlertKind.WOKEN)


class _Timers(NamedTuple):
    """The steps that are armed and those that were done, by kind and subject."""

    armed: frozenset[tuple[str, str, str]]
    done: frozenset[tuple[str, str, str]]


def an_alert_ends_by_a_person(look: Look) -> Iterator[str]:
    """Acknowledged or closed by somebody, and nothing but that after it (design.md 7 invariant 6)."""
    for events in _by_alert(look):
        ends = [event for event in events if event.kind in ENDS]
        if any(event.by is None for event in ends) or len(ends) > 1:
            yield f"alert {events[0].key} ended {len(ends)} times"
        alert = fold(events)
        if alert.open is bool(ends) or (events[0].kind is not AlertKind.RAISED):
            yield f"alert {events[0].key} is not what its events say"


def a_hold_is_told(look: Look) -> Iterator[str]:
    """While the word on the pending dose is hold or graver, an alert says so (design.md 7 invariant 6).

    A stop binds longer than what it was decided on: its alert may say that a value has cleared that.
    """
    due = look.due
    if due is None or due.decision is None or due.decision.provisional or due.decision.action.rank < Action.HOLD.rank:
        return
    action = look.sheet.latest_word(due.decision).action
    grave = [one for one in _alerts(look) if one.action.rank >= action.rank]
    says = [one for one in grave if _says(one) and (one.open or one.dose_id == due.dose.id)]
    if not says and not (action in BINDING and grave):
        yield f"dose {due.dose.number} is at {action}, and no alert says so"


def an_early_warning_is_told(look: Look) -> Iterator[str]:
    """While NEWS2 calls somebody, an alert as loud stands (docs/decisions/0020, 0026)."""
    level = loudness(news2_at(LIBRARY.scores, look.protocol, look.sheet, look.latest), LIBRARY.news2)
    if level is None or look.sheet.ended(look.cycle.id) is not None:
        return
    told = [one for one in _alerts(look) if one.key == KEY and _says(one)]
    if not any(LOUD.index(one.level) >= LOUD.index(level) for one in told):
        yield f"NEWS2 calls at {level}, and no alert says so"


def what_is_late_is_told(look: Look) -> Iterator[str]:
    """Each deadline has passed and is told, or the course is looked at again by then (design.md 7 invariant 6)."""
    told = {one.key for one in _alerts(look) if _says(one)}
    with look.reading() as tx:
        due = t.timer.c.due_at
        looked_at = t.timer.select().with_only_columns(due).where(t.timer.c.subject == look.sheet.course.id)
        armed = tx.connection.execute(looked_at.order_by(due)).scalars().all()
    for one in waiting(look.sheet, look.protocol, look.latest).deadlines:
        late = one.at <= look.latest
        if not (late and one.key in told) and (not armed or armed[0] > max(one.at, look.latest)):
            yield f"nobody waits for {one.key} until {one.at}"


def an_unanswered_alert_climbs(look: Look) -> Iterator[str]:
    """Every rung above the first is armed or done; of one that ended none is armed (reliability.md A5)."""
    timers = _timers(look)
    for events in _by_alert(look):
        alert = fold(events)
        mine = {step for kind, subject, step in timers.armed if subject == alert.id}
        if not alert.open and mine:
            yield f"alert {alert.key} has ended and is waited for"
        if alert.open and alert.cleared is None:
            yield from _climbs(look, alert, events, mine, timers)


def _climbs(look: Look, alert: Alert, events: tuple[AlertEvent, ...], mine: set[str], timers: _Timers) -> Iterator[str]:
    done = {step for _, subject, step in timers.done if subject == alert.id}
    if alert.snoozed is not None:
        if alert.snoozed.id not in mine | done:
            yield f"alert {alert.key} is put aside and does not wake"
        return
    start = [event for event in events if event.kind in _STARTS][-1]
    cleared = [place for place, event in enumerate(events) if event.kind is AlertKind.CLEARED]
    back = [event for event in events[cleared[-1] :] if event.kind in (*_STARTS, AlertKind.REPEATED)] if cleared else []
    start = back[0] if back and back[0].kind is AlertKind.REPEATED and start not in back else start
    with look.reading() as tx:
        ladder = ladders.ladder(tx, start.ward_id)
    for reach in ladder.reaches(start.key, start.level, start.at)[1:]:
        if f"{start.id} {reach.duty}" not in mine | done:
            yield f"alert {alert.key} does not reach the {reach.duty}"


def _says(alert: Alert) -> bool:
    """True of one that nothing but a person has taken back."""
    return alert.cleared is None or alert.closed is not None


def _alerts(look: Look) -> tuple[Alert, ...]:
    with look.reading() as tx:
        return alerts.alerts_of_course(tx, look.sheet.course.id)


def _by_alert(look: Look) -> list[tuple[AlertEvent, ...]]:
    found: dict[str, list[AlertEvent]] = {}
    with look.reading() as tx:
        for event in alerts.events_of_course(tx, look.sheet.course.id):
            found.setdefault(event.alert_id, []).append(event)
    return [tuple(events) for events in found.values()]


def _timers(look: Look) -> _Timers:
    with look.reading() as tx:
        return _Timers(_steps(tx, t.timer), _steps(tx, t.timer_step))


def _steps(tx: Transaction, table: object) -> frozenset[tuple[str, str, str]]:
    columns = table.c["kind", "subject", "step"]  # type: ignore[attr-defined]
    query = table.select().with_only_columns(*columns)  # type: ignore[attr-defined]
    return frozenset((str(TimerKind(row[0])), row[1], row[2]) for row in tx.connection.execute(query))
