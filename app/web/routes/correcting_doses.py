"""What was recorded of a dose turns out to be wrong, or its end has come: put it right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from fastapi import APIRouter, Request, Response

from app.domain.course import Administration
from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.domain.progress import dose_progress
from app.domain.vocabulary import Outcome
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.cases import Case, read_case
from app.services.correcting_doses import DoseChange, correct_administration
from app.store import courses
from app.store.database import Transaction
from app.web.bound import bound, require_bound
from app.web.chart import Chart, open_chart
from app.web.entry.fields import Option
from app.web.entry.reading import Fault
from app.web.form import EMPTY, Form
from app.web.formats import units_words
from app.web.forms import UNPROCESSABLE, Filled, fault_of, read_units, refusal_faults, refusal_status
from app.web.once import submit
from app.web.pages import go, page
from app.web.presenters.banner import page_title
from app.web.presenters.course import dose_head
from app.web.presenters.done import MORE, OUTCOMES, done_words, is_running, outcome_of
from app.web.presenters.times import times_view
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _, mark

router = APIRouter(include_in_schema=False)
ENDED = mark("Its end was not known when it was written down.")
"""Why a dose is corrected whose end is entered; who enters it need not say so."""
_FIELDS = {
    "/reason": "reason",
    "/started_at": "started.clock",
    "/ended_at": "ended.clock",
    "/units": "units",
    "/deviation": "why",
    "/proof": "proof",
}


_Draw: TypeAlias = Callable[[tuple[Fault, ...], int], Response]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded of a dose, on its chart; `holds` is false once it was corrected."""

    chart: Chart
    row: Administration
    holds: bool


def _case_of_administration(tx: Transaction, found: Library, acting: Acting, administration_id: str) -> Case:
    return read_case(tx, found, acting, courses.course_of_administration(tx, administration_id, acting.reach))


def _open(request: Request, acting: Acting, administration_id: str) -> Recorded:
    with reading(request) as tx:
        chart = open_chart(request, tx, acting, _case_of_administration, administration_id)
    row = next((one for one in chart.case.sheet.administrations if one.id == administration_id), None)
    if row is None:
        raise NotFound("unknown_administration", _("There is no such record of a dose to correct."))
    return Recorded(chart, row, chart.case.sheet.administration(row.dose_id) is row)


def _sent(request: Request, acting: Acting, form: Form, administration_id: str) -> tuple[Recorded, Filled]:
    """What a form is about, and what it says; raises where it was drawn for another patient or person."""
    done = _open(request, acting, administration_id)
    require_bound(form, acting, done.chart.case.course.id)
    return done, Filled(form, done.chart.setting.ward)


@router.get("/administrations/{administration_id}/correct")
def correct_page(request: Request, acting: Signed, administration_id: str) -> Response:
    done = _open(request, acting, administration_id)
    if not done.holds:
        return go(request, f"/doses/{done.row.dose_id}")
    return _correct_page(request, done, Filled(EMPTY, done.chart.setting.ward), ())


@router.post("/administrations/{administration_id}/correct")
def correct_dose(request: Request, acting: Proven, form: Posted, administration_id: str) -> Response:
    done, filled = _sent(request, acting, form, administration_id)
    return _save(request, acting, done, filled, _read(filled, done.row), partial(_correct_page, request, done, filled))


@router.get("/administrations/{administration_id}/end")
def end_page(request: Request, acting: Signed, administration_id: str) -> Response:
    done = _open(request, acting, administration_id)
    if not done.holds or not is_running(done.row):
        return go(request, f"/doses/{done.row.dose_id}")
    return _end_page(request, done, Filled(EMPTY, done.chart.setting.ward), ())


@router.post("/administrations/{administration_id}/end")
def end_dose(request: Request, acting: Proven, form: Posted, administration_id: str) -> Response:
    done, filled = _sent(request, acting, form, administration_id)
    ended = filled.moment("ended")
    change = None if ended is None else DoseChange(ENDED, ended_at=ended)
    return _save(request, acting, done, filled, change, partial(_end_page, request, done, filled))


def _save(
    request: Request, acting: Acting, done: Recorded, filled: Filled, change: DoseChange | None, again: _Draw
) -> Response:
    """Corrects the dose, or draws the page `again` with what stands in the way."""
    if change is None:
        return again(tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        correct_administration(tx, library(request), acting, done.row.id, change)
        return f"/doses/{done.row.dose_id}"

    try:
        return submit(request, acting, filled.form, act)
    except (Conflict, Forbidden, InvalidInput) as refusal:
        return again(refusal_faults(refusal, _FIELDS), refusal_status(refusal))


def _read(filled: Filled, old: Administration) -> DoseChange | None:
    """The change asked for: what was left empty stays as it was. None, with faults, where it cannot be used."""
    form = filled.form
    said = form["outcome"] if form["outcome"] in OUTCOMES else ""
    outcome = outcome_of(said) if said else None
    started = filled.moment("started") if form["started.clock"].strip() else None
    ended = filled.moment("ended") if form["ended.clock"].strip() else None
    units = read_units(filled) if form["units"].strip() or said == MORE else None
    why = filled.words("why", "", long=True) if form["why"].strip() else None
    if outcome is Outcome.NOT_GIVEN and old.outcome is not outcome and why is None:
        filled.blame("why", _("Say why it was not given."))
    reason = filled.words("reason", _("A correction needs its reason."), long=True)
    if filled.faults or reason is None:
        return None
    return DoseChange(reason, outcome, started, ended, units, why, confirmed=said == MORE)


def _correct_page(
    request: Request, done: Recorded, filled: Filled, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    row, setting, form = done.row, done.chart.setting, filled.form
    shown = {
        "outcomes": [
            Option(f"outcome-{value}", value, _(words), form["outcome"] == value) for value, words in OUTCOMES.items()
        ],
        "started_was": setting.at(row.started_at),
        "ended_was": _("not recorded") if row.ended_at is None else setting.at(row.ended_at),
        "units_was": units_words(row.units),
        "started": times_view("started", None, filled, faults, setting),
        "fault": {name: fault_of(faults, name) for name in ("outcome", "units", "why", "reason", "proof")},
    }
    return _page(request, done, filled, faults, status, "correct_dose.html", _("correct a dose"), shown)


def _end_page(
    request: Request, done: Recorded, filled: Filled, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    shown = {"fault": {"proof": fault_of(faults, "proof")}}
    return _page(request, done, filled, faults, status, "end_dose.html", _("end of a dose"), shown)


def _page(
    request: Request,
    done: Recorded,
    filled: Filled,
    faults: tuple[Fault, ...],
    status: int,
    template: str,
    title: str,
    shown: dict[str, Any],
) -> Response:
    chart, row = done.chart, done.row
    case, setting = chart.case, chart.setting
    due = dose_progress(case.sheet, case.sheet.dose(row.dose_id), case.protocol, setting.now)
    return page(
        request,
        case.acting,
        template,
        title=page_title(case.sheet, title, due.dose.number),
        status=status,
        banner=chart.banner(),
        id=row.id,
        dose_id=row.dose_id,
        head=dose_head(due, case.sheet.cycle(due.dose.cycle_id), case.protocol, setting),
        was=done_words(row, case.sheet, case.protocol.dosing, setting),
        why_was=row.deviation,
        recorded=setting.at(row.recorded_at),
        ended=times_view("ended", None, filled, faults, setting),
        form=filled.form,
        faults=faults,
        zone=setting.ward.zone_words(setting.now),
        **shown,
        **bound(filled.form, case.acting, case.course.id),
    )
