"""What is drawn on the page of a course?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.services.cases import read_case
from app.web.chart import open_chart
from app.web.drawing import drawing
from app.web.presenters.figures import Window
from app.web.routes.common import Signed, reading
from app.web.routes.doses import At

router = APIRouter(include_in_schema=False)


@router.get("/courses/{course_id}/figures/{panel_id}")
def figure(
    request: Request, acting: Signed, course_id: str, panel_id: str, at: At = None, window: Window = Window.CYCLE
) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, read_case, course_id, at)
    return drawing(request, chart, panel_id, window)
