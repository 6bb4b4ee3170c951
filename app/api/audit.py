"""What does the audit trail say, over REST, to an auditor?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import StringConstraints

from app.api import shapes
from app.api.calls import Called, answered, read
from app.api.lists import Paging, listed, unknown_cursor
from app.api.routers import router_for
from app.domain.record import instant
from app.http.fields import Instant, Uuid
from app.services import inspecting
from app.store.trail import Line, Wanted

router = router_for("audit")

Action = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,60}$")]
_DIGITS = 18


class AuditLine(shapes.Shape):
    """One line of the trail: who did what, acting as whom, at which machine, to what, instead of what, and why."""

    seq: int
    at: str
    person_id: str | None
    acting_as: str
    workstation_id: str | None
    patient_id: str | None
    course_id: str | None
    action: str
    subjects: list[str]
    before: list[str]
    reason: str | None
    request_id: str | None
    version: str


# async: it waits for nothing, and a plain function would take another turn in the thread pool.
async def _wanted(
    person_id: Annotated[Uuid | None, Query()] = None,
    patient_id: Annotated[Uuid | None, Query()] = None,
    course_id: Annotated[Uuid | None, Query()] = None,
    action: Annotated[Action | None, Query(description="As lines name it: dose_given, read_chart.")] = None,
    workstation_id: Annotated[Uuid | None, Query()] = None,
    since: Annotated[Instant | None, Query()] = None,
    until: Annotated[Instant | None, Query(description="The first moment that is too late.")] = None,
) -> Wanted:
    return Wanted(person_id, patient_id, course_id, action, workstation_id, since, until)


@router.get("/audit", response_model=shapes.Page[AuditLine], response_description="Lines, newest first.")
def read_audit(call: Called, asked: Paging, wanted: Annotated[Wanted, Depends(_wanted)]) -> Response:
    """For auditors: of the house the whole trail, of a ward the lines of its courses. Each call is a line itself."""
    before = _before(asked.cursor)
    with call.database.transaction() as tx:
        inspecting.note_search(tx, call.acting, wanted, before)
    page = read(call, lambda tx: inspecting.find(tx, call.acting, wanted, before, asked.limit))
    return answered(listed(map(_answer, page.items), page.next_after))


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= _DIGITS):
        raise unknown_cursor()
    return int(cursor)


def _answer(line: Line) -> dict[str, Any]:
    """Ids alone: who and where they are, the addresses of people, patients and courses say."""
    return {
        "seq": line.seq,
        "at": instant(line.at),
        "person_id": line.person,
        "acting_as": line.acting_as,
        "workstation_id": line.workstation,
        "patient_id": line.patient_id,
        "course_id": line.course_id,
        "action": line.action,
        "subjects": line.subjects.split(),
        "before": [] if line.before is None else line.before.split(),
        "reason": line.reason,
        "request_id": line.request_id,
        "version": line.version,
    }
