"""How do two people order against a stop over REST, each in their own name?

Nobody signs for another: the first asks, and the second signs with a token or session of their own.
"""

from __future__ import annotations

from typing import Any

from fastapi import Response

from app.api import record_shapes
from app.api.calls import Called, answered, read
from app.api.lists import listed
from app.api.records import flat_answer
from app.api.routers import router_for
from app.api.shapes import Page, Shape
from app.api.writing import takes_key, write
from app.domain.record import instant
from app.domain.vocabulary import Choice
from app.http.fields import Uuid
from app.services.ordering import Ordered
from app.services.seconding import countersign, waiting_for
from app.store.order_requests import OrderRequest

router = router_for("orders")


class WaitingOrder(Shape):
    """An order that is none until `second` has signed it; it keeps its id then."""

    id: str
    dose_id: str
    decision_id: str
    choice: Choice
    reason: str
    asked_at: str
    asked_by: str
    second: str


@router.get(
    "/courses/{course_id}/waiting-orders",
    response_model=Page[WaitingOrder],
    response_description="The orders of this course that wait for a second person, oldest first.",
)
def list_waiting_orders(call: Called, course_id: Uuid) -> Response:
    """What is signed is an order, and no longer here."""
    found = read(call, lambda tx: waiting_for(tx, call.library, call.acting, course_id))
    return answered(listed(map(waiting_answer, found), None))


@router.post(
    "/orders/{order_id}/countersignature",
    status_code=201,
    response_model=record_shapes.Ordered,
    response_description="The order, which stands from now on.",
    openapi_extra=takes_key(),
)
def countersign_order(call: Called, order_id: Uuid) -> Response:
    """By the person it names, in their own name. What changed meanwhile is looked at anew: 409 `decision_replaced`."""
    return write(call, lambda tx: countersign(tx, call.library, call.acting, order_id), ordered_answer)


def ordered_answer(done: Ordered) -> dict[str, Any]:
    """An order and what it ended."""
    event = None if done.event is None else flat_answer(done.event)
    return {**flat_answer(done.order), "event": event}


def waiting_answer(asked: OrderRequest) -> dict[str, Any]:
    """An order that waits."""
    return {
        "id": asked.id,
        "dose_id": asked.dose_id,
        "decision_id": asked.decision_id,
        "choice": asked.choice,
        "reason": asked.reason,
        "asked_at": instant(asked.asked_at),
        "asked_by": asked.asked_by,
        "second": asked.second,
    }
