"""Which programs may call, and who lets them: service tokens of the house, and a person's own?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias

from fastapi import APIRouter, Request, Response

from app.domain.errors import Forbidden, InvalidInput
from app.services.accounts import administers
from app.services.acting import Acting
from app.services.tokens import LONGEST, create_token, revoke_token, tokens_for
from app.store import people, wards
from app.store.database import Transaction
from app.store.tokens import Token
from app.web.entry.fields import Option
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.formats import date_words
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.once import new_key, submit, submit_shown_once
from app.web.pages import page
from app.web.presenters.tokens import SCOPES, TokenLine, scope_options, token_line
from app.web.routes.common import Posted, Proven, Signed, reading
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
OF_HOUSE, OWN = "/admin/tokens", "/me/tokens"
_EVERYWHERE = "everywhere"
_Act: TypeAlias = Callable[[Transaction], tuple[str, tuple[Token, str]]]
_FIELDS = {"/name": "name", "/scopes": "scopes", "/expires_at": "until", "/proof": "proof"}


@router.get(OF_HOUSE)
def service_tokens(request: Request, acting: Signed) -> Response:
    return _page(request, acting, OF_HOUSE, EMPTY, ())


@router.get(OWN)
def my_tokens(request: Request, acting: Signed) -> Response:
    return _page(request, acting, OWN, EMPTY, ())


@router.post(OF_HOUSE)
def make_service_token(request: Request, acting: Proven, form: Posted) -> Response:
    with reading(request) as tx:
        places = _places(tx, acting)
    filled = Filled(form, UNIVERSAL)
    name, until = _read(filled, acting.at)
    scopes = [scope for scope in SCOPES if form[f"scope.{scope}"] == "1"]
    if not scopes:
        filled.blame("scopes", _("Say what the program may do."))
    chosen = [ward_id for ward_id in places if form[f"ward.{ward_id}"] == "1"]
    if (form[f"ward.{_EVERYWHERE}"] == "1") == bool(chosen):
        filled.blame("wards", _("Choose wards, or all of them."))
    if filled.faults or name is None or until is None:
        return _page(request, acting, OF_HOUSE, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> tuple[str, tuple[Token, str]]:
        return OF_HOUSE, create_token(tx, acting, name, None, scopes, chosen, until)

    return _made(request, acting, form, OF_HOUSE, act)


@router.post(OWN)
def make_my_token(request: Request, acting: Proven, form: Posted) -> Response:
    filled = Filled(form, UNIVERSAL)
    name, until = _read(filled, acting.at)
    if name is None or until is None:
        return _page(request, acting, OWN, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> tuple[str, tuple[Token, str]]:
        mine = people.person(tx, acting.person_id)
        return OWN, create_token(tx, acting, name, mine, expires_at=until)

    return _made(request, acting, form, OWN, act)


@router.post(OF_HOUSE + "/{token_id}/revoke")
def revoke_of_house(request: Request, acting: Signed, form: Posted, token_id: str) -> Response:
    return submit(request, acting, form, lambda tx: _revoke(tx, acting, token_id, OF_HOUSE))


@router.post(OWN + "/{token_id}/revoke")
def revoke_mine(request: Request, acting: Signed, form: Posted, token_id: str) -> Response:
    return submit(request, acting, form, lambda tx: _revoke(tx, acting, token_id, OWN))


def _revoke(tx: Transaction, acting: Acting, token_id: str, onward: str) -> str:
    revoke_token(tx, acting, token_id)
    return onward


def _read(filled: Filled, now: datetime) -> tuple[str | None, datetime | None]:
    """Name and end: the day named is the last whole day, in UTC, as far as a token can last."""
    name = filled.words("name", _("Say which program uses it, and for what."))
    day = filled.day("until", _("Say on which day it ends."))
    if day is None:
        return name, None
    if not now.date() <= day <= (now + LONGEST).date():
        filled.blame("until", _("A token ends within {days} days, and not in the past.").format(days=LONGEST.days))
        return name, None
    return name, min(datetime.combine(day, time(), UTC) + timedelta(days=1), now + LONGEST)


def _made(request: Request, acting: Acting, form: Form, onward: str, act: _Act) -> Response:
    def show(made: tuple[Token, str]) -> Response:
        token, secret = made
        ends = UNIVERSAL.moment(token.expires_at)
        return page(
            request,
            acting,
            "token_made.html",
            title=_("Token made"),
            name=token.name,
            secret=secret,
            ends=ends,
            onward=onward,
        )

    try:
        return submit_shown_once(request, acting, form, act, show)
    except (Forbidden, InvalidInput) as refusal:
        return _page(request, acting, onward, form, refusal_faults(refusal, _FIELDS), refusal_status(refusal))


def _page(
    request: Request, acting: Acting, where: str, form: Form, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    own = where == OWN
    with reading(request) as tx:
        places = _places(tx, acting)
        lines = _lines(tx, acting, own=own)
    last = date_words((acting.at + LONGEST).date())
    return page(
        request,
        acting,
        "tokens.html",
        title=_("My tokens") if own else _("Tokens"),
        status=status,
        where=where,
        own=own,
        lines=lines,
        scopes=scope_options(scope for scope in SCOPES if form[f"scope.{scope}"] == "1"),
        wards=_ward_options(acting, places, form),
        form=form,
        until=form.sent_or("until", last),
        last=last,
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("name", "scopes", "wards", "until", "proof")},
        key=form[KEY] or new_key(),
    )


def _lines(tx: Transaction, acting: Acting, *, own: bool) -> tuple[TokenLine, ...]:
    """Newest first: one's own, or all the others one may end."""
    names = people.all_names(tx)
    on = {ward.id: ward.name for ward in wards.wards(tx)}
    mine = [
        token
        for token in tokens_for(tx, acting)
        if (token.person is not None and token.person.id == acting.person_id) is own
    ]
    return tuple(token_line(token, acting.at, names, on) for token in reversed(mine))


def _places(tx: Transaction, acting: Acting) -> Mapping[str, str]:
    """The wards this person administers: for those they make service tokens."""
    return {ward.id: ward.name for ward in wards.wards(tx) if administers(acting, ward.id)}


def _ward_options(acting: Acting, places: Mapping[str, str], form: Form) -> tuple[Option, ...]:
    every = {_EVERYWHERE: _("All wards, also later ones")} if administers(acting, None) else {}
    return tuple(
        Option(f"ward-{name}", f"ward.{name}", words, form[f"ward.{name}"] == "1")
        for name, words in (every | dict(places)).items()
    )
