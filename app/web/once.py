"""How is a form saved once, however often it is sent?

The form carries a key made when it was drawn. What was done under a key is remembered with where it led, in the same
transaction: a second tap, or a retry after a lost answer, leads to the same place and does nothing again.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request, Response
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict, InvalidInput, Malformed
from app.services.acting import Acting
from app.store import idempotency
from app.store.database import Database, Transaction
from app.store.faults import broken_constraint
from app.web.form import KEY, Form
from app.web.pages import go
from app.web.translate import _

T = TypeVar("T")
_KEY = re.compile(r"[0-9a-f-]{36}", re.ASCII)
_ATTEMPTS = 2
_SEE_OTHER = 303


def new_key() -> str:
    """The key of a form about to be drawn."""
    return str(uuid.uuid4())


def submit(request: Request, acting: Acting, form: Form, act: Callable[[Transaction], str]) -> Response:
    """Does `act` in one transaction, or knows that it was done, and goes where it says."""
    return go(request, _settle(request, acting, form, act)[0])


def submit_shown_once(
    request: Request,
    acting: Acting,
    form: Form,
    act: Callable[[Transaction], tuple[str, T]],
    show: Callable[[T], Response],
) -> Response:
    """The same for an act that makes a secret: `show` draws it this once, and the same form sent again only goes on."""
    made: list[T] = []

    def noted(tx: Transaction) -> str:
        location, secret = act(tx)
        made.append(secret)
        return location

    location, known = _settle(request, acting, form, noted)
    return go(request, location) if known else show(made[-1])


def _settle(request: Request, acting: Acting, form: Form, act: Callable[[Transaction], str]) -> tuple[str, bool]:
    """Where it led, and whether that was known already.

    Whoever loses a race for a unique row tries once more, and is then refused by the act itself, in its own words.
    """
    database: Database = request.app.state.database
    asked = _asked(request, acting, form)
    for _attempt in range(_ATTEMPTS):
        try:
            with database.transaction() as tx:
                settled = _once(tx, asked, acting, act)
        except IntegrityError as fault:
            if broken_constraint(fault) is None:
                raise
        except Conflict:
            known = _known(database, asked)
            if known is None:
                raise
            return known, True
        else:
            return settled
    raise Conflict("changed_meanwhile", _("Somebody changed this at the same moment. Nothing was saved: try again."))


def was_sent(tx: Transaction, acting: Acting, form: Form) -> bool:
    """True once something was done under the form's key, wherever and with whatever in it."""
    try:
        return idempotency.find(tx, idempotency.Request(acting.person_id, form[KEY], "", "")) is not None
    except InvalidInput:
        return True


def _once(
    tx: Transaction, asked: idempotency.Request, acting: Acting, act: Callable[[Transaction], str]
) -> tuple[str, bool]:
    known = _find(tx, asked)
    if known is not None:
        return known.response.decode(), True
    location = act(tx)
    idempotency.remember(tx, asked, idempotency.Answer(_SEE_OTHER, location.encode()), acting.at)
    return location, False


def _known(database: Database, asked: idempotency.Request) -> str | None:
    """Where it led when the same form was being saved while this one waited."""
    with database.reading() as tx:
        known = _find(tx, asked)
    return None if known is None else known.response.decode()


def _find(tx: Transaction, asked: idempotency.Request) -> idempotency.Answer | None:
    try:
        return idempotency.find(tx, asked)
    except InvalidInput:
        sentence = _("What you entered first was saved already; it was changed after that. Look at what is recorded.")
        raise Conflict("saved_already", sentence) from None


def _asked(request: Request, acting: Acting, form: Form) -> idempotency.Request:
    key = form[KEY]
    if _KEY.fullmatch(key) is None:
        raise Malformed("key_missing", _("This form is incomplete: open the page again. Nothing was saved."))
    return idempotency.Request(acting.person_id, key, f"{request.method} {request.scope['path']}", form.hash())
