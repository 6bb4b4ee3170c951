"""One dose: on what grounds was what decided, and what may be done?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.domain.errors import NotFound
from app.domain.progress import dose_progress
from app.domain.protocol import Protocol
from app.domain.record import decode_decision
from app.domain.situation import AHEAD
from app.services.acting import Acting
from app.services.asking import decide_now
from app.services.looking import case_of_dose
from app.services.pins import pinned
from app.services.scored import Scored, scored_moments
from app.store import order_requests
from app.store.database import Transaction
from app.web.bound import bound, require_bound
from app.web.chart import Chart, open_chart
from app.web.form import EMPTY
from app.web.once import submit
from app.web.pages import fragment, page
from app.web.presenters.banner import page_title
from app.web.presenters.dose import dose_page, verdict_view
from app.web.presenters.grades import grades_view
from app.web.presenters.quick import quick_links
from app.web.presenters.waiting import waiting_lines
from app.web.routes.common import Posted, Signed, library, reading
from app.web.translate import _, several

router = APIRouter(include_in_schema=False)
At = Annotated[str | None, Query(max_length=40)]


@router.get("/doses/{dose_id}")
def dose(
    request: Request,
    acting: Signed,
    dose_id: str,
    at: At = None,
    saved: Annotated[int | None, Query(ge=0, le=999)] = None,
) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, case_of_dose, dose_id, at)
        shown = _shown(tx, chart)
        scored = _scored(tx, chart, dose_id)
        found = order_requests.waiting(tx, chart.case.course.id) if chart.live else ()
    check_known(chart, dose_id)
    view = dose_page(chart, dose_id, shown)
    return page(
        request,
        chart.reader,
        "dose.html",
        title=page_title(chart.case.sheet, _("decision"), view.head.number),
        status=200,
        banner=chart.banner(view.head.number),
        back=chart.back(),
        suffix=chart.suffix,
        zone=chart.setting.ward.zone_words(chart.setting.now),
        dose_id=dose_id,
        view=view,
        verdict=view.verdict,
        waiting=waiting_lines(chart, dose_id, found),
        grades=None if scored is None else grades_view(scored, chart),
        parts=quick_links(dose_id, chart.case.library.measures) if view.doing.observe else (),
        notice=None if saved is None else several("Saved: {number} value.", "Saved: {number} values.", saved),
        **bound(EMPTY, acting, chart.case.course.id),
    )


@router.get("/doses/{dose_id}/now")
def dose_now(request: Request, acting: Signed, dose_id: str, shown: str = "") -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, case_of_dose, dose_id)
    case = chart.case
    due = dose_progress(case.sheet, case.sheet.dose(dose_id), case.protocol, acting.at)
    decision = None if due.decision is None else decode_decision(due.decision.document, case.protocol)
    return fragment("dose_verdict.html", verdict=verdict_view(chart, due, decision, shown), dose_id=dose_id)


@router.post("/doses/{dose_id}/decide")
def decide_again(request: Request, acting: Signed, form: Posted, dose_id: str) -> Response:
    with reading(request) as tx:
        require_bound(form, acting, case_of_dose(tx, library(request), acting, dose_id).course.id)
    return submit(request, acting, form, lambda tx: _decide(request, tx, acting, dose_id))


def _decide(request: Request, tx: Transaction, acting: Acting, dose_id: str) -> str:
    decide_now(tx, library(request), acting, dose_id)
    return f"/doses/{dose_id}"


def check_known(chart: Chart, dose_id: str) -> None:
    """A look back may reach to before the cycle was opened; raises NotFound."""
    sheet = chart.case.sheet
    if sheet.dose(dose_id).cycle_id not in {cycle.id for cycle in sheet.cycles}:
        raise NotFound("not_known", _("This dose was not planned at that time."))


def _scored(tx: Transaction, chart: Chart, dose_id: str) -> Scored | None:
    """The scores of the last moment that counted when the dose was decided; None before it was."""
    case = chart.case
    decision = case.sheet.latest_decision(dose_id)
    if decision is None:
        return None
    then, until = case.sheet.as_known_at(decision.recorded_at), decision.at + AHEAD
    return next(iter(scored_moments(tx, case.library.scores, case.protocol, then, until, 1)), None)


def _shown(tx: Transaction, chart: Chart) -> tuple[Protocol, ...]:
    return tuple(pinned(tx, chart.case.library, pin) for pin in chart.case.course.shown)
