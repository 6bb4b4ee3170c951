"""What does an event of the feed look like, polled or streamed?"""

from __future__ import annotations

from typing import Any

from app.api.records import flat_answer
from app.domain.alert import AlertEvent
from app.services.following import Cursor


def feed_item(cursor: Cursor, event: AlertEvent) -> dict[str, Any]:
    """The event, and the cursor that asks for what follows it."""
    return {"cursor": str(cursor), **flat_answer(event)}
