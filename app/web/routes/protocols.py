"""Which protocols are there, what does each say, and who lets it decide?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.domain.course import ProtocolPin
from app.domain.errors import Conflict, InvalidInput, ProofNeeded
from app.domain.protocol import Protocol
from app.services.acting import Acting
from app.services.approving import acknowledge, approval, sign
from app.services.pins import pinned, version
from app.store.database import Transaction
from app.web.entry.reading import Fault, html_id
from app.web.form import EMPTY, KEY, Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_status
from app.web.once import new_key, submit
from app.web.pages import page
from app.web.presenters.approval import SYSTEM, approval_view, state_words
from app.web.presenters.protocol import protocol_line, protocol_view
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _, told
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
_FIELDS = {"wrong_systems": "uncovered", "statement_needed": "statement"}
_FORMS = {"signoffs": "proof-sign", "acknowledgements": "proof-known"}
Sha256 = Annotated[str | None, Query(max_length=64)]


@router.get("/protocols")
def protocols(request: Request, acting: Signed) -> Response:
    with reading(request) as tx:
        found = [approval(tx, one) for one in library(request).protocols.values()]
    lines = [(protocol_line(one.protocol), state_words(one)) for one in found]
    return page(request, acting, "protocols.html", title=_("Protocols"), lines=lines)


@router.get("/protocols/{protocol_id}")
def protocol(request: Request, acting: Signed, protocol_id: str) -> Response:
    return _page(request, acting, library(request).protocol(protocol_id))


@router.get("/protocols/{protocol_id}/{number}")
def protocol_version(
    request: Request, acting: Signed, protocol_id: str, number: str, sha256: Sha256 = None
) -> Response:
    """That version; with `sha256`, the text a course is pinned to, whatever the file says today."""
    with reading(request) as tx:
        if sha256 is None:
            found = version(tx, library(request), protocol_id, number)
        else:
            found = pinned(tx, library(request), ProtocolPin(protocol_id, number, sha256))
    return _page(request, acting, found)


@router.post("/protocols/{protocol_id}/signoffs")
def signoff(request: Request, acting: Proven, form: Posted, protocol_id: str) -> Response:
    filled = Filled(form, UNIVERSAL)
    statement = filled.words("statement", _("Say what you have checked."), long=True)
    if statement is None:
        return _again(request, acting, protocol_id, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        sign(tx, library(request), acting, protocol_id, form["sha256"], statement)
        return f"/protocols/{protocol_id}#approval"

    return _submit(request, acting, protocol_id, form, act)


@router.post("/protocols/{protocol_id}/acknowledgements")
def acknowledgement(request: Request, acting: Proven, form: Posted, protocol_id: str) -> Response:
    systems = [name for name in _text(request, protocol_id, form).uncovered if form[SYSTEM + name] == "1"]

    def act(tx: Transaction) -> str:
        acknowledge(tx, library(request), acting, protocol_id, form["sha256"], systems)
        return f"/protocols/{protocol_id}#approval"

    return _submit(request, acting, protocol_id, form, act)


def _submit(
    request: Request, acting: Acting, protocol_id: str, form: Form, act: Callable[[Transaction], str]
) -> Response:
    try:
        return submit(request, acting, form, act)
    except ProofNeeded as refusal:
        faults = (Fault(_FORMS[request.url.path.rpartition("/")[2]], told(refusal.sentence)),)
        return _again(request, acting, protocol_id, form, faults, refusal_status(refusal))
    except (Conflict, InvalidInput) as refusal:
        faults = (Fault(html_id(_FIELDS.get(refusal.code, "")), told(refusal.sentence)),)
        return _again(request, acting, protocol_id, form, faults, refusal_status(refusal))


def _again(
    request: Request, acting: Acting, protocol_id: str, form: Form, faults: tuple[Fault, ...], status: int
) -> Response:
    """The page of the text the form was about, or, where that is gone, of the newest."""
    text = _text(request, protocol_id, form)
    return _page(request, acting, text, form, faults, status)


def _text(request: Request, protocol_id: str, form: Form) -> Protocol:
    newest = library(request).protocol(protocol_id)
    named = library(request).text(form["sha256"])
    return named if named is not None and named.pin.id == protocol_id else newest


def _page(
    request: Request,
    acting: Acting,
    text: Protocol,
    form: Form = EMPTY,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
) -> Response:
    with reading(request) as tx:
        found = approval(tx, text)
    view = protocol_view(text)
    return page(
        request,
        acting,
        "protocol.html",
        title=view.head.title,
        status=status,
        view=view,
        approval=approval_view(found, acting, form, faults, at_hand=library(request).text(text.pin.sha256) is not None),
        faults=faults,
        fault={name: fault_of(faults, name) for name in _FORMS.values()},
        key=form[KEY] or new_key(),
    )
