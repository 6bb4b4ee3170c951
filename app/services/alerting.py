"""How does a person answer an alert?

Only a named person ends one: by acknowledging it, or by closing it with a reason.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.alert import Alert, answer_to
from app.domain.errors import Conflict, InvalidInput
from app.domain.ids import new_id
from app.domain.vocabulary import BINDING, AlertKind, Level
from app.services.access_reviews import require_not_own
from app.services.acting import Acting, Permission
from app.services.announcing import announce
from app.services.emergency import NOTICE
from app.services.looking import at_alert
from app.store import alerts as alert_store
from app.store import courses, flowsheets, ledger
from app.store.database import Transaction


def acknowledge(tx: Transaction, acting: Acting, alert_id: str, seen_action: str) -> Alert:
    """Ends an alert as seen by a named person. `seen_action` is what their screen said: a worse one must be read first.

    Raises NotFound, Forbidden for a service account, Conflict when it has ended or changed, ProofNeeded when grave.
    """
    acting, alert = _open(tx, acting, alert_id)
    if seen_action != alert.action:
        raise Conflict("alert_changed", f"The alert now calls for {alert.action}: read it again before acknowledging.")
    return _end(tx, acting, alert, AlertKind.ACKNOWLEDGED, None)


def close(tx: Transaction, acting: Acting, alert_id: str, reason: str) -> Alert:
    """Closes an alert with a reason; raises what `acknowledge` does, InvalidInput without a reason."""
    if not reason.strip():
        raise InvalidInput("reason_needed", "Closing an alert needs a reason.")
    return _end(tx, *_open(tx, acting, alert_id), AlertKind.CLOSED, reason)


def grave(alert: Alert) -> bool:
    """True of an alert that nobody ends without showing who they are."""
    return alert.level is Level.HIGH_PRIORITY or alert.action in BINDING


def _open(tx: Transaction, acting: Acting, alert_id: str) -> tuple[Acting, Alert]:
    course_id, _ = courses.place_of_alert(tx, alert_id, acting.reach)
    if course_id is None:
        ledger.lock(tx)
    else:
        flowsheets.lock_course(tx, course_id, acting.reach)
    acting = at_alert(tx, acting, alert_id, Permission.ACKNOWLEDGE)
    alert = alert_store.alert(tx, alert_id)
    if not alert.open:
        raise Conflict("already_ended", "Somebody has answered this alert already.")
    if alert.key.startswith(NOTICE):
        require_not_own(tx, acting, alert.key.removeprefix(NOTICE))
    if grave(alert):
        acting.require_proof()
    return acting, alert


def _end(tx: Transaction, acting: Acting, alert: Alert, kind: AlertKind, reason: str | None) -> Alert:
    event = replace(answer_to(alert, kind, new_id(acting.at), acting.at, acting.person_id), reason=reason)
    announce(tx, (event,))
    patient_id = None if alert.course_id is None else courses.course(tx, alert.course_id).patient_id
    act = acting.act(f"alert_{kind}", alert.course_id, (alert.id, event.id), reason, patient_id=patient_id)
    ledger.append(tx, (act,))
    return alert_store.alert(tx, alert.id)
