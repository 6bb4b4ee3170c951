"""What may a person see and change about their own way in?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.errors import Forbidden, InvalidInput
from app.http.identity import open_session
from app.services import pin_codes, sessions
from app.services.acting import Acting
from app.store import wards
from app.store.database import Database, Transaction
from app.web.entry.reading import Fault
from app.web.form import Form
from app.web.forms import fault_of, refusal_faults, refusal_status
from app.web.once import new_key, submit
from app.web.pages import page
from app.web.presenters.sessions import pin_words, role_words, session_line
from app.web.routes.common import Posted, Proven, Signed, reading
from app.web.translate import _

router = APIRouter(include_in_schema=False)
_FIELDS = {"/pin": "pin", "/again": "again", "/proof": "proof"}


@router.get("/me")
def me(request: Request, acting: Signed, pin: str = "") -> Response:
    return _page(request, acting, (), notice=_("Your PIN is set.") if pin == "set" else "")


@router.post("/me/pin")
def set_pin(request: Request, acting: Proven, form: Posted) -> Response:
    database: Database = request.app.state.database
    try:
        pin_codes.require_good(form["pin"], form["again"])
        acting.require_proof()  # before the hashing: it holds a core
        pin_hash = pin_codes.hash_code(database.audit_key, acting.person_id, form["pin"])
        return submit(request, acting, _named(form), lambda tx: _put(tx, acting, pin_hash))
    except (InvalidInput, Forbidden) as refusal:
        return _page(request, acting, refusal_faults(refusal, _FIELDS), refusal_status(refusal))


@router.get("/me/sessions")
def my_sessions(request: Request, acting: Signed) -> Response:
    mine = open_session(request, acting.at)
    with reading(request) as tx:
        found = sessions.of_person(tx, acting.person_id, acting.at)
    here = "" if mine is None else mine.hash
    lines = [session_line(one, acting.at, here) for one in found]
    return page(request, acting, "me_sessions.html", title=_("My sessions"), sessions=lines, key=new_key())


@router.post("/me/sessions")
def end_session(request: Request, acting: Signed, form: Posted) -> Response:
    def act(tx: Transaction) -> str:
        sessions.end_one(tx, acting, form["session"])
        return "/me/sessions"

    return submit(request, acting, form, act)


def _named(form: Form) -> Form:
    """The form without the PIN: what is remembered of an attempt must not be a hash of six digits."""
    return form.without(("pin", "again"))


def _put(tx: Transaction, acting: Acting, pin_hash: str) -> str:
    pin_codes.put(tx, acting, pin_hash)
    return "/me?pin=set"


def _page(
    request: Request, acting: Acting, faults: tuple[Fault, ...], status: int = 200, *, notice: str = ""
) -> Response:
    with reading(request) as tx:
        standing = pin_codes.standing(tx, acting.person_id)
        names = {ward.id: ward.name for ward in wards.wards(tx)}
    return page(
        request,
        acting,
        "me.html",
        title=_("My access"),
        status=status,
        name=acting.name,
        roles=role_words(acting, names),
        pin_words=pin_words(standing),
        notice=notice,
        faults=faults,
        fault={name: fault_of(faults, name) for name in _FIELDS.values()},
        key=new_key(),
    )
