"""What does a comparison of many cycles need to know of one?

It follows from the record alone, not from the time it is read at: it says how each dose ends if nothing more is
recorded, and from when that is so. So it changes only when something is recorded, and a reader leaves out what has not
come to pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.course import Cycle, ProtocolPin
from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress, progress
from app.domain.protocol import Protocol
from app.domain.recovery import Recovery, recoveries
from app.domain.schedule import first_due
from app.domain.tolerance import last_word
from app.domain.vocabulary import Action, Choice, DoseState, SkipReason

_END: Final = datetime.max.replace(tzinfo=UTC)
_WITHHELD = (Action.HOLD, Action.SKIP, Action.STOP, Action.DISCONTINUE)
_WENT_IN = (DoseState.GIVEN, DoseState.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class DoseEnd:
    """How one dose ended, and since when that is so; `reason` where it was skipped.

    Where a criterion withheld it, `decision_id` is the decision that did, or its review, and `met` are the ids of the
    criteria met at it.
    """

    number: int
    state: DoseState
    since: datetime
    reason: SkipReason | None
    decision_id: str | None
    met: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """One cycle; `ward_id` is where the patient lay last, `doses` are those of which the end is known, by number.

    `units_per_kg` is what went in for each kilogram of the dosing weight that holds, whatever a dose was made of;
    `first_due_at` is when dose 1 was due, by the last order that moved it.
    """

    cycle_id: str
    course_id: str
    number: int
    protocol: ProtocolPin
    ward_id: str
    first_due_at: datetime
    planned: int
    units_per_kg: Decimal
    doses: tuple[DoseEnd, ...]
    recovered: tuple[Recovery, ...]

    def known_at(self, now: datetime) -> CycleSummary:
        """The same without the doses whose time has not come."""
        return replace(self, doses=tuple(dose for dose in self.doses if dose.since <= now))

    @property
    def over(self) -> bool:
        """True once no dose of it is to come."""
        return len(self.doses) == self.planned

    @property
    def given(self) -> int:
        """Doses that went in, whole or in part."""
        return sum(1 for dose in self.doses if dose.state in _WENT_IN)

    @property
    def last(self) -> int:
        """The number of the last dose that went in, 0 for none."""
        return max((dose.number for dose in self.doses if dose.state in _WENT_IN), default=0)

    def withheld(self) -> tuple[DoseEnd, ...]:
        """The doses that a criterion withheld: held until their time was over, or at which it ended the cycle."""
        return tuple(dose for dose in self.doses if dose.decision_id is not None)

    def recovery(self, measure: str) -> Recovery | None:
        """How one laboratory value went."""
        return next((one for one in self.recovered if one.measure == measure), None)


def summarise(
    sheet: Flowsheet, protocol: Protocol, cycle: Cycle, met: Callable[[DecisionRecord], tuple[str, ...]]
) -> CycleSummary:
    """The summary of one cycle of the sheet; `met` answers the criteria met at a decision, by id."""
    slots = progress(sheet, cycle, protocol, _END)
    units = sum(
        (slot.administration.units for slot in slots if slot.administration and slot.state in _WENT_IN), Decimal(0)
    )
    return CycleSummary(
        cycle_id=cycle.id,
        course_id=cycle.course_id,
        number=cycle.number,
        protocol=protocol.pin,
        ward_id=sheet.ward_of(cycle),
        first_due_at=first_due(cycle, sheet.events_of(cycle.id)),
        planned=len(slots),
        units_per_kg=units / sheet.dosing_weight(cycle),
        doses=tuple(_end(sheet, slot, met) for slot in slots),
        recovered=recoveries(sheet, cycle, protocol, _END),
    )


def _end(sheet: Flowsheet, slot: DoseProgress, met: Callable[[DecisionRecord], tuple[str, ...]]) -> DoseEnd:
    by = _withheld_by(sheet, slot)
    return DoseEnd(
        number=slot.dose.number,
        state=slot.state,
        since=_since(sheet, slot),
        reason=slot.skip_reason,
        decision_id=None if by is None else by.id,
        met=() if by is None else met(by),
    )


def _since(sheet: Flowsheet, slot: DoseProgress) -> datetime:
    if slot.administration is not None:
        return slot.administration.started_at
    ended = sheet.ended(slot.dose.cycle_id)
    if slot.state is DoseState.CANCELLED and ended is not None:
        return ended.at
    order = slot.order
    skipped = order is not None and order.choice is Choice.SKIP
    over = slot.window.closes_at + timedelta.resolution
    return min(order.ordered_at, over) if order is not None and skipped else over


def _withheld_by(sheet: Flowsheet, slot: DoseProgress) -> DecisionRecord | None:
    word = last_word(sheet, slot)
    if word is None:
        return None
    stopped = slot.state is DoseState.CANCELLED and word.action in _WITHHELD
    return word if stopped or slot.skip_reason is SkipReason.CRITERION else None


def known_criteria(summaries: Iterable[CycleSummary]) -> dict[str, tuple[str, ...]]:
    """What each decision named in these summaries was found to have met: a decision never changes."""
    return {dose.decision_id: dose.met for one in summaries for dose in one.doses if dose.decision_id is not None}
