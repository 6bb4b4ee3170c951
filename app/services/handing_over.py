"""What does one shift of a ward hand to the next: who lies where, what was decided, who answered, who is on duty?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.alert import Alert, AlertEvent
from app.domain.duty import in_force
from app.domain.errors import NotFound
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.auditing import note_read
from app.services.board import WardBoard, boards_of
from app.services.looking import wards_of
from app.services.rostering import Reached, on_duty
from app.store import alerts, duty, people
from app.store.database import Transaction
from app.store.wards import Ward


@dataclass(frozen=True, slots=True)
class WardHandover:
    """Everything the sheet of a ward says.

    `nurses` are the people who look after the patient of a cycle now, `events` what happened to the alerts of a course,
    `program` the open alerts of the ward that are about no patient.
    """

    board: WardBoard
    wards: tuple[Ward, ...]
    on_duty: tuple[Reached, ...]
    nurses: Mapping[str, tuple[str, ...]]
    events: Mapping[str, tuple[AlertEvent, ...]]
    program: tuple[Alert, ...]
    names: Mapping[str, str]


def ward_handover(tx: Transaction, library: Library, acting: Acting, ward_id: str | None) -> WardHandover | None:
    """The sheet of a ward, of the actor's first without one named, None where they have none; every chart is read.

    Raises NotFound for a ward that is not theirs.
    """
    theirs = wards_of(tx, acting)
    ward = next((one for one in theirs if not ward_id or one.id == ward_id), None)
    if ward is None:
        if ward_id:
            raise NotFound("ward_not_found", "There is no such ward.")
        return None
    (board,) = boards_of(tx, library, (ward,), acting.at)
    for line in board.lines:
        note_read(tx, acting, line.sheet.course)
    return WardHandover(
        board=board,
        wards=theirs,
        on_duty=on_duty(tx, acting, ward.id),
        nurses=nurses_of(tx, board, acting),
        events=alerts.events_of_courses(tx, [line.sheet.course.id for line in board.lines]),
        program=tuple(one for one in alerts.open_alerts(tx, (ward.id,)) if one.course_id is None),
        names={person.id: person.name for person in people.people(tx)},
    )


def nurses_of(tx: Transaction, board: WardBoard, acting: Acting) -> dict[str, tuple[str, ...]]:
    """Who looks after the patient of each cycle at the moment of acting."""
    rows = in_force(duty.assignments(tx, _cycles(board), acting.at), acting.at)
    return {cycle: tuple(row.person_id for row in rows if row.cycle_id == cycle) for cycle in _cycles(board)}


def _cycles(board: WardBoard) -> Iterable[str]:
    return [line.cycle.id for line in board.lines]
