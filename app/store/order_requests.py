"""Which orders wait for a second person?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, insert, select

from app.domain.errors import NotFound
from app.domain.vocabulary import Choice
from app.store import tables as t
from app.store.database import Transaction
from app.store.reach import Reach, given, within
from app.store.statements import Row, Statement


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An order against a stop, written by one person, that is none until the `second` signs; it keeps its id then."""

    id: str
    course_id: str
    dose_id: str
    decision_id: str
    choice: Choice
    reason: str
    asked_at: datetime
    asked_by: str
    second: str


_COLUMNS = t.order_request.c[tuple(OrderRequest.__slots__)]
_ADD = Statement(insert(t.order_request))
_ONE = Statement(select(*_COLUMNS).where(t.order_request.c.id == bindparam("id"), within(t.order_request.c.course_id)))
_WAITING = Statement(
    select(*_COLUMNS)
    .where(
        t.order_request.c.course_id == bindparam("of"),
        ~exists().where(t.dose_order.c.id == t.order_request.c.id),
    )
    .order_by(t.order_request.c.id)
)


def add_request(tx: Transaction, request: OrderRequest) -> None:
    """An order that waits; the second cannot be the one who asks (ck_order_request_second)."""
    _ADD.run(tx, **asdict(request))


def request(tx: Transaction, request_id: str, reach: Reach | None = None) -> OrderRequest:
    """One of them, signed or not; raises NotFound, also for one out of reach."""
    row = _ONE.maybe(tx, id=request_id, **given(reach))
    if row is None:
        raise NotFound("order_not_found", "There is no such order.")
    return _request(row)


def waiting(tx: Transaction, course_id: str) -> tuple[OrderRequest, ...]:
    """Those of a course that nobody has signed, oldest first."""
    return tuple([_request(row) for row in _WAITING.all(tx, of=course_id)])


def _request(row: Row) -> OrderRequest:
    id_, course_id, dose_id, decision_id, choice, *rest = row
    return OrderRequest(id_, course_id, dose_id, decision_id, Choice(choice), *rest)
