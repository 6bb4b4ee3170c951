"""What leaves the house when something happens to an alert?

Which alert, how loud, and where to read it: ids and words of closed lists. No patient, no value, no sentence. Signed as
the Standard Webhooks ask (webhook-id, webhook-timestamp, webhook-signature), so that their libraries verify it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import orjson
from standardwebhooks import Webhook

from app.domain.alert import AlertEvent
from app.domain.record import instant
from app.services.acting import VERSION
from app.services.following import Cursor


class Message(NamedTuple):
    """A body, and the id that stays the same however often it is sent."""

    id: str
    body: str


def message_of(event: AlertEvent, cursor: Cursor, origin: str) -> Message:
    """What a receiver is told of an event; `origin` is the address people reach the program under.

    Its id is the cursor: the same for every attempt and replay, another one after a restore.
    """
    data = {
        "id": event.id,
        "alert_id": event.alert_id,
        "kind": event.kind,
        "level": event.level,
        "action": event.action,
        "at": instant(event.at),
        "ward_id": event.ward_id,
        "cursor": str(cursor),
        "link": f"{origin}/alerts/{event.alert_id}",
    }
    return Message(str(cursor), _body(f"alert.{event.kind}", event.at, data))


def trial_message(receiver_id: str, test_id: str, at: datetime) -> Message:
    """What the test button sends: it is about no alert."""
    return Message(f"test-{test_id}", _body("test", at, {"receiver_id": receiver_id}))


def headers_of(message: Message, secrets: Iterable[str], at: datetime) -> dict[str, str]:
    """The headers of one attempt, with a signature for each secret."""
    signatures = [Webhook(secret).sign(message.id, at, message.body) for secret in secrets]
    return {
        "content-type": "application/json",
        "user-agent": f"Doseward/{VERSION}",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _body(kind: str, at: datetime, data: dict[str, str]) -> str:
    return orjson.dumps({"type": kind, "timestamp": instant(at), "data": data}).decode()
