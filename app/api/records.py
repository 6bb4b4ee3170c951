"""What do patients, courses, doses and what was done with them look like from outside?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, TypeAlias

from app.api.answers import brief_answer, pin_answer
from app.domain.alert import Alert, AlertEvent
from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient
from app.domain.decision import standing
from app.domain.dosing_weight import weight_changes, weight_of
from app.domain.duty import Assignment, Shift
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.domain.progress import DoseProgress, pending
from app.domain.protocol import Protocol
from app.domain.record import instant
from app.domain.schedule import due_at, units, window
from app.domain.starting import start_warnings
from app.services.cases import Case, sheet_ward
from app.services.deciding import Affected
from app.services.similar import Similar

Flat: TypeAlias = Patient | CycleEvent | Order | Administration | Observation | AlertEvent | Shift | Assignment
_SAYS_ITSELF = (str, int, NoneType)
_SAYS = (
    *("id", "course_id", "ward_id", "dose_id", "decision_id", "key", "level", "action", "summary", "open", "resolved"),
    *("raised_at", "worse_at", "last_at", "repeats"),
)


def flat_answer(row: Flat) -> dict[str, Any]:
    """A record whose fields are all plain, by the names they have inside."""
    fields = ((name, getattr(row, name)) for name in row.__slots__)
    return {name: value if isinstance(value, _SAYS_ITSELF) else _outside(value) for name, value in fields}


def _outside(value: datetime | date | Decimal | str | int | bool | None) -> str | int | bool | None:  # noqa: FBT001
    """Times and exact numbers leave as text; 0, false, "" and null stay four things."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}"


def alert_answer(alert: Alert) -> dict[str, Any]:
    """An alert as it stands."""
    says = {name: _outside(getattr(alert, name)) for name in _SAYS}
    return says | {
        "cleared_at": _of(alert.cleared, "at"),
        "seen_at": _of(alert.seen, "at"),
        "seen_by": _of(alert.seen, "by"),
        "snoozed_until": _of(alert.snoozed, "until"),
        "snoozed_by": _of(alert.snoozed, "by"),
        "snooze_reason": _of(alert.snoozed, "reason"),
        "escalated_at": _of(alert.escalated, "at"),
        "escalated_to": _of(alert.escalated, "duty"),
        "acknowledged_at": _of(alert.acknowledged, "at"),
        "acknowledged_by": _of(alert.acknowledged, "by"),
        "told": _of(alert.outcome, "told"),
        "outcome": _of(alert.outcome, "reason"),
        "outcome_at": _of(alert.outcome, "at"),
        "outcome_by": _of(alert.outcome, "by"),
        "closed_at": _of(alert.closed, "at"),
        "closed_by": _of(alert.closed, "by"),
        "close_reason": _of(alert.closed, "reason"),
    }


def _of(answer: AlertEvent | None, field: str) -> str | int | bool | None:
    return None if answer is None else _outside(getattr(answer, field))


def events_answer(events: Iterable[AlertEvent]) -> list[dict[str, Any]]:
    """What an act did to alerts."""
    return [flat_answer(event) for event in events]


def affected_answer(affected: Iterable[Affected]) -> list[dict[str, Any]]:
    """Earlier decisions that new data changes."""
    return [
        {
            "dose_id": item.original.dose_id,
            "decision_id": item.original.id,
            "review_id": item.review.id,
            "given": item.given,
        }
        for item in affected
    ]


def course_answer(course: Course) -> dict[str, Any]:
    """A course by itself."""
    return {
        "id": course.id,
        "patient_id": course.patient_id,
        "protocol": pin_answer(course.protocol),
        "shown": [pin_answer(pin) for pin in course.shown],
        "opened_at": instant(course.opened_at),
        "opened_by": course.opened_by,
    }


def whole_course_answer(case: Case, similar: Iterable[Similar]) -> dict[str, Any]:
    """A course with its patient, its cycles and whom the patient must not be taken for."""
    sheet = case.sheet
    following = None
    if sheet.cycles:
        following = pending(sheet, sheet.cycles[-1], case.protocol, case.acting.at)
    return {
        **course_answer(sheet.course),
        "patient": flat_answer(sheet.patient),
        "ward_id": sheet_ward(sheet),
        "cycles": [cycle_answer(case, cycle) for cycle in sheet.cycles],
        "next_dose_id": None if following is None else following.dose.id,
        "similar": [
            {
                "family_name": one.patient.family_name,
                "given_name": one.patient.given_name,
                "bed": one.bed,
                "by": one.by,
            }
            for one in similar
        ],
    }


def cycle_answer(case: Case, cycle: Cycle) -> dict[str, Any]:
    """A cycle where it is now, with what happened to it and its schedule."""
    sheet = case.sheet
    events, ended = sheet.events_of(cycle.id), sheet.ended(cycle.id)
    beds = [event.bed for event in events if event.bed is not None]
    return {
        "id": cycle.id,
        "course_id": cycle.course_id,
        "number": cycle.number,
        "ward_id": sheet.ward_of(cycle),
        "bed": beds[-1] if beds else cycle.bed,
        "admitted_at": instant(cycle.admitted_at),
        "first_due_at": instant(cycle.first_due_at),
        "ordered_weight": f"{sheet.dosing_weight(cycle):f}",
        "ended_at": None if ended is None else instant(ended.at),
        "warnings": list(start_warnings(sheet, cycle, case.protocol.dosing)),
        "events": [flat_answer(event) for event in events],
        "doses": [_times(sheet, dose, case.protocol) for dose in sheet.doses_of(cycle.id)],
    }


def added_event_answer(event: CycleEvent, case: Case) -> dict[str, Any]:
    """An event just recorded, and the doses that a new dosing weight came too late for."""
    sheet, dosing = case.sheet, case.protocol.dosing
    changes = weight_changes(sheet, sheet.cycle(event.cycle_id), dosing)
    given = next((change.given for change in changes if change.event.id == event.id), ())
    return flat_answer(event) | {
        "given_before": [
            {
                "dose_id": one.row.dose_id,
                "number": one.number,
                "units": f"{one.row.units:f}",
                "weight": f"{one.weight:f}",
                "ended_at": None if one.row.ended_at is None else instant(one.row.ended_at),
            }
            for one in given
        ]
    }


def _times(sheet: Flowsheet, dose: Dose, protocol: Protocol) -> dict[str, Any]:
    cycle = sheet.cycle(dose.cycle_id)
    due = due_at(cycle, sheet.events_of(cycle.id), dose.number, protocol.timing.interval)
    times = window(due, protocol.timing)
    weight = weight_of(sheet, cycle, sheet.administration(dose.id), protocol.dosing)
    return {
        "id": dose.id,
        "number": dose.number,
        "assess_at": instant(times.assess_at),
        "opens_at": instant(times.opens_at),
        "due_at": instant(times.due_at),
        "closes_at": instant(times.closes_at),
        "units": f"{units(protocol.dosing, weight):f}",
    }


def dose_answer(case: Case, now: DoseProgress) -> dict[str, Any]:
    """A dose as it stands; `decision` in brief."""
    latest = now.decision
    stands = None if latest is None else standing(latest, latest.id, case.sheet.orders, case.acting.at)
    return {
        **_times(case.sheet, now.dose, case.protocol),
        "course_id": case.course.id,
        "cycle_id": now.dose.cycle_id,
        "state": now.state,
        "skip_reason": now.skip_reason,
        "standing": stands,
        "order": None if now.order is None else flat_answer(now.order),
        "administration": None if now.administration is None else flat_answer(now.administration),
        "decision": None if latest is None else brief_answer(latest),
    }
