"""What do the answers about decisions and alerts promise their readers?

The API description is drawn from these; the tests hold every answer against them.
"""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.domain.source import Verification
from app.domain.vocabulary import Action, AlertKind, Class, Duty, Level, SpO2Scale, Verdict, Why

T = TypeVar("T")


class Shape(BaseModel):
    """An answer: exactly these fields. Times are RFC 3339 in UTC; exact numbers are text with their charted digits."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


class Page(Shape, Generic[T]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None


class Pin(Shape):
    """One exact protocol text."""

    id: str
    version: str
    sha256: str


class CoveredPin(Pin):
    """The protocol that decided, and whether all of its source could be read."""

    coverage: str


class Finding(Shape):
    """What one criterion said."""

    criterion: str
    system: str
    class_: Class = Field(alias="class")
    verdict: Verdict
    action: Action
    measure: str
    value: str | bool | None
    unit: str | None
    observed_at: str | None
    threshold: str
    citation: str
    verification: Verification
    why: Why | None


class Missing(Shape):
    """A required measure that cannot be used."""

    measure: str
    reason: Why


class Counts(Shape):
    """Met criteria of the counted classes, and the held occasions behind this dose."""

    relative: int
    absolute: int
    held_doses: int


class Part(Shape):
    """The points one parameter gives."""

    measure: str
    points: int


class News2(Shape):
    """The early-warning score; null while the set is incomplete: then it is at least what its `parts` add up to.

    `scale` is the one the saturation was read on.
    """

    score: int | None
    level: str | None
    response: str | None
    single: bool
    parts: list[Part]
    missing: list[str]
    scale: SpO2Scale


class Decision(Shape):
    """What the criteria call for, and on what grounds."""

    action: Action
    provisional: bool
    findings: list[Finding]
    missing: list[Missing]
    counts: Counts
    because: list[str]
    news2: News2
    protocol: CoveredPin
    engine: str
    valid_until: str | None
    would_clear: list[str]


class StoredDecision(Decision):
    """A decision that was kept."""

    id: str
    course_id: str
    cycle_id: str
    dose_id: str
    at: str
    cause: str
    cause_id: str | None
    reviews: str | None
    recorded_at: str
    recorded_by: str


class JudgedDecision(StoredDecision):
    """A decision as it stands now: `amended` when it was taken on data that was corrected since."""

    standing: str
    amended: bool
    reviewed_by: str | None


class BriefDecision(Shape):
    """Which decision, and what it calls for."""

    id: str
    action: Action
    provisional: bool
    at: str
    valid_until: str | None


class Alert(Shape):
    """An alert as it stands: the sum of its events. Without a course it is about the program itself."""

    id: str
    course_id: str | None
    ward_id: str
    dose_id: str | None
    decision_id: str | None
    key: str
    level: Level
    action: Action
    summary: str
    open: bool
    resolved: bool
    raised_at: str
    worse_at: str
    last_at: str
    repeats: int
    cleared_at: str | None
    seen_at: str | None
    seen_by: str | None
    snoozed_until: str | None
    snoozed_by: str | None
    snooze_reason: str | None
    escalated_at: str | None
    escalated_to: Duty | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    told: str | None
    outcome: str | None
    outcome_at: str | None
    outcome_by: str | None
    closed_at: str | None
    closed_by: str | None
    close_reason: str | None


class AlertEvent(Shape):
    """Something that happened to an alert. `by` is null where the program did it by itself."""

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
    at: str
    by: str | None
    reason: str | None
    until: str | None
    told: str | None
    duty: Duty | None


class FeedItem(AlertEvent):
    """An event of the feed; `cursor` asks for what follows it."""

    cursor: str


class AlertHistory(Shape):
    """The events of one alert, oldest first."""

    items: list[AlertEvent]


class AlertDelivery(Shape):
    """An event of an alert that a receiver took, and when."""

    event_id: str
    kind: AlertKind
    receiver_id: str
    receiver: str
    at: str


class AlertDeliveries(Shape):
    """Whoever took something of one alert, oldest first."""

    items: list[AlertDelivery]


class OpenAlerts(Page[Alert]):
    """The open alerts; `after` is where the feed goes on from this moment."""

    after: str


class Feed(Shape):
    """Events in order of commit; `next_cursor` is never null: ask with it again, at once or later."""

    items: list[FeedItem]
    next_cursor: str
