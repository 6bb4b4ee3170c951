"""One course: how does the patient stand, and how did it come to that?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.services.approving import approval
from app.services.cases import read_case
from app.services.scored import scored_case
from app.store import alerts
from app.web.chart import open_chart
from app.web.pages import fragment, page
from app.web.presenters.admissions import cycle_places, may_open_cycle
from app.web.presenters.banner import page_title
from app.web.presenters.course_page import course_banner, history, now_view
from app.web.presenters.course_text import course_text
from app.web.presenters.figures import Shown, Window, figure_views, permalink, shown_links, stack_source, window_links
from app.web.presenters.grades import course_scores
from app.web.routes.common import Signed, reading
from app.web.routes.doses import At
from app.web.translate import _

router = APIRouter(include_in_schema=False)


@router.get("/courses/{course_id}")
def course(
    request: Request,
    acting: Signed,
    course_id: str,
    at: At = None,
    window: Window = Window.CYCLE,
    show: Shown = Shown.ALL,
) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, read_case, course_id, at)
        events = alerts.events_of_course(tx, course_id)
        found = scored_case(tx, chart.case)
        text = course_text(approval(tx, chart.case.protocol), chart.case.library)
    return page(
        request,
        chart.reader,
        "course.html",
        title=page_title(chart.case.sheet, _("course")),
        banner=course_banner(chart),
        back=chart.back(),
        suffix=chart.suffix,
        zone=chart.setting.ward.zone_words(chart.setting.now),
        course_id=course_id,
        text=text,
        now=now_view(chart, events),
        figures=figure_views(chart, window, show),
        source=stack_source(chart, window, show),
        windows=window_links(chart, window, show),
        panels=shown_links(chart, window, show),
        permalink=permalink(chart, window, show),
        cycles=cycle_places(chart),
        history=history(chart, events),
        scores=course_scores(found, chart),
        admit=may_open_cycle(chart),
    )


@router.get("/courses/{course_id}/now")
def course_now(request: Request, acting: Signed, course_id: str) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, read_case, course_id)
        events = alerts.events_of_course(tx, course_id)
    return fragment("course_now.html", now=now_view(chart, events), back=None, suffix="")
