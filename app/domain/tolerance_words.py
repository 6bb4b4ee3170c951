"""What would a physician say of a cycle in one breath?

Built from the figures of `app.domain.tolerance`, nothing besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from app.domain.explain import label_words, value_words
from app.domain.measure import Measures
from app.domain.progress import PENDING
from app.domain.recovery import Recovery
from app.domain.tolerance import CycleTolerance, DoseTolerance
from app.domain.tongue import mark, several, worded
from app.domain.vocabulary import CycleEventKind, DoseState, SkipReason

SKIPPED_FOR: Mapping[SkipReason, str] = {
    SkipReason.CRITERION: mark("on a criterion"),
    SkipReason.NOT_EVALUABLE: mark("because it could not be evaluated"),
    SkipReason.MISSED: mark("missed without a decision"),
    SkipReason.ORDERED: mark("by a prescriber's order alone"),
}
_NO_TIME = timedelta(0)
_ENDED: Mapping[CycleEventKind, str] = {
    CycleEventKind.STOPPED: mark("was stopped"),
    CycleEventKind.DISCHARGED: mark("ended with discharge"),
}


def summary(cycle: CycleTolerance, measures: Measures) -> str:
    """One paragraph about a cycle."""
    said = [_doses(cycle), *_other_weights(cycle), *_skipped(cycle), *_reasons(cycle, measures), *_ended(cycle)]
    over = cycle.ended is not None or not cycle.of(*PENDING)
    said += [_recovery(one, measures, over=over) for one in cycle.recovered if one.moved]
    return " ".join(f"{sentence}." for sentence in said)


def so_far(cycle: CycleTolerance) -> str:
    """How much of a cycle was given, in one line."""
    return ". ".join((_doses(cycle), *_other_weights(cycle)))


def skip_words(dose: DoseTolerance) -> str:
    """Why a dose was not given; empty for one that was, or is still to come."""
    reason = dose.progress.skip_reason
    return "" if reason is None else worded(SKIPPED_FOR[reason])


def per_kg_words(cycle: CycleTolerance) -> str:
    """What went in per kilogram of the dosing weight, to a whole unit."""
    return worded("{number} units/kg", number=f"{cycle.units_per_kg.quantize(Decimal(1)):,}")


def days_words(length: timedelta) -> str:
    """A length of days to a tenth: `5.5 days`."""
    tenths = Decimal(length // timedelta(minutes=1)) / Decimal(24 * 60)
    number = tenths.quantize(Decimal("0.1"))
    return worded(mark("{number} day") if number == 1 else mark("{number} days"), number=f"{number:f}")


def _doses(cycle: CycleTolerance) -> str:
    given, part = len(cycle.of(DoseState.GIVEN)), len(cycle.of(DoseState.INTERRUPTED))
    also = worded(" and {part} in part", part=part) if part else ""
    return worded(
        "Cycle {number}: {given} of {planned} doses given{also}, {per_kg} in all",
        number=cycle.cycle.number,
        given=given,
        planned=cycle.planned,
        also=also,
        per_kg=per_kg_words(cycle),
    )


def _other_weights(cycle: CycleTolerance) -> list[str]:
    """By which weight the units are counted, where some that went in were made of another."""
    by_weight: dict[str, list[str]] = {}
    for dose in cycle.of_another_weight():
        by_weight.setdefault(f"{dose.progress.weight:f}", []).append(str(dose.number))
    found = [
        worded("dose {numbers} of {weight} kg", numbers=", ".join(numbers), weight=weight)
        for weight, numbers in by_weight.items()
    ]
    if not found:
        return []
    return [
        worded(
            "Per kg of the dosing weight that holds now, {weight} kg; given before it was changed: {doses}",
            weight=f"{cycle.weight:f}",
            doses="; ".join(found),
        )
    ]


def _skipped(cycle: CycleTolerance) -> list[str]:
    found = cycle.of(DoseState.SKIPPED)
    if not found:
        return []
    by_reason = Counter(dose.progress.skip_reason for dose in found)
    parts = [f"{count} {worded(SKIPPED_FOR[reason])}" for reason, count in by_reason.items() if reason is not None]
    count = several("{number} dose", "{number} doses", len(found))
    if len(parts) == 1:
        return [worded("{count} not given, {why}", count=count, why=parts[0].partition(" ")[2])]
    return [worded("{count} not given: {names}", count=count, names=", ".join(parts))]


def _reasons(cycle: CycleTolerance, measures: Measures) -> list[str]:
    """Which criteria kept doses back, the most frequent first."""
    held = cycle.skipped_for(SkipReason.CRITERION)
    names = Counter(name for dose in held for name in {label_words(f.criterion, measures) for f in dose.met()})
    if not names:
        return []
    ordered = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    return [worded("Criteria met at those doses: ") + ", ".join(f"{name} ({count})" for name, count in ordered)]


def _ended(cycle: CycleTolerance) -> list[str]:
    if cycle.ended is None:
        return []
    went_in = cycle.went_in()
    after = worded(" after dose {number}", number=went_in[-1].number) if went_in else worded(" before its first dose")
    return [
        worded(
            "The cycle {how}{after}: {reason}",
            how=worded(_ENDED.get(cycle.ended.kind, mark("ended"))),
            after=after,
            reason=cycle.ended.reason.rstrip(". "),
        )
    ]


def _recovery(one: Recovery, measures: Measures, *, over: bool) -> str:
    measure = measures[one.measure]
    so_far = worded("at its worst") if over else worded("at its worst so far")
    said = f"{measure.label} {value_words(one.worst, measure.unit)} {so_far}"
    if one.baseline is None:
        return worded("{said}; nothing was charted before the first dose to compare it with", said=said)
    said += worded(", {baseline} before", baseline=value_words(one.baseline, measure.unit))
    if not over:
        return said
    if one.took is None:
        return worded("{said}; not back to within a tenth of that yet", said=said)
    if one.took == _NO_TIME:
        return worded("{said}; back to within a tenth of that by the last dose", said=said)
    return worded(
        "{said}; back to within a tenth of that {days} after the last dose", said=said, days=days_words(one.took)
    )
