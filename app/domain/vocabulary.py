"""Which words does the program decide with?

The closed lists of clinical-rules.md section 1; the glossary in docs/ says what each means at the bedside.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Action(StrEnum):
    """What a decision calls for, mildest first; compare by `rank`, never by text."""

    PROCEED = "proceed"
    CAUTION = "caution"
    INCOMPLETE = "incomplete"
    HOLD = "hold"
    SKIP = "skip"
    STOP = "stop"
    DISCONTINUE = "discontinue"

    @property
    def rank(self) -> int:
        """0 for the mildest; graver is greater."""
        return _RANK[self]


BINDING = (Action.STOP, Action.DISCONTINUE)
"""The actions after which nothing milder is decided."""

_RANK = {action: rank for rank, action in enumerate(Action)}


def gravest(*actions: Action) -> Action:
    """The gravest of the actions; `proceed` of none."""
    return max(actions, key=_RANK.__getitem__, default=Action.PROCEED)


class Verdict(StrEnum):
    """What one criterion says; `unknown` blocks, it never passes."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Class(StrEnum):
    """The field's class of a criterion; `uncovered` is a state the source has no row for."""

    RELATIVE = "relative"
    ABSOLUTE = "absolute"
    WITHHOLD = "withhold"
    PERMANENT = "permanent"
    HOLD = "hold"
    STOP = "stop"
    UNCOVERED = "uncovered"


class Why(StrEnum):
    """Why a criterion or a required measure cannot be judged; the two before the last say why one is not met."""

    MISSING = "missing"
    STALE = "stale"
    DISCORDANT = "discordant"
    IMPLAUSIBLE = "implausible"
    CONTRADICTORY = "contradictory"
    COVERAGE = "coverage"
    OVERLAP = "overlap"
    UNCONFIRMED = "unconfirmed"
    PERSISTING = "persisting"
    BASELINE = "baseline"
    UNCOVERED = "uncovered"
    MISTYPED = "mistyped"
    FUTURE = "future"
    JUST_ADMITTED = "just_admitted"
    FAILED_BEFORE = "failed_before"
    FAULT = "fault"


class Choice(StrEnum):
    """What a prescriber orders for a dose."""

    GIVE = "give"
    HOLD = "hold"
    SKIP = "skip"
    STOP = "stop"
    DISCONTINUE = "discontinue"


class Outcome(StrEnum):
    """What was actually done with a dose."""

    GIVEN = "given"
    INTERRUPTED = "interrupted"
    NOT_GIVEN = "not_given"

    @property
    def went_in(self) -> bool:
        """True where the patient had the dose, whole or in part."""
        return self is not Outcome.NOT_GIVEN


class CycleEventKind(StrEnum):
    """What can happen to an admission's run of doses."""

    MOVED = "moved"
    STOPPED = "stopped"
    DISCHARGED = "discharged"
    GRID_MOVED = "grid_moved"
    SPO2_SCALE = "spo2_scale"
    DOSING_WEIGHT = "dosing_weight"


class SpO2Scale(IntEnum):
    """On which scale NEWS2 reads a saturation; the second is a prescriber's choice for one cycle, never a default."""

    ONE = 1
    TWO = 2


class DoseState(StrEnum):
    """Where a scheduled dose stands now."""

    SCHEDULED = "scheduled"
    DUE = "due"
    OVERDUE = "overdue"
    GIVEN = "given"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class SkipReason(StrEnum):
    """Why a dose was not given."""

    CRITERION = "criterion"
    NOT_EVALUABLE = "not_evaluable"
    MISSED = "missed"
    ORDERED = "ordered"


class Level(StrEnum):
    """How loud an alert is; two levels for people, one for the record."""

    INFORMATION = "information"
    PRIORITY = "priority"
    HIGH_PRIORITY = "high_priority"


class AlertState(StrEnum):
    """Where an alert stands; resolved or not, it is open until somebody acknowledges or closes it."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    CLOSED = "closed"


class AlertKind(StrEnum):
    """What happened to an alert; its state is the fold of these."""

    RAISED = "raised"
    REPEATED = "repeated"
    WORSENED = "worsened"
    CLEARED = "cleared"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    SEEN = "seen"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    ESCALATED = "escalated"
    OUTCOME = "outcome"


class Duty(StrEnum):
    """Whom an unanswered alert goes to, the nearest first."""

    NURSE = "nurse"
    CHARGE_NURSE = "charge_nurse"
    ATTENDING = "attending"
    SECOND_ATTENDING = "second_attending"


class Role(StrEnum):
    """What a person is on a ward."""

    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    CHARGE_NURSE = "charge_nurse"
    PHARMACIST = "pharmacist"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class NotTaken(StrEnum):
    """Why a measure was not taken; it never stands for a value."""

    REFUSED = "refused"
    OFF_WARD = "off_ward"
    EQUIPMENT = "equipment"
