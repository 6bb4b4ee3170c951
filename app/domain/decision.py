"""What was decided for one dose, on what grounds, and until when does it stand?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.domain.course import Order, ProtocolPin
from app.domain.measure import Value
from app.domain.protocol import TIMES, Criterion
from app.domain.scores.news2 import News2
from app.domain.vocabulary import Action, Choice, Verdict, Why

ENGINE_VERSION = "1"
"""Moves when the same situation under the same protocol may give another decision."""
_NO_TIME, _MINUTE = timedelta(0), timedelta(minutes=1)


class Finding(NamedTuple):
    """What one criterion said. `value` is what was compared, in the criterion's unit; `observed_at` when it was true.

    `action` is what this finding alone calls for. When the verdict is unknown, `why` says what is open and `blame` in
    which measure.
    """

    criterion: Criterion
    verdict: Verdict
    action: Action
    value: Value | None
    observed_at: datetime | None
    why: Why | None
    blame: str

    @property
    def carried(self) -> bool:
        """True of what is met without a value that meets it: it was set before the readings at hand."""
        if self.verdict is not Verdict.MET or self.value is None:
            return self.verdict is Verdict.MET
        return self.criterion.unit == TIMES and not self.criterion.holds(self.value)


class Missing(NamedTuple):
    """A required measure that cannot be used, and why; `observed_at` is the last time it was taken."""

    measure: str
    why: Why
    observed_at: datetime | None


class Rule(NamedTuple):
    """A rule over several findings, the clock or the past that called for an action."""

    name: str
    action: Action
    citation: str


class Counts(NamedTuple):
    """Met criteria of the counted classes, and the held occasions behind this dose."""

    relative: int
    absolute: int
    held_doses: int


@dataclass(frozen=True, slots=True)
class Decision:
    """The action for one dose at one moment. A value: it is never changed, only followed by another.

    `valid_until` is the last moment a dose may be given on it, None for a provisional decision.
    """

    action: Action
    provisional: bool
    at: datetime
    due_at: datetime
    findings: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    rules: tuple[Rule, ...]
    counts: Counts
    news2: News2
    protocol: ProtocolPin
    coverage: str
    engine: str
    valid_until: datetime | None

    def met(self) -> tuple[Finding, ...]:
        """The findings whose criterion is met, gravest first."""
        met = [finding for finding in self.findings if finding.verdict is Verdict.MET]
        return tuple(sorted(met, key=lambda finding: -finding.action.rank))

    def open(self) -> tuple[Finding, ...]:
        """The findings that could not be judged."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.UNKNOWN)


class Cause(StrEnum):
    """What made a decision happen."""

    OBSERVATIONS = "observations"
    CORRECTION = "correction"
    REVIEW = "review"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A stored decision with its place in the course; `document` and `situation` are its canonical bytes.

    A review recomputes the decision `reviews` at its own time with what is known now; it never stands for giving.
    `app.domain.record` opens the bytes.
    """

    id: str
    course_id: str
    cycle_id: str
    dose_id: str
    action: Action
    provisional: bool
    at: datetime
    valid_until: datetime | None
    relative: int
    absolute: int
    protocol: ProtocolPin
    engine: str
    situation: bytes
    document: bytes
    cause: Cause
    cause_id: str | None
    reviews: str | None
    recorded_at: datetime
    recorded_by: str


def began(started_at: datetime, decided_at: datetime) -> datetime:
    """When a dose began: its start is written to the minute, and a decision of that very minute came before it."""
    to_the_minute = started_at.second == 0 and started_at.microsecond == 0
    return decided_at if to_the_minute and _NO_TIME <= decided_at - started_at < _MINUTE else started_at


class Standing(StrEnum):
    """Whether a dose may be given on a decision now."""

    STANDS = "stands"
    EXPIRED = "expired"
    REPLACED = "replaced"
    PROVISIONAL = "provisional"
    NOT_GIVABLE = "not_givable"


def standing(record: DecisionRecord, latest_id: str, orders: tuple[Order, ...], now: datetime) -> Standing:
    """Whether a dose may be given on `record` at `now`: the one question every page and the give check ask.

    `latest_id` is the dose's newest decision that is no review. A prescriber's order to give makes any decision
    givable, and any other order on it takes that away; the clock ends both.
    """
    if record.id != latest_id:
        return Standing.REPLACED
    order = newest_order(orders, record.id)
    if order is None and record.provisional:
        return Standing.PROVISIONAL
    choice = None if order is None else order.choice
    if choice is not Choice.GIVE and (choice is not None or record.action is not Action.PROCEED):
        return Standing.NOT_GIVABLE
    if record.valid_until is None or now > record.valid_until:
        return Standing.EXPIRED
    return Standing.STANDS


def newest_order(orders: tuple[Order, ...], decision_id: str) -> Order | None:
    """The last order written on a decision, whatever the clock said: they stand in order of recording."""
    return next((order for order in reversed(orders) if order.decision_id == decision_id), None)


def goes_against(action: Action, choice: Choice) -> bool:
    """True of an order milder than what the criteria call for."""
    ordered = Action.CAUTION if choice is Choice.GIVE else Action(choice.value)
    return ordered.rank < action.rank
