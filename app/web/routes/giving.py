"""What was done with a dose: given, interrupted, or not given."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from fastapi import APIRouter, Request, Response

from app.domain.decision import Standing
from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.progress import DoseProgress, dose_progress
from app.domain.record import decode_decision
from app.domain.vocabulary import Outcome
from app.services.administering import Done, WrongWristband, administer, note_wrong_wristband
from app.services.looking import case_of_dose
from app.services.reported import whole_of
from app.store.database import Transaction
from app.web.bound import bound, require_bound
from app.web.chart import Chart, open_chart
from app.web.entry.reading import Fault
from app.web.form import EMPTY
from app.web.formats import name_words, units_words
from app.web.forms import UNPROCESSABLE, Filled, fault_of, read_units, refusal_faults, refusal_status
from app.web.once import submit
from app.web.pages import go, page
from app.web.presenters.banner import page_title
from app.web.presenters.course import dose_head
from app.web.presenters.done import MORE, OUTCOMES, outcome_of
from app.web.presenters.dose import give_order, stands_now, verdict_view
from app.web.presenters.reasons import short_reasons
from app.web.presenters.times import times_view
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _
from app.web.wristband import read_identifiers

router = APIRouter(include_in_schema=False)
_FIELDS = {
    "/started_at": "started.clock",
    "/ended_at": "ended.clock",
    "/units": "units",
    "/deviation": "reason",
    "/identifiers": "mrn",
    "/proof": "proof",
}


@router.get("/doses/{dose_id}/give")
def give_page(request: Request, acting: Signed, dose_id: str) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, case_of_dose, dose_id)
    if chart.case.sheet.administration(dose_id) is not None:
        return go(request, f"/doses/{dose_id}")
    return _page(request, chart, dose_id, Filled(EMPTY, chart.setting.ward), ())


@router.post("/doses/{dose_id}/give")
def give(request: Request, acting: Proven, form: Posted, dose_id: str) -> Response:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, case_of_dose, dose_id)
    require_bound(form, acting, chart.case.course.id)
    filled = Filled(form, chart.setting.ward)
    done = _read(filled, chart, _progress(chart, dose_id))
    if done is None:
        return _page(request, chart, dose_id, filled, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        administer(tx, library(request), acting, dose_id, done)
        return f"/doses/{dose_id}"

    try:
        return submit(request, acting, form, act)
    except (Conflict, Forbidden, InvalidInput) as refusal:
        if isinstance(refusal, WrongWristband):
            with request.app.state.database.transaction() as tx:
                note_wrong_wristband(tx, acting, dose_id)
        return _page(request, chart, dose_id, filled, refusal_faults(refusal, _FIELDS), refusal_status(refusal))


def _read(filled: Filled, chart: Chart, due: DoseProgress) -> Done | None:
    """What the form reports; None, with faults, where it cannot be used."""
    form = filled.form
    outcome = filled.one_of("outcome", OUTCOMES, _("Say what was done with the dose."))
    identifiers = read_identifiers(filled)
    started = filled.moment("started")
    ended = None if form["ended.clock"].strip() == "" else filled.moment("ended")
    reason = None if form["reason"].strip() == "" else filled.words("reason", "", long=True)
    if outcome == Outcome.NOT_GIVEN and reason is None:
        filled.blame("reason", _("Say why it was not given."))
    units = _units(filled, chart, due, started) if outcome == Outcome.GIVEN else _told(filled, outcome)
    if filled.faults or outcome is None or identifiers is None or started is None or units is None:
        return None
    return Done(
        outcome=outcome_of(outcome),
        started_at=started,
        ended_at=ended,
        units=units,
        identifiers=identifiers,
        decision_id=form["decision"] or None,
        order_id=form["order"] or None,
        deviation=reason,
        confirmed=outcome == MORE,
    )


def _units(filled: Filled, chart: Chart, due: DoseProgress, started: datetime | None) -> Decimal | None:
    """A dose is given whole: of the weight known when it began. Where the page showed another, it is asked about."""
    if started is None:
        return None
    whole = whole_of(chart.case, due.dose, started)[0]
    if filled.form["whole"] != f"{whole:f}":
        words = _(
            "Begun at that time, this dose is {units}. This page showed another: the dosing weight was changed. "
            "Check what went in, then record it again."
        )
        filled.blame("whole", words.format(units=units_words(whole)))
    return whole


def _told(filled: Filled, outcome: str | None) -> Decimal | None:
    """Where part of a dose or more than a whole one went in, its units are typed."""
    return read_units(filled) if outcome in (Outcome.INTERRUPTED, MORE) else Decimal(0)


def _shown_whole(filled: Filled, chart: Chart, due: DoseProgress, faults: tuple[Fault, ...]) -> str:
    """The units of the whole dose that the page stands for: as shown before, until it said that they are others."""
    asked = fault_of(faults, "whole") != ""
    started = Filled(filled.form, filled.ward).moment("started") if asked else None
    if started is not None:
        return f"{whole_of(chart.case, due.dose, started)[0]:f}"
    return filled.form["whole"] or f"{due.units:f}"


def _progress(chart: Chart, dose_id: str) -> DoseProgress:
    sheet = chart.case.sheet
    return dose_progress(sheet, sheet.dose(dose_id), chart.case.protocol, chart.setting.now)


def _page(
    request: Request, chart: Chart, dose_id: str, filled: Filled, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    case, setting, form = chart.case, chart.setting, filled.form
    due = _progress(chart, dose_id)
    record = due.decision
    decision = None if record is None else decode_decision(record.document, case.protocol)
    order = give_order(chart, due)
    return page(
        request,
        case.acting,
        "give.html",
        title=page_title(case.sheet, _("give"), due.dose.number),
        status=status,
        dose_id=dose_id,
        name=name_words(case.sheet.patient),
        bed=chart.banner().where[0].value,
        similar=chart.banner().similar,
        head=dose_head(due, case.sheet.cycle(due.dose.cycle_id), case.protocol, setting),
        verdict=verdict_view(chart, due, decision),
        reasons=() if decision is None else short_reasons(decision, setting.measures, setting),
        shown=form["decision"] or ("" if record is None else record.id),
        order=form["order"] or ("" if order is None else order.id),
        whole=_shown_whole(filled, chart, due, faults),
        deviates=stands_now(chart, due) is not Standing.STANDS,
        outcomes=[(value, _(words), form["outcome"] == value) for value, words in OUTCOMES.items()],
        form=form,
        started=times_view("started", setting.now, filled, faults, setting),
        ended=times_view("ended", None, filled, faults, setting),
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("outcome", "mrn", "born", "reason", "units", "proof")},
        zone=setting.ward.zone_words(setting.now),
        **bound(form, case.acting, case.course.id),
    )
