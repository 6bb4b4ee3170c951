"""Which domain value does a row stand for, and which columns of which tables make it?

Each tuple of columns is in the order its function takes them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Table

from app.domain.alert import AlertEvent
from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient, ProtocolPin
from app.domain.decision import Cause, DecisionRecord
from app.domain.observation import Observation
from app.domain.vocabulary import Action, AlertKind, Choice, CycleEventKind, Duty, Level, NotTaken, Outcome, SpO2Scale
from app.store import tables as t


def _columns(table: Table, value: type) -> tuple[Column[Any], ...]:
    """The columns named like the fields of a value, in the order of its fields."""
    return tuple(table.c[name] for name in value.__slots__)  # type: ignore[attr-defined]


PATIENT = _columns(t.patient, Patient)
CYCLE = _columns(t.cycle, Cycle)
CYCLE_EVENT = _columns(t.cycle_event, CycleEvent)
DOSE = _columns(t.dose, Dose)
ORDER = _columns(t.dose_order, Order)
ADMINISTRATION = _columns(t.administration, Administration)
ALERT_EVENT = _columns(t.alert_event, AlertEvent)
COURSE = tuple(
    t.course.c[
        "id", "patient_id", "protocol_id", "protocol_version", "protocol_sha256", "shown", "opened_at", "opened_by"
    ]
)
OBSERVATION = tuple(
    t.observation.c[
        "id",
        "set_id",
        "measure",
        "number",
        "finding",
        "choice",
        "unit",
        "entered",
        "entered_unit",
        "observed_at",
        "start_at",
        "confirmed",
        "not_taken",
        "recorded_at",
        "recorded_by",
        "supersedes",
        "retracts",
        "reason",
    ]
)
DECISION = (
    *t.decision.c["id", "course_id", "cycle_id", "dose_id", "action", "provisional", "at", "valid_until"],
    *t.decision.c["relative", "absolute", "protocol_sha256"],
    *t.protocol_text.c["id", "version"],
    *t.decision.c["engine", "cause", "cause_id", "reviews", "recorded_at", "recorded_by"],
)
DOCUMENTS = tuple(t.decision.c["situation", "document"])


def patient(row: Sequence[Any]) -> Patient:
    id_, mrn, family_name, given_name, birth_date, sex = row
    return Patient(id_, mrn, family_name, given_name, date.fromisoformat(birth_date), sex)


def course(row: Sequence[Any]) -> Course:
    id_, patient_id, protocol_id, version, sha256, shown, opened_at, opened_by = row
    pins = tuple(ProtocolPin(*pin) for pin in json.loads(shown))
    return Course(id_, patient_id, ProtocolPin(protocol_id, version, sha256), pins, opened_at, opened_by)


def cycle(row: Sequence[Any]) -> Cycle:
    return Cycle(*row)


def cycle_event(row: Sequence[Any]) -> CycleEvent:
    id_, cycle_id, kind, at, reason, recorded_at, recorded_by, ward_id, bed, from_dose, due_at, *rest = row
    scale, weight = rest
    return CycleEvent(
        id=id_,
        cycle_id=cycle_id,
        kind=CycleEventKind(kind),
        at=at,
        reason=reason,
        recorded_at=recorded_at,
        recorded_by=recorded_by,
        ward_id=ward_id,
        bed=bed,
        from_dose=from_dose,
        due_at=due_at,
        scale=None if scale is None else SpO2Scale(scale),
        weight=weight,
    )


def dose(row: Sequence[Any]) -> Dose:
    return Dose(*row)


def observation(row: Sequence[Any]) -> Observation:
    id_, set_id, measure, number, finding, choice, unit, entered, entered_unit, observed_at, start_at, *rest = row
    confirmed, not_taken, recorded_at, recorded_by, supersedes, retracts, reason = rest
    return Observation(
        id_,
        set_id,
        measure,
        number if number is not None else finding if finding is not None else choice,
        unit,
        entered,
        entered_unit,
        observed_at,
        start_at,
        confirmed,
        None if not_taken is None else NotTaken(not_taken),
        recorded_at,
        recorded_by,
        supersedes,
        retracts,
        reason,
    )


def decision(row: Sequence[Any], situation: bytes, document: bytes) -> DecisionRecord:
    id_, course_id, cycle_id, dose_id, action, provisional, at, valid_until, relative, absolute, *rest = row
    sha256, protocol_id, version, engine, cause, cause_id, reviews, recorded_at, recorded_by = rest
    return DecisionRecord(
        id=id_,
        course_id=course_id,
        cycle_id=cycle_id,
        dose_id=dose_id,
        action=Action(action),
        provisional=provisional,
        at=at,
        valid_until=valid_until,
        relative=relative,
        absolute=absolute,
        protocol=ProtocolPin(protocol_id, version, sha256),
        engine=engine,
        situation=situation,
        document=document,
        cause=Cause(cause),
        cause_id=cause_id,
        reviews=reviews,
        recorded_at=recorded_at,
        recorded_by=recorded_by,
    )


def order(row: Sequence[Any]) -> Order:
    id_, dose_id, decision_id, choice, *rest = row
    return Order(id_, dose_id, decision_id, Choice(choice), *rest)


def administration(row: Sequence[Any]) -> Administration:
    id_, dose_id, outcome, *rest = row
    return Administration(id_, dose_id, Outcome(outcome), *rest)


def alert_event(row: Sequence[Any]) -> AlertEvent:
    return _alert_event(tuple(row))


@lru_cache(maxsize=4096)
def _alert_event(row: tuple[Any, ...]) -> AlertEvent:
    """Cached: every decision asks for the alerts of its course, and what happened to them never changes."""
    id_, alert_id, course_id, cycle_id, dose_id, decision_id, ward_id, kind, key, level, action, *rest = row
    summary, at, by, reason, until, told, duty = rest
    return AlertEvent(
        id=id_,
        alert_id=alert_id,
        course_id=course_id,
        cycle_id=cycle_id,
        dose_id=dose_id,
        decision_id=decision_id,
        ward_id=ward_id,
        kind=AlertKind(kind),
        key=key,
        level=Level(level),
        action=Action(action),
        summary=summary,
        at=at,
        by=by,
        reason=reason,
        until=until,
        told=told,
        duty=None if duty is None else Duty(duty),
    )
