"""A charted value turns out to be wrong: correct it, or withdraw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.domain.measure import Kind, Measure, Value
from app.domain.observation import Observation
from app.domain.units import unit_words
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.cases import Case, read_case
from app.services.correcting import Change, correct
from app.store import courses
from app.store.database import Transaction
from app.web.bound import bound, require_bound
from app.web.chart import Chart, open_chart
from app.web.entry.fields import Option
from app.web.entry.reading import NO, YES, Fault, html_id
from app.web.form import EMPTY, Form
from app.web.formats import first_upper, plain
from app.web.forms import TYPED_AGAIN, UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status, typed_again
from app.web.once import submit
from app.web.pages import page
from app.web.presenters.banner import page_title
from app.web.presenters.history import charted_words, value_lines
from app.web.presenters.limits import measure_limits
from app.web.presenters.times import times_view
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _, mark

router = APIRouter(include_in_schema=False)
WHAT = {
    "value": mark("It was measured, and written down wrongly"),
    "retract": mark("Withdraw it: it is not of this patient, or was never measured"),
}
_FIELDS = {
    "/0/value": "value",
    "/0/unit": "value",
    "/0/observed_at": "at.clock",
    "/0/from": "from.clock",
    "/proof": "proof",
} | TYPED_AGAIN


@dataclass(frozen=True, slots=True)
class Wrong:
    """The row in question on its chart."""

    chart: Chart
    row: Observation
    measure: Measure


def _case_of_observation(tx: Transaction, found: Library, acting: Acting, observation_id: str) -> Case:
    return read_case(tx, found, acting, courses.course_of_observation(tx, observation_id, acting.reach))


def _open(request: Request, tx: Transaction, acting: Acting, observation_id: str) -> Wrong:
    chart = open_chart(request, tx, acting, _case_of_observation, observation_id)
    row = next((one for one in chart.case.sheet.observations if one.id == observation_id), None)
    if row is None or row.retracts:
        raise NotFound("unknown_observation", _("There is no such value to correct."))
    return Wrong(chart, row, chart.setting.measures[row.measure])


@router.get("/observations/{observation_id}/correct")
def correct_page(request: Request, acting: Signed, observation_id: str) -> Response:
    with reading(request) as tx:
        wrong = _open(request, tx, acting, observation_id)
    return _page(request, wrong, Filled(EMPTY, wrong.chart.setting.ward), ())


@router.post("/observations/{observation_id}/correct")
def correct_value(request: Request, acting: Proven, form: Posted, observation_id: str) -> Response:
    with reading(request) as tx:
        wrong = _open(request, tx, acting, observation_id)
    require_bound(form, acting, wrong.chart.case.course.id)
    filled = Filled(form, wrong.chart.setting.ward)
    change = _read(filled, wrong)
    if change is None:
        return _page(request, wrong, filled, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        done = correct(tx, library(request), acting, observation_id, change)
        return f"/courses/{done.case.course.id}" if done.record is None else f"/doses/{done.record.dose_id}"

    try:
        return submit(request, acting, form, act)
    except (Conflict, Forbidden, InvalidInput) as refusal:
        return _page(request, wrong, filled, refusal_faults(refusal, _FIELDS), refusal_status(refusal))


def _read(filled: Filled, wrong: Wrong) -> Change | None:
    """The change asked for; None, with faults, where it cannot be used."""
    what = filled.one_of("what", WHAT, _("Say whether it is corrected or withdrawn."))
    if what == "retract":
        reason = _reason(filled)
        return None if reason is None or filled.faults else Change(reason, retract=True)
    value = _value(filled, wrong.measure)
    confirmed = value is not None and typed_again(filled, value)
    start = _moved(filled.moment("from"), wrong.row.start_at) if wrong.measure.kind is Kind.INTERVAL else None
    at = _moved(filled.moment("at"), wrong.row.observed_at)
    reason = _reason(filled)
    if filled.faults or reason is None or value is None:
        return None
    unit = filled.form["unit"] or wrong.measure.unit if wrong.measure.numeric else None
    return Change(reason, value, unit, at, start, confirmed=confirmed)


def _moved(entered: datetime | None, stood: datetime | None) -> datetime | None:
    """Another moment than stands there; None for the same minute, which is all of it that the page can show."""
    return None if stood is not None and entered == stood.replace(second=0, microsecond=0) else entered


def _reason(filled: Filled) -> str | None:
    return filled.words("reason", _("A correction needs its reason."), long=True)


def _value(filled: Filled, measure: Measure) -> Value | None:
    missing = _("Enter the value that was measured.")
    if measure.numeric:
        return filled.number("value", missing)
    if measure.kind is Kind.CHOICE:
        return filled.one_of("value", measure.choices, missing)
    answer = filled.one_of("value", {YES, NO}, missing)
    return None if answer is None else answer == YES


def _page(request: Request, wrong: Wrong, filled: Filled, faults: tuple[Fault, ...], status: int = 200) -> Response:
    chart, row, measure, form = wrong.chart, wrong.row, wrong.measure, filled.form
    setting = chart.setting
    unlikely = any(fault.field == html_id("again") for fault in faults) or form["again"] != ""
    return page(
        request,
        chart.case.acting,
        "correct.html",
        title=page_title(chart.case.sheet, _("correct a value")),
        status=status,
        banner=chart.banner(),
        id=row.id,
        back=f"/courses/{chart.case.course.id}",
        label=measure.label,
        unit=unit_words(measure.unit),
        line=value_lines([row], chart.case.sheet, setting, may_correct=False)[0],
        old=charted_words(row),
        limit=measure_limits(chart.case.protocol, measure),
        what=[Option(f"what-{value}", value, _(words), form["what"] == value) for value, words in WHAT.items()],
        number=measure.numeric,
        mode="decimal" if measure.decimals else "numeric",
        options=_options(measure, form),
        units=_units(measure, form),
        at=times_view("at", row.observed_at, filled, faults, setting),
        start=times_view("from", row.start_at, filled, faults, setting) if measure.kind is Kind.INTERVAL else None,
        form=form,
        unlikely=unlikely,
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("what", "value", "again", "reason", "proof")},
        zone=setting.ward.zone_words(setting.now),
        **bound(form, chart.case.acting, chart.case.course.id),
    )


def _options(measure: Measure, form: Form) -> tuple[Option, ...]:
    said = form["value"]
    answers = (
        [(YES, _("Yes")), (NO, _("No"))]
        if measure.kind is Kind.FINDING
        else [(choice, first_upper(_(plain(choice)))) for choice in measure.choices]
    )
    return () if measure.numeric else tuple(Option(f"value-{html_id(v)}", v, words, v == said) for v, words in answers)


def _units(measure: Measure, form: Form) -> tuple[Option, ...]:
    chosen = form["unit"] or measure.unit
    every = (measure.unit, *measure.also) if measure.also and measure.unit is not None else ()
    return tuple(Option(f"unit-{n}", str(unit), unit_words(unit), unit == chosen) for n, unit in enumerate(every))
