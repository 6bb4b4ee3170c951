"""What does a person read when a page cannot be shown or an entry is refused?

One sentence, what was saved (nothing), and the way back, where the browser still holds what was typed.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.http.paths import SAFE_METHODS
from app.http.problems import Problem
from app.http.request_id import request_id
from app.web.pages import is_fetched, page
from app.web.translate import _

_NOT_SIGNED_IN = 401
SIGN_IN = "/sign-in"


def render_error(request: Request, problem: Problem) -> Response | None:
    """The page of a refusal; whoever is not signed in and only wanted to look is sent to do so."""
    looking = request.method in SAFE_METHODS
    if problem.status == _NOT_SIGNED_IN and looking and not is_fetched(request):
        return RedirectResponse(f"{SIGN_IN}?next={quote(_here(request))}", 303)
    sentence = problem.detail
    if problem.status == _NOT_SIGNED_IN:
        sentence = _("You are not signed in any more. Nothing was saved.")
    return page(
        request,
        None,
        "problem.html",
        title=problem.title,
        status=problem.status,
        heading=problem.title,
        sentence=sentence,
        faults=[error.message for error in problem.errors if error.message != problem.detail],
        typed=not looking,
        sign_in=SIGN_IN if problem.status == _NOT_SIGNED_IN else None,
        request_id=request_id(),
    )


def _here(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
