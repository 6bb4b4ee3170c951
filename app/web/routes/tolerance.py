"""How was each cycle tolerated: in words, as maps of doses, and one cycle beside the other?"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app.domain.errors import NotFound
from app.domain.tolerance import CycleTolerance
from app.services.cases import read_case
from app.services.tolerating import tolerance_of
from app.web.chart import Chart, open_chart
from app.web.pages import page
from app.web.presenters.banner import page_title
from app.web.presenters.course_page import course_banner
from app.web.presenters.tolerance import cycle_views
from app.web.routes.common import Signed, reading
from app.web.routes.doses import At
from app.web.translate import _
from dashboards.cycles import score_by_dose, units_by_dose
from dashboards.theme import Figure
from dashboards.tolerance import criteria_map, grades_map

router = APIRouter(include_in_schema=False)
_WHOLE: dict[str, Callable[[tuple[CycleTolerance, ...]], Figure]] = {"news2": score_by_dose, "units": units_by_dose}


@router.get("/courses/{course_id}/tolerance")
def tolerance(request: Request, acting: Signed, course_id: str, at: At = None) -> Response:
    chart, cycles = _look(request, acting, course_id, at)
    return page(
        request,
        chart.reader,
        "tolerance.html",
        title=page_title(chart.case.sheet, _("tolerance")),
        banner=course_banner(chart),
        back=chart.back(),
        suffix=chart.suffix,
        course_id=course_id,
        protocol=chart.case.protocol.pin,
        cycles=cycle_views(chart, cycles),
    )


@router.get("/courses/{course_id}/tolerance/figures/{figure_id}")
def tolerance_figure(request: Request, acting: Signed, course_id: str, figure_id: str, at: At = None) -> Response:
    chart, cycles = _look(request, acting, course_id, at)
    if figure_id in _WHOLE:
        return JSONResponse(_WHOLE[figure_id](cycles))
    kind, _dash, number = figure_id.partition("-")
    for cycle in cycles:
        if str(cycle.cycle.number) == number and kind in ("criteria", "grades"):
            return JSONResponse(_map(kind, chart, cycle))
    raise NotFound("unknown_panel", _("There is no figure of that name."))


def _map(kind: str, chart: Chart, cycle: CycleTolerance) -> Figure:
    if kind == "criteria":
        return criteria_map(cycle, chart.setting.measures)
    book = chart.case.library.scores
    names = {worst.grade.term: book.name(worst.grade.term) for dose in cycle.doses for worst in dose.worst}
    return grades_map(cycle, names, chart.setting.measures)


def _look(request: Request, acting: Signed, course_id: str, at: str | None) -> tuple[Chart, tuple[CycleTolerance, ...]]:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, read_case, course_id, at)
        return chart, tolerance_of(tx, chart.case)
