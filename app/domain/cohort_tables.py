"""What do the comparisons of many cycles say, in sentences and tables?

Small numbers are said as they are: `2 of 3`, and a percentage only beside a number large enough to bear one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from app.domain import cohort
from app.domain.cohort import Group, Reason
from app.domain.cycle_summary import CycleSummary
from app.domain.table import Cell, Table
from app.domain.tongue import several, worded

BEARS_PERCENT = 20
"""Fewer than this are said as they are: one of seven is no 14 %."""

_MOST_SAID = 4


def share_words(part: int, whole: int) -> str:
    """`3 of 7`, `30 of 120 (25 %)`."""
    said = worded("{part} of {whole}", part=part, whole=whole)
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
    return _COUNTED[noun](number)


_COUNTED: Mapping[str, Callable[[int], str]] = {
    "cycle": lambda number: several("{number} cycle", "{number} cycles", number),
    "finished cycle": lambda number: several("{number} finished cycle", "{number} finished cycles", number),
    "running cycle": lambda number: several("{number} running cycle", "{number} running cycles", number),
    "course": lambda number: several("{number} course", "{number} courses", number),
    "dose": lambda number: several("{number} dose", "{number} doses", number),
    "group": lambda number: several("{number} group", "{number} groups", number),
}


def doses_table(cycles: Sequence[CycleSummary]) -> Table:
    """How many finished cycles had so many doses."""
    done = cohort.finished(cycles)
    running = len(cycles) - len(done)
    sentence = worded("Doses given in {count}", count=count_words(len(done), "finished cycle"))
    if done:
        sentence += worded(
            ": median {number}, from {done} to {done2}",
            number=number_words(cohort.median(done)),
            done=done[0],
            done2=done[-1],
        )
    if running:
        sentence += worded("; {count} not counted", count=count_words(running, "running cycle"))
    rows = tuple((doses, count) for doses, count in cohort.doses_given(cycles).items())
    columns = (("doses", worded("Doses given")), ("cycles", worded("Finished cycles")))
    return Table("doses", worded("Doses given per cycle"), f"{sentence}.", columns, rows)


def receiving_table(cycles: Sequence[CycleSummary]) -> Table:
    """How many cycles went on to the next dose."""
    steps = cohort.still_receiving(cycles)
    half = next((step.dose for step in steps if step.share <= Fraction(1, 2)), None)
    sentence = worded(
        "Of {count}, the share still receiving doses after each dose", count=count_words(len(cycles), "cycle")
    )
    if half is not None:
        sentence += worded("; it falls to half or less after dose {half}", half=half)
    columns = (
        ("dose", worded("After dose")),
        ("cycles", worded("Cycles that came so far")),
        ("ended", worded("Ended there")),
        ("still_receiving_percent", worded("Still receiving, %")),
    )
    rows = tuple((step.dose, step.at_risk, step.stopped, percent(step.share)) for step in steps)
    return Table("receiving", worded("Still receiving doses, by dose number"), f"{sentence}.", columns, rows)


def reasons_table(id_: str, title: str, found: Sequence[Reason], doses: int) -> Table:
    """What withheld doses, the most frequent first."""
    sentence = worded("{count} withheld by a criterion", count=count_words(doses, "dose"))
    if found:
        sentence += worded("; most often {name}: {share}", name=found[0].name, share=share_words(found[0].doses, doses))
    columns = (
        ("reason", worded("Reason")),
        ("doses", worded("Withheld doses")),
        ("of", worded("Of")),
        ("covered", worded("With those above")),
    )
    rows = tuple((one.name, one.doses, doses, int(one.share * doses)) for one in found)
    return Table(id_, title, f"{sentence}.", columns, rows)


def pairs_table(cycles: Sequence[CycleSummary]) -> Table:
    """The doses of a course's second cycle beside those of its first."""
    pairs = cohort.first_and_second(cycles)
    total = sum(pair.courses for pair in pairs)
    fewer = sum(pair.courses for pair in pairs if pair.second < pair.first)
    sentence = worded("{count} with both cycles finished", count=count_words(total, "course"))
    if pairs:
        sentence += worded("; fewer doses in the second cycle in {share}", share=share_words(fewer, total))
    columns = (
        ("cycle_1", worded("Doses in cycle 1")),
        ("cycle_2", worded("Doses in cycle 2")),
        ("courses", worded("Courses")),
    )
    return Table(
        "pairs", worded("Cycle 1 against cycle 2"), f"{sentence}.", columns, tuple(tuple(pair) for pair in pairs)
    )


def creatinine_table(cycles: Sequence[CycleSummary]) -> Table:
    """The highest creatinine of each cycle, first against second."""
    found = cohort.peaks_by_cycle(cycles)
    said = [
        worded(
            "cycle {number} median {number2} (n = {count})",
            number=number,
            number2=number_words(cohort.median(values)),
            count=len(values),
        )
        for number, values in found.items()
    ]
    sentence = (
        worded("Peak creatinine in mg/dL: {names}.", names=", ".join(said))
        if said
        else worded("Peak creatinine: not charted in any cycle.")
    )
    columns = (
        ("cycle", worded("Cycle")),
        ("n", "n"),
        ("lowest", worded("Lowest, mg/dL")),
        ("median", worded("Median, mg/dL")),
        ("highest", worded("Highest, mg/dL")),
    )
    rows = tuple(
        (number, len(values), f"{values[0]:f}", number_words(cohort.median(values), 2), f"{values[-1]:f}")
        for number, values in found.items()
    )
    return Table("creatinine", worded("Peak creatinine, by cycle"), sentence, columns, rows)


def recovery_table(cycles: Sequence[CycleSummary]) -> Table:
    """How soon creatinine was back to within a tenth of the value before treatment."""
    rows: list[tuple[Cell, ...]] = []
    said = []
    for length in cohort.HORIZONS:
        back, judged = cohort.recovered_within(cycles, length)
        rows.append((length.days, back, judged))
        said.append(
            worded("{share} by {days} days", share=share_words(back, judged), days=length.days)
            if judged
            else worded("nobody can say yet by {days} days", days=length.days)
        )
    columns = (
        ("days", worded("Days after the last dose")),
        ("back", worded("Back by then")),
        ("judged", worded("Of those that can be judged")),
    )
    sentence = worded(
        "Creatinine back to within a tenth of the value before treatment: {names}.", names=", ".join(said)
    )
    return Table("recovery", worded("Creatinine back to where it was"), sentence, columns, tuple(rows))


def groups_table(id_: str, title: str, groups: Sequence[Group]) -> Table:
    """Cycles side by side by what they share."""
    said = [
        worded(
            "{name} median {number} of {count}",
            name=one.name,
            number=number_words(cohort.median(one.doses)),
            count=count_words(len(one.doses), "finished cycle"),
        )
        for one in groups
    ]
    if len(groups) > _MOST_SAID:
        said = [count_words(len(groups), "group")]
    columns = (
        ("group", worded("Which")),
        ("cycles", worded("Cycles")),
        ("finished", worded("Finished")),
        ("median_doses", worded("Median doses")),
        ("fewest", worded("Fewest")),
        ("most", worded("Most")),
        ("withheld", worded("Doses withheld")),
        ("median_peak_creatinine", worded("Median peak creatinine, mg/dL")),
    )
    return Table(
        id_,
        title,
        worded("Doses given: {part1}.", part1="; ".join(said) or worded("no cycle")),
        columns,
        tuple(map(_group_row, groups)),
    )


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
