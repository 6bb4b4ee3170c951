"""Whom does an unanswered alert of the ward reach, after how long, and who changes that?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.ladder import compose_ladder
from app.services import laddering
from app.services.acting import Acting
from app.services.laddering import LadderPage
from app.store.database import Transaction
from app.web.entry.reading import Fault
from app.web.form import EMPTY, KEY, Form
from app.web.forms import UNPROCESSABLE, Filled, refusal_faults, refusal_status
from app.web.ladder_form import read_climbs
from app.web.once import new_key, submit
from app.web.pages import page
from app.web.presenters.ladders import ladder_view, places_of
from app.web.routes.common import Posted, Signed, reading
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
HERE = "/admin/ladders"


@router.get(HERE)
def ladder_page(request: Request, acting: Signed, ward: Annotated[str | None, Query()] = None) -> Response:
    return _page(request, acting, _found(request, acting, ward), EMPTY, ())


@router.post(HERE)
def write(request: Request, acting: Signed, form: Posted) -> Response:
    found, filled = _found(request, acting, form["ward"]), Filled(form, UNIVERSAL)
    climbs = read_climbs(filled, places_of(found))
    reason = filled.words("reason", _("Say why the ladder is changed."), long=True)
    if reason is None or filled.faults:
        return _page(request, acting, found, form, tuple(filled.faults), UNPROCESSABLE)
    document = compose_ladder(
        str(len(found.history) + 1),
        {place.level: climb for place, climb in climbs.items() if place.key is None},
        {(place.key, place.level): climb for place, climb in climbs.items() if place.key is not None},
    ).decode()

    def act(tx: Transaction) -> object:
        return laddering.write_ladder(tx, acting, found.ward.id, document, reason, form["seen"])

    return _done(request, acting, found, form, act, "reason")


@router.post(HERE + "/removal")
def remove(request: Request, acting: Signed, form: Posted) -> Response:
    found, filled = _found(request, acting, form["ward"]), Filled(form, UNIVERSAL)
    reason = filled.words("again", _("Say why the shipped ladder is to hold again."), long=True)
    if reason is None:
        return _page(request, acting, found, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> object:
        return laddering.remove_ladder(tx, acting, found.ward.id, reason, form["seen"])

    return _done(request, acting, found, form, act, "again")


def _done(
    request: Request, acting: Acting, found: LadderPage, form: Form, act: Callable[[Transaction], object], field: str
) -> Response:
    def then(tx: Transaction) -> str:
        act(tx)
        return f"{HERE}?ward={found.ward.id}"

    try:
        return submit(request, acting, form, then)
    except (Conflict, Forbidden, InvalidInput) as refusal:
        faults = refusal_faults(refusal, {"/reason": field})
        return _page(request, acting, found, form, faults, refusal_status(refusal))


def _found(request: Request, acting: Acting, ward_id: str | None) -> LadderPage:
    with reading(request) as tx:
        return laddering.ladder_page(tx, acting, ward_id)


def _page(
    request: Request, acting: Acting, found: LadderPage, form: Form, faults: tuple[Fault, ...], status: int = 200
) -> Response:
    return page(
        request,
        acting,
        "ladders.html",
        title=_("Ladder"),
        status=status,
        view=ladder_view(found, acting.at, form, faults),
        faults=faults,
        key=form[KEY] or new_key(),
    )
