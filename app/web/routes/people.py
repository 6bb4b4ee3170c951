"""Who works here, with which roles, and how does an administrator change that?"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from app.domain.errors import Conflict, DosewardError, Forbidden, InvalidInput
from app.domain.vocabulary import Role
from app.services import accounts, invitations, sessions
from app.services.acting import Acting
from app.services.invitations import Invited
from app.store import invitations as invitation_store
from app.store import people as people_store
from app.store import wards
from app.store.database import Transaction
from app.store.people import Grant, Person
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.once import new_key, submit, submit_shown_once
from app.web.pages import page
from app.web.presenters import people as present
from app.web.presenters.people import ALL_WARDS
from app.web.routes.common import Posted, Proven, Signed, reading
from app.web.translate import _, told
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
PEOPLE = "/admin/people"
_FIELDS = {"/proof": "proof", "login_taken": "login", "login_needed": "login"}
_REFUSALS = (Conflict, InvalidInput, Forbidden)


@router.get(PEOPLE)
def people(request: Request, acting: Signed, q: str = "", role: str = "", state: str = "active") -> Response:
    with reading(request) as tx:
        names = {ward.id: ward.name for ward in wards.wards(tx)}
        found = [one for one in accounts.people_for(tx, acting) if _matches(one, q, role, state)]
    return page(
        request,
        acting,
        "people.html",
        title=_("People"),
        q=q,
        roles=present.role_choices(role),
        state=state,
        lines=[present.person_line(one, names) for one in found[: present.SHOWN]],
        more=len(found) - present.SHOWN,
    )


@router.get(PEOPLE + "/new")
def new_person(request: Request, acting: Signed) -> Response:
    return _new_page(request, acting, EMPTY, ())


@router.post(PEOPLE + "/new")
def add_person(request: Request, acting: Proven, form: Posted) -> Response:
    filled = Filled(form, UNIVERSAL)
    name = filled.words("name", _("Write the name as it is to stand on every act."))
    login = filled.words("login", _("Write the login."))
    role = _role(filled)
    if name is None or login is None or role is None:
        return _new_page(request, acting, form, tuple(filled.faults), UNPROCESSABLE)
    try:
        return _with_link(request, acting, form, lambda tx: invitations.invite_new(tx, acting, login, name, (role,)))
    except _REFUSALS as refusal:
        return _new_page(request, acting, form, _faults(refusal), refusal_status(refusal))


@router.get(PEOPLE + "/{person_id}")
def person(request: Request, acting: Signed, person_id: str) -> Response:
    return _page(request, acting, person_id, EMPTY, ())


@router.post(PEOPLE + "/{person_id}/roles")
def give(request: Request, acting: Proven, form: Posted, person_id: str) -> Response:
    filled = Filled(form, UNIVERSAL)
    role = _role(filled)
    if role is None:
        return _page(request, acting, person_id, form, tuple(filled.faults), UNPROCESSABLE)
    return _do(request, acting, form, person_id, lambda tx: accounts.grant(tx, acting, person_id, role))


@router.post(PEOPLE + "/{person_id}/roles/removal")
def take(request: Request, acting: Proven, form: Posted, person_id: str) -> Response:
    role, _space, ward_id = form["taken"].partition(" ")
    if role not in set(Role):
        raise InvalidInput("unknown_role", _("Choose a role to take away."))
    held = Grant(Role(role), None if ward_id == ALL_WARDS else ward_id)
    return _do(request, acting, form, person_id, lambda tx: accounts.take_role(tx, acting, person_id, held))


@router.post(PEOPLE + "/{person_id}/disabling")
def disable(request: Request, acting: Proven, form: Posted, person_id: str) -> Response:
    filled = Filled(form, UNIVERSAL)
    reason = filled.words("reason", _("Say why nobody is to sign in as this person."), long=True)
    if reason is None:
        return _page(request, acting, person_id, form, tuple(filled.faults), UNPROCESSABLE)
    return _do(request, acting, form, person_id, lambda tx: accounts.disable(tx, acting, person_id, reason))


@router.post(PEOPLE + "/{person_id}/enabling")
def enable(request: Request, acting: Proven, form: Posted, person_id: str) -> Response:
    return _do(request, acting, form, person_id, lambda tx: accounts.enable(tx, acting, person_id))


@router.post(PEOPLE + "/{person_id}/sessions/ending")
def end_sessions(request: Request, acting: Proven, form: Posted, person_id: str) -> Response:
    return _do(request, acting, form, person_id, lambda tx: sessions.end_all(tx, acting, person_id))


@router.post(PEOPLE + "/{person_id}/invitation")
def invite(request: Request, acting: Proven, form: Posted, person_id: str) -> Response:
    try:
        return _with_link(request, acting, form, lambda tx: invitations.invite(tx, acting, person_id))
    except _REFUSALS as refusal:
        return _page(request, acting, person_id, form, _faults(refusal), refusal_status(refusal))


def _do(request: Request, acting: Acting, form: Form, person_id: str, act: Callable[[Transaction], Person]) -> Response:
    def then(tx: Transaction) -> str:
        return f"{PEOPLE}/{act(tx).id}"

    try:
        return submit(request, acting, form, then)
    except _REFUSALS as refusal:
        return _page(request, acting, person_id, form, _faults(refusal), refusal_status(refusal))


def _with_link(request: Request, acting: Acting, form: Form, act: Callable[[Transaction], Invited]) -> Response:
    def then(tx: Transaction) -> tuple[str, Invited]:
        made = act(tx)
        return f"{PEOPLE}/{made.person.id}", made

    def show(made: Invited) -> Response:
        link = present.link_view(made, f"{request.url.scheme}://{request.url.netloc}")
        return page(request, acting, "person_link.html", title=_("One-time link"), link=link)

    return submit_shown_once(request, acting, form, then, show)


def _role(filled: Filled) -> Grant | None:
    """The role a form gives; which wards there are, the service asks."""
    role = filled.one_of("role", set(Role), _("Choose the role."))
    ward_id = filled.words("ward", _("Choose the ward."))
    return None if role is None or ward_id is None else Grant(Role(role), None if ward_id == ALL_WARDS else ward_id)


def _matches(one: Person, q: str, role: str, state: str) -> bool:
    wanted = q.strip().casefold()
    held = {grant.role for grant in one.grants}
    return (
        (wanted in one.name.casefold() or wanted in one.login)
        and (role == "" or role in held)
        and (state not in {"active", "off"} or one.active == (state == "active"))
    )


def _faults(refusal: DosewardError) -> tuple[Fault, ...]:
    if refusal.code in _FIELDS:
        return (Fault(_FIELDS[refusal.code], told(refusal.sentence)),)
    return refusal_faults(refusal, _FIELDS)


def _new_page(request: Request, acting: Acting, form: Form, faults: tuple[Fault, ...], status: int = 200) -> Response:
    accounts.require_administrator_of_any(acting)
    with reading(request) as tx:
        places = wards.wards(tx)
    return page(
        request,
        acting,
        "person_new.html",
        title=_("Add a person"),
        status=status,
        form=form,
        **_choices(acting, places, form, faults),
    )


def _page(
    request: Request, acting: Acting, person_id: str, form: Form, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    with reading(request) as tx:
        found = accounts.person_for(tx, acting, person_id)
        places = wards.wards(tx)
        last, link = people_store.last_sign_in(tx, found.id), invitation_store.invitation_of(tx, found.id)
    names = {ward.id: ward.name for ward in places}
    return page(
        request,
        acting,
        "person.html",
        title=_("Person"),
        status=status,
        view=present.person_view(found, acting, names, last, link),
        reason=form["reason"],
        **_choices(acting, places, form, faults),
    )


def _choices(
    acting: Acting, places: tuple[wards.Ward, ...], form: Form, faults: tuple[Fault, ...]
) -> dict[str, object]:
    return {
        "roles": present.role_choices(form["role"]),
        "wards": present.ward_choices(acting, places, form["ward"]),
        "faults": faults,
        "fault": {name: fault_of(faults, name) for name in ("name", "login", "role", "ward", "reason", "proof")},
        "key": form[KEY] or new_key(),
    }
