"""Every open alert on the wards one may see: who answers it, and how?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.errors import Conflict, ProofNeeded
from app.services.acting import Acting, Permission
from app.services.alerting import Shown, acknowledge, close
from app.services.looking import alert as look_at
from app.services.looking import at_alert
from app.store.database import Transaction
from app.web.alarm import alarm_of
from app.web.bound import bound, require_bound
from app.web.entry.reading import Fault
from app.web.form import EMPTY, Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.once import new_key, submit
from app.web.pages import fragment, page
from app.web.presenters.alert_page import AlertsView, alerts_view
from app.web.presenters.alert_state import lacks_outcome
from app.web.presenters.proof import proof_view
from app.web.prove_there import prove_there
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _, told
from app.web.ward_alerts import one_alert, ward_alerts
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)


@router.get("/alerts")
def alerts(request: Request, acting: Signed) -> Response:
    return _page(request, acting, None, None)


@router.get("/alerts/rows")
def rows(request: Request, acting: Signed) -> Response:
    view, proof = _view(request, acting), proof_view(acting, prove_there(request, "/alerts"))
    return fragment("alerts_rows.html", view=view, key=new_key(), by=acting.person_id, proof=proof)


@router.get("/alerts/banner")
def banner(request: Request, acting: Signed) -> Response:
    """The strip of every page."""
    return fragment("alarm.html", alarm=alarm_of(request, acting))


@router.post("/alerts/{alert_id}/acknowledge")
def acknowledge_one(request: Request, acting: Proven, form: Posted, alert_id: str) -> Response:
    _require_bound(request, acting, form, alert_id)

    def act(tx: Transaction) -> str:
        done = acknowledge(tx, acting, alert_id, form["seen"], form["level"] or None)
        return f"/alerts#alert-{done.id}" if lacks_outcome(done) and done.course_id is not None else "/alerts"

    try:
        return submit(request, acting, form, act)
    except (Conflict, ProofNeeded) as refusal:
        return _page(request, acting, refusal, alert_id)


@router.get("/alerts/{alert_id}/close")
def close_page(request: Request, acting: Signed, alert_id: str) -> Response:
    return _close_page(request, acting, alert_id, EMPTY, ())


@router.post("/alerts/{alert_id}/close")
def close_one(request: Request, acting: Proven, form: Posted, alert_id: str) -> Response:
    _require_bound(request, acting, form, alert_id)
    filled = Filled(form, UNIVERSAL)
    reason = filled.words("reason", _("Say why the alert is closed."), long=True)
    if reason is None:
        return _close_page(request, acting, alert_id, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        close(tx, acting, alert_id, Shown(form["seen"], form["level"] or None), reason)
        return "/alerts"

    try:
        return submit(request, acting, form, act)
    except ProofNeeded as refusal:
        faults = refusal_faults(refusal, {"/proof": "proof"})
        return _close_page(request, acting, alert_id, form, faults, refusal_status(refusal))
    except Conflict as refusal:
        return _page(request, acting, refusal, alert_id)


def _require_bound(request: Request, acting: Acting, form: Form, alert_id: str) -> None:
    with reading(request) as tx:
        about = look_at(tx, acting, alert_id).course_id
    require_bound(form, acting, about or alert_id)


def _view(request: Request, acting: Acting) -> AlertsView:
    with reading(request) as tx:
        found = ward_alerts(tx, library(request), acting)
    return alerts_view(found, library(request).measures, acting)


def _page(request: Request, acting: Acting, refusal: Conflict | ProofNeeded | None, about: str | None) -> Response:
    """The page; after a refusal with its sentence on top, and a link to the alert as it stands now."""
    view = _view(request, acting)
    still_open = about is not None and any(one.alert.id == about for one in view.open)
    return page(
        request,
        acting,
        "alerts.html",
        title=_("Alerts"),
        status=200 if refusal is None else refusal_status(refusal),
        view=view,
        key=new_key(),
        by=acting.person_id,
        refusal=None if refusal is None else told(refusal.sentence),
        about=about if still_open else None,
    )


def _close_page(
    request: Request, acting: Acting, alert_id: str, form: Form, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    with reading(request) as tx:
        acting = at_alert(tx, acting, alert_id, Permission.ACKNOWLEDGE)
        found = one_alert(tx, library(request), acting, alert_id)
    if not found.open[0].open:
        raise Conflict("already_ended", _("Somebody has answered this alert already."))
    return page(
        request,
        acting,
        "alerts_close.html",
        title=_("Close an alert"),
        status=status,
        one=alerts_view(found, library(request).measures, acting).open[0],
        reason=form["reason"],
        fault={name: fault_of(faults, name) for name in ("reason", "proof")},
        faults=faults,
        **bound(form, acting, found.open[0].course_id or alert_id),
    )
