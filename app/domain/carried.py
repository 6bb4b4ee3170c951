"""Which criteria, met once in an earlier cycle of the course, has nothing cleared since?

A permanent criterion stays for the course; a withhold criterion until a later reading clears it, however old it is
(clinical-rules.md, fine print 5 and 8). Asked of the recorded readings, so that a correction counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from app.domain.facts import Facts
from app.domain.observation import ByMeasure
from app.domain.plan import Step, plan_of
from app.domain.protocol import Protocol, WindowKind
from app.domain.situation import Situation
from app.domain.vocabulary import Class

_REMEMBERED = (Class.WITHHOLD, Class.PERMANENT)
_REMEMBERING = (WindowKind.LATCHED, WindowKind.COUNT, WindowKind.OUTLASTED)


Past: TypeAlias = tuple[datetime, datetime | None, ByMeasure]
"""An earlier cycle: the moment it ended, its last dose, its readings."""


def carried(protocol: Protocol, cycles: Iterable[Past]) -> tuple[str, ...]:
    """The ids of criteria still set after `cycles`, oldest first."""
    steps = [step for step in plan_of(protocol).steps if step.row.window.kind in _REMEMBERING]
    names: tuple[str, ...] = ()
    for end, last_given_at, readings in cycles if steps else ():
        facts = Facts(_at_the_end(end, last_given_at, names, readings), protocol)
        names = tuple(name for step in steps for name in _still_set(step, facts))
    return names


def _still_set(step: Step, facts: Facts) -> list[str]:
    low, *_ = step.answer(step.row, facts)
    met = [one for one in step.row.criteria if one.cls in _REMEMBERED and one.grade <= low]
    return [criterion.id for criterion in met]


def _at_the_end(
    end: datetime, last_given_at: datetime | None, unresolved: tuple[str, ...], readings: ByMeasure
) -> Situation:
    return Situation(
        at=end,
        due_at=end,
        dose_number=1,
        cycle_number=1,
        admitted_at=None,
        last_given_at=last_given_at,
        baseline=(),
        held_doses=0,
        previous=None,
        unresolved=unresolved,
        readings=readings,
    )
