"""What is a figure drawn with: the sheet, the rules, the view, and what follows from them once?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.tongue import worded
from dashboards.clock import WardClock
from dashboards.doses import DoseClock, DueDose, Given, due_doses
from dashboards.limits import Limit, gravest_limit
from dashboards.points import Point, Track
from dashboards.view import View
from dashboards.words import length_words, with_unit


@dataclass(frozen=True, slots=True)
class Scene:
    """One course under one protocol in one view; `breaks` are admissions, which no line crosses.

    `places` remembers what `place` has said: the values of one set share it.
    """

    flowsheet: Flowsheet
    protocol: Protocol
    view: View
    clock: WardClock
    doses: DoseClock
    due: tuple[DueDose, ...]
    breaks: tuple[datetime, ...]
    places: dict[datetime, str] = field(default_factory=dict)

    def hover(self, track: Track, point: Point, limits: tuple[Limit, ...] = (), calls: str = "") -> str:
        """`Dose 6 + 3 h 10 min, 21-Nov-2026 14:00, 78 mmHg, hold below 80 mmHg`.

        The last words are the limit the value lies beyond, as the protocol has it; `calls` are those of a value that is
        no number. They are no decision: between doses the same value may mean a fever, and whether it held a dose is
        said on the dose strip.
        """
        value = point.text
        if isinstance(point.value, Decimal | Fraction):
            value = with_unit(value, track.unit)
            limit = gravest_limit(limits, point.value) if limits else None
            calls = "" if limit is None else limit.words
        words = f"{self.place(point.at)}, {value}"
        if point.note:
            words = f"{words}, {point.note}"
        return f"{words}, {calls}" if calls else words

    def place(self, at: datetime) -> str:
        """Where a moment lies: `Dose 6 + 3 h 10 min, 21-Nov-2026 14:00`."""
        known = self.places.get(at)
        if known is None:
            given = self.doses.last(at)
            dose = worded("Before dose 1") if given is None else self._since(given, at)
            known = self.places[at] = f"{dose}, {self.clock.label(at)}"
        return known

    def _since(self, given: Given, at: datetime) -> str:
        return f"{self.doses.name(given.cycle, given.number)} + {length_words(at - given.at)}"


def scene(flowsheet: Flowsheet, protocol: Protocol, view: View) -> Scene:
    """Everything the panels of a figure share."""
    return Scene(
        flowsheet=flowsheet,
        protocol=protocol,
        view=view,
        clock=WardClock(view),
        doses=DoseClock(flowsheet),
        due=due_doses(flowsheet, protocol),
        breaks=tuple(sorted(cycle.admitted_at for cycle in flowsheet.cycles)),
    )
