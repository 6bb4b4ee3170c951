"""Whose turn is it at this machine: a sign of life, locking, unlocking, another person?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from app.domain.errors import NotFound, NotSignedIn, ProofNeeded
from app.http import cookies, proving
from app.http.identity import open_session
from app.http.request_id import request_id
from app.services import sessions
from app.store.database import Database
from app.web.errors import SIGN_IN
from app.web.form import PROOF
from app.web.locking import lock_page, others_view
from app.web.pages import fragment, go, is_fetched, own_path
from app.web.routes.common import Now, Posted, Signed
from app.web.translate import _, told

router = APIRouter(include_in_schema=False)
_OTHER_PERSON, _GONE = 409, 401


@router.get("/session")
def state(acting: Signed) -> Response:
    """Whose session it is, for a page that was out of sight."""
    return JSONResponse({"person": acting.person_id})


@router.post("/session/active")
def active(acting: Signed) -> Response:
    """A sign of life from somebody who types: the request itself is what counts."""
    return JSONResponse({"person": acting.person_id})


@router.post("/session/lock")
def lock(request: Request, form: Posted, at: Now) -> Response:
    onward = own_path(form["page"])
    session = open_session(request, at)
    if session is not None:
        database: Database = request.app.state.database
        with database.transaction() as tx:
            sessions.lock(tx, session, at, request_id() or "", onward)
    return Response(status_code=204) if is_fetched(request) else go(request, onward)


@router.get("/session/others")
def others(request: Request, at: Now) -> Response:
    """For the overlay: the names of whoever else is signed in at this enrolled machine."""
    mine = open_session(request, at)
    here = proving.signed_in_here(request, at)
    return fragment("lock_others.html", others=others_view(here, None if mine is None else mine.person.id))


@router.get("/session/locked")
def locked(request: Request, at: Now, onward: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The page of a session that locked, wherever that happened; with nobody's, the way to sign in."""
    mine = open_session(request, at)
    found = others_view(proving.signed_in_here(request, at), None if mine is None else mine.person.id)
    if mine is None and not found:
        return go(request, SIGN_IN)
    return lock_page(request, mine, own_path(onward), found)


@router.post("/session/unlock")
def unlock(request: Request, form: Posted, at: Now) -> Response:
    session = open_session(request, at)
    if session is None:
        return _gone(request)
    if form["by"] != session.person.id:
        sentence = _("Somebody else's turn has begun at this machine: open the page again.")
        return PlainTextResponse(sentence, _OTHER_PERSON) if is_fetched(request) else go(request, "/")
    try:
        proving.unlock(request, session, form[PROOF], at)
    except ProofNeeded as refusal:
        if is_fetched(request):
            return PlainTextResponse(told(refusal.sentence), 403)
        found = others_view(proving.signed_in_here(request, at), session.person.id)
        return lock_page(request, session, own_path(form["next"]), found, refusal=told(refusal.sentence))
    except NotSignedIn:
        return _gone(request)
    return Response(status_code=204) if is_fetched(request) else go(request, own_path(form["next"]))


@router.post("/session/switch")
def switch(request: Request, form: Posted, at: Now) -> Response:
    mine = open_session(request, at)
    try:
        theirs = proving.switch(request, form["person"], form[PROOF], at)
    except ProofNeeded as refusal:
        refused = (form["person"], told(refusal.sentence))
        found = others_view(proving.signed_in_here(request, at), None if mine is None else mine.person.id, refused)
        return lock_page(request, mine, "/", found)
    except (NotFound, NotSignedIn):
        return go(request, SIGN_IN)
    return go(request, theirs.page or "/")


def _gone(request: Request) -> Response:
    if is_fetched(request):
        return Response(status_code=_GONE)
    answer = go(request, SIGN_IN)
    cookies.clear_session(request, answer)
    return answer
