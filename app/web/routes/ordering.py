"""A prescriber's order for a dose, with its reason."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.decision import goes_against
from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.progress import dose_progress
from app.domain.record import decode_decision
from app.domain.vocabulary import BINDING, Choice
from app.http.seconding import proven_second
from app.services.acting import Acting
from app.services.looking import case_of_dose
from app.services.ordering import Besides, needs_second
from app.services.ordering import order as write_order
from app.services.seconding import countersign
from app.store import order_requests
from app.store.database import Transaction
from app.web.bound import bound, require_bound
from app.web.chart import Chart, open_chart
from app.web.entry.reading import Fault
from app.web.form import EMPTY, SECOND_PROOF, Form, read_words
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.once import submit
from app.web.pages import page
from app.web.presenters.banner import page_title
from app.web.presenters.course import dose_head
from app.web.presenters.dose import verdict_view
from app.web.presenters.reasons import short_reasons
from app.web.presenters.times import times_view
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _, mark

router = APIRouter(include_in_schema=False)
_FIELDS = {"/recheck_at": "recheck.clock", "/proof": "proof", "/second.proof": "second.proof"}
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
    return _page(request, chart, dose_id, Filled(EMPTY, chart.setting.ward), ())


@router.post("/doses/{dose_id}/order")
def order(request: Request, acting: Proven, form: Posted, dose_id: str) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, case_of_dose, dose_id)
    require_bound(form, acting, chart.case.course.id)
    filled = Filled(form, chart.setting.ward)
    choice = filled.one_of("choice", CHOICES, _("Say what is ordered."))
    reason = filled.words("reason", _("An order needs its reason."), long=True)
    again = filled.moment("recheck") if choice == Choice.HOLD and form["recheck.clock"].strip() != "" else None
    two = choice is not None and _two_sign(chart, form["decision"], Choice(choice))
    login = filled.words("second", _("Write the login of the second person.")) if two else None
    if choice is None or reason is None or filled.faults:
        return _page(request, chart, dose_id, filled, tuple(filled.faults), UNPROCESSABLE)
    try:
        second = None if login is None else proven_second(request, login, form[SECOND_PROOF], acting.at)
        return submit(
            request, acting, form, lambda tx: _order(request, tx, acting, dose_id, form, Besides(second, again))
        )
    except (Conflict, Forbidden, InvalidInput) as refusal:
        # Whoever lacks the role was refused before: here it is the second person or the proof, which can be put right.
        status = UNPROCESSABLE if isinstance(refusal, Forbidden) else refusal_status(refusal)
        return _page(request, chart, dose_id, filled, refusal_faults(refusal, _FIELDS), status)


# A refusal is a page of its own: the form has nothing to correct but the proof.
@router.post("/orders/{order_id}/countersign")
def sign(request: Request, acting: Proven, form: Posted, order_id: str) -> Response:
    with reading(request) as tx:
        asked = order_requests.request(tx, order_id, acting.reach)
    require_bound(form, acting, asked.course_id)

    def act(tx: Transaction) -> str:
        countersign(tx, library(request), acting, order_id)
        return f"/doses/{asked.dose_id}"

    return submit(request, acting, form, act)


def _order(
    request: Request,
    tx: Transaction,
    acting: Acting,
    dose_id: str,
    form: Form,
    besides: Besides,
) -> str:
    choice, reason = Choice(form["choice"]), read_words(form["reason"], long=True)
    write_order(tx, library(request), acting, dose_id, form["decision"], choice, reason, besides)
    return f"/doses/{dose_id}"


def _two_sign(chart: Chart, decision_id: str, choice: Choice) -> bool:
    """True where the order takes a second person; what the decision is worth now, the service asks."""
    record = next((row for row in chart.case.sheet.decisions if row.id == decision_id), None)
    return record is not None and needs_second(record.action, choice)


def _page(
    request: Request, chart: Chart, dose_id: str, filled: Filled, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    case, setting, form = chart.case, chart.setting, filled.form
    due = dose_progress(case.sheet, case.sheet.dose(dose_id), case.protocol, setting.now)
    record = due.decision
    decision = None if record is None else decode_decision(record.document, case.protocol)
    return page(
        request,
        case.acting,
        "order.html",
        title=page_title(case.sheet, _("order"), due.dose.number),
        status=status,
        banner=chart.banner(due.dose.number),
        dose_id=dose_id,
        head=dose_head(due, case.sheet.cycle(due.dose.cycle_id), case.protocol, setting),
        verdict=verdict_view(chart, due, decision),
        reasons=() if decision is None else short_reasons(decision, setting.measures, setting),
        shown=form["decision"] or ("" if record is None else record.id),
        two_people=record is not None and record.action in BINDING,
        choices=[(str(value), _(words), form["choice"] == value) for value, words in CHOICES.items()],
        override=record is not None and goes_against(record.action, Choice.GIVE),
        reason=form["reason"],
        second=form["second"],
        recheck=times_view("recheck", None, filled, faults, setting),
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("choice", "reason", "proof", "second", "second.proof")},
        **bound(form, case.acting, case.course.id),
    )
