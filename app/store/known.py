"""Which rows of a course are new since this process last read it?

Rows are only ever added, each after all others of its course in `seq`, and under an id nobody can guess. So what was
read once need not be read again: when the last row read still is where it was, all before it are, and the rest follows
it. A rollback or a restored backup shows as a last row that is not there; then everything is read anew. What the
process wrote itself it adds to what it knows, once that is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Table, bindparam, select

from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient
from app.domain.decision import DecisionRecord
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.held import Observations
from app.domain.observation import Observation
from app.store import rows
from app.store import tables as t
from app.store.database import PLACES, Transaction
from app.store.raised import Raised
from app.store.reach import Reach, given, within
from app.store.statements import Row, Statement

OF: BindParameter[str] = bindparam("course_id")


class Run(NamedTuple):
    """Rows of one table that belong to a course, in order of recording, and which was the last."""

    values: Any = ()
    last_id: str | None = None
    last_seq: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """All rows of a course but the documents of its decisions; `runs` are in the order of the flowsheet's fields.

    `raised` is what its alerts said after the act that wrote the last of them, where this process did that; `sought`
    what was found in rows that are still the same.
    """

    patient: Patient
    course: Course
    doses: tuple[Dose, ...]
    runs: tuple[Run, ...]
    raised: Raised | None = None
    sought: dict[str, tuple[object, Any]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many they are."""
        return sum(len(run.values) for run in self.runs) + (0 if self.raised is None else self.raised.rows)

    def sheet(self) -> Flowsheet:
        """All of it as a flowsheet; the `situation` and `document` of its decisions are empty."""
        cycles, events, *charted = (run.values for run in self.runs)
        observations, decisions, orders, administrations = charted
        return Flowsheet(
            self.patient,
            self.course,
            cycles,
            events,
            self.doses,
            observations,
            decisions,
            orders,
            administrations,
            self.sought,
        )


class _Kind(NamedTuple):
    rows: Statement
    there: Statement
    value: Callable[[Row], Any]


def _bare_decision(row: Row) -> Any:
    return rows.decision(row, b"", b"")


def _kind(table: Table, columns: Sequence[Any], value: Callable[[Row], Any]) -> _Kind:
    query = select(table.c.seq, *columns).where(table.c.course_id == OF, table.c.seq >= bindparam("from_seq"))
    if table is t.decision:
        query = query.join_from(table, t.protocol_text)
    there = select(table.c.seq).where(table.c.id == bindparam("id"))
    return _Kind(Statement(query.order_by(table.c.seq)), Statement(there), value)


_CYCLES, _DECISIONS = 0, 3
_SOURCES: tuple[tuple[Table, Sequence[Any], Callable[[Row], Any]], ...] = (
    (t.cycle, rows.CYCLE, rows.cycle),
    (t.cycle_event, rows.CYCLE_EVENT, rows.cycle_event),
    (t.observation, rows.OBSERVATION, rows.observation),
    (t.decision, rows.DECISION, _bare_decision),
    (t.dose_order, rows.ORDER, rows.order),
    (t.administration, rows.ADMINISTRATION, rows.administration),
)
_KINDS = tuple(_kind(*source) for source in _SOURCES)
_NONE = tuple(Run(Observations() if table is t.observation else ()) for table, _, _ in _SOURCES)
_RUN_OF = {Cycle: 0, CycleEvent: 1, Observation: 2, DecisionRecord: 3, Order: 4, Administration: 5}


def last_ids(course_id: ColumnElement[str]) -> tuple[ScalarSelect[str], ...]:
    """The id of the last row of each kind that a course has: what tells whether anything is new."""
    return tuple(
        select(table.c.id).where(table.c.course_id == course_id).order_by(table.c.seq.desc()).limit(1).scalar_subquery()
        for table, _, _ in _SOURCES
    )


_LAST = Statement(select().add_columns(*last_ids(OF)).where(within(OF)))
_COURSE = Statement(
    select(*rows.PATIENT, *rows.COURSE).join_from(t.course, t.patient).where(t.course.c.id == OF, within(t.course.c.id))
)
_DOSES = Statement(select(*rows.DOSE).where(t.dose.c.course_id == OF).order_by(t.dose.c.cycle_id, t.dose.c.number))


