"""What does a ward look at to know whose turn it is?

One line per patient in the house: the dose the ward works towards, what is decided on it, and whether that still
stands. Overdue comes first, then whatever is due next, then those with nothing due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from app.domain.course import Cycle, CycleEvent, Order
from app.domain.decision import Decision, DecisionRecord, Standing, newest_order, standing
from app.domain.duty import in_force
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress, pending
from app.domain.protocol import Protocol
from app.domain.record import decode_decision
from app.domain.vocabulary import DoseState, Duty
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.looking import wards_of
from app.services.pins import pinned
from app.services.reaching import escalated_to
from app.services.similar import Similar, similar_to
from app.store import board as board_store
from app.store import decisions, duty, people
from app.store.board import BoardRow, Lying
from app.store.database import Transaction
from app.store.wards import Ward

_LAST = datetime.max.replace(tzinfo=UTC)
_TO_NOBODY: Final[Counter[str | None]] = Counter()
NOBODY: Final = "nobody"
"""In the place of a nurse: the patients nobody looks after."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which patients are asked for: on some wards, on all where none is named; of one nurse, of NOBODY, of all."""

    wards: frozenset[str] = frozenset()
    nurse: str | None = None


EVERYBODY: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Nurse:
    """Somebody on duty at the bedside, or who looks after somebody; `patients` of those on the wards asked for."""

    id: str
    name: str
    patients: int


@dataclass(frozen=True, slots=True)
class Line:
    """One patient in the house. `next` is None when no dose is pending; `decision` is that of `record`, opened.

    `order` is the newest order on that decision; `similar` is whoever on the ward may be taken for the patient;
    `nurses` look after the patient now. `escalated` are the open alerts that were escalated to whoever looks.
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
    nurses: tuple[Nurse, ...]


@dataclass(frozen=True, slots=True)
class WardBoard:
    """The lines of one ward that were asked for, most urgent first, and those that were not."""

    ward: Ward
    lines: tuple[Line, ...]
    left_out: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """What was asked for; `wards` are all the actor may read, `nurses` those the wards asked for have now, by name."""

    wanted: Wanted
    wards: tuple[Ward, ...]
    boards: tuple[WardBoard, ...]
    nurses: tuple[Nurse, ...]

    @property
    def in_house(self) -> int:
        """The patients on the wards asked for, whoever looks after them."""
        return sum(len(one.lines) + len(one.left_out) for one in self.boards)

    @property
    def nobodys(self) -> int:
        """Those of them nobody looks after."""
        return sum(not line.nurses for one in self.boards for line in (*one.lines, *one.left_out))


def ward_boards(tx: Transaction, library: Library, acting: Acting, wanted: Wanted = EVERYBODY) -> Board:
    """The boards of the wards asked for that the actor may read, by name; raises NotFound for any other."""
    theirs = wards_of(tx, acting)
    return _board(tx, library, theirs, wanted, acting.at, Counter(escalated_to(tx, acting, theirs).values()))


def wall_boards(tx: Transaction, library: Library, acting: Acting, wanted: Wanted) -> Board:
    """The same for everybody's eyes: nothing was escalated to a screen."""
    return _board(tx, library, wards_of(tx, acting), wanted, acting.at, _TO_NOBODY)


def boards_of(tx: Transaction, library: Library, wards: Sequence[Ward], at: datetime) -> tuple[WardBoard, ...]:
    """The boards of these wards as of a moment, in their order, whoever asks."""
    return _board(tx, library, tuple(wards), EVERYBODY, at, _TO_NOBODY).boards


def _board(
    tx: Transaction,
    library: Library,
    wards: tuple[Ward, ...],
    wanted: Wanted,
    at: datetime,
    escalated: Counter[str | None],
) -> Board:
    """`escalated` counts the alerts that were escalated to whoever looks, by course."""
    asked = _asked(wards, wanted)
    rows = [(row, *_next(tx, library, row, at)) for row in board_store.board(tx, [ward.id for ward in asked])]
    ids = [due.decision.id for _, _, due in rows if due is not None and due.decision is not None]
    documents = decisions.documents(tx, ids)
    nurses, of = _nurses(tx, asked, [row for row, _, _ in rows], at)
    boards = []
    for ward in asked:
        mine = [found for found in rows if found[0].ward_id == ward.id]
        lying = [Lying(row.bed, row.sheet.patient) for row, _, _ in mine]
        lines = [
            _line(
                row,
                protocol,
                due,
                documents,
                at,
                similar_to(row.sheet.patient, lying),
                of[row.cycle_id],
                escalated[row.sheet.course.id],
            )
            for row, protocol, due in mine
        ]
        boards.append(_sorted(ward, lines, wanted))
    return Board(wanted, wards, tuple(boards), nurses)


def _asked(wards: tuple[Ward, ...], wanted: Wanted) -> tuple[Ward, ...]:
    """A ward elsewhere answers like one that is not there."""
    if wanted.wards - {ward.id for ward in wards}:
        raise NotFound("ward_not_found", "There is no such ward.")
    return tuple(ward for ward in wards if not wanted.wards or ward.id in wanted.wards)


def _nurses(
    tx: Transaction, wards: tuple[Ward, ...], rows: list[BoardRow], now: datetime
) -> tuple[tuple[Nurse, ...], Mapping[str, tuple[Nurse, ...]]]:
    """Whom the wards have now, by name, and who looks after the patient of each cycle."""
    assigned = in_force(duty.assignments(tx, [row.cycle_id for row in rows], now), now)
    shifts = in_force(duty.shifts(tx, [ward.id for ward in wards], now), now)
    here = {row.person_id for row in shifts if row.duty in (Duty.NURSE, Duty.CHARGE_NURSE)}
    names = people.names(tx, here | {row.person_id for row in assigned})
    counts = {who: len({row.cycle_id for row in assigned if row.person_id == who}) for who in names}
    found = {who: Nurse(who, name, counts[who]) for who, name in names.items()}
    by_name = tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.id)))
    of = {row.cycle_id: {one.person_id for one in assigned if one.cycle_id == row.cycle_id} for row in rows}
    return by_name, {cycle: tuple(one for one in by_name if one.id in mine) for cycle, mine in of.items()}


def _sorted(ward: Ward, lines: list[Line], wanted: Wanted) -> WardBoard:
    urgent = sorted(lines, key=_urgency)
    shown = tuple(line for line in urgent if _is_wanted(line, wanted.nurse))
    return WardBoard(ward, shown, tuple(line for line in urgent if not _is_wanted(line, wanted.nurse)))


def _is_wanted(line: Line, nurse: str | None) -> bool:
    if nurse == NOBODY:
        return not line.nurses
    return nurse is None or any(one.id == nurse for one in line.nurses)


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
    nurses: tuple[Nurse, ...],
    escalated: int,
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
        escalated=escalated,
        similar=similar,
        nurses=nurses,
    )


def _urgency(line: Line) -> tuple[bool, datetime, str]:
    if line.next is None:
        return True, _LAST, line.bed
    return line.next.state is not DoseState.OVERDUE, line.next.window.due_at, line.bed
