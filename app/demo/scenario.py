"""What makes one demo patient: who they are, where in the course they are now, and what is special about them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from app.demo.acts import Person
from app.demo.physiology import Latent
from app.demo.traits import Traits, draw

DOSE_INTERVAL = timedelta(hours=8)
CYCLE_INTERVAL = timedelta(days=16)
"""From the first dose of one cycle to the first of the next: 16 days in the series of 500 patients (Payne 2014)."""
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Episode:
    """Something laid over the model between two moments in hours since the first dose of the course was due.

    `measure` then reads `value`: volumes are per hour, None cannot be taken.
    """

    measure: str
    value: Latent
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Slip:
    """A number typed wrong between two moments (hours, as in `Episode`), noticed and corrected a little later."""

    measure: str
    typed: Decimal
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """One demo patient, described once: at any `now` the same story stands at the same point.

    Dose `dose` of cycle `cycle` is due `due_in` from now, to the quarter of an hour. `changes` replace drawn traits.
    Doses are named (cycle, number): those `left_alone` are a visitor's, those `interrupted` do not run through.
    """

    person: Person
    story: str
    seed: int
    protocol: str
    shown: tuple[str, ...]
    bed: str
    cycle: int
    dose: int
    due_in: timedelta
    cycles: int = 2
    changes: Mapping[str, float | str] = field(default_factory=lambda: MappingProxyType({}))
    episodes: tuple[Episode, ...] = ()
    slip: Slip | None = None
    left_alone: frozenset[tuple[int, int]] = frozenset()
    interrupted: frozenset[tuple[int, int]] = frozenset()

    def traits(self) -> Traits:
        """The person behind the seed, with what is special."""
        return replace(draw(self.seed), **dict(self.changes))  # type: ignore[arg-type]

    def first_due_at(self, now: datetime) -> datetime:
        """When the first dose of the course was or will be due, seen from `now`."""
        due = now + self.due_in
        due -= (due - datetime.min.replace(tzinfo=due.tzinfo)) % _QUARTER
        return due - DOSE_INTERVAL * (self.dose - 1) - CYCLE_INTERVAL * (self.cycle - 1)
