"""What do the comparisons of many cycles say, in sentences and tables?

Small numbers are said as they are: `2 of 3`, and a percentage only beside a number large enough to bear one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from app.domain import cohort
from app.domain.cohort import Group, Reason
from app.domain.cycle_summary import CycleSummary
from app.domain.recovery import Recovery
from app.domain.table import Cell, Table
from app.domain.vocabulary import SkipReason

BEARS_PERCENT = 20
"""Fewer than this are said as they are: one of seven is no 14 %."""

_MOST_SAID = 4


def share_words(part: int, whole: int) -> str:
    """`3 of 7`, `30 of 120 (25 %)`."""
    said = f"{part} of {whole}"
    return said if whole < BEARS_PERCENT else f"{said} ({percent(Fraction(part, whole))} %)"


def percent(share: Fraction) -> int:
    """A share in whole percent, the half rounded up."""
    return int(share * 100 + Fraction(1, 2))


def number_words(value: Fraction | Decimal | None, digits: int = 1) -> str:
    """A computed number at so many digits at most; a dash for none."""
    if value is None:
        return "–"
    exact = Fraction(value)
    scaled = Decimal(int(abs(exact) * 10**digits + Fraction(1, 2))).scaleb(-digits)
    return f"{scaled.normalize():f}" if exact >= 0 else f"-{scaled.normalize():f}"


def count_words(number: int, noun: str) -> str:
    """`1 cycle`, `7 cycles`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def doses_table(cycles: Sequence[CycleSummary]) -> Table:
    """How many finished cycles had so many doses."""
    done = cohort.finished(cycles)
    running = len(cycles) - len(done)
    sentence = f"Doses given in {count_words(len(done), 'finished cycle')}"
    if done:
        sentence += f": median {number_words(cohort.median(done))}, from {done[0]} to {done[-1]}"
    if running:
        sentence += f"; {count_words(running, 'running cycle')} not counted"
    rows = tuple((doses, count) for doses, count in cohort.doses_given(cycles).items())
    columns = (("doses", "Doses given"), ("cycles", "Finished cycles"))
    return Table("doses", "Doses given per cycle", f"{sentence}.", columns, rows)


def receiving_table(cycles: Sequence[CycleSummary]) -> Table:
    """How many cycles went on to the next dose."""
    steps = cohort.still_receiving(cycles)
    half = next((step.dose for step in steps if step.share <= Fraction(1, 2)), None)
    sentence = f"Of {count_words(len(cycles), 'cycle')}, the share still receiving doses after each dose"
    if half is not None:
        sentence += f"; it falls to half or less after dose {half}"
    columns = (
        ("dose", "After dose"),
        ("cycles", "Cycles that came so far"),
        ("ended", "Ended there"),
        ("still_receiving_percent", "Still receiving, %"),
    )
    rows = tuple((step.dose, step.at_risk, step.stopped, percent(step.share)) for step in steps)
    return Table("receiving", "Still receiving doses, by dose number", f"{sentence}.", columns, rows)


def reasons_table(id_: str, title: str, found: Sequence[Reason], doses: int) -> Table:
    """What withheld doses, the most frequent first."""
    sentence = f"{count_words(doses, 'dose')} withheld by a criterion"
    if found:
        sentence += f"; most often {found[0].name}: {share_words(found[0].doses, doses)}"
    columns = (("reason", "Reason"), ("doses", "Withheld doses"), ("of", "Of"), ("covered", "With those above"))
    rows = tuple((one.name, one.doses, doses, int(one.share * doses)) for one in found)
    return Table(id_, title, f"{sentence}.", columns, rows)


def pairs_table(cycles: Sequence[CycleSummary]) -> Table:
    """The doses of a course's second cycle beside those of its first."""
    pairs = cohort.first_and_second(cycles)
    total = sum(pair.courses for pair in pairs)
    fewer = sum(pair.courses for pair in pairs if pair.second < pair.first)
    sentence = f"{count_words(total, 'course')} with both cycles finished"
    if pairs:
        sentence += f"; fewer doses in the second cycle in {share_words(fewer, total)}"
    columns = (("cycle_1", "Doses in cycle 1"), ("cycle_2", "Doses in cycle 2"), ("courses", "Courses"))
    return Table("pairs", "Cycle 1 against cycle 2", f"{sentence}.", columns, tuple(tuple(pair) for pair in pairs))


