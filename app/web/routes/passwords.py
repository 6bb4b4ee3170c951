"""How does somebody choose a password: with a one-time link, or in place of the one they have?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.errors import InvalidInput, NotSignedIn, TooManyRequests
from app.http import cookies
from app.http.guessing import prove_password
from app.http.proving import this_machine
from app.http.request_id import request_id
from app.services import accounts, invitations
from app.services.acting import Acting
from app.services.password_rules import check_new_password, words_about
from app.services.passwords import SHORTEST, hash_password
from app.store import people
from app.store.database import Database
from app.web.entry.reading import Fault
from app.web.form import EMPTY, Form
from app.web.forms import UNPROCESSABLE, fault_of, refusal_faults, refusal_status
from app.web.pages import go, page
from app.web.routes.common import Now, Posted, Signed, reading
from app.web.translate import _

router = APIRouter(include_in_schema=False)
DONE = "/welcome/done"
_FIELDS = {"/code": "code", "/password": "password", "/again": "again", "/old": "old"}


@router.get("/welcome")
def welcome(request: Request) -> Response:
    return _welcome_page(request, EMPTY, ())


@router.post("/welcome")
def accept(request: Request, form: Posted, at: Now) -> Response:
    database: Database = request.app.state.database
    try:
        with database.reading() as tx:
            _person, words = invitations.invited(tx, form["code"], at)
        hashed = _new_hash(form, words)
        with database.transaction() as tx:
            invitations.accept(tx, form["code"], hashed, at, request_id() or "")
    except InvalidInput as refusal:
        return _welcome_page(request, form, refusal_faults(refusal, _FIELDS), refusal_status(refusal))
    return go(request, DONE)


@router.get(DONE)
def done(request: Request) -> Response:
    return page(request, None, "password_set.html", title=_("Your password is set"))


@router.get("/me/password")
def password_page(request: Request, acting: Signed) -> Response:
    return _password_page(request, acting, ())


@router.post("/me/password")
def change(request: Request, acting: Signed, form: Posted) -> Response:
    database: Database = request.app.state.database
    with database.reading() as tx:
        person = people.person(tx, acting.person_id)
        words = words_about(tx, person.login, person.name)
    try:
        prove_password(request, person.login, form["old"], acting.at, this_machine(request))
        hashed = _new_hash(form, words)
        with database.transaction() as tx:
            accounts.change_password(tx, acting, hashed)
    except NotSignedIn:
        return _password_page(request, acting, (Fault("old", _("That is not your password.")),), UNPROCESSABLE)
    except (InvalidInput, TooManyRequests) as refusal:
        return _password_page(request, acting, refusal_faults(refusal, _FIELDS), refusal_status(refusal))
    answer = go(request, DONE)
    cookies.clear_session(request, answer)
    return answer


def _new_hash(form: Form, words: tuple[str, ...]) -> str:
    """The hash of a new password that was typed twice and may be one; raises InvalidInput."""
    check_new_password(form["password"], words)
    if form["password"] != form["again"]:
        raise InvalidInput.at("/again", "differs", _("The two entries differ."))
    return hash_password(form["password"])


def _welcome_page(request: Request, form: Form, faults: tuple[Fault, ...], status: int = 200) -> Response:
    return page(
        request,
        None,
        "welcome.html",
        title=_("Choose your password"),
        status=status,
        code=form["code"],
        least=SHORTEST,
        faults=faults,
        fault={name: fault_of(faults, name) for name in _FIELDS.values()},
    )


def _password_page(request: Request, acting: Acting, faults: tuple[Fault, ...], status: int = 200) -> Response:
    with reading(request) as tx:
        possible = people.password_of(tx, acting.person_id) is not None
    return page(
        request,
        acting,
        "password.html",
        title=_("Change my password"),
        status=status,
        possible=possible,
        least=SHORTEST,
        faults=faults,
        fault={name: fault_of(faults, name) for name in _FIELDS.values()},
    )
