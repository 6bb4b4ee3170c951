"""Which programs are alerts pushed to, and who adds one?"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.receiver import Receiver
from app.domain.vocabulary import Level
from app.http.outgoing import webhooks_of
from app.services.accounts import administers
from app.services.acting import Acting
from app.services.receiving import add_receiver, receivers_for
from app.store import people, wards
from app.store.database import Transaction
from app.web.entry.fields import Option
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.once import new_key, submit_shown_once
from app.web.pages import page
from app.web.presenters.receivers import EVERYWHERE, LEVELS, level_options, receiver_line
from app.web.routes.common import Posted, Proven, Signed, reading
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
HERE = "/admin/receivers"
_FIELDS = {"/name": "name", "/url": "url", "/proof": "proof"}


@router.get(HERE)
def receivers_page(request: Request, acting: Signed) -> Response:
    return _page(request, acting, EMPTY, ())


@router.post(HERE)
def add(request: Request, acting: Proven, form: Posted) -> Response:
    with reading(request) as tx:
        places = _places(tx, acting)
    filled = Filled(form, UNIVERSAL)
    name = filled.words("name", _("Say who gets its messages."))
    url = filled.words("url", _("Give the address messages are sent to."))
    where = filled.one_of(
        "ward", {one.value for one in _wards(acting, places, form)}, _("Say whose alerts it is told.")
    )
    least = filled.one_of("least", set(LEVELS), _("Say from which level on it is told."))
    if name is None or url is None or where is None or least is None:
        return _page(request, acting, form, tuple(filled.faults), UNPROCESSABLE)
    ward_id, doors = None if where == EVERYWHERE else where, webhooks_of(request).doors

    def act(tx: Transaction) -> tuple[str, tuple[Receiver, str]]:
        return HERE, add_receiver(tx, acting, doors, name, url, ward_id, Level(least))

    try:
        return submit_shown_once(request, acting, form, act, lambda made: shown_once(request, acting, *made))
    except (Conflict, Forbidden, InvalidInput) as refusal:
        return _page(request, acting, form, refusal_faults(refusal, _FIELDS), refusal_status(refusal))


def shown_once(request: Request, acting: Acting, receiver: Receiver, secret: str) -> Response:
    """The one page that shows a receiver's secret."""
    until = receiver.earlier_until
    return page(
        request,
        acting,
        "receiver_secret.html",
        title=_("Secret of a receiver"),
        name=receiver.name,
        secret=secret,
        until="" if until is None else UNIVERSAL.moment(until),
        onward=f"{HERE}/{receiver.id}",
    )


def _page(request: Request, acting: Acting, form: Form, faults: tuple[Fault, ...], status: int = 200) -> Response:
    with reading(request) as tx:
        names = people.all_names(tx)
        on = {ward.id: ward.name for ward in wards.wards(tx)}
        found = receivers_for(tx, acting)
        places = _places(tx, acting)
    lines = [receiver_line(*one, names, on) for one in reversed(found)]
    return page(
        request,
        acting,
        "receivers.html",
        title=_("Webhooks"),
        status=status,
        lines=[one for one in lines if not one.removed],
        removed=[one for one in lines if one.removed],
        origins=sorted(webhooks_of(request).doors.origins),
        wards=_wards(acting, places, form),
        levels=level_options(form["least"]),
        form=form,
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("name", "url", "ward", "least", "proof")},
        key=form[KEY] or new_key(),
    )


def _places(tx: Transaction, acting: Acting) -> Mapping[str, str]:
    return {ward.id: ward.name for ward in wards.wards(tx) if administers(acting, ward.id)}


def _wards(acting: Acting, places: Mapping[str, str], form: Form) -> tuple[Option, ...]:
    every = {EVERYWHERE: _("All wards, also later ones")} if administers(acting, None) else {}
    return tuple(
        Option(f"ward-{value}", value, words, form["ward"] == value) for value, words in (every | dict(places)).items()
    )
