"""How does a person answer an alert?

Only a named person ends one: by acknowledging it, or by closing it with a reason. What was done about it is recorded
beside that, before or after.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from app.domain.alert import Alert, AlertEvent, answer_to
from app.domain.errors import Conflict, FieldError, Forbidden, InvalidInput
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


class Shown(NamedTuple):
    """What the person's screen said of the alert: what it calls for, and how loud it is (None: not said)."""

    action: str
    level: str | None = None


def acknowledge(
    tx: Transaction, acting: Acting, alert_id: str, seen_action: str, seen_level: str | None = None
) -> Alert:
    """Ends an alert as seen by a named person; what their screen said is kept: a worse one must be read first.

    Raises NotFound, Forbidden for a service account, Conflict when it has ended or changed, ProofNeeded when grave.
    """
    acting, alert = standing_open(tx, acting, alert_id)
    require_unchanged(alert, Shown(seen_action, seen_level))
    return keep(tx, acting, alert, AlertKind.ACKNOWLEDGED)


def close(tx: Transaction, acting: Acting, alert_id: str, shown: Shown, reason: str) -> Alert:
    """Closes an alert as it was `shown`; raises what `acknowledge` does, InvalidInput without a reason."""
    if not reason.strip():
        raise InvalidInput("reason_needed", "Closing an alert needs a reason.")
    acting, alert = standing_open(tx, acting, alert_id)
    require_unchanged(alert, shown)
    return keep(tx, acting, alert, AlertKind.CLOSED, reason=reason)


def record_outcome(tx: Transaction, acting: Acting, alert_id: str, told: str, done: str) -> Alert:
    """Who was told of an open or acknowledged alert, and what was done. It ends nothing; a later one counts instead.

    Raises NotFound, Forbidden for a service account, InvalidInput where one is missing, Conflict when it was closed.
    """
    missing = (
        *((FieldError("/told", "told_needed", "Say who was told."),) if not told.strip() else ()),
        *((FieldError("/done", "done_needed", "Say what was done."),) if not done.strip() else ()),
    )
    if missing:
        raise InvalidInput(missing[0].code, missing[0].message, missing)
    acting, alert = _locked(tx, acting, alert_id, Permission.ACKNOWLEDGE)
    if alert.closed is not None:
        raise Conflict("already_closed", "Somebody has closed this alert: its reason is kept with it.")
    return keep(tx, acting, alert, AlertKind.OUTCOME, reason=done, told=told)


def unseen(tx: Transaction, acting: Acting, alert_id: str) -> bool:
    """True of an open alert whose present state this person has not opened yet; raises NotFound, Forbidden."""
    acting = at_alert(tx, acting, alert_id, Permission.READ_ALERTS)
    if acting.service:
        raise Forbidden("person_needed", "Only a named person sees an alert.")
    alert = alert_store.alert(tx, alert_id)
    seen = (event for event in alert_store.events_of(tx, alert_id) if event.kind is AlertKind.SEEN)
    return alert.open and not any(event.by == acting.person_id and event.at >= alert.worse_at for event in seen)


def see(tx: Transaction, acting: Acting, alert_id: str) -> None:
    """Notes that a named person opened an alert: once for each of its states, and nothing once it has ended.

    Raises NotFound, Forbidden for a service account, Conflict when it was noted at this very moment.
    """
    if not unseen(tx, acting, alert_id):
        return
    acting, alert = _locked(tx, acting, alert_id, Permission.READ_ALERTS)
    if not unseen(tx, acting, alert_id):
        raise Conflict("seen_already", "This was noted already.")
    keep(tx, acting, alert, AlertKind.SEEN)


def grave(alert: Alert) -> bool:
    """True of an alert that nobody ends without showing who they are."""
    return alert.level is Level.HIGH_PRIORITY or alert.action in BINDING


def standing_open(tx: Transaction, acting: Acting, alert_id: str) -> tuple[Acting, Alert]:
    """An open alert for somebody who may answer it, locked; raises what `acknowledge` does."""
    acting, alert = _locked(tx, acting, alert_id, Permission.ACKNOWLEDGE)
    if not alert.open:
        raise Conflict("already_ended", "Somebody has answered this alert already.")
    if alert.key.startswith(NOTICE):
        require_not_own(tx, acting, alert.key.removeprefix(NOTICE))
    if grave(alert):
        acting.require_proof()
    return acting, alert


def require_unchanged(alert: Alert, shown: Shown) -> None:
    """Raises Conflict when the alert is another than was shown, InvalidInput where only its level could tell that."""
    if shown.action != alert.action:
        raise Conflict("alert_changed", f"The alert now calls for {alert.action}: read it again before answering it.")
    if shown.level is None and alert.decision_id is None and alert.worse_at > alert.raised_at:
        raise InvalidInput.at("/level", "level_needed", "This alert has become worse: name the level that was shown.")
    if shown.level not in (None, alert.level):
        words = alert.level.replace("_", " ")
        raise Conflict("alert_changed", f"The alert is of {words} now: read it again before answering it.")


def keep(tx: Transaction, acting: Acting, alert: Alert, kind: AlertKind, **says: object) -> Alert:
    """Writes what a person did about an alert, with the state it was in, and answers how it stands after that."""
    event: AlertEvent = replace(answer_to(alert, kind, new_id(acting.at), acting.at, acting.person_id), **says)  # type: ignore[arg-type]
    announce(tx, (event,))
    patient_id = None if alert.course_id is None else courses.course(tx, alert.course_id).patient_id
    act = acting.act(f"alert_{kind}", alert.course_id, (alert.id, event.id), event.reason, patient_id=patient_id)
    ledger.append(tx, (act,))
    return alert_store.alert(tx, alert.id)


def _locked(tx: Transaction, acting: Acting, alert_id: str, permission: Permission) -> tuple[Acting, Alert]:
    course_id, _ = courses.place_of_alert(tx, alert_id, acting.reach)
    if course_id is None:
        ledger.lock(tx)
    else:
        flowsheets.lock_course(tx, course_id, acting.reach)
    acting = at_alert(tx, acting, alert_id, permission)
    return acting, alert_store.alert(tx, alert_id)
