"""Where does a dose stand, in words?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.domain.course import Cycle
from app.domain.progress import PENDING, DoseProgress
from app.domain.protocol import Protocol
from app.domain.vocabulary import DoseState, SkipReason
from app.web.formats import due_words, number_words, units_words
from app.web.presenters.setting import Setting
from app.web.translate import _, mark

STATES = {
    DoseState.SCHEDULED: mark("Scheduled"),
    DoseState.DUE: mark("Due"),
    DoseState.OVERDUE: mark("Overdue"),
    DoseState.GIVEN: mark("Given"),
    DoseState.INTERRUPTED: mark("Interrupted"),
    DoseState.SKIPPED: mark("Skipped"),
    DoseState.CANCELLED: mark("Cancelled: the cycle has ended"),
}
SKIPPED_FOR = {
    SkipReason.CRITERION: mark("a criterion was met"),
    SkipReason.NOT_EVALUABLE: mark("it could not be evaluated"),
    SkipReason.MISSED: mark("nothing was decided in time"),
    SkipReason.ORDERED: mark("a prescriber ordered it"),
}


@dataclass(frozen=True, slots=True)
class DoseHead:
    """A dose in a few lines: number, times, amount, and its state."""

    number: int
    title: str
    due: str
    due_in: str
    window: str
    amount: str
    state: str
    state_words: str


def dose_head(due: DoseProgress, cycle: Cycle, protocol: Protocol, setting: Setting) -> DoseHead:
    """The dose as it stands at the moment of looking."""
    window, dosing, ward = due.window, protocol.dosing, setting.ward
    return DoseHead(
        number=due.dose.number,
        title=_("Dose {number} of {cap}, cycle {cycle}").format(
            number=due.dose.number, cap=dosing.dose_cap, cycle=cycle.number
        ),
        due=ward.moment(window.due_at),
        due_in=due_words(window.due_at, setting.now) if due.state in PENDING else "",
        window=_("May be given {opens} to {closes}; assessed from {assess}").format(
            opens=ward.clock(window.opens_at), closes=ward.clock(window.closes_at), assess=ward.clock(window.assess_at)
        ),
        amount=_("{units} ({per_kg} units/kg × {weight}) of {drug} over {minutes} min").format(
            units=units_words(due.units),
            per_kg=number_words(dosing.units_per_kg),
            weight=f"{due.weight:f} kg",
            drug=dosing.drug,
            minutes=dosing.infusion // timedelta(minutes=1),
        ),
        state=due.state,
        state_words=state_words(due),
    )


def state_words(due: DoseProgress) -> str:
    """`Skipped: a criterion was met`."""
    words = _(STATES[due.state])
    return words if due.skip_reason is None else f"{words}: {_(SKIPPED_FOR[due.skip_reason])}"
