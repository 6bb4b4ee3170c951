"""What follows when something happens to alerts?

The one door to `store.alerts.add`: every event of an alert goes through here, in the transaction of its cause.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.alert import AlertEvent
from app.store import alerts
from app.store.database import Transaction


def announce(tx: Transaction, events: Sequence[AlertEvent]) -> None:
    """Keeps the events; whoever calls then numbers them with `ledger.append`."""
    alerts.add(tx, events)
