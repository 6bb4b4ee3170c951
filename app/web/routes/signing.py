"""How does somebody sign in and out at a browser?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.domain.errors import DosewardError, NotSignedIn, TooManyRequests, Unavailable
from app.http import cookies, identity, proving
from app.http.identity import open_session
from app.services.acting import Acting
from app.web.errors import SIGN_IN
from app.web.form import EMPTY, Form
from app.web.forms import refusal_status
from app.web.locking import others_view
from app.web.pages import go, own_path, page
from app.web.routes.common import Now, Posted
from app.web.sign_on import offered
from app.web.translate import _, told

router = APIRouter(include_in_schema=False)
Maybe = Annotated[Acting | None, Depends(identity.optional_acting)]


@router.get(SIGN_IN)
def sign_in_page(
    request: Request, at: Now, onward: Annotated[str, Query(alias="next")] = "/", out: str = ""
) -> Response:
    session = open_session(request, at)
    if session is None:
        return _page(request, at, EMPTY, own_path(onward), None, _no_session(request, out))
    if not identity.is_locked(request, session, at):
        return go(request, own_path(onward))
    words = _("{name} is signed in here and locked. Sign in as somebody else; {name}'s session stays locked.")
    return _page(request, at, EMPTY, own_path(onward), None, words.format(name=session.person.name))


@router.post(SIGN_IN)
def sign_in(request: Request, form: Posted, at: Now) -> Response:
    onward = own_path(form["next"])
    try:
        secret = proving.sign_in(request, form["login"], form["password"], at)
    except (NotSignedIn, TooManyRequests, Unavailable) as refusal:
        return _page(request, at, form, onward, refusal, "")
    answer = go(request, onward)
    cookies.set_session(request, answer, secret)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, acting: Maybe) -> Response:
    if acting is not None:
        proving.sign_out(request, acting)
    answer = go(request, f"{SIGN_IN}?out=1")
    cookies.clear_session(request, answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _no_session(request: Request, out: str) -> str:
    """Why nobody is signed in, where that can be said."""
    if out == "1":
        return _("You are signed out.")
    if cookies.session_cookie(request) is None:
        return ""
    return _(
        "Your session has ended: after 12 hours, because your roles were changed, or because it was ended elsewhere. "
        "Sign in again; what you typed at a bedside form is kept as your draft."
    )


def _page(request: Request, at: Now, form: Form, onward: str, refusal: DosewardError | None, state: str) -> Response:
    return page(
        request,
        None,
        "sign_in.html",
        title=_("Sign in"),
        status=200 if refusal is None else refusal_status(refusal),
        login=form["login"],
        onward=onward,
        refusal=None if refusal is None else told(refusal.sentence),
        state=state,
        sign_on=offered(request, onward),
        others=others_view(proving.signed_in_here(request, at), None),
    )
