"""Who hears that a receiver does not take alerts, and that it does again?

An alert about the program itself on the receiver's ward, on every ward for one of the house. It reaches people on
their screens, and every other receiver; like any alert it ends by a person's answer alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from app.domain.alert import Alert, AlertEvent, answer_to
from app.domain.ids import new_id
from app.domain.receiver import Receiver
from app.domain.vocabulary import Action, AlertKind, Level
from app.services.acting import by_itself
from app.services.announcing import announce
from app.store import alerts, ledger, wards
from app.store.database import Transaction

KEY: Final = "delivery:"
"""How the key of such an alert begins; the receiver's id follows."""


def fails(tx: Transaction, at: datetime, receiver: Receiver, level: Level) -> None:
    """Tells every ward concerned, at this level: anew, or as having become worse."""
    ledger.lock(tx)
    standing = {alert.ward_id: alert for alert in _standing(tx, receiver)}
    _tell(tx, at, receiver, [_news(at, receiver, ward, standing.get(ward), level) for ward in _wards(tx, receiver)])


def works(tx: Transaction, at: datetime, receiver: Receiver) -> None:
    """What was said of it holds no longer: nobody is called any more, and whoever was still answers."""
    ledger.lock(tx)
    cleared = [alert for alert in _standing(tx, receiver) if alert.cleared is None]
    _tell(tx, at, receiver, [answer_to(alert, AlertKind.CLEARED, new_id(at), at, None) for alert in cleared])


def _tell(tx: Transaction, at: datetime, receiver: Receiver, events: list[AlertEvent]) -> None:
    if not events:
        return
    announce(tx, events)
    ledger.append(tx, (by_itself(at, f"delivery_{events[0].kind}", None, (receiver.id, *(one.id for one in events))),))


def _standing(tx: Transaction, receiver: Receiver) -> list[Alert]:
    return [alert for alert in alerts.open_alerts(tx, _wards(tx, receiver)) if alert.key == KEY + receiver.id]


def _wards(tx: Transaction, receiver: Receiver) -> tuple[str, ...]:
    return tuple(ward.id for ward in wards.wards(tx)) if receiver.ward_id is None else (receiver.ward_id,)


def _news(at: datetime, receiver: Receiver, ward_id: str, alert: Alert | None, level: Level) -> AlertEvent:
    """It calls for nothing at the bedside; `incomplete` is the mildest word that never reads as a go-ahead.

    What failed, worked and fails again counts as worse: whoever is to answer is called from the start.
    """
    summary = f"Alerts do not reach {receiver.name}. Look at the screen yourself, and tell whoever looks after it."
    event_id = new_id(at)
    if alert is not None:
        event = answer_to(alert, AlertKind.WORSENED, event_id, at, None)
        return replace(event, level=level, action=Action.INCOMPLETE, summary=summary)
    return AlertEvent(
        id=event_id,
        alert_id=event_id,
        course_id=None,
        cycle_id=None,
        dose_id=None,
        decision_id=None,
        ward_id=ward_id,
        kind=AlertKind.RAISED,
        key=KEY + receiver.id,
        level=level,
        action=Action.INCOMPLETE,
        summary=summary,
        at=at,
        by=None,
        reason=None,
    )
