"""How do two people order what the criteria end a cycle for: one asks, the other signs for themselves?

Nothing of it counts before the second has signed: a request is no order.
"""

from __future__ import annotations

from app.domain.course import Order
from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.ids import new_id
from app.domain.vocabulary import Choice
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.cases import close_case, read_case
from app.services.ordering import Ordered, needs_second, open_order, require_orderer, require_second, write_order
from app.store import order_requests
from app.store.database import Transaction
from app.store.order_requests import OrderRequest


def ask_second(
    tx: Transaction,
    library: Library,
    acting: Acting,
    dose_id: str,
    decision_id: str,
    choice: Choice,
    reason: str,
    second_id: str,
) -> OrderRequest:
    """An order against a stop or discontinue, for the person named to countersign.

    Raises what `ordering.order` does, and InvalidInput where one person is enough.
    """
    case, dose, latest = open_order(tx, library, acting, dose_id, decision_id, choice, reason)
    if not needs_second(latest.action, choice):
        raise InvalidInput("second_not_needed", "This order needs no second person: write it as an order.")
    require_second(case, second_id, acting.person_id)
    asked = OrderRequest(
        id=new_id(case.acting.at),
        course_id=case.course.id,
        dose_id=dose.id,
        decision_id=decision_id,
        choice=choice,
        reason=reason,
        asked_at=case.acting.at,
        asked_by=acting.person_id,
        second=second_id,
    )
    order_requests.add_request(tx, asked)
    close_case(case, f"ask_second_{choice}", (asked.id, dose_id, decision_id), reason)
    return asked


def countersign(tx: Transaction, library: Library, acting: Acting, request_id: str) -> Ordered:
    """The second person signs, and the order stands from now on, under the id of the request.

    Raises NotFound, Forbidden for anybody but the one named, and what `ordering.order` does: it is looked at anew.
    """
    asked = order_requests.request(tx, request_id, acting.reach)
    case, dose, _latest = open_order(tx, library, acting, asked.dose_id, asked.decision_id, asked.choice, asked.reason)
    if acting.person_id != asked.second:
        raise Forbidden("other_second", "This order names another person: only they countersign it.")
    if any(row.id == asked.id for row in case.sheet.orders):
        raise Conflict("already_signed", "This order is countersigned already.")
    require_second(case, acting.person_id, asked.asked_by)
    require_orderer(case, asked.asked_by)
    order = Order(
        asked.id,
        dose.id,
        asked.decision_id,
        asked.choice,
        asked.reason,
        case.acting.at,
        asked.asked_by,
        acting.person_id,
    )
    return write_order(case, dose, order, f"countersign_{asked.choice}")


def waiting_for(tx: Transaction, library: Library, acting: Acting, course_id: str) -> tuple[OrderRequest, ...]:
    """The orders of a course that nobody has countersigned yet, oldest first; raises NotFound."""
    read_case(tx, library, acting, course_id)
    return order_requests.waiting(tx, course_id)
