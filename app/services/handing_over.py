"""What does one shift of a ward hand to the next, and what is last known of each patient?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.alert import Alert, AlertEvent
from app.domain.tolerance import CycleTolerance
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.auditing import note_read
from app.services.board import Line, WardBoard, boards_of
from app.services.cases import Case
from app.services.looking import chosen_ward, wards_of
from app.services.rostering import Reached, on_duty
from app.services.similar import Similar
from app.services.tolerating import tolerance_of
from app.store import alerts, flowsheets, people
from app.store.database import Transaction
from app.store.wards import Ward


@dataclass(frozen=True, slots=True)
class WardHandover:
    """Everything the sheet of a ward says.

    `acting` is who reads it and when, `events` what happened to the alerts of a course, `program` the open alerts of
    the ward that are about no patient.
    """

    acting: Acting
    board: WardBoard
    wards: tuple[Ward, ...]
    on_duty: tuple[Reached, ...]
    events: Mapping[str, tuple[AlertEvent, ...]]
    program: tuple[Alert, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LastState:
    """One patient with everything that was ever charted; `similar` is whoever on the ward may be taken for them."""

    case: Case
    similar: tuple[Similar, ...]
    events: tuple[AlertEvent, ...]
    cycles: tuple[CycleTolerance, ...]


def ward_handover(tx: Transaction, library: Library, acting: Acting, ward_id: str | None) -> WardHandover | None:
    """The sheet of a ward, of the actor's first without one named, None where they have none; every chart is read.

    Raises NotFound for a ward that is not theirs.
    """
    theirs = wards_of(tx, acting)
    if not theirs and not ward_id:
        return None
    ward = chosen_ward(theirs, ward_id)
    (board,) = boards_of(tx, library, (ward,), acting.at)
    for line in board.lines:
        note_read(tx, acting, line.sheet.course)
    return _told(tx, acting, board, theirs)


def every_ward(tx: Transaction, library: Library, at: datetime) -> tuple[WardHandover, ...]:
    """The sheet of every ward of the house, for the program itself, which reads them to no person."""
    acting = Acting("doseward", "doseward", True, frozenset(), frozenset({"read"}), at, "sheets")
    theirs = wards_of(tx, acting)
    return tuple(_told(tx, acting, board, theirs) for board in boards_of(tx, library, theirs, at))


def last_state(tx: Transaction, library: Library, found: WardHandover, line: Line) -> LastState:
    """All that is known of one patient of the ward."""
    course_id = line.sheet.course.id
    case = Case(tx, library, line.protocol, flowsheets.load(tx, course_id), found.acting)
    return LastState(case, line.similar, found.events.get(course_id, ()), tolerance_of(tx, case))


def _told(tx: Transaction, acting: Acting, board: WardBoard, wards: tuple[Ward, ...]) -> WardHandover:
    ward = board.ward.id
    return WardHandover(
        acting=acting,
        board=board,
        wards=wards,
        on_duty=on_duty(tx, acting, ward),
        events=alerts.events_of_courses(tx, [line.sheet.course.id for line in board.lines]),
        program=tuple(one for one in alerts.open_alerts(tx, (ward,)) if one.course_id is None),
        names=people.all_names(tx),
    )
