"""How was each cycle of a course tolerated?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi import Response

from app.api.calls import Call, Called, answered, read
from app.api.routers import router_for
from app.api.shapes import Shape
from app.domain.measure import Measures
from app.domain.record import instant, plain
from app.domain.recovery import Recovery
from app.domain.tolerance import CycleTolerance, DoseTolerance
from app.domain.tolerance_words import summary
from app.domain.vocabulary import Action, DoseState, SkipReason, Verdict
from app.http.fields import Uuid
from app.services.cases import read_case
from app.services.tolerating import tolerance_of
from app.store.database import Transaction

router = router_for("courses")


class ToldCriterion(Shape):
    """A criterion that was met, or could not be judged, at a dose."""

    criterion: str
    verdict: Verdict
    action: Action
    value: str | bool | None


class WorstGrade(Shape):
    """The gravest grade of an organ system from this dose to the next; `at_least` where an open arm might be graver."""

    system: str
    term: str
    grade: int
    at_least: bool


class ToleratedDose(Shape):
    """One dose of the cycle; `units` are the international units that went in, `action` that of its last decision."""

    number: int
    state: DoseState
    skip_reason: SkipReason | None
    units: str
    action: Action | None
    amended: bool
    news2: int | None
    criteria: list[ToldCriterion]
    worst: list[WorstGrade]


class Recovered(Shape):
    """A laboratory value before, at its worst, and when it was within a tenth of the first again; null: not yet."""

    measure: str
    unit: str | None
    baseline: str | None
    worst: str
    worst_at: str
    last_dose_at: str
    back_at: str | None


class ToleratedCycle(Shape):
    """One cycle; `units_per_kg` is what went in for each kilogram of the dosing weight that holds now."""

    cycle_id: str
    number: int
    planned: int
    given: int
    interrupted: int
    units: str
    units_per_kg: str
    summary: str
    doses: list[ToleratedDose]
    recovered: list[Recovered]


class Tolerance(Shape):
    """Every cycle of a course, the first first."""

    course_id: str
    cycles: list[ToleratedCycle]


@router.get(
    "/courses/{course_id}/tolerance", response_model=Tolerance, response_description="Every cycle, the first first."
)
def read_tolerance(call: Called, course_id: Uuid) -> Response:
    """Doses planned, given and skipped with reasons, criteria and grades by dose, recovery, units per kg."""
    cycles = read(call, lambda tx: _look(tx, call, course_id))
    measures = call.library.measures
    return answered({"course_id": course_id, "cycles": [_cycle(cycle, measures) for cycle in cycles]})


def _look(tx: Transaction, call: Call, course_id: str) -> tuple[CycleTolerance, ...]:
    return tolerance_of(tx, read_case(tx, call.library, call.acting, course_id))


def _cycle(cycle: CycleTolerance, measures: Measures) -> dict[str, Any]:
    return {
        "cycle_id": cycle.cycle.id,
        "number": cycle.cycle.number,
        "planned": cycle.planned,
        "given": len(cycle.of(DoseState.GIVEN)),
        "interrupted": len(cycle.of(DoseState.INTERRUPTED)),
        "units": f"{cycle.units:f}",
        "units_per_kg": f"{cycle.units_per_kg.quantize(Decimal(1)):f}",
        "summary": summary(cycle, measures),
        "doses": [_dose(dose) for dose in cycle.doses],
        "recovered": [_recovered(one, measures) for one in cycle.recovered],
    }


def _dose(dose: DoseTolerance) -> dict[str, Any]:
    decision = dose.decision
    told = [] if decision is None else [f for f in decision.findings if f.verdict is not Verdict.NOT_MET]
    return {
        "number": dose.number,
        "state": dose.progress.state,
        "skip_reason": dose.progress.skip_reason,
        "units": f"{dose.units:f}",
        "action": None if decision is None else decision.action,
        "amended": dose.amended,
        "news2": None if decision is None else decision.news2.score,
        "criteria": [
            {"criterion": f.criterion.id, "verdict": f.verdict, "action": f.action, "value": plain(f.value)}
            for f in told
        ],
        "worst": [
            {
                "system": worst.system,
                "term": worst.grade.term,
                "grade": worst.grade.grade,
                "at_least": worst.grade.at_least,
            }
            for worst in dose.worst
        ],
    }


def _recovered(one: Recovery, measures: Measures) -> dict[str, Any]:
    return {
        "measure": one.measure,
        "unit": measures[one.measure].unit,
        "baseline": plain(one.baseline),
        "worst": plain(one.worst),
        "worst_at": instant(one.worst_at),
        "last_dose_at": instant(one.last_dose_at),
        "back_at": None if one.back_at is None else instant(one.back_at),
    }
