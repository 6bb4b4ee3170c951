"""What does one shift hand to the next, on paper or on screen?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.services.cases import read_case
from app.services.handing_over import ward_handover
from app.services.tolerating import tolerance_of
from app.store import alerts
from app.web.chart import open_chart
from app.web.pages import page
from app.web.presenters.banner import page_title
from app.web.presenters.downtime import downtime_form
from app.web.presenters.handover import handover
from app.web.presenters.protocol import protocol_line
from app.web.presenters.ward_handover import setting_of, ward_sheet
from app.web.routes.common import Signed, library, reading
from app.web.routes.doses import At
from app.web.translate import _

router = APIRouter(include_in_schema=False)


@router.get("/handover")
def ward_page(request: Request, acting: Signed, ward: str | None = None) -> Response:
    rules = library(request)
    with reading(request) as tx:
        found = ward_handover(tx, rules, acting, ward)
        sheet = None if found is None else ward_sheet(tx, found, rules, setting_of(found, rules))
    return page(request, acting, "ward_handover.html", title=_("Ward handover"), sheet=sheet)


@router.get("/courses/{course_id}/handover")
def handover_page(request: Request, acting: Signed, course_id: str, at: At = None) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, read_case, course_id, at)
        events = alerts.events_of_course(tx, course_id)
        cycles = tolerance_of(tx, chart.case)
    view = handover(chart, events, cycles)
    return page(
        request,
        chart.reader,
        "handover.html",
        title=page_title(chart.case.sheet, _("handover")),
        banner=chart.banner(None if view.head is None else view.head.number),
        back=chart.back(),
        suffix=chart.suffix,
        course_id=course_id,
        at=chart.setting.ward.moment(chart.setting.now),
        zone=chart.setting.ward.zone_words(chart.setting.now),
        view=view,
    )


@router.get("/protocols/{protocol_id}/downtime")
def downtime_page(request: Request, acting: Signed, protocol_id: str) -> Response:
    protocol = library(request).protocol(protocol_id)
    return page(
        request,
        acting,
        "downtime.html",
        title=_("Downtime form"),
        head=protocol_line(protocol),
        form=downtime_form(protocol),
    )
