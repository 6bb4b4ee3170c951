"""What does a ward board show of every patient in the house?

One query, led by the index of active cycles, says who lies where and whose course has anything new; only that is read
(`app.store.known`). The past of a ward costs its board nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, func, select

from app.domain.course import Patient
from app.domain.flowsheet import Flowsheet
from app.store import rows
from app.store import tables as t
from app.store.database import Transaction
from app.store.known import known, last_ids
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One patient in the house and the cycle of this stay.

    `sheet` holds the whole course but the documents of its decisions (`decisions.documents`). `observed_at` is the
    newest reading that holds.
    """

    ward_id: str
    bed: str
    cycle_id: str
    sheet: Flowsheet
    observed_at: datetime | None
    open_alerts: int


@dataclass(frozen=True, slots=True)
class Lying:
    """A patient in a bed."""

    bed: str
    patient: Patient


_here = t.active_cycle
_WARDS: BindParameter[Any] = bindparam("ward_ids", expanding=True)
_newer = t.observation.alias()

_NEWEST = (
    select(t.observation.c.observed_at)
    .where(
        t.observation.c.course_id == _here.c.course_id,
        t.observation.c.retracts == False,  # noqa: E712 - a column
        t.observation.c.not_taken.is_(None),
        ~exists().where(_newer.c.supersedes == t.observation.c.id),
    )
    .order_by(t.observation.c.observed_at.desc())
    .limit(1)
    .scalar_subquery()
)
_OPEN = (
    select(func.count())
    .select_from(t.open_alert)
    .where(t.open_alert.c.course_id == _here.c.course_id)
    .scalar_subquery()
)
_STAYS = Statement(
    select(*_here.c["ward_id", "bed", "cycle_id", "course_id"], _NEWEST, _OPEN, *last_ids(_here.c.course_id))
    .where(_here.c.ward_id.in_(_WARDS))
    .order_by(_here.c.ward_id, _here.c.bed)
)

_LYING = Statement(
    select(_here.c.bed, *rows.PATIENT)
    .select_from(
        _here.join(t.course, t.course.c.id == _here.c.course_id).join(
            t.patient, t.patient.c.id == t.course.c.patient_id
        )
    )
    .where(_here.c.ward_id == bindparam("ward_id"))
    .order_by(_here.c.bed)
)


def lying(tx: Transaction, ward_id: str) -> tuple[Lying, ...]:
    """Who lies on the ward, by bed."""
    return tuple([Lying(bed, rows.patient(who)) for bed, *who in _LYING.all(tx, ward_id=ward_id)])


def board(tx: Transaction, ward_ids: Iterable[str]) -> tuple[BoardRow, ...]:
    """Every patient in the house on these wards, by ward and bed."""
    shown = []
    for ward_id, bed, cycle_id, course_id, observed_at, open_alerts, *last in _STAYS.all(tx, ward_ids=list(ward_ids)):
        sheet = known(tx, course_id, last).sheet()
        shown.append(BoardRow(ward_id, bed, cycle_id, sheet, observed_at, open_alerts))
    return tuple(shown)
