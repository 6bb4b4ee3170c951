"""Which line does a cycle have in a file for other programs, without anybody's name, number or day?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from app.domain import cohort
from app.domain.cohort_tables import count_words
from app.domain.cycle_summary import CycleSummary
from app.domain.recovery import Recovery
from app.domain.table import Cell, Table
from app.domain.tongue import worded
from app.domain.vocabulary import SkipReason


def cycles_table(cycles: Sequence[CycleSummary], wards: Mapping[str, str]) -> Table:
    """A line for each cycle, without anybody's name, number or day; courses are numbered within this file."""
    numbers: dict[str, int] = {}
    rows = [_cycle_row(one, numbers.setdefault(one.course_id, len(numbers) + 1), wards) for one in cycles]
    columns = tuple((name, name.replace("_", " ")) for name in _CYCLE)
    return Table("cycles", worded("A line for each cycle"), f"{count_words(len(rows), 'cycle')}.", columns, tuple(rows))


_CYCLE = (
    "course",
    "cycle",
    "ward",
    "protocol",
    "version",
    "quarter",
    "planned",
    "given",
    "last_dose",
    "over",
    "units_per_kg",
    "withheld",
    "skipped_by_order",
    "not_evaluable",
    "missed",
    "creatinine_before",
    "creatinine_peak",
    "creatinine_back_after_hours",
)


def _cycle_row(one: CycleSummary, course: int, wards: Mapping[str, str]) -> tuple[Cell, ...]:
    skipped = [dose.reason for dose in one.doses]
    return (
        course,
        one.number,
        wards.get(one.ward_id, ""),
        one.protocol.id,
        one.protocol.version,
        cohort.quarter(one),
        one.planned,
        one.given,
        one.last,
        one.over,
        f"{one.units_per_kg.quantize(Decimal(1)):f}",
        len(one.withheld()),
        *(skipped.count(why) for why in (SkipReason.ORDERED, SkipReason.NOT_EVALUABLE, SkipReason.MISSED)),
        *_creatinine(one.recovery(cohort.CREATININE)),
    )


def _creatinine(one: Recovery | None) -> tuple[Cell, Cell, Cell]:
    if one is None:
        return None, None, None
    hours = None if one.took is None else int(one.took.total_seconds() // 3600)
    return None if one.baseline is None else f"{one.baseline:f}", f"{one.worst:f}", hours
