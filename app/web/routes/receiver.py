"""Does one receiver get what it is told, and what can be done about it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from app.domain.errors import DosewardError, Forbidden, InvalidInput
from app.domain.receiver import Receiver
from app.http.outgoing import webhooks_of
from app.services import receiving
from app.services.acting import Acting
from app.services.following import parse_cursor
from app.store import lanes, people, wards
from app.store.database import Transaction
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.once import new_key, submit, submit_shown_once
from app.web.pages import page
from app.web.presenters.receivers import attempt_line, receiver_line
from app.web.routes.common import Posted, Proven, Signed, reading
from app.web.routes.receivers import HERE, shown_once
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
ONE = HERE + "/{receiver_id}"
_SHOWN = 50
_FIELDS = {"/name": "name", "/cursor": "cursor", "/reason": "reason", "/proof": "proof"}


@router.get(ONE)
def receiver_page(request: Request, acting: Signed, receiver_id: str, before: str | None = None) -> Response:
    return _page(request, acting, receiver_id, EMPTY, (), before=before)


@router.post(ONE + "/name")
def rename(request: Request, acting: Signed, form: Posted, receiver_id: str) -> Response:
    filled = Filled(form, UNIVERSAL)
    name = filled.words("name", _("Say who gets its messages."))
    if name is None:
        return _page(request, acting, receiver_id, form, tuple(filled.faults), UNPROCESSABLE)
    return _done(
        request, acting, form, receiver_id, lambda tx: receiving.rename_receiver(tx, acting, receiver_id, name)
    )


@router.post(ONE + "/test")
def send_a_test(request: Request, acting: Signed, form: Posted, receiver_id: str) -> Response:
    noted: list[Receiver] = []

    def act(tx: Transaction) -> object:
        noted.append(receiving.note_test(tx, acting, receiver_id))
        return noted

    answer = _done(request, acting, form, receiver_id, act)
    for found in noted[-1:]:
        webhooks_of(request).test(found)
    return answer


@router.post(ONE + "/replay")
def replay(request: Request, acting: Signed, form: Posted, receiver_id: str) -> Response:
    typed = form["cursor"].strip()

    def act(tx: Transaction) -> object:
        return receiving.replay(tx, acting, receiver_id, parse_cursor(typed) if typed else None)

    return _done(request, acting, form, receiver_id, act)


@router.post(ONE + "/rotation")
def rotate(request: Request, acting: Proven, form: Posted, receiver_id: str) -> Response:
    def act(tx: Transaction) -> tuple[str, tuple[Receiver, str]]:
        return f"{HERE}/{receiver_id}", receiving.rotate_secret(tx, acting, receiver_id)

    try:
        return submit_shown_once(request, acting, form, act, lambda made: shown_once(request, acting, *made))
    except Forbidden as refusal:
        return _refused(request, acting, form, receiver_id, refusal)


@router.post(ONE + "/removal")
def remove(request: Request, acting: Proven, form: Posted, receiver_id: str) -> Response:
    filled = Filled(form, UNIVERSAL)
    reason = filled.words("reason", _("Say why nothing is to go there any more."), long=True)
    if reason is None:
        return _page(request, acting, receiver_id, form, tuple(filled.faults), UNPROCESSABLE)
    return _done(
        request, acting, form, receiver_id, lambda tx: receiving.remove_receiver(tx, acting, receiver_id, reason)
    )


def _done(
    request: Request, acting: Acting, form: Form, receiver_id: str, act: Callable[[Transaction], object]
) -> Response:
    def noted(tx: Transaction) -> str:
        act(tx)
        return f"{HERE}/{receiver_id}"

    try:
        return submit(request, acting, form, noted)
    except (Forbidden, InvalidInput) as refusal:
        return _refused(request, acting, form, receiver_id, refusal)


def _refused(request: Request, acting: Acting, form: Form, receiver_id: str, refusal: DosewardError) -> Response:
    return _page(request, acting, receiver_id, form, refusal_faults(refusal, _FIELDS), refusal_status(refusal))


def _page(
    request: Request,
    acting: Acting,
    receiver_id: str,
    form: Form,
    faults: tuple[Fault, ...],
    status: int = 200,
    before: str | None = None,
) -> Response:
    with reading(request) as tx:
        found = receiving.receiver_for(tx, acting, receiver_id)
        watched = lanes.one(tx, receiver_id)
        log = receiving.deliveries_for(tx, acting, receiver_id, before, _SHOWN + 1)
        names = people.all_names(tx)
        on = {ward.id: ward.name for ward in wards.wards(tx)}
    shown: dict[str, Any] = {
        "one": receiver_line(found, None if watched is None else watched.lane, names, on),
        "attempts": [attempt_line(attempt) for attempt in log[:_SHOWN]],
        "older": log[_SHOWN - 1].id if len(log) > _SHOWN else "",
        "waiting": 0 if watched is None else watched.feed - watched.lane.n,
        "fault": {name: fault_of(faults, name) for name in ("name", "cursor", "reason", "proof")},
    }
    return page(
        request,
        acting,
        "receiver.html",
        title=_("Receiver"),
        status=status,
        where=f"{HERE}/{receiver_id}",
        form=form,
        name=form.sent_or("name", found.name),
        faults=faults,
        key=form[KEY] or new_key(),
        **shown,
    )
