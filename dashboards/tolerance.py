"""Which criteria were met at which dose of a cycle, and how ill was each organ system around it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.domain.class_words import class_name
from app.domain.decision import Finding
from app.domain.explain import compared_words, label_words, limit_said, shown_as, value_words, why_words
from app.domain.measure import Measures, Value
from app.domain.tolerance import CycleTolerance, DoseTolerance, Worst
from app.domain.tongue import worded
from app.domain.vocabulary import Verdict
from dashboards.grid import Cell, grid
from dashboards.theme import ACTIONS, INK, PAPER, Figure
from dashboards.words import capitalised

_ROOM = 6
"""Letters that fit into a cell."""
_DARK = ("#000000", "#DC3220", "#005AB5")
_GRADES = (PAPER, "#FFF3C4", "#FFC20A", "#DC3220", "#000000", "#000000")
"""Grade 0 to 5: darker is graver, and every cell says its number."""


def criteria_map(cycle: CycleTolerance, measures: Measures) -> Figure:
    """A row for each criterion that was met or open at any dose; met is filled, open is hatched, not met is empty."""
    rows = cycle.criteria()
    cells = [
        _criterion(dose, rows.index(finding.criterion.id), finding, measures)
        for dose in cycle.told()
        if dose.decision is not None
        for finding in dose.decision.findings
        if finding.verdict is not Verdict.NOT_MET
    ]
    return grid(
        _columns(cycle),
        _labels(cycle, rows, measures),
        cells,
        worded("Dose of cycle {number}", number=cycle.cycle.number),
        _system_labels(_systems(cycle)),
    )


def grades_map(cycle: CycleTolerance, names: Mapping[str, str], measures: Measures) -> Figure:
    """A row for each organ system that was graded around any dose, its gravest CTCAE or ASTCT grade in the cell."""
    rows = _systems(cycle)
    cells = [
        _grade(dose, rows.index(worst.system), worst, worded(names.get(worst.grade.term, worst.grade.term)))
        for dose in cycle.told()
        for worst in dose.worst
    ]
    return grid(
        _columns(cycle),
        _system_labels(rows),
        cells,
        worded("Dose of cycle {number}, to the next dose", number=cycle.cycle.number),
        _labels(cycle, cycle.criteria(), measures),
    )


def _systems(cycle: CycleTolerance) -> list[str]:
    return sorted({worst.system for dose in cycle.told() for worst in dose.worst})


def _system_labels(systems: Iterable[str]) -> list[str]:
    return [capitalised(worded(system.replace("_", " "))) for system in systems]


def _columns(cycle: CycleTolerance) -> list[str]:
    return [str(dose.number) for dose in cycle.doses]


def _labels(cycle: CycleTolerance, rows: tuple[str, ...], measures: Measures) -> list[str]:
    criteria = {f.criterion.id: f.criterion for dose in cycle.doses if dose.decision for f in dose.decision.findings}
    return [f"{label_words(criteria[row], measures)}, {class_name(criteria[row].cls)}" for row in rows]


def _criterion(dose: DoseTolerance, row: int, finding: Finding, measures: Measures) -> Cell:
    if finding.verdict is Verdict.UNKNOWN:
        name = worded("Dose {number}: {label}", number=dose.number, label=label_words(finding.criterion, measures))
        why = "" if finding.why is None else why_words(finding.why)
        return Cell(
            dose.number - 1,
            row,
            "?",
            worded("{name}: cannot be judged, {why}", name=name, why=why),
            PAPER,
            hatched=True,
        )
    style = ACTIONS[finding.action]
    said = worded(
        "Dose {number}: {said}{limit}: {action}",
        number=dose.number,
        said=compared_words(finding, measures),
        limit=limit_said(finding),
        action=shown_as(finding.action),
    )
    return Cell(
        dose.number - 1, row, _short(None if finding.carried else finding.value), said, style.fill, ink_on(style.fill)
    )


def _grade(dose: DoseTolerance, row: int, worst: Worst, name: str) -> Cell:
    grade = worst.grade.grade or 0
    fill = _GRADES[grade]
    at_least = worded("at least ") if worst.grade.at_least else ""
    said = worded(
        "Dose {number}: {name}, {at_least}grade {grade}", number=dose.number, name=name, at_least=at_least, grade=grade
    )
    if worst.grade.value is not None:
        said += f", {value_words(worst.grade.value, worst.grade.unit)}"
    return Cell(dose.number - 1, row, f"{grade}{'+' if worst.grade.at_least else ''}", said, fill, ink_on(fill))


def ink_on(fill: str) -> str:
    """In which colour a word on this fill is written."""
    return PAPER if fill in _DARK else INK


def _short(value: Value | None) -> str:
    """What fits into a cell: a number as charted, a tick for what was present."""
    words = value_words(value, None)
    if value is True:
        return "✓"
    return words if len(words) <= _ROOM else "✓"
