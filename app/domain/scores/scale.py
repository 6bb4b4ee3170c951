"""On which saturation scale is a patient's NEWS2 read?

The second one is for hypercapnic respiratory failure with a target of 88 to 92 %: a prescriber's recorded choice for
one cycle. Nobody is ever put on it by a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.course import CycleEvent
from app.domain.vocabulary import SpO2Scale


def scale_at(events: Iterable[CycleEvent], cycle_id: str | None, at: datetime) -> SpO2Scale:
    """The scale chosen for the cycle by `at`, the last one recorded of two for one moment; scale 1 without a choice."""
    chosen: CycleEvent | None = None
    for event in events:
        counts = event.scale is not None and event.cycle_id == cycle_id and event.at <= at
        if counts and (chosen is None or event.at >= chosen.at):
            chosen = event
    return SpO2Scale.ONE if chosen is None or chosen.scale is None else chosen.scale
