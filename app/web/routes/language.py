"""How does a reader choose the language of the pages?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.errors import InvalidInput
from app.http import cookies
from app.web.pages import go, own_path
from app.web.routes.common import Posted
from app.web.translate import LANGUAGES, _

router = APIRouter(include_in_schema=False)


@router.post("/language")
def choose(request: Request, form: Posted) -> Response:
    if form["language"] not in LANGUAGES:
        raise InvalidInput("unknown_language", _("The pages do not speak that language."))
    answer = go(request, own_path(form["next"]))
    cookies.set_language(request, answer, form["language"])
    return answer
