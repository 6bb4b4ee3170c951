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
from app.services import program_alerts
from app.store import ledger, wards
from app.store.database import Transaction

KEY: Final = "delivery:"
"""How the key of such an alert begins; the receiver's id follows."""
_WHAT: Final = "delivery"


def fails(tx: Transaction, at: datetime, receiver: Receiver, level: Level) -> None:
    """Tells every ward concerned, at this level: anew, or as having become worse."""
    ledger.lock(tx)
    wards_told = _wards(tx, receiver)
    known = program_alerts.standing(tx, wards_told, KEY + receiver.id)
    events = [_news(at, receiver, ward, known.get(ward), level) for ward in wards_told]
    program_alerts.tell(tx, at, _WHAT, events, (receiver.id,))


def works(tx: Transaction, at: datetime, receiver: Receiver) -> None:
    """What was said of it holds no longer."""
    ledger.lock(tx)
    program_alerts.works(tx, at, _wards(tx, receiver), KEY + receiver.id, _WHAT, (receiver.id,))


def _wards(tx: Transaction, receiver: Receiver) -> tuple[str, ...]:
    return wards.ids(tx) if receiver.ward_id is None else (receiver.ward_id,)


def _news(at: datetime, receiver: Receiver, ward_id: str, alert: Alert | None, level: Level) -> AlertEvent:
    """What failed, worked and fails again counts as worse: whoever is to answer is called from the start."""
    summary = f"Alerts do not reach {receiver.name}. Look at the screen yourself, and tell whoever looks after it."
    if alert is None:
        return program_alerts.raised(at, ward_id, KEY + receiver.id, level, summary)
    event = answer_to(alert, AlertKind.WORSENED, new_id(at), at, None)
    return replace(event, level=level, action=Action.INCOMPLETE, summary=summary)
