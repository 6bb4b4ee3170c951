"""What can somebody on the demo ward do? Each act is one thing a person does, with the moment of doing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from app.domain.entry import Item
from app.domain.vocabulary import Choice, CycleEventKind, NotTaken, Outcome


@dataclass(frozen=True, slots=True)
class Person:
    """A demo patient as on the wristband; the name says that nobody is ill."""

    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str


@dataclass(frozen=True, slots=True)
class OpenCourse:
    """A prescriber plans a course under a protocol, with others shown beside it."""

    at: datetime
    person: Person
    protocol: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Admit:
    """A cycle begins: bed, first dose, and the weight that fixes the units of every dose (kg)."""

    at: datetime
    number: int
    bed: str
    first_due_at: datetime
    ordered_weight: Decimal


@dataclass(frozen=True, slots=True)
class ChartSet:
    """A nurse enters an observation set, for a dose or (None) whichever the ward works towards."""

    at: datetime
    dose_id: str | None
    items: tuple[Item, ...]
    not_taken: tuple[tuple[str, NotTaken], ...] = ()


@dataclass(frozen=True, slots=True)
class WriteOrder:
    """A prescriber orders something for a dose, on a decision, with a reason."""

    at: datetime
    dose_id: str
    decision_id: str
    choice: Choice
    reason: str


@dataclass(frozen=True, slots=True)
class Administer:
    """A nurse records what was done with a dose: `units` that went in, or the `reason` for not giving it."""

    at: datetime
    started_at: datetime
    dose_id: str
    outcome: Outcome
    decision_id: str | None
    order_id: str | None
    units: Decimal
    reason: str | None


@dataclass(frozen=True, slots=True)
class Correct:
    """A nurse notices a slip and corrects it, with a reason."""

    at: datetime
    observation_id: str
    value: Decimal
    unit: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class EndCycle:
    """A prescriber stops the cycle or sends the patient home."""

    at: datetime
    cycle_id: str
    kind: CycleEventKind
    reason: str


Act: TypeAlias = OpenCourse | Admit | ChartSet | WriteOrder | Administer | Correct | EndCycle


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do at `at`, made when its time has come (or later, when the staff comes late)."""

    at: datetime
    make: Callable[[datetime], Act]
