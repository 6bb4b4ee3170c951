"""What follows when something happens to alerts?

The one door to `store.alerts.add`: every event of an alert goes through here, in the transaction of its cause.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.alert import AlertEvent
from app.domain.canary import is_canary
from app.services import arming
from app.store import alerts
from app.store.database import Transaction


def announce(tx: Transaction, events: Sequence[AlertEvent]) -> None:
    """Keeps the events and arms what follows from them; whoever calls then numbers them with `ledger.append`.

    The canary's alert calls nobody.
    """
    again = arming.said_again(tx, events)
    events = (*events, *arming.woken(tx, again))
    alerts.add(tx, events)
    arming.follow(tx, [event for event in events if not is_canary(event.ward_id)], arming.returned(again))
