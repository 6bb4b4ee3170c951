"""How does somebody sign in and out at a browser?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.domain.errors import NotSignedIn
from app.http import identity
from app.services.acting import Acting
from app.web.errors import SIGN_IN
from app.web.form import EMPTY, Form
from app.web.pages import go, page
from app.web.routes.common import Now, Posted
from app.web.translate import _

router = APIRouter(include_in_schema=False)
_REFUSED = 401
Maybe = Annotated[Acting | None, Depends(identity.optional_acting)]


@router.get(SIGN_IN)
def sign_in_page(request: Request, acting: Maybe, onward: Annotated[str, Query(alias="next")] = "/") -> Response:
    if acting is not None:
        return go(request, own_path(onward))
    return _page(request, EMPTY, own_path(onward), None)


@router.post(SIGN_IN)
def sign_in(request: Request, form: Posted, at: Now) -> Response:
    onward = own_path(form["next"])
    try:
        secret = identity.sign_in(request, form["login"], form["password"], at)
    except NotSignedIn as refusal:
        return _page(request, form, onward, refusal.sentence)
    answer = go(request, onward)
    identity.set_session(request, answer, secret)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, acting: Maybe) -> Response:
    if acting is not None:
        identity.sign_out(request, acting)
    answer = go(request, SIGN_IN)
    identity.clear_session(request, answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def own_path(path: str) -> str:
    """A page of this program, never another site's: browsers read two slashes, either way round, as a host."""
    if not path.startswith("/") or path[1:2] in {"/", "\\"} or not path.isprintable():
        return "/"
    return path


def _page(request: Request, form: Form, onward: str, refusal: str | None) -> Response:
    return page(
        request,
        None,
        "sign_in.html",
        title=_("Sign in"),
        status=200 if refusal is None else _REFUSED,
        login=form["login"],
        onward=onward,
        refusal=refusal,
    )
