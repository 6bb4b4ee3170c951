"""Where does an alert stand?

Alerts are events; their state is the fold. An alert ends only by a named person's acknowledgement or a reasoned close:
a cleared condition is an event too, and ends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.vocabulary import Action, AlertKind, AlertState, Duty, Level


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One thing that happened to an alert. `key` is what it is about: a criterion or rule, one open alert per course.

    `summary` is the sentence a person reads; it carries values but no identity. Without a course it is about the
    program itself. `until` ends a snooze; `told` is who was told, `reason` then what was done; `duty` whom it was
    escalated to.
    """

    id: str
    alert_id: str
    course_id: str | None
    cycle_id: str | None
    dose_id: str | None
    decision_id: str | None
    ward_id: str
    kind: AlertKind
    key: str
    level: Level
    action: Action
    summary: str
    at: datetime
    by: str | None
    reason: str | None
    until: datetime | None = None
    told: str | None = None
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """The fold of one alert's events: what it says now, since when, how often, and the event of every answer to it.

    `worse_at` is when it was raised or last became worse: from then on somebody must answer. What was seen, snoozed or
    escalated before that counts no more; `snoozed` is None again once the snooze was over.
    """

    id: str
    course_id: str | None
    ward_id: str
    dose_id: str | None
    decision_id: str | None
    key: str
    level: Level
    action: Action
    summary: str
    raised_at: datetime
    worse_at: datetime
    last_at: datetime
    repeats: int
    cleared: AlertEvent | None
    seen: AlertEvent | None
    snoozed: AlertEvent | None
    escalated: AlertEvent | None
    acknowledged: AlertEvent | None
    outcome: AlertEvent | None
    closed: AlertEvent | None

    @property
    def open(self) -> bool:
        """True until a named person acknowledges or closes it."""
        return self.acknowledged is None and self.closed is None

    @property
    def resolved(self) -> bool:
        """True once a newer decision no longer calls for it, or a person closed it."""
        return self.cleared is not None or self.closed is not None

    def is_in(self, state: AlertState) -> bool:
        """Whether it is in a state; more than one may hold."""
        match state:
            case AlertState.OPEN:
                return self.open
            case AlertState.ACKNOWLEDGED:
                return self.acknowledged is not None
            case AlertState.RESOLVED:
                return self.resolved
            case AlertState.CLOSED:
                return self.closed is not None

    def quiet(self, at: datetime) -> bool:
        """True while a snooze lasts."""
        return self.snoozed is not None and self.snoozed.until is not None and at < self.snoozed.until


ENDS = (AlertKind.ACKNOWLEDGED, AlertKind.CLOSED)
STARTS = (AlertKind.RAISED, AlertKind.WORSENED)
_SAYS = (*STARTS, AlertKind.REPEATED)
_SNOOZE = (AlertKind.SNOOZED, AlertKind.WOKEN)


def fold(events: Sequence[AlertEvent]) -> Alert:
    """The alert that a non-empty run of its events, oldest first, adds up to."""
    first = events[0]
    said, worse = _newest(events, *_SAYS), _newest(events, *STARTS)
    says, since = events[said], events[worse:]
    snoozed = _last(since, *_SNOOZE)
    return Alert(
        id=first.alert_id,
        course_id=first.course_id,
        ward_id=first.ward_id,
        dose_id=says.dose_id,
        decision_id=says.decision_id,
        key=first.key,
        level=says.level,
        action=says.action,
        summary=says.summary,
        raised_at=first.at,
        worse_at=events[worse].at,
        last_at=events[-1].at,
        repeats=sum(event.kind in _SAYS for event in events[1:]),
        cleared=_last(events[said:], AlertKind.CLEARED),
        seen=_last(since, AlertKind.SEEN),
        snoozed=snoozed if snoozed is not None and snoozed.kind is AlertKind.SNOOZED else None,
        escalated=_last(since, AlertKind.ESCALATED),
        acknowledged=_last(events, AlertKind.ACKNOWLEDGED),
        outcome=_last(events, AlertKind.OUTCOME),
        closed=_last(events, AlertKind.CLOSED),
    )


def duties_reached(events: Sequence[AlertEvent]) -> frozenset[Duty]:
    """Every duty an alert was escalated to since it was raised or last became worse; its events oldest first."""
    since = events[_newest(events, *STARTS) :]
    return frozenset(event.duty for event in since if event.kind is AlertKind.ESCALATED and event.duty is not None)


def answer_to(alert: Alert, kind: AlertKind, event_id: str, at: datetime, by: str | None) -> AlertEvent:
    """Something that happens to a standing alert without changing what it says; `by` is None for the program itself."""
    return AlertEvent(
        id=event_id,
        alert_id=alert.id,
        course_id=alert.course_id,
        cycle_id=None,
        dose_id=alert.dose_id,
        decision_id=alert.decision_id,
        ward_id=alert.ward_id,
        kind=kind,
        key=alert.key,
        level=alert.level,
        action=alert.action,
        summary=alert.summary,
        at=at,
        by=by,
        reason=None,
    )


def _newest(events: Sequence[AlertEvent], *kinds: AlertKind) -> int:
    """Where the last event of these kinds stands; the first of all where there is none."""
    return max((place for place, event in enumerate(events) if event.kind in kinds), default=0)


def _last(events: Sequence[AlertEvent], *kinds: AlertKind) -> AlertEvent | None:
    return next((event for event in reversed(events) if event.kind in kinds), None)
