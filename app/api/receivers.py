"""To which programs are alerts pushed, and how did every attempt end?"""

from __future__ import annotations

from typing import Any

from fastapi import Response

from app.api import shapes
from app.api.answers import moment
from app.api.calls import Called, answered, read
from app.api.lists import Paging, after_id, cut, listed
from app.api.receiver_shapes import (
    Asked,
    Attempt,
    NewName,
    ReceiverSecret,
    ReceiverShape,
    ReceiverToAdd,
    Removal,
    Replay,
)
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.receiver import Receiver
from app.domain.record import instant
from app.http.fields import Uuid
from app.http.outgoing import webhooks_of
from app.services import receiving
from app.services.following import Cursor, parse_cursor
from app.store import lanes
from app.store.database import Transaction
from app.store.lanes import Lane
from app.store.receivers import Delivery

router = router_for("receivers")


@router.post(
    "/receivers",
    status_code=201,
    response_model=ReceiverSecret,
    response_description="The receiver, with its secret this once.",
)
def add_a_receiver(call: Called, sent: ReceiverToAdd) -> Response:
    """For administrators of the ward, or of all; 403 `proof_needed` from a browser without a fresh proof."""
    hooks = webhooks_of(call.request)

    def act(tx: Transaction) -> tuple[Receiver, str]:
        chosen = (sent.name, sent.url, sent.ward_id, sent.least)
        return receiving.add_receiver(tx, call.acting, hooks.doors, *chosen)

    return write(call, act, _secret, secret=True)


@router.get(
    "/receivers", response_model=shapes.Page[ReceiverShape], response_description="Receivers by age, removed ones too."
)
def list_receivers(call: Called, asked: Paging) -> Response:
    """Those of the wards you administer."""
    found = read(call, lambda tx: receiving.receivers_for(tx, call.acting))
    page, following = cut(found, lambda one: (one[0].id,), asked)
    return answered(listed((_receiver(*one) for one in page), following))


@router.post(
    "/receivers/{receiver_id}/name",
    status_code=201,
    response_model=ReceiverShape,
    response_description="The receiver under its new name.",
    openapi_extra=takes_key(),
)
def rename_a_receiver(call: Called, receiver_id: Uuid, sent: NewName) -> Response:
    """Its address, secret and place in the feed stay as they are."""

    def act(tx: Transaction) -> tuple[Receiver, Lane | None]:
        found, watched = receiving.rename_receiver(tx, call.acting, receiver_id, sent.name), lanes.one(tx, receiver_id)
        return found, None if watched is None else watched.lane

    return write(call, act, lambda found: _receiver(*found))


@router.post(
    "/receivers/{receiver_id}/rotation",
    status_code=201,
    response_model=ReceiverSecret,
    response_description="The next secret, this once.",
)
def rotate_a_secret(call: Called, receiver_id: Uuid) -> Response:
    """For a day messages carry a signature of each secret."""
    return write(call, lambda tx: receiving.rotate_secret(tx, call.acting, receiver_id), _secret, secret=True)


@router.post(
    "/receivers/{receiver_id}/test",
    status_code=202,
    response_model=Asked,
    response_description="A test message is on its way.",
    openapi_extra=takes_key(),
)
def test_a_receiver(call: Called, receiver_id: Uuid) -> Response:
    """How it ended shows in the list of attempts, after ten seconds at most."""
    noted: list[Receiver] = []

    def act(tx: Transaction) -> Receiver:
        noted.append(receiving.note_test(tx, call.acting, receiver_id))
        return noted[-1]

    answer = write(call, act, lambda found: _asked(call, found), status=202)
    for found in noted[-1:]:
        webhooks_of(call.request).test(found)
    return answer


@router.post(
    "/receivers/{receiver_id}/replay",
    status_code=202,
    response_model=Asked,
    response_description="The lane was put back.",
    openapi_extra=takes_key(),
)
def replay_to_a_receiver(call: Called, receiver_id: Uuid, sent: Replay) -> Response:
    """Sent again under the same ids, in order."""
    cursor: Cursor | None = None if sent.cursor is None else parse_cursor(sent.cursor)
    return write(
        call,
        lambda tx: receiving.replay(tx, call.acting, receiver_id, cursor),
        lambda found: _asked(call, found),
        status=202,
    )


@router.post(
    "/receivers/{receiver_id}/removal",
    status_code=201,
    response_model=ReceiverShape,
    response_description="The receiver, removed.",
    openapi_extra=takes_key(),
)
def remove_a_receiver(call: Called, receiver_id: Uuid, sent: Removal) -> Response:
    """Nothing goes there any more; what was sent stays in the list of attempts."""
    return write(
        call,
        lambda tx: receiving.remove_receiver(tx, call.acting, receiver_id, sent.reason),
        lambda found: _receiver(found, None),
    )


@router.get(
    "/receivers/{receiver_id}/deliveries",
    response_model=shapes.Page[Attempt],
    response_description="Attempts, newest first.",
)
def list_deliveries(call: Called, receiver_id: Uuid, asked: Paging) -> Response:
    """Every attempt there ever was."""
    before = after_id(asked)
    found = read(call, lambda tx: receiving.deliveries_for(tx, call.acting, receiver_id, before, asked.limit + 1))
    page = found[: asked.limit]
    return answered(listed(map(_attempt, page), page[-1].id if len(found) > len(page) else None))


def _secret(made: tuple[Receiver, str]) -> dict[str, Any]:
    return {"id": made[0].id, "secret": made[1]}


def _asked(call: Called, found: Receiver) -> dict[str, Any]:
    return {"id": found.id, "asked_at": instant(call.acting.at)}


def _receiver(receiver: Receiver, lane: Lane | None) -> dict[str, Any]:
    return {
        "id": receiver.id,
        "name": receiver.name,
        "url": receiver.url,
        "ward_id": receiver.ward_id,
        "least": receiver.least,
        "created_at": instant(receiver.created_at),
        "created_by": receiver.created_by,
        "earlier_until": moment(receiver.earlier_until),
        "removed_at": moment(receiver.removed_at),
        "cursor": None if lane is None else str(Cursor(lane.epoch, lane.n)),
        "failures": None if lane is None else lane.attempts,
        "failing_since": None if lane is None else moment(lane.failing_since),
        "next_at": None if lane is None else instant(lane.next_at),
    }


def _attempt(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "event_id": one.event_id,
        "attempt": one.attempt,
        "at": instant(one.at),
        "took_ms": one.took_ms,
        "status": one.status,
        "outcome": one.outcome,
    }
