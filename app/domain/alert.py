"""Where does an alert stand?

Alerts are events; their state is the fold. An alert ends only by a named person's acknowledgement or a reasoned close:
a cleared condition is an event too, and ends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


def fold(events: Sequence[AlertEvent]) -> Alert:
    """The alert that a non-empty run of its events, oldest first, adds up to."""
    first, last = events[0], events[-1]
    says, cleared, acknowledged, closed, repeats = first, None, None, None, 0
    for event in events[1:]:
        match event.kind:
            case AlertKind.ACKNOWLEDGED:
                acknowledged = event
            case AlertKind.CLOSED:
                closed = event
            case AlertKind.CLEARED:
                cleared = event
            case AlertKind.RAISED | AlertKind.REPEATED | AlertKind.WORSENED:
                says, cleared, repeats = event, None, repeats + 1
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
        last_at=last.at,
        repeats=repeats,
        cleared_at=None if cleared is None else cleared.at,
        acknowledged_at=None if acknowledged is None else acknowledged.at,
        acknowledged_by=None if acknowledged is None else acknowledged.by,
        closed_at=None if closed is None else closed.at,
        closed_by=None if closed is None else closed.by,
        close_reason=None if closed is None else closed.reason,
    )
