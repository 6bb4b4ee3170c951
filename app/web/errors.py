"""What does a person read when a page cannot be shown or an entry is refused?

One sentence, what was saved (nothing), and the way back, where the browser still holds what was typed.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.http.paths import SAFE_METHODS
from app.http.problems import Problem
from app.http.request_id import request_id
from app.services.acting import Acting, Permission
from app.web.pages import here, is_fetched, page
from app.web.translate import _, mark, told

_NOT_SIGNED_IN = 401
_NOT_FOUND = 404
_CHART = re.compile(r"/(courses|doses|cycles|observations|alerts)/([0-9a-f-]{36})(/|$)", re.ASCII)
SIGN_IN, LOCKED = "/sign-in", "/session/locked"
_WAYS = {_NOT_SIGNED_IN: (SIGN_IN, mark("Sign in")), 423: (LOCKED, mark("Unlock"))}
"""By status: where a person goes on, and what the link says."""


def render_error(request: Request, problem: Problem) -> Response | None:
    """The page of a refusal; whoever is not signed in, or locked, and only wanted to look is sent to do so."""
    looking = request.method in SAFE_METHODS
    way = _WAYS.get(problem.status)
    if way is not None and looking and not is_fetched(request):
        return RedirectResponse(f"{way[0]}?next={quote(here(request))}", 303)
    sentence = told(problem.detail)
    if problem.status == _NOT_SIGNED_IN:
        sentence = _("You are not signed in any more. Nothing was saved.")
    return page(
        request,
        None,
        "problem.html",
        title=told(problem.title),
        status=problem.status,
        heading=told(problem.title),
        sentence=sentence,
        faults=[told(error.message) for error in problem.errors if error.message != problem.detail],
        typed=not looking,
        way=None if way is None else (way[0], _(way[1])),
        emergency=_emergency(request, problem),
        request_id=request_id(),
    )


def _emergency(request: Request, problem: Problem) -> str | None:
    """Where somebody can ask for the chart of a patient who may, or may not, lie on another ward."""
    who: Acting | None = getattr(request.state, "who", None)
    asked = _CHART.match(request.url.path)
    if problem.status != _NOT_FOUND or asked is None or who is None or who.wards() is None:
        return None
    if not who.may(Permission.BREAK_GLASS, None):
        return None
    return f"/courses/{asked[2]}/emergency" if asked[1] == "courses" else "/emergency"
