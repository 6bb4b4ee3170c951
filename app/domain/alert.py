"""Where does an alert stand?

Alerts are events; their state is the fold. An alert ends only by a named person's acknowledgement or a reasoned close:
a cleared condition is an event too, and ends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.vocabulary import Action, AlertKind, Level


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One thing that happened to an alert. `key` is what it is about: a criterion or rule, one open alert per course.

    `summary` is the sentence a person reads; it carries values but no identity.
    """

    id: str
    alert_id: str
    course_id: str
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


@dataclass(frozen=True, slots=True)
class Alert:
    """The fold of one alert's events: what it says now, since when, how often, and who took notice."""

    id: str
    course_id: str
    ward_id: str
    dose_id: str | None
    decision_id: str | None
    key: str
    level: Level
    action: Action
    summary: str
    raised_at: datetime
    last_at: datetime
    repeats: int
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    close_reason: str | None

    @property
    def open(self) -> bool:
        """True until a named person acknowledges or closes it."""
        return self.acknowledged_at is None and self.closed_at is None


ENDS = (AlertKind.ACKNOWLEDGED, AlertKind.CLOSED)


def fold(events: Iterable[AlertEvent]) -> Alert:
    """The alert that a non-empty run of its events, oldest first, adds up to."""
    first, *later = events
    alert = Alert(
        id=first.alert_id,
        course_id=first.course_id,
        ward_id=first.ward_id,
        dose_id=first.dose_id,
        decision_id=first.decision_id,
        key=first.key,
        level=first.level,
        action=first.action,
        summary=first.summary,
        raised_at=first.at,
        last_at=first.at,
        repeats=0,
        cleared_at=None,
        acknowledged_at=None,
        acknowledged_by=None,
        closed_at=None,
        closed_by=None,
        close_reason=None,
    )
    for event in later:
        alert = _after(alert, event)
    return alert


def _after(alert: Alert, event: AlertEvent) -> Alert:
    match event.kind:
        case AlertKind.ACKNOWLEDGED:
            return replace(alert, last_at=event.at, acknowledged_at=event.at, acknowledged_by=event.by)
        case AlertKind.CLOSED:
            return replace(alert, last_at=event.at, closed_at=event.at, closed_by=event.by, close_reason=event.reason)
        case AlertKind.CLEARED:
            return replace(alert, last_at=event.at, cleared_at=event.at)
        case AlertKind.RAISED | AlertKind.REPEATED | AlertKind.WORSENED:
            return replace(
                alert,
                last_at=event.at,
                level=event.level,
                action=event.action,
                summary=event.summary,
                dose_id=event.dose_id,
                decision_id=event.decision_id,
                repeats=alert.repeats + 1,
                cleared_at=None,
            )
