"""What is a course of treatment made of?

Course, then cycle (one admission), then dose; what was ordered and done with each dose; what happened to the cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.domain.vocabulary import Choice, CycleEventKind, Outcome, SpO2Scale


@dataclass(frozen=True, slots=True)
class Patient:
    """A person in treatment, as on the wristband."""

    id: str
    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str


@dataclass(frozen=True, slots=True)
class ProtocolPin:
    """One exact protocol text: id, version and the sha256 of its bytes."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Course:
    """A planned treatment under one deciding protocol; `shown` protocols inform and never decide."""

    id: str
    patient_id: str
    protocol: ProtocolPin
    shown: tuple[ProtocolPin, ...]
    opened_at: datetime
    opened_by: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """One admission's run of doses. `ordered_weight` in kg is what it began with: ask the sheet what holds now.

    `recorded_at` is when it was opened here, which may be long after the admission.
    """

    id: str
    course_id: str
    number: int
    ward_id: str
    bed: str
    admitted_at: datetime
    first_due_at: datetime
    ordered_weight: Decimal
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CycleEvent:
    """Something that happened to a cycle.

    `moved` carries `ward_id` and `bed`, `grid_moved` `from_dose` and its new `due_at`, `spo2_scale` the `scale`,
    `dosing_weight` the `weight` in kg that the doses not given yet are made of from its recording on.
    """

    id: str
    cycle_id: str
    kind: CycleEventKind
    at: datetime
    reason: str
    recorded_at: datetime
    recorded_by: str
    ward_id: str | None = None
    bed: str | None = None
    from_dose: int | None = None
    due_at: datetime | None = None
    scale: SpO2Scale | None = None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Dose:
    """One numbered slot of a cycle; its due time follows from the cycle and its grid events."""

    id: str
    cycle_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Order:
    """A prescriber's choice for a dose, on one decision, with a reason; a held one may be looked at again by a time."""

    id: str
    dose_id: str
    decision_id: str
    choice: Choice
    reason: str
    ordered_at: datetime
    ordered_by: str
    second: str | None = None
    recheck_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Administration:
    """What was done with a dose, never changed: a correction is a new row that `supersedes` it, for a `reason`.

    `units` are international units that went in.
    """

    id: str
    dose_id: str
    outcome: Outcome
    decision_id: str | None
    order_id: str | None
    started_at: datetime
    ended_at: datetime | None
    units: Decimal
    deviation: str | None
    recorded_at: datetime
    recorded_by: str
    supersedes: str | None = None
    reason: str | None = None