def creatinine_table(cycles: Sequence[CycleSummary]) -> Table:
    """The highest creatinine of each cycle, first against second."""
    found = cohort.peaks_by_cycle(cycles)
    said = [
        f"cycle {number} median {number_words(cohort.median(values))} (n = {len(values)})"
        for number, values in found.items()
    ]
    sentence = f"Peak creatinine in mg/dL: {', '.join(said)}." if said else "Peak creatinine: not charted in any cycle."
    columns = (
        ("cycle", "Cycle"),
        ("n", "n"),
        ("lowest", "Lowest, mg/dL"),
        ("median", "Median, mg/dL"),
        ("highest", "Highest, mg/dL"),
    )
    rows = tuple(
        (number, len(values), f"{values[0]:f}", number_words(cohort.median(values), 2), f"{values[-1]:f}")
        for number, values in found.items()
    )
    return Table("creatinine", "Peak creatinine, by cycle", sentence, columns, rows)


def recovery_table(cycles: Sequence[CycleSummary]) -> Table:
    """How soon creatinine was back to within a tenth of the value before treatment."""
    rows: list[tuple[Cell, ...]] = []
    said = []
    for length in cohort.HORIZONS:
        back, judged = cohort.recovered_within(cycles, length)
        rows.append((length.days, back, judged))
        said.append(
            f"{share_words(back, judged)} by {length.days} days"
            if judged
            else f"nobody can say yet by {length.days} days"
        )
    columns = (("days", "Days after the last dose"), ("back", "Back"), ("judged", "Of those that can be judged"))
    sentence = f"Creatinine back to within a tenth of the value before treatment: {', '.join(said)}."
    return Table("recovery", "Creatinine back to where it was", sentence, columns, tuple(rows))


def groups_table(id_: str, title: str, groups: Sequence[Group]) -> Table:
    """Cycles side by side by what they share."""
    said = [
        f"{one.name} median {number_words(cohort.median(one.doses))} of {count_words(len(one.doses), 'finished cycle')}"
        for one in groups
    ]
    if len(groups) > _MOST_SAID:
        said = [count_words(len(groups), "group")]
    columns = (
        ("group", "Which"),
        ("cycles", "Cycles"),
        ("finished", "Finished"),
        ("median_doses", "Median doses"),
        ("fewest", "Fewest"),
        ("most", "Most"),
        ("withheld", "Doses withheld"),
        ("median_peak_creatinine", "Median peak creatinine, mg/dL"),
    )
    return Table(id_, title, f"Doses given: {'; '.join(said) or 'no cycle'}.", columns, tuple(map(_group_row, groups)))


def _group_row(one: Group) -> tuple[Cell, ...]:
    middle, creatinine = cohort.median(one.doses), cohort.median(one.peaks)
    ends = (one.doses[0], one.doses[-1]) if one.doses else (None, None)
    return (
        one.name,
        one.cycles,
        len(one.doses),
        None if middle is None else number_words(middle),
        *ends,
        one.withheld,
        None if creatinine is None else number_words(creatinine, 2),
    )


def cycles_table(cycles: Sequence[CycleSummary], wards: Mapping[str, str]) -> Table:
    """A line for each cycle, without anybody's name, number or day; courses are numbered within this file."""
    numbers: dict[str, int] = {}
    rows = [_cycle_row(one, numbers.setdefault(one.course_id, len(numbers) + 1), wards) for one in cycles]
    columns = tuple((name, name.replace("_", " ")) for name in _CYCLE)
    return Table("cycles", "A line for each cycle", f"{count_words(len(rows), 'cycle')}.", columns, tuple(rows))


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
