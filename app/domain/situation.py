"""What does the engine look at when it decides one dose?

A situation is self-contained: the same situation under the same protocol gives the same decision, for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.measure import Value
from app.domain.observation import ByMeasure
from app.domain.vocabulary import Action, SpO2Scale

UNREADABLE = "unreadable"
"""Stands in `unresolved` where the past could not be read: no decision can be made on such a situation."""

AHEAD = timedelta(minutes=2)
"""How far a clock may run ahead of ours before a time counts as the future."""


@dataclass(frozen=True, slots=True)
class Previous:
    """The action that binds or held the dose before, and the values by measure that decision was taken on."""

    action: Action
    charted: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """One dose at one moment.

    `baseline` holds the weight in kg and the attention tests before the cycle, by measure. `held_doses` are the held
    occasions behind this dose. `unresolved` names criteria set before the supplied readings. Those of a measure may
    come in any order; the engine sorts them by the moment they were true.
    """

    at: datetime
    due_at: datetime
    dose_number: int
    cycle_number: int
    admitted_at: datetime | None
    last_given_at: datetime | None
    baseline: tuple[tuple[str, Value], ...]
    held_doses: int
    previous: Previous | None
    unresolved: tuple[str, ...]
    readings: ByMeasure
    spo2_scale: SpO2Scale = SpO2Scale.ONE

    def baseline_of(self, measure: str) -> Value | None:
        """The value before the cycle, or None when it was not recorded."""
        for name, value in self.baseline:
            if name == measure:
                return value
        return None
