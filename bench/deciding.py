"""How long does the engine take for one decision on a well patient?"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from statistics import median

from app.domain.engine import decide
from app.domain.measure import Kind, Measure
from app.domain.observation import Reading, by_measure
from app.domain.situation import Situation
from app.protocols.library import load

ROUNDS, TIMES = 9, 100
HOURS_CHARTED = 16


def decision_seconds(now: datetime) -> dict[str, float]:
    """Per protocol, the median over rounds of the mean of a round."""
    library = load()
    situation = _well(now)
    taken: dict[str, list[float]] = {name: [] for name in library.protocols}
    for _ in range(ROUNDS):
        for name, protocol in library.protocols.items():
            began = time.perf_counter()
            for _ in range(TIMES):
                decide(situation, protocol, library.news2)
            taken[name].append((time.perf_counter() - began) / TIMES)
    return {name: median(rounds) for name, rounds in taken.items()}


def _well(now: datetime) -> Situation:
    measures = [one for one in load().measures.values() if one.well is not None]
    readings = by_measure(reading for one in measures for reading in _readings(one, now))
    tests = tuple((one.name, one.well) for one in measures if one.name in ("serial_sevens", "world_backward", "weight"))
    return Situation(
        at=now,
        due_at=now,
        dose_number=5,
        cycle_number=1,
        admitted_at=now - timedelta(days=2),
        last_given_at=now - timedelta(hours=8),
        baseline=tuple((name, value) for name, value in tests if value is not None),
        held_doses=0,
        previous=None,
        unresolved=(),
        readings=readings,
    )


def _readings(measure: Measure, now: datetime) -> list[Reading]:
    """One, or one for every hour of a volume; oldest first, as the service hands them over."""
    assert measure.well is not None  # noqa: S101 - only measures with a well value are asked for
    hours = range(HOURS_CHARTED)[::-1] if measure.kind is Kind.INTERVAL else [0]
    ends = [now - timedelta(hours=hour) for hour in hours]
    starts = [end - timedelta(hours=1) if measure.kind is Kind.INTERVAL else None for end in ends]
    return [
        Reading(f"{measure.name}-{number}", measure.name, measure.well, end, start)
        for number, (end, start) in enumerate(zip(ends, starts, strict=True))
    ]
