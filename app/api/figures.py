"""Which figure of a course is asked for?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query, Response

from app.api.calls import Call, Called, answered, read
from app.api.routers import router_for
from app.domain.errors import NotFound
from app.http.fields import Instant, Uuid
from app.services.cases import Case, read_case, sheet_ward
from app.store import wards
from app.store.database import Transaction
from dashboards.pages import figure
from dashboards.view import Span, View, course_span, cycle_span

router = router_for("figures")


@router.get(
    "/courses/{course_id}/figures/{panel_id}",
    response_description="A figure in Plotly's JSON schema: data and layout.",
)
def read_figure(
    call: Called,
    course_id: Uuid,
    panel_id: str,
    cycle: Annotated[int | None, Query(ge=1, le=1000, description="Only this cycle, by number.")] = None,
    at: Annotated[Instant | None, Query(description="As it was known at this moment; left out: now.")] = None,
) -> Response:
    """Limits are those of the protocol the course is decided by; times are on the ward's clock.

    `course` is every panel on one time axis.
    """
    seen = call.acting.at if at is None else min(at, call.acting.at)
    case, zone = read(call, lambda tx: _look(tx, call, course_id, seen))
    sheet = case.sheet
    span = _span(case, cycle, seen)
    view = View(span.start, span.end, seen, zone, call.library.news2)
    return answered(figure(panel_id, sheet, case.protocol, view))


def _look(tx: Transaction, call: Call, course_id: str, at: datetime) -> tuple[Case, ZoneInfo]:
    """The course as it was known then, and the clock of the ward the patient lay on."""
    case = read_case(tx, call.library, call.acting, course_id)
    case = replace(case, sheet=case.sheet.as_known_at(at))
    ward_id = sheet_ward(case.sheet)
    return case, ZoneInfo("UTC" if ward_id is None else wards.ward(tx, ward_id).time_zone)


def _span(case: Case, number: int | None, at: datetime) -> Span:
    sheet = case.sheet
    if number is None:
        return course_span(sheet, case.protocol, at)
    chosen = [cycle for cycle in sheet.cycles if cycle.number == number]
    if not chosen:
        raise NotFound("not_found", "There is nothing here under that address that you may see.")
    return cycle_span(sheet, case.protocol, chosen[0].id, at)
