"""How does a program open the chart of a patient of another ward for somebody, when it cannot wait?"""

from __future__ import annotations

from typing import Any

from fastapi import Response

from app.api.calls import Called
from app.api.routers import router_for
from app.api.shapes import Shape
from app.api.writing import takes_key, write
from app.domain.record import instant
from app.http.body import Body
from app.http.fields import Note, Uuid
from app.services.emergency import break_glass
from app.store.emergency import BreakGlass

router = router_for("emergency access")


class AccessToOpen(Body):
    """Why it cannot wait, in at least 10 characters; whoever reviews it reads this."""

    reason: Note


class EmergencyAccess(Shape):
    """One course opened to somebody of another ward until a moment, for a reason."""

    id: str
    course_id: str
    ward_id: str
    reason: str
    at: str
    until: str


@router.post(
    "/courses/{course_id}/emergency-access",
    status_code=201,
    response_model=EmergencyAccess,
    response_description="The access, until when.",
    responses={
        409: {"description": "One of no_need, already_open; or, as of every write, in_progress, changed_meanwhile."}
    },
    openapi_extra=takes_key(),
)
def open_emergency_access(call: Called, course_id: Uuid, sent: AccessToOpen) -> Response:
    """For one course and 60 minutes you may do what your roles allow on your own wards. The ward is told at once."""
    return write(call, lambda tx: break_glass(tx, call.acting, course_id, sent.reason), _opened)


def _opened(row: BreakGlass) -> dict[str, Any]:
    return {
        "id": row.id,
        "course_id": row.course_id,
        "ward_id": row.ward_id,
        "reason": row.reason,
        "at": instant(row.at),
        "until": instant(row.until),
    }
