"""What does a physician read about how each cycle was tolerated?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.domain.explain import compared_words, shown_as, value_words
from app.domain.recovery import Recovery
from app.domain.tolerance import CycleTolerance, DoseTolerance
from app.domain.tolerance_words import days_words, per_kg_words, skip_words, summary
from app.domain.vocabulary import DoseState
from app.web.chart import Chart
from app.web.formats import number_words
from app.web.translate import _, mark

_STATES = {
    DoseState.GIVEN: mark("Given"),
    DoseState.INTERRUPTED: mark("Given in part"),
    DoseState.SKIPPED: mark("Not given"),
    DoseState.CANCELLED: mark("Cycle ended"),
    DoseState.OVERDUE: mark("Overdue"),
    DoseState.DUE: mark("Due"),
    DoseState.SCHEDULED: mark("To come"),
}


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One dose in words; `grades` are those above 0 around it."""

    number: int
    state: str
    why: str
    verdict: str
    criteria: str
    grades: str
    news2: str
    units: str


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """One laboratory value in words: before, at its worst and when, and how long until it was back."""

    label: str
    before: str
    worst: str
    back: str


@dataclass(frozen=True, slots=True)
class CycleView:
    """One cycle: its paragraph, its doses, what it took to recover; `maps` are where its figures are fetched."""

    number: int
    summary: str
    per_kg: str
    rows: tuple[DoseRow, ...]
    recovered: tuple[RecoveryRow, ...]
    maps: tuple[tuple[str, str, str], ...]


def cycle_views(chart: Chart, cycles: tuple[CycleTolerance, ...]) -> tuple[CycleView, ...]:
    """Every cycle, the newest first."""
    return tuple(_cycle(chart, cycle) for cycle in reversed(cycles))


def _cycle(chart: Chart, cycle: CycleTolerance) -> CycleView:
    path = f"/courses/{chart.case.course.id}/tolerance/figures"
    number = cycle.cycle.number
    met = _("Criteria met or open at each dose of cycle {number}").format(number=number)
    grades = _("Gravest grade of each organ system around each dose of cycle {number}").format(number=number)
    return CycleView(
        number=number,
        summary=summary(cycle, chart.setting.measures),
        per_kg=per_kg_words(cycle),
        rows=tuple(_dose(chart, dose) for dose in cycle.told()),
        recovered=tuple(_recovery(chart, one) for one in cycle.recovered),
        maps=(
            (f"criteria-{number}", met, f"{path}/criteria-{number}{chart.suffix}"),
            (f"grades-{number}", grades, f"{path}/grades-{number}{chart.suffix}"),
        ),
    )


def _dose(chart: Chart, dose: DoseTolerance) -> DoseRow:
    decision, setting = dose.decision, chart.setting
    met = [compared_words(finding, setting.measures) for finding in dose.met()]
    verdict = _("no decision") if decision is None else shown_as(decision.action)
    score = None if decision is None else decision.news2.score
    return DoseRow(
        number=dose.number,
        state=_(_STATES[dose.progress.state]),
        why=skip_words(dose),
        verdict=_("{verdict}, on data corrected since").format(verdict=verdict) if dose.amended else verdict,
        criteria="; ".join(met),
        grades="; ".join(_graded(chart, dose)),
        news2="" if score is None else str(score),
        units=number_words(dose.units) if dose.units > 0 else "",
    )


def _graded(chart: Chart, dose: DoseTolerance) -> list[str]:
    book = chart.case.library.scores
    return [
        f"{_(book.name(worst.grade.term))} {worst.grade.grade}{'+' if worst.grade.at_least else ''}"
        for worst in dose.worst
        if worst.grade.grade is not None and worst.grade.grade > 0
    ]


def _recovery(chart: Chart, one: Recovery) -> RecoveryRow:
    measure = chart.setting.measures[one.measure]
    worst = _("{value}, {at}").format(
        value=value_words(one.worst, measure.unit), at=chart.setting.ward.moment(one.worst_at)
    )
    return RecoveryRow(measure.label, value_words(one.baseline, measure.unit), worst, _back(one))


def _back(one: Recovery) -> str:
    if one.baseline is None:
        return _("nobody can say: no value before the first dose")
    if not one.moved:
        return _("stayed within a tenth")
    if one.took is None:
        return _("not yet")
    if one.took == timedelta(0):
        return _("by the last dose")
    return _("{days} after the last dose").format(days=days_words(one.took))
