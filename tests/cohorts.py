"""What do the cycles of a test about many cycles look like?"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.domain.cycle_summary import CycleSummary, DoseEnd
from app.domain.recovery import Recovery
from app.domain.vocabulary import DoseState, SkipReason
from tests.builders import AT, LVHN, an_id

DAY = timedelta(days=1)
PLANNED = 14


def a_cycle(given: int, *held: tuple[str, ...], over: bool = True, **more: object) -> CycleSummary:
    """So many doses given, then one withheld for each of `held`; the others missed, or still to come."""
    doses = [DoseEnd(number, DoseState.GIVEN, AT, None, None, ()) for number in range(1, given + 1)]
    for met in held:
        doses.append(DoseEnd(len(doses) + 1, DoseState.SKIPPED, AT, SkipReason.CRITERION, an_id(), met))
    if over:
        rest = range(len(doses) + 1, PLANNED + 1)
        doses += [DoseEnd(number, DoseState.SKIPPED, AT, SkipReason.MISSED, None, ()) for number in rest]
    summary = CycleSummary(
        an_id(), an_id(), 1, LVHN.pin, "ward", AT, PLANNED, Decimal(600_000) * given, tuple(doses), ()
    )
    return replace(summary, **more)  # type: ignore[arg-type]


def creatinine(took: int | None, seen: int, worst: str = "2.0") -> tuple[Recovery, ...]:
    """Creatinine that rose from 1.0, was back after so many days, and was last looked at after so many."""
    back = None if took is None else AT + took * DAY
    return (Recovery("creatinine", Decimal("1.0"), Decimal(worst), AT, AT, back, AT + seen * DAY),)
