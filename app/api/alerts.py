"""Which alerts are open, what has happened since, and who answers them?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool

from app.api import shapes
from app.api.calls import Call, Called, answered, read
from app.api.feeding import RESTORED, After, Filters, feed_item
from app.api.lists import Limit, Paging, cut, listed
from app.api.records import alert_answer, events_answer
from app.api.routers import router_for
from app.api.waiting import LONGEST, waited
from app.api.writing import takes_key, write
from app.domain.record import instant
from app.domain.vocabulary import Action, Level
from app.http.body import Body
from app.http.fields import Note, Uuid
from app.services.alerting import Shown, acknowledge, close
from app.services.following import Followed, Wanted, follow, newest, oldest, parse_cursor
from app.services.looking import alert, alert_arrivals, alert_events, open_alerts
from app.store.database import Transaction

router = router_for("alerts")
Wait = Annotated[
    int, Query(ge=0, le=LONGEST, description="With nothing to tell, wait up to so many seconds until there is.")
]


class Seen(Body):
    """What the screen said when it was answered: a graver alert must be read first. `level` tells more worsenings."""

    seen: Action
    level: Level | None = None


class Closing(Seen):
    """What the screen said, and why the alert is closed."""

    reason: Note


@router.get(
    "/alerts",
    response_model=shapes.Feed,
    response_description="What happened, in order of commit; nothing is ever missing.",
    responses=RESTORED,
)
async def read_feed(call: Called, wanted: Filters, after: After = None, limit: Limit = 100, wait: Wait = 0) -> Response:
    """Ask again with `next_cursor`, at once or later: it moves past what is not for you. As you sent it: caught up."""
    found = await run_in_threadpool(read, call, lambda tx: _feed(tx, call, after, limit, wanted))
    if wait > 0:
        found = await waited(call, found, limit, wanted, wait)
    items = [feed_item(place.cursor, place.event) for place in found.items]
    return answered({"items": items, "next_cursor": str(found.cursor)})


def _feed(tx: Transaction, call: Call, after: str | None, limit: int, wanted: Wanted) -> Followed:
    cursor = oldest(tx) if after is None else parse_cursor(after)
    return follow(tx, call.acting, cursor, limit, wanted)


@router.get(
    "/alerts/open", response_model=shapes.OpenAlerts, response_description="Open alerts, oldest first, and the cursor."
)
def list_open_alerts(call: Called, wanted: Filters, asked: Paging) -> Response:
    """`after` is the cursor of this very moment: the feed goes on from there without a gap."""
    found, cursor = read(call, lambda tx: (open_alerts(tx, call.acting), newest(tx)))
    page, following = cut((one for one in found if wanted.keeps(one, one)), lambda one: (one.id,), asked)
    return answered({**listed(map(alert_answer, page), following), "after": str(cursor)})


@router.get("/alerts/{alert_id}", response_model=shapes.Alert, response_description="The alert.")
def read_alert(call: Called, alert_id: Uuid) -> Response:
    """As it stands now."""
    return answered(alert_answer(read(call, lambda tx: alert(tx, call.acting, alert_id))))


@router.get(
    "/alerts/{alert_id}/events",
    response_model=shapes.AlertHistory,
    response_description="Everything that happened to the alert, oldest first.",
)
def read_events(call: Called, alert_id: Uuid) -> Response:
    """Each event carries what the alert said then: an acknowledgement says what whoever gave it had seen."""
    return answered({"items": events_answer(read(call, lambda tx: alert_events(tx, call.acting, alert_id)))})


@router.get(
    "/alerts/{alert_id}/deliveries",
    response_model=shapes.AlertDeliveries,
    response_description="Which receivers took which of its events, oldest first.",
)
def read_deliveries(call: Called, alert_id: Uuid) -> Response:
    """Delivered is not seen, and seen is not acknowledged. The attempts that failed are with each receiver."""
    found = read(call, lambda tx: alert_arrivals(tx, call.acting, alert_id))
    return answered({"items": [one._asdict() | {"at": instant(one.at)} for one in found]})


@router.post(
    "/alerts/{alert_id}/acknowledgement",
    status_code=201,
    response_model=shapes.Alert,
    response_description="The alert, acknowledged.",
    openapi_extra=takes_key(required=True),
)
def acknowledge_alert(call: Called, alert_id: Uuid, sent: Seen) -> Response:
    """Only a named person ends an alert. 409 `alert_changed` when it is another than `seen` by now."""
    return write(
        call, lambda tx: acknowledge(tx, call.acting, alert_id, sent.seen, sent.level), alert_answer, keyed=True
    )


@router.post(
    "/alerts/{alert_id}/close",
    status_code=201,
    response_model=shapes.Alert,
    response_description="The alert, closed.",
    openapi_extra=takes_key(),
)
def close_alert(call: Called, alert_id: Uuid, sent: Closing) -> Response:
    """Only a named person ends an alert, here with a reason; 409 as for an acknowledgement."""
    shown = Shown(sent.seen, sent.level)
    return write(call, lambda tx: close(tx, call.acting, alert_id, shown, sent.reason), alert_answer)
