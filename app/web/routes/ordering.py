"""A prescriber's order for a dose, with its reason."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.progress import dose_progress
from app.domain.record import decode_decision
from app.domain.vocabulary import BINDING, Choice
from app.services.acting import Permission
from app.services.cases import sheet_ward
from app.services.looking import case_of_dose
from app.services.ordering import order as write_order
from app.store.database import Transaction
from app.web.chart import Chart, open_chart
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.formats import name_words
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.once import new_key, submit
from app.web.pages import page
from app.web.presenters.course import dose_head
from app.web.presenters.dose import verdict_view
from app.web.presenters.reasons import short_reasons
from app.web.routes.common import Posted, Signed, library, reading
from app.web.translate import _, mark

router = APIRouter(include_in_schema=False)
CHOICES = {
    Choice.GIVE: mark("Give this dose"),
    Choice.HOLD: mark("Hold this dose"),
    Choice.SKIP: mark("Skip this dose"),
    Choice.STOP: mark("Stop the cycle"),
    Choice.DISCONTINUE: mark("Discontinue permanently"),
}


@router.get("/doses/{dose_id}/order")
def order_page(request: Request, acting: Signed, dose_id: str) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, case_of_dose, dose_id)
    acting.require(Permission.ORDER, sheet_ward(chart.case.sheet))
    return _page(request, chart, dose_id, EMPTY, ())


@router.post("/doses/{dose_id}/order")
def order(request: Request, acting: Signed, form: Posted, dose_id: str) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, case_of_dose, dose_id)
    acting.require(Permission.ORDER, sheet_ward(chart.case.sheet))
    filled = Filled(form, chart.setting.ward)
    choice = filled.one_of("choice", CHOICES, _("Say what is ordered."))
    reason = filled.words("reason", _("An order needs its reason."), long=True)
    if choice is None or reason is None:
        return _page(request, chart, dose_id, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        write_order(tx, library(request), acting, dose_id, form["decision"], Choice(choice), reason)
        return f"/doses/{dose_id}"

    try:
        return submit(request, acting, form, act)
    except (Conflict, Forbidden, InvalidInput) as refusal:
        return _page(request, chart, dose_id, form, refusal_faults(refusal, {}), refusal_status(refusal))


def _page(
    request: Request, chart: Chart, dose_id: str, form: Form, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    case, setting = chart.case, chart.setting
    due = dose_progress(case.sheet, case.sheet.dose(dose_id), case.protocol, setting.now)
    record = due.decision
    decision = None if record is None else decode_decision(record.document, case.protocol)
    return page(
        request,
        case.acting,
        "order.html",
        title=_("{name}: order for dose {number}").format(name=name_words(case.sheet.patient), number=due.dose.number),
        status=status,
        banner=chart.banner(due.dose.number),
        dose_id=dose_id,
        head=dose_head(due, case.sheet.cycle(due.dose.cycle_id), case.protocol, setting),
        verdict=verdict_view(chart, due, decision),
        reasons=() if decision is None else short_reasons(decision, setting.measures, setting),
        shown=form["decision"] or ("" if record is None else record.id),
        two_people=record is not None and record.action in BINDING,
        choices=[(str(value), _(words), form["choice"] == value) for value, words in CHOICES.items()],
        reason=form["reason"],
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("choice", "reason")},
        key=form[KEY] or new_key(),
    )
