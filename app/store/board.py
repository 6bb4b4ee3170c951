"""What does a ward board show of every patient in the house?

A fixed number of queries, each led by the index of active cycles: the past of a ward costs its board nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam, exists, func, or_, select

from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.store import rows
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Row, Statement

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One patient in the house, with the cycle of this stay.

    `sheet` holds no observations and no documents; of a dose that something was done with it holds the latest decision
    only. `observed_at` is the newest reading that holds.
    """

    ward_id: str
    bed: str
    sheet: Flowsheet
    observed_at: datetime | None
    open_alerts: int


_WARDS: BindParameter[Any] = bindparam("ward_ids", expanding=True)
_IN = t.active_cycle.c.ward_id.in_(_WARDS)
_newer, _later = t.observation.alias(), t.decision.alias()

_NEWEST = (
    select(t.observation.c.observed_at)
    .where(
        t.observation.c.course_id == t.active_cycle.c.course_id,
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
    .where(t.open_alert.c.course_id == t.active_cycle.c.course_id)
    .scalar_subquery()
)
_PLACES = Statement(
    select(*t.active_cycle.c["ward_id", "bed"], _NEWEST, _OPEN, *rows.PATIENT, *rows.COURSE, *rows.CYCLE)
    .join_from(t.active_cycle, t.cycle, t.cycle.c.id == t.active_cycle.c.cycle_id)
    .join(t.course, t.course.c.id == t.active_cycle.c.course_id)
    .join(t.patient, t.patient.c.id == t.course.c.patient_id)
    .where(_IN)
    .order_by(t.active_cycle.c.ward_id, t.active_cycle.c.bed)
)


def _of_cycles(columns: Sequence[Any], table: Any, *order: Any) -> Statement:
    return Statement(
        select(table.c.cycle_id, *columns)
        .join_from(t.active_cycle, table, table.c.cycle_id == t.active_cycle.c.cycle_id)
        .where(_IN)
        .order_by(*order)
    )


_EVENTS = _of_cycles(rows.CYCLE_EVENT, t.cycle_event, t.cycle_event.c.seq)
_DOSES = _of_cycles(rows.DOSE, t.dose, t.dose.c.number)
_ORDERS = _of_cycles(rows.ORDER, t.dose_order, t.dose_order.c.seq)
_GIVEN = _of_cycles(rows.ADMINISTRATION, t.administration, t.administration.c.seq)
_LATEST = (
    select(func.max(_later.c.seq)).where(_later.c.dose_id == t.dose.c.id, _later.c.reviews.is_(None)).scalar_subquery()
)
_DONE = exists().where(t.administration.c.dose_id == t.dose.c.id, t.administration.c.supersedes.is_(None))
_DECISIONS = Statement(
    select(t.dose.c.cycle_id, *rows.DECISION)
    .join_from(t.active_cycle, t.dose, t.dose.c.cycle_id == t.active_cycle.c.cycle_id)
    .join(t.decision, t.decision.c.dose_id == t.dose.c.id)
    .join(t.protocol_text, t.protocol_text.c.sha256 == t.decision.c.protocol_sha256)
    .where(
        _IN,
        t.decision.c.reviews.is_(None),
        or_(~_DONE, t.decision.c.seq == _LATEST),
    )
    .order_by(t.decision.c.seq)
)


def board(tx: Transaction, ward_ids: Iterable[str]) -> tuple[BoardRow, ...]:
    """Every patient in the house on these wards, by ward and bed."""
    wards = list(ward_ids)
    events = _by_cycle(tx, _EVENTS, wards, rows.cycle_event)
    doses = _by_cycle(tx, _DOSES, wards, rows.dose)
    decisions = _by_cycle(tx, _DECISIONS, wards, _bare)
    orders = _by_cycle(tx, _ORDERS, wards, rows.order)
    given = _by_cycle(tx, _GIVEN, wards, rows.administration)
    board_rows = []
    for row in _PLACES.all(tx, ward_ids=wards):
        (ward_id, bed, observed_at, open_alerts), rest = row[:4], row[4:]
        cycle = rows.cycle(rest[_COURSE_END:])
        sheet = Flowsheet(
            patient=rows.patient(rest[:_PATIENT_END]),
            course=rows.course(rest[_PATIENT_END:_COURSE_END]),
            cycles=(cycle,),
            events=tuple(events.get(cycle.id, ())),
            doses=tuple(doses.get(cycle.id, ())),
            observations=(),
            decisions=tuple(decisions.get(cycle.id, ())),
            orders=tuple(orders.get(cycle.id, ())),
            administrations=tuple(given.get(cycle.id, ())),
        )
        board_rows.append(BoardRow(ward_id, bed, sheet, observed_at, open_alerts))
    return tuple(board_rows)


_PATIENT_END = len(rows.PATIENT)
_COURSE_END = _PATIENT_END + len(rows.COURSE)


def _by_cycle(tx: Transaction, query: Statement, wards: list[str], value: Callable[[Row], _T]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for row in query.all(tx, ward_ids=wards):
        found.setdefault(row[0], []).append(value(row[1:]))
    return found


def _bare(row: Row) -> DecisionRecord:
    return rows.decision(row, b"", b"")
