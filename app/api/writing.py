"""How does a POST happen once, however often it is sent?

Under one key the first answer is kept with the act, in its transaction, and given again byte for byte. When an answer
is lost on its way back, the request can therefore always be sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, TypeVar

import structlog
from fastapi import Response
from sqlalchemy.exc import IntegrityError

from app.api.calls import Answer, Call, alike, encoded
from app.domain.errors import Conflict, DosewardError, Malformed, OutcomeUnknown, Unavailable
from app.http.logs import describe
from app.store import idempotency
from app.store.database import Transaction
from app.store.faults import broken_constraint

log = structlog.get_logger(__name__)

T = TypeVar("T")
HEADER: Final = "Idempotency-Key"
ATTEMPTS = 2
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_UNIQUE = ("uq_", "pk_")


def write(
    call: Call,
    act: Callable[[Transaction], T],
    show: Callable[[T], Answer],
    *,
    status: int = 201,
    keyed: bool = False,
    secret: bool = False,
) -> Response:
    """Does `act` in one transaction and answers what `show` makes of it; with `keyed`, a key is required.

    A `secret` body is not remembered: the hash kept with a key is a fast one, and a password must not lie under it.

    Whoever loses a race for a unique row tries once more, and is then refused by the act itself, in its own words. A
    request that was answered already is refused too, at the latest by its key: only then is it asked whether it was.
    """
    request = None if secret else _request(call, required=keyed)
    for _ in range(ATTEMPTS):
        try:
            return _once(call, request, act, show, status)
        except IntegrityError as fault:
            name = broken_constraint(fault)
            if name is None or not name.startswith(_UNIQUE):
                raise
            log.warning("lost a race", **describe(fault))
        except (Unavailable, OutcomeUnknown):
            raise
        except DosewardError:
            known = None if request is None else _known(call, request)
            if known is None:
                raise
            return known
    raise Conflict("changed_meanwhile", "Somebody changed this at the same moment. Nothing was saved: try again.")


def _once(
    call: Call,
    request: idempotency.Request | None,
    act: Callable[[Transaction], T],
    show: Callable[[T], Answer],
    status: int,
) -> Response:
    with alike(), call.database.transaction() as tx:
        answer = idempotency.Answer(status, encoded(show(act(tx))))
        if request is not None:
            idempotency.remember(tx, request, answer, call.acting.at)
    return _response(answer)


def _known(call: Call, request: idempotency.Request) -> Response | None:
    with call.database.reading() as tx:
        answer = idempotency.find(tx, request)
    return None if answer is None else _response(answer)


def _response(answer: idempotency.Answer) -> Response:
    return Response(answer.response, answer.status, media_type="application/json")


def _request(call: Call, *, required: bool) -> idempotency.Request | None:
    """What makes this request the same as another; Malformed without a key that is required."""
    key = call.request.headers.get(HEADER)
    if key is None:
        if required:
            raise Malformed(
                "key_missing", f"This needs an {HEADER} header: one new key for each act. Nothing was saved."
            )
        return None
    if _KEY.fullmatch(key) is None:
        raise Malformed("bad_key", f"An {HEADER} has 1 to 200 visible ASCII characters. Nothing was saved.")
    route = f"{call.request.method} {call.request.scope['path']}"
    return idempotency.Request(call.acting.person_id, key, route, sha256(call.body).hexdigest())


def takes_key(*, required: bool = False) -> dict[str, Any]:
    """What the API description says of the header."""
    need = "Required: without it nothing is done." if required else "Optional."
    return {
        "parameters": [
            {
                "name": HEADER,
                "in": "header",
                "required": required,
                "description": f"{need} The same key and body get the first answer again; another body gets 422.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        ]
    }
