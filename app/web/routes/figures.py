"""What is drawn on the page of a course?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app.services.cases import read_case
from app.web.chart import open_chart
from app.web.presenters.figures import Window, view_of
from app.web.routes.common import Signed, reading
from app.web.routes.doses import At
from dashboards.pages import panel

router = APIRouter(include_in_schema=False)


@router.get("/courses/{course_id}/figures/{panel_id}")
def figure(
    request: Request, acting: Signed, course_id: str, panel_id: str, at: At = None, window: Window = Window.CYCLE
) -> Response:
    wanted = panel(panel_id)
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, read_case, course_id, at)
    return JSONResponse(wanted.figure(chart.case.sheet, chart.case.protocol, view_of(chart, window)))
