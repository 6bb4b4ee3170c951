"""How is what happened written down, once and for good?

Every function inserts; none changes or removes a record. What belongs to a course is written under its lock
(`flowsheets.lock_course`), which gives each row its place in the order of recording. Rows the database refuses raise
IntegrityError; `faults.broken_constraint` names the rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, insert, update

from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient
from app.domain.decision import DecisionRecord
from app.domain.observation import Observation
from app.domain.vocabulary import CycleEventKind
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

_PATIENT = Statement(insert(t.patient))
_COURSE = Statement(insert(t.course))
_CYCLE = Statement(insert(t.cycle))
_CYCLE_EVENT = Statement(insert(t.cycle_event))
_DOSE = Statement(insert(t.dose))
_SET = Statement(insert(t.observation_set))
_OBSERVATION = Statement(insert(t.observation))
_DECISION = Statement(insert(t.decision))
_ORDER = Statement(insert(t.dose_order))
_ADMINISTRATION = Statement(insert(t.administration))
_ADMITTED = Statement(insert(t.active_cycle))
_MOVED = Statement(
    update(t.active_cycle)
    .where(t.active_cycle.c.cycle_id == bindparam("of_cycle"))
    .values(ward_id=bindparam("to_ward"), bed=bindparam("to_bed"))
)
_ALERTS_MOVED = Statement(
    update(t.open_alert).where(t.open_alert.c.course_id == bindparam("of_course")).values(ward_id=bindparam("to_ward"))
)
_PLACED = Statement(
    update(t.course_place)
    .where(t.course_place.c.course_id == bindparam("of_course"))
    .values(ward_id=bindparam("to_ward"))
)
_PLACE = Statement(insert(t.course_place))
_LEFT = Statement(delete(t.active_cycle).where(t.active_cycle.c.cycle_id == bindparam("of_cycle")))


def add_patient(tx: Transaction, patient: Patient, at: datetime, by: str) -> None:
    """A patient, recorded `at` by `by`; a second one with the same MRN breaks uq_patient_mrn."""
    row = _fields(patient) | {"birth_date": patient.birth_date.isoformat()}
    _PATIENT.run(tx, **row, recorded_at=at, recorded_by=by)


def add_course(tx: Transaction, course: Course) -> None:
    """A course whose pinned protocol texts are stored already; it is locked from here on."""
    shown = [[pin.id, pin.version, pin.sha256] for pin in course.shown]
    _COURSE.run(
        tx,
        id=course.id,
        patient_id=course.patient_id,
        protocol_id=course.protocol.id,
        protocol_version=course.protocol.version,
        protocol_sha256=course.protocol.sha256,
        shown=json.dumps(shown, separators=(",", ":"), ensure_ascii=False).encode(),
        opened_at=course.opened_at,
        opened_by=course.opened_by,
        version=1,
    )
    tx.written[course.id] = []
    tx.locked(course.id, 1)


def add_cycle(tx: Transaction, cycle: Cycle, doses: Iterable[Dose], by: str) -> None:
    """A cycle with all its doses, recorded by `by`; a number used twice breaks uq_cycle_course_id_number."""
    course_id = cycle.course_id
    _CYCLE.run(tx, **_fields(cycle), recorded_by=by, seq=tx.place(course_id, cycle))
    _DOSE.insert(tx, *(_fields(dose) | {"course_id": course_id} for dose in doses))
    _ADMITTED.run(tx, cycle_id=cycle.id, course_id=course_id, ward_id=cycle.ward_id, bed=cycle.bed)
    _bring(tx, course_id, cycle.ward_id)


def add_cycle_event(tx: Transaction, event: CycleEvent, course_id: str) -> None:
    """Something that happened to a cycle; a move takes the course's open alerts along, a discharge ends the stay."""
    _CYCLE_EVENT.run(tx, **_fields(event), course_id=course_id, seq=tx.place(course_id, event))
    if event.kind is CycleEventKind.MOVED:
        _MOVED.run(tx, of_cycle=event.cycle_id, to_ward=event.ward_id, to_bed=event.bed)
        _bring(tx, course_id, event.ward_id)
    elif event.kind is CycleEventKind.DISCHARGED:
        _LEFT.run(tx, of_cycle=event.cycle_id)


def _bring(tx: Transaction, course_id: str, ward_id: str | None) -> None:
    """The course and its open alerts belong to this ward from now on."""
    if _PLACED.run(tx, of_course=course_id, to_ward=ward_id) == 0:
        _PLACE.run(tx, course_id=course_id, ward_id=ward_id)
    _ALERTS_MOVED.run(tx, of_course=course_id, to_ward=ward_id)
    tx.raised[course_id] = None


def add_observation_set(
    tx: Transaction, set_id: str, course_id: str, dose_id: str | None, rows: Iterable[Observation]
) -> None:
    """What was charted together, at one moment by one person; `rows` must not be empty."""
    written = [_observation(tx, course_id, row) for row in rows]
    first = written[0]
    theirs = {name: first[name] for name in ("recorded_at", "recorded_by", "seq")}
    _SET.insert(tx, {"id": set_id, "course_id": course_id, "dose_id": dose_id, **theirs})
    _OBSERVATION.insert(tx, *written)


def _observation(tx: Transaction, course_id: str, row: Observation) -> dict[str, Any]:
    value = row.value
    return {
        "id": row.id,
        "set_id": row.set_id,
        "course_id": course_id,
        "measure": row.measure,
        "number": value if isinstance(value, Decimal) else None,
        "finding": value if isinstance(value, bool) else None,
        "choice": value if isinstance(value, str) else None,
        "unit": row.unit,
        "entered": row.entered,
        "entered_unit": row.entered_unit,
        "observed_at": row.observed_at,
        "start_at": row.start_at,
        "confirmed": row.confirmed,
        "not_taken": row.not_taken,
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by,
        "supersedes": row.supersedes,
        "retracts": row.retracts,
        "reason": row.reason,
        "seq": tx.place(course_id, row),
    }


def add_decision(tx: Transaction, record: DecisionRecord) -> None:
    """A decision with the situation it was taken in, both as canonical bytes."""
    row = _fields(record)
    row["protocol_sha256"] = row.pop("protocol").sha256
    row["seq"] = tx.place(record.course_id, record)
    _DECISION.insert(tx, row)


def add_order(tx: Transaction, order: Order, dose: Dose, course_id: str) -> None:
    """A prescriber's order for `dose`, on one of that dose's decisions."""
    _ORDER.run(tx, **_fields(order), **_place(tx, dose, course_id, order))


def add_administration(tx: Transaction, given: Administration, dose: Dose, course_id: str) -> None:
    """What was done with `dose`; a second one that supersedes nothing breaks uq_administration_dose_id."""
    _ADMINISTRATION.run(tx, **_fields(given), **_place(tx, dose, course_id, given))


def _place(tx: Transaction, dose: Dose, course_id: str, value: Order | Administration) -> dict[str, Any]:
    return {"course_id": course_id, "cycle_id": dose.cycle_id, "seq": tx.place(course_id, value)}


def _fields(value: Patient | Cycle | CycleEvent | Dose | DecisionRecord | Order | Administration) -> dict[str, Any]:
    """The fields of a value by the names its columns have too."""
    return {name: getattr(value, name) for name in value.__slots__}
