"""How does an alert about the program itself come about, and how is it said to be over?

It has no course, and stands once for each ward. Whoever calls holds the ledger (`ledger.lock`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.domain.alert import Alert, AlertEvent, answer_to
from app.domain.ids import new_id
from app.domain.vocabulary import Action, AlertKind, Level
from app.services.acting import by_itself
from app.services.announcing import announce
from app.store import alerts, ledger
from app.store.database import Transaction


def standing(tx: Transaction, ward_ids: Iterable[str], key: str) -> dict[str, Alert]:
    """The open alerts under the key, by ward."""
    found = alerts.open_alerts(tx, ward_ids)
    return {alert.ward_id: alert for alert in found if alert.course_id is None and alert.key == key}


def raised(at: datetime, ward_id: str, key: str, level: Level, summary: str) -> AlertEvent:
    """A new one; it asks nothing of the bedside; `incomplete` is the mildest word that never reads as a go-ahead."""
    event_id = new_id(at)
    return AlertEvent(
        id=event_id,
        alert_id=event_id,
        course_id=None,
        cycle_id=None,
        dose_id=None,
        decision_id=None,
        ward_id=ward_id,
        kind=AlertKind.RAISED,
        key=key,
        level=level,
        action=Action.INCOMPLETE,
        summary=summary,
        at=at,
        by=None,
        reason=None,
    )


def fails(tx: Transaction, at: datetime, ward_ids: Sequence[str], key: str, level: Level, summary: str) -> None:
    """Tells each of the wards where nobody was told, or where it had been put right."""
    known, events = standing(tx, ward_ids, key), []
    for ward_id in ward_ids:
        alert = known.get(ward_id)
        if alert is None:
            events.append(raised(at, ward_id, key, level, summary))
        elif alert.cleared is not None:
            events.append(answer_to(alert, AlertKind.WORSENED, new_id(at), at, None))
    tell(tx, at, key, events)


def works(
    tx: Transaction, at: datetime, ward_ids: Iterable[str], key: str, what: str | None = None, about: Iterable[str] = ()
) -> None:
    """It holds no longer: nobody is called any more, and whoever was still answers; `what` and `about` as in `tell`."""
    known = standing(tx, ward_ids, key).values()
    over = [answer_to(alert, AlertKind.CLEARED, new_id(at), at, None) for alert in known if alert.cleared is None]
    tell(tx, at, what or key, over, about)


def tell(tx: Transaction, at: datetime, what: str, events: Sequence[AlertEvent], about: Iterable[str] = ()) -> None:
    """Keeps and numbers the events, with a line of the trail that begins with `what`; nothing where there are none."""
    if events:
        announce(tx, events)
        subjects = (*about, *(event.id for event in events))
        ledger.append(tx, (by_itself(at, f"{what}_{events[0].kind}", None, subjects),))