def known(tx: Transaction, course_id: str, last: Row | None = None, reach: Reach | None = None) -> Known:
    """All rows of the course as this transaction sees them, reading only those that are new; raises NotFound.

    `last` are its `last_ids`, where the caller has read them already. A course out of `reach` is not found.
    """
    memory = tx.database.memory
    remembered: Known | None = memory.get(course_id)
    found = None if remembered is None else _follow(tx, course_id, remembered, last, reach)
    if found is None:
        found = _read(tx, course_id, reach)
    if course_id not in tx.written:
        memory.put(course_id, found, found.rows)
        if tx.begins(course_id) is not None:
            tx.raised.setdefault(course_id, found.raised)
            tx.after_commit(partial(_keep, tx, course_id, found))
    return found


def no_course() -> NotFound:
    """What is said of a course that is not there, or not for whoever asks."""
    return NotFound("course_not_found", "There is no such course.")


def _keep(tx: Transaction, course_id: str, before: Known) -> None:
    """What a transaction wrote is saved: now it is known. A new cycle is left to be read, with its doses."""
    added: list[list[Any]] = [[] for _ in _KINDS]
    last: dict[int, Run] = {}
    for seq, value in tx.written.get(course_id, ()):
        kind = _RUN_OF[type(value)]
        added[kind].append(replace(value, situation=b"", document=b"") if kind == _DECISIONS else value)
        last[kind] = Run((), value.id, seq)
    if _CYCLES in last:
        return
    runs = [
        last[kind]._replace(values=_longer(run.values, added[kind])) if kind in last else run
        for kind, run in enumerate(before.runs)
    ]
    after = replace(before, runs=tuple(runs), raised=tx.raised.get(course_id) if last else None)
    tx.database.memory.put(course_id, after, after.rows)


def _read(tx: Transaction, course_id: str, reach: Reach | None) -> Known:
    row = _COURSE.maybe(tx, course_id=course_id, **given(reach))
    if row is None:
        raise no_course()
    split = len(rows.PATIENT)
    runs = tuple([_rest(tx, kind, course_id, none) or none for kind, none in zip(_KINDS, _NONE, strict=True)])
    return Known(rows.patient(row[:split]), rows.course(row[split:]), _doses(tx, course_id), runs)


def _follow(tx: Transaction, course_id: str, before: Known, last: Row | None, reach: Reach | None) -> Known | None:
    """What was known and what has been added; None when something known is not there.

    Its alerts may have changed without a row of these, as when somebody acknowledged one: whoever acts reads them anew.
    """
    if _is_all(tx, course_id, before):
        return before
    last = last or _LAST.maybe(tx, course_id=course_id, **given(reach))
    if last is None:
        raise no_course()
    changed = [index for index, run in enumerate(before.runs) if run.last_id != last[index]]
    if not changed:
        return before if tx.begins(course_id) is None else replace(before, raised=None)
    runs = list(before.runs)
    for index in changed:
        rest = _rest(tx, _KINDS[index], course_id, runs[index])
        if rest is None:
            return None
        runs[index] = rest
    doses = _doses(tx, course_id) if _CYCLES in changed else before.doses
    return Known(before.patient, before.course, doses, tuple(runs), sought=before.sought)


def _is_all(tx: Transaction, course_id: str, before: Known) -> bool:
    """True under the lock, when the last known row still is there and was written by the last act before this one."""
    begins = tx.begins(course_id)
    if begins is None or course_id in tx.written:
        return False
    kind, run = max(zip(_KINDS, before.runs, strict=True), key=lambda pair: pair[1].last_seq)
    if run.last_seq < begins - PLACES:
        return False
    return kind.there.maybe(tx, id=run.last_id) == (run.last_seq,)


def _rest(tx: Transaction, kind: _Kind, course_id: str, run: Run) -> Run | None:
    """The run with what follows its last row; None when that row is not there."""
    found = kind.rows.all(tx, course_id=course_id, from_seq=run.last_seq)
    if run.last_id is not None:
        if not found or found[0][1] != run.last_id:
            return None
        found = found[1:]
    if not found:
        return run
    added = [kind.value(row[1:]) for row in found]
    return Run(_longer(run.values, added), found[-1][1], found[-1][0])


def _longer(values: Any, added: Sequence[Any]) -> Any:
    return values.plus(added) if isinstance(values, Observations) else (*values, *added)


def _doses(tx: Transaction, course_id: str) -> tuple[Dose, ...]:
    return tuple([rows.dose(row) for row in _DOSES.all(tx, course_id=course_id)])
