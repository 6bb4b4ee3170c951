"""How does a person answer an alert?

Only a named person ends one: by acknowledging it, or by closing it with a reason.
"""

from __future__ import annotations

from app.domain.alert import Alert, AlertEvent
from app.domain.errors import Conflict, InvalidInput
from app.domain.ids import new_id
from app.domain.vocabulary import AlertKind
from app.services.acting import Acting, Permission
from app.store import alerts as alert_store
from app.store import flowsheets, ledger
from app.store.database import Transaction


def acknowledge(tx: Transaction, acting: Acting, alert_id: str, seen_action: str) -> Alert:
    """Ends an alert as seen by a named person. `seen_action` is what their screen said: a worse one must be read first.

    Raises NotFound, Forbidden for a service account, Conflict when it has ended or changed.
    """
    alert = _open(tx, acting, alert_id)
    if seen_action != alert.action:
        raise Conflict("alert_changed", f"The alert now calls for {alert.action}: read it again before acknowledging.")
    return _end(tx, acting, alert, AlertKind.ACKNOWLEDGED, None)


def close(tx: Transaction, acting: Acting, alert_id: str, reason: str) -> Alert:
    """Closes an alert with a reason; raises NotFound, Forbidden, Conflict, InvalidInput without a reason."""
    if not reason.strip():
        raise InvalidInput("reason_needed", "Closing an alert needs a reason.")
    return _end(tx, acting, _open(tx, acting, alert_id), AlertKind.CLOSED, reason)


def _open(tx: Transaction, acting: Acting, alert_id: str) -> Alert:
    alert = alert_store.alert(tx, alert_id)
    acting.require(Permission.ACKNOWLEDGE, alert.ward_id)
    flowsheets.lock_course(tx, alert.course_id)
    alert = alert_store.alert(tx, alert_id)
    if not alert.open:
        raise Conflict("already_ended", "Somebody has answered this alert already.")
    return alert


def _end(tx: Transaction, acting: Acting, alert: Alert, kind: AlertKind, reason: str | None) -> Alert:
    event = AlertEvent(
        id=new_id(acting.at),
        alert_id=alert.id,
        course_id=alert.course_id,
        cycle_id=None,
        dose_id=alert.dose_id,
        decision_id=alert.decision_id,
        ward_id=alert.ward_id,
        kind=kind,
        key=alert.key,
        level=alert.level,
        action=alert.action,
        summary=alert.summary,
        at=acting.at,
        by=acting.person_id,
        reason=reason,
    )
    alert_store.add(tx, (event,))
    ledger.append(tx, (acting.act(f"alert_{kind}", alert.course_id, (alert.id, event.id), reason),))
    return alert_store.alert(tx, alert.id)
