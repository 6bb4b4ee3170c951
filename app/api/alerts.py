"""Which alerts are open, what has happened since, and who answers them?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from app.api import shapes
from app.api.calls import Call, Called, answered, read
from app.api.feeding import feed_item
from app.api.lists import Limit, Paging, cut, listed
from app.api.records import alert_answer
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.alert import Alert
from app.domain.vocabulary import Action
from app.http.body import Body
from app.http.fields import Note, Uuid
from app.services.alerting import acknowledge, close
from app.services.following import Cursor, Followed, follow, newest, oldest, parse_cursor
from app.services.looking import alert, open_alerts
from app.store.database import Transaction

router = router_for("alerts")
After = Annotated[
    str | None, Query(max_length=60, description="A cursor of this feed; left out, the feed begins at its first event.")
]
_RESTORED = "A cursor from before a restore: read alerts/open again, and go on from its `after`."
RESTORED: dict[int | str, dict[str, Any]] = {410: {"description": _RESTORED}}


class Seen(Body):
    """What the screen said when it was acknowledged: a graver alert must be read first."""

    seen: Action


class Reason(Body):
    """Why the alert is closed."""

    reason: Note


@router.get(
    "/alerts",
    response_model=shapes.Feed,
    response_description="What happened, in order of commit; nothing is ever missing.",
    responses=RESTORED,
)
def read_feed(call: Called, after: After = None, limit: Limit = 100) -> Response:
    """Ask again with `next_cursor`, at once or later. Fewer items than the limit: you have caught up."""
    found = read(call, lambda tx: _feed(tx, call, after, limit))
    items = [feed_item(cursor, event) for cursor, event in found.items]
    return answered({"items": items, "next_cursor": str(found.cursor)})


def _feed(tx: Transaction, call: Call, after: str | None, limit: int) -> Followed:
    cursor = oldest(tx) if after is None else parse_cursor(after)
    return follow(tx, call.acting, cursor, limit)


@router.get(
    "/alerts/open", response_model=shapes.OpenAlerts, response_description="Open alerts, oldest first, and the cursor."
)
def list_open_alerts(call: Called, asked: Paging) -> Response:
    """`after` is the cursor of this very moment: the feed goes on from there without a gap."""
    found, cursor = read(call, lambda tx: _open(tx, call))
    page, following = cut(found, lambda item: item.id, asked)
    return answered({**listed(map(alert_answer, page), following), "after": str(cursor)})


def _open(tx: Transaction, call: Call) -> tuple[tuple[Alert, ...], Cursor]:
    return open_alerts(tx, call.acting), newest(tx)


@router.get("/alerts/{alert_id}", response_model=shapes.Alert, response_description="The alert.")
def read_alert(call: Called, alert_id: Uuid) -> Response:
    """As it stands now."""
    return answered(alert_answer(read(call, lambda tx: alert(tx, call.acting, alert_id))))


@router.post(
    "/alerts/{alert_id}/acknowledgement",
    status_code=201,
    response_model=shapes.Alert,
    response_description="The alert, acknowledged.",
    openapi_extra=takes_key(required=True),
)
def acknowledge_alert(call: Called, alert_id: Uuid, sent: Seen) -> Response:
    """Only a named person ends an alert. 409 `alert_changed` when it is another than `seen` by now."""
    return write(call, lambda tx: acknowledge(tx, call.acting, alert_id, sent.seen), alert_answer, keyed=True)


@router.post(
    "/alerts/{alert_id}/close",
    status_code=201,
    response_model=shapes.Alert,
    response_description="The alert, closed.",
    openapi_extra=takes_key(),
)
def close_alert(call: Called, alert_id: Uuid, sent: Reason) -> Response:
    """Only a named person ends an alert, here with a reason."""
    return write(call, lambda tx: close(tx, call.acting, alert_id, sent.reason), alert_answer)
