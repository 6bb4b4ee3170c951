"""Which shifts and assignments has a ward written down?

Rows are only added; whoever is taken off has a later row that cancels the first (`app.domain.duty`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, select

from app.domain.duty import Assignment, Shift
from app.domain.errors import NotFound
from app.domain.vocabulary import Duty
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Row, Statement


def _columns(table: Table, value: type) -> tuple[Any, ...]:
    return tuple(table.c[name] for name in value.__slots__)  # type: ignore[attr-defined]


_SHIFT, _ASSIGNMENT = _columns(t.shift, Shift), _columns(t.assignment, Assignment)
_ADD_SHIFT, _ADD_ASSIGNMENT = Statement(insert(t.shift)), Statement(insert(t.assignment))
_SHIFTS = Statement(
    select(*_SHIFT)
    .where(t.shift.c.ward_id.in_(bindparam("ward_ids", expanding=True)), t.shift.c.ends > bindparam("after"))
    .order_by(t.shift.c.begins, t.shift.c.id)
)
_A_SHIFT = Statement(select(*_SHIFT).where(t.shift.c.id == bindparam("id")))
_ASSIGNMENTS = Statement(
    select(*_ASSIGNMENT)
    .where(
        t.assignment.c.cycle_id.in_(bindparam("cycle_ids", expanding=True)), t.assignment.c.ends > bindparam("after")
    )
    .order_by(t.assignment.c.begins, t.assignment.c.id)
)
_HERE = Statement(select(t.active_cycle.c.cycle_id).where(t.active_cycle.c.course_id == bindparam("course_id")))
_AN_ASSIGNMENT = Statement(select(*_ASSIGNMENT).where(t.assignment.c.id == bindparam("id")))


def add_shift(tx: Transaction, row: Shift) -> None:
    """A shift, or the end of one; the same shift ended twice breaks uq_shift_cancels."""
    _ADD_SHIFT.run(tx, **{name: getattr(row, name) for name in row.__slots__})


def add_assignment(tx: Transaction, row: Assignment) -> None:
    """An assignment, or the end of one; the same one ended twice breaks uq_assignment_cancels."""
    _ADD_ASSIGNMENT.run(tx, **{name: getattr(row, name) for name in row.__slots__})


def shifts(tx: Transaction, ward_ids: Iterable[str], after: datetime) -> tuple[Shift, ...]:
    """The shifts of these wards that end after a moment, with their cancellations, by when they begin."""
    return tuple([_shift(row) for row in _SHIFTS.all(tx, ward_ids=list(ward_ids), after=after)])


def shift(tx: Transaction, shift_id: str) -> Shift:
    """One shift; raises NotFound."""
    row = _A_SHIFT.maybe(tx, id=shift_id)
    if row is None:
        raise NotFound("shift_not_found", "There is no such shift.")
    return _shift(row)


def assignments(tx: Transaction, cycle_ids: Iterable[str], after: datetime) -> tuple[Assignment, ...]:
    """The assignments of these cycles that end after a moment, with their cancellations, by when they begin."""
    return tuple([Assignment(*row) for row in _ASSIGNMENTS.all(tx, cycle_ids=list(cycle_ids), after=after)])


def assignment(tx: Transaction, assignment_id: str) -> Assignment:
    """One assignment; raises NotFound."""
    row = _AN_ASSIGNMENT.maybe(tx, id=assignment_id)
    if row is None:
        raise NotFound("assignment_not_found", "There is no such assignment.")
    return Assignment(*row)


def cycle_here(tx: Transaction, course_id: str) -> str | None:
    """The cycle for which the patient of a course lies in a bed now; None where they do not."""
    row = _HERE.maybe(tx, course_id=course_id)
    return None if row is None else str(row[0])


def _shift(row: Row) -> Shift:
    id_, ward_id, person_id, duty, *rest = row
    return Shift(id_, ward_id, person_id, Duty(duty), *rest)
