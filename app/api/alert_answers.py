"""How does a person put an alert aside, and say what was done about it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Response
from pydantic import Field

from app.api import shapes
from app.api.alerts import Seen
from app.api.calls import Called
from app.api.records import alert_answer
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.alert import Alert
from app.domain.errors import InvalidInput
from app.http.body import Body
from app.http.fields import Instant, Note, Uuid, Whole
from app.services.alerting import Shown, record_outcome, see
from app.services.looking import alert as look_at
from app.services.snoozing import snooze
from app.store.database import Transaction

router = router_for("alerts")
_LONGEST = 24 * 60  # minutes: keeps the sum a time; the ward's ladder says what is allowed


class Snooze(Seen):
    """Until when, or for how many minutes; and why."""

    until: Instant | None = None
    minutes: Annotated[Whole, Field(ge=1, le=_LONGEST)] | None = None
    reason: Note


class Outcome(Body):
    """Who was told of it, and what was done."""

    told: Note
    done: Note


@router.post(
    "/alerts/{alert_id}/seen",
    status_code=201,
    response_model=shapes.Alert,
    response_description="The alert, with who saw it.",
    openapi_extra=takes_key(),
)
def note_alert_seen(call: Called, alert_id: Uuid) -> Response:
    """A named person has it before their eyes: noted once for each of its states. It ends and stills nothing."""

    def act(tx: Transaction) -> Alert:
        see(tx, call.acting, alert_id)
        return look_at(tx, call.acting, alert_id)

    return write(call, act, alert_answer)


@router.post(
    "/alerts/{alert_id}/snooze",
    status_code=201,
    response_model=shapes.Alert,
    response_description="The alert, put aside.",
    openapi_extra=takes_key(required=True),
)
def snooze_alert(call: Called, alert_id: Uuid, sent: Snooze) -> Response:
    """It wakes by itself, at once when it becomes worse. 422 `snooze_too_long` beyond what the ward's ladder allows."""
    until, shown = _until(sent, call.acting.at), Shown(sent.seen, sent.level)
    return write(
        call, lambda tx: snooze(tx, call.acting, alert_id, shown, until, sent.reason), alert_answer, keyed=True
    )


@router.post(
    "/alerts/{alert_id}/outcome",
    status_code=201,
    response_model=shapes.Alert,
    response_description="The alert with its outcome.",
    openapi_extra=takes_key(required=True),
)
def record_alert_outcome(call: Called, alert_id: Uuid, sent: Outcome) -> Response:
    """Of an open or an acknowledged alert. It ends nothing; of several the newest counts, and all are kept."""
    return write(
        call, lambda tx: record_outcome(tx, call.acting, alert_id, sent.told, sent.done), alert_answer, keyed=True
    )


def _until(sent: Snooze, at: datetime) -> datetime:
    if (sent.until is None) == (sent.minutes is None):
        raise InvalidInput.at("/until", "until_or_minutes", "Send either `until` or `minutes`.")
    return sent.until or at + timedelta(minutes=sent.minutes or 0)
