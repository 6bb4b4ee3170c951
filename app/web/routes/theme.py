"""How does a reader choose the colours of the day or of the night?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.errors import InvalidInput
from app.http import cookies
from app.web.pages import go, own_path
from app.web.routes.common import Posted
from app.web.themes import THEMES
from app.web.translate import _

router = APIRouter(include_in_schema=False)


@router.post("/theme")
def choose(request: Request, form: Posted) -> Response:
    if form["theme"] not in THEMES:
        raise InvalidInput("unknown_theme", _("The pages have no such colours."))
    answer = go(request, own_path(form["next"]))
    cookies.set_theme(request, answer, form["theme"])
    return answer
