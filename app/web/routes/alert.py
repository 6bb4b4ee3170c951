"""One alert: what has happened to it, who puts it aside, and what was done about it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from app.domain.alert import AlertEvent
from app.domain.errors import Conflict, DosewardError, InvalidInput, ProofNeeded
from app.services.acting import Acting
from app.services.alerting import Shown, record_outcome, see, unseen
from app.services.looking import alert as look_at
from app.services.looking import alert_arrivals, alert_events
from app.services.snoozing import longest_snooze, snooze
from app.store.database import Database, Transaction
from app.store.receivers import Arrival
from app.web.bound import bound, require_bound
from app.web.entry.reading import Fault
from app.web.form import EMPTY, Form
from app.web.formats import WardTime, length_words
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.once import submit
from app.web.pages import page
from app.web.presenters.alert_page import alerts_view
from app.web.presenters.alert_state import arrived, happened
from app.web.presenters.setting import Setting
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _
from app.web.ward_alerts import one_alert
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
_FIELDS = {"/told": "told", "/done": "done", "/until": "minutes", "/reason": "reason", "/proof": "proof"}
_DAY = 24 * 60  # minutes


@router.get("/alerts/{alert_id}")
def one(request: Request, acting: Signed, alert_id: str) -> Response:
    """Opening it is noted, once for each person and state."""
    database: Database = request.app.state.database
    with reading(request) as tx:
        new = unseen(tx, acting, alert_id)
    if new:
        with suppress(Conflict), database.transaction() as tx:
            see(tx, acting, alert_id)
    return _page(request, acting, alert_id, EMPTY, ())


@router.post("/alerts/{alert_id}/snooze")
def snooze_one(request: Request, acting: Proven, form: Posted, alert_id: str) -> Response:
    _require_bound(request, acting, form, alert_id)
    filled = Filled(form, UNIVERSAL)
    minutes = filled.number("minutes", _("Say for how many minutes."))
    reason = filled.words("reason", _("Say why it is put aside."), long=True)
    if minutes is not None and not (minutes == int(minutes) and 0 < minutes <= _DAY):
        filled.blame("minutes", _("A whole number of minutes."))
    if minutes is None or reason is None or filled.faults:
        return _page(request, acting, alert_id, form, tuple(filled.faults), UNPROCESSABLE)
    until = acting.at + timedelta(minutes=int(minutes))
    shown = Shown(form["seen"], form["level"] or None)
    return _do(request, acting, form, alert_id, lambda tx: snooze(tx, acting, alert_id, shown, until, reason))


@router.post("/alerts/{alert_id}/outcome")
def tell_outcome(request: Request, acting: Signed, form: Posted, alert_id: str) -> Response:
    _require_bound(request, acting, form, alert_id)
    filled = Filled(form, UNIVERSAL)
    told = filled.words("told", _("Say who was told."), long=True)
    done = filled.words("done", _("Say what was done."), long=True)
    if told is None or done is None:
        return _page(request, acting, alert_id, form, tuple(filled.faults), UNPROCESSABLE)
    return _do(request, acting, form, alert_id, lambda tx: record_outcome(tx, acting, alert_id, told, done))


def _do(request: Request, acting: Acting, form: Form, alert_id: str, what: Callable[[Transaction], object]) -> Response:
    def act(tx: Transaction) -> str:
        what(tx)
        return "/alerts"

    try:
        return submit(request, acting, form, act)
    except (Conflict, InvalidInput, ProofNeeded) as refusal:
        return _page(request, acting, alert_id, form, _faults(refusal), refusal_status(refusal))


def _faults(refusal: DosewardError) -> tuple[Fault, ...]:
    return refusal_faults(refusal, _FIELDS)


def _require_bound(request: Request, acting: Acting, form: Form, alert_id: str) -> None:
    with reading(request) as tx:
        about = look_at(tx, acting, alert_id).course_id
    require_bound(form, acting, about or alert_id)


def _page(
    request: Request, acting: Acting, alert_id: str, form: Form, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    with reading(request) as tx:
        events, arrivals = alert_events(tx, acting, alert_id), alert_arrivals(tx, acting, alert_id)
        found = one_alert(tx, library(request), acting, alert_id)
        longest = longest_snooze(tx, found.open[0])
    ward = found.wards[found.open[0].ward_id]
    setting = Setting(library(request).measures, WardTime(ZoneInfo(ward.time_zone)), acting.at, found.names)
    shown = alerts_view(found, library(request).measures, acting).open[0]
    return page(
        request,
        acting,
        "alert.html",
        title=_("An alert"),
        status=status,
        one=shown,
        events=_history(events, arrivals, setting),
        longest="" if longest is None or shown.alert.snoozed else length_words(longest),
        form={name: form[name] for name in _FIELDS.values()},
        fault={name: fault_of(faults, name) for name in _FIELDS.values()},
        faults=faults,
        **bound(form, acting, found.open[0].course_id or alert_id),
    )


def _history(
    events: Sequence[AlertEvent], arrivals: Sequence[Arrival], setting: Setting
) -> list[tuple[str, str, str, str]]:
    """Events in order of commit, also where a clock went back; each arrival after what had happened by then."""
    reached = accumulate((event.at for event in events), max)
    lines = [(at, 0, happened(event, setting)) for at, event in zip(reached, events, strict=True)]
    lines += [(one.at, 1, arrived(one, events[0].key, setting)) for one in arrivals]
    return [line for _at, _which, line in sorted(lines, key=lambda one: one[:2])]
