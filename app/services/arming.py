"""What is to happen by itself after something happened to an alert?

An unanswered alert climbs the ladder of its ward from when it was raised or last became worse, or from the end of its
snooze. Armed and disarmed in the transaction of the event, so that neither is ever without the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from app.domain.alert import Alert, AlertEvent, answer_to
from app.domain.ids import new_id
from app.domain.vocabulary import AlertKind
from app.store import alerts, ladders, timers
from app.store.database import Transaction
from app.store.timers import Timer, TimerKind

_STARTS = (AlertKind.RAISED, AlertKind.WORSENED, AlertKind.WOKEN)
_STILLS = (AlertKind.WORSENED, AlertKind.WOKEN, AlertKind.ACKNOWLEDGED, AlertKind.CLOSED, AlertKind.SNOOZED)


class SaidAgain(NamedTuple):
    """An alert that had cleared, and when it is said again."""

    alert: Alert
    at: datetime


def said_again(tx: Transaction, events: Iterable[AlertEvent]) -> tuple[SaidAgain, ...]:
    """The alerts that had cleared before these events say them again."""
    said = {event.alert_id: event.at for event in events if event.kind is AlertKind.REPEATED}
    known = alerts.some(tx, said) if said else ()
    return tuple(SaidAgain(alert, said[alert.id]) for alert in known if alert.cleared is not None)


def returned(again: Iterable[SaidAgain]) -> frozenset[str]:
    """Those that no snooze keeps quiet."""
    return frozenset(alert.id for alert, at in again if not alert.quiet(at))


def woken(tx: Transaction, again: Iterable[SaidAgain]) -> tuple[AlertEvent, ...]:
    """The end of each snooze that was over while its alert had cleared, and that would keep it quiet by the clock now.

    Its timer was spent in silence, and the clock went back: nothing else would ever wake what is said again.
    """
    return tuple(
        replace(answer_to(alert, AlertKind.WOKEN, new_id(at), at, None), until=at)
        for alert, at in again
        if alert.quiet(at)
        and alert.snoozed is not None
        and timers.steps_done(tx, TimerKind.WAKE, alert.id, [alert.snoozed.id])
    )


def follow(tx: Transaction, events: Sequence[AlertEvent], back: frozenset[str]) -> None:
    """Arms and disarms what follows from the events, in their order; `back` are the alerts that had cleared before."""
    armed: dict[str, list[Timer]] = {}
    for event in events:
        if event.kind in _STARTS or event.alert_id in back:
            armed[event.alert_id] = _rungs(tx, event)
        elif event.kind is AlertKind.SNOOZED and event.until is not None:
            armed[event.alert_id] = [_timer(event, TimerKind.WAKE, event.id, event.until)]
        elif event.kind in (*_STILLS, AlertKind.CLEARED):
            armed.pop(event.alert_id, None)
    _disarm(tx, [event.alert_id for event in events if event.kind in _STILLS], TimerKind.RUNG, TimerKind.WAKE)
    _disarm(tx, [event.alert_id for event in events if event.kind is AlertKind.CLEARED], TimerKind.RUNG)
    timers.arm(tx, [timer for mine in armed.values() for timer in mine])


def _disarm(tx: Transaction, alert_ids: Sequence[str], *kinds: TimerKind) -> None:
    if alert_ids:
        timers.disarm(tx, alert_ids, *kinds)


def _rungs(tx: Transaction, event: AlertEvent) -> list[Timer]:
    """The rungs still to be reached; the first one is reached by the alert itself."""
    since = event.until if event.kind is AlertKind.WOKEN and event.until is not None else event.at
    reaches = ladders.ladder(tx, event.ward_id).reaches(event.key, event.level, since)
    return [_timer(event, TimerKind.RUNG, f"{event.id} {reach.duty}", reach.at) for reach in reaches[1:]]


def _timer(event: AlertEvent, kind: TimerKind, step: str, due_at: datetime) -> Timer:
    """A step is named after the event that armed it: armed anew, it is another one."""
    return Timer(new_id(event.at), event.course_id, kind, event.alert_id, step, due_at)
