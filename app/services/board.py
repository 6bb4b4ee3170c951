"""What does a ward look at to know whose turn it is?

One line per patient in the house: the dose the ward works towards, what is decided on it, and whether that still
stands. Overdue comes first, then whatever is due next, then those with nothing due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.course import Cycle, CycleEvent, Order
from app.domain.decision import Decision, DecisionRecord, Standing, newest_order, standing
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress, pending
from app.domain.protocol import Protocol
from app.domain.record import decode_decision
from app.domain.vocabulary import DoseState
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.looking import wards_of
from app.services.pins import pinned
from app.services.reaching import escalated_to
from app.services.similar import Similar, similar_to
from app.store import board as board_store
from app.store import decisions
from app.store.board import BoardRow, Lying
from app.store.database import Transaction
from app.store.wards import Ward

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One patient in the house. `next` is None when no dose is pending; `decision` is that of `record`, opened.

    `order` is the newest order on that decision; `similar` is whoever on the ward may be taken for the patient.
    `escalated` are the open alerts that were escalated to whoever looks.
    """

    bed: str
    sheet: Flowsheet
    protocol: Protocol
    cycle: Cycle
    next: DoseProgress | None
    ended: CycleEvent | None
    record: DecisionRecord | None
    decision: Decision | None
    standing: Standing | None
    order: Order | None
    observed_at: datetime | None
    open_alerts: int
    escalated: int
    similar: tuple[Similar, ...]


@dataclass(frozen=True, slots=True)
class WardBoard:
    """The lines of one ward, most urgent first."""

    ward: Ward
    lines: tuple[Line, ...]


def ward_boards(tx: Transaction, library: Library, acting: Acting) -> tuple[WardBoard, ...]:
    """The boards of every ward the actor may read, by name."""
    to_me = Counter(escalated_to(tx, acting).values())
    boards = boards_of(tx, library, wards_of(tx, acting), acting.at)
    return tuple(replace(one, lines=tuple(_to_whom(line, to_me) for line in one.lines)) for one in boards)


def _to_whom(line: Line, to_me: Mapping[str | None, int]) -> Line:
    return replace(line, escalated=to_me[line.sheet.course.id]) if line.sheet.course.id in to_me else line


def boards_of(tx: Transaction, library: Library, wards: Sequence[Ward], at: datetime) -> tuple[WardBoard, ...]:
    """The boards of these wards as of a moment, in their order, whoever asks."""
    rows = [(row, *_next(tx, library, row, at)) for row in board_store.board(tx, [ward.id for ward in wards])]
    ids = [due.decision.id for _, _, due in rows if due is not None and due.decision is not None]
    documents = decisions.documents(tx, ids)
    boards = []
    for ward in wards:
        mine = [found for found in rows if found[0].ward_id == ward.id]
        lying = [Lying(row.bed, row.sheet.patient) for row, _, _ in mine]
        lines = [_line(*found, documents, at, similar_to(found[0].sheet.patient, lying)) for found in mine]
        boards.append(WardBoard(ward, tuple(sorted(lines, key=_urgency))))
    return tuple(boards)


def _next(tx: Transaction, library: Library, row: BoardRow, now: datetime) -> tuple[Protocol, DoseProgress | None]:
    protocol = pinned(tx, library, row.sheet.course.protocol)
    return protocol, pending(row.sheet, row.sheet.cycles[-1], protocol, now)


def _line(
    row: BoardRow,
    protocol: Protocol,
    due: DoseProgress | None,
    documents: dict[str, decisions.Documents],
    now: datetime,
    similar: tuple[Similar, ...],
) -> Line:
    if due is not None and due.decision is not None:
        due = replace(due, decision=replace(due.decision, **documents[due.decision.id]._asdict()))
    record = None if due is None else due.decision
    stands = None if record is None else standing(record, record.id, row.sheet.orders, now)
    return Line(
        bed=row.bed,
        sheet=row.sheet,
        protocol=protocol,
        cycle=row.sheet.cycles[-1],
        next=due,
        ended=row.sheet.ended(row.sheet.cycles[-1].id),
        record=record,
        decision=None if record is None else decode_decision(record.document, protocol),
        standing=stands,
        order=None if record is None else newest_order(row.sheet.orders, record.id),
        observed_at=row.observed_at,
        open_alerts=row.open_alerts,
        escalated=0,
        similar=similar,
    )


def _urgency(line: Line) -> tuple[bool, datetime, str]:
    if line.next is None:
        return True, _LAST, line.bed
    return line.next.state is not DoseState.OVERDUE, line.next.window.due_at, line.bed
