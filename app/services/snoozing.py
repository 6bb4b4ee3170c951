"""For how long may a person put an alert aside?

Until a moment they name, with a reason, and no longer than the ward's ladder allows for its level. Becoming worse cuts
it short; it hides no other alert.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.alert import Alert
from app.domain.errors import Conflict, InvalidInput
from app.domain.vocabulary import AlertKind
from app.services.acting import Acting
from app.services.alerting import Shown, keep, require_unchanged, standing_open
from app.store.database import Transaction
from app.store.ladders import ladder

_MINUTE = timedelta(minutes=1)


def snooze(tx: Transaction, acting: Acting, alert_id: str, shown: Shown, until: datetime, reason: str) -> Alert:
    """Puts an open alert aside as it was `shown`; it wakes by itself.

    Raises what acknowledging does, InvalidInput without a reason or over the cap, Conflict while a snooze lasts.
    """
    if not reason.strip():
        raise InvalidInput.at("/reason", "reason_needed", "Putting an alert aside needs a reason.")
    acting, alert = standing_open(tx, acting, alert_id)
    require_unchanged(alert, shown)
    if alert.quiet(acting.at):
        raise Conflict("snoozed_already", "This alert is put aside already: it can be put aside again once it wakes.")
    longest = longest_snooze(tx, alert)
    if longest is None:
        raise InvalidInput("nothing_to_snooze", "This alert reaches nobody: there is nothing to put aside.")
    if not acting.at < until <= acting.at + longest:
        sentence = f"An alert of this level may be put aside for at most {longest // _MINUTE} minutes from now."
        raise InvalidInput.at("/until", "snooze_too_long", sentence)
    return keep(tx, acting, alert, AlertKind.SNOOZED, reason=reason, until=until)


def longest_snooze(tx: Transaction, alert: Alert) -> timedelta | None:
    """The longest its ward allows for an alert of its level; None where it reaches nobody."""
    climb = ladder(tx, alert.ward_id).climb(alert.key, alert.level)
    return None if climb is None else climb.snooze
