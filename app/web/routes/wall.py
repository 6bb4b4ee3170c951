"""The board for a screen on the wall: whose turn is it, for everybody's eyes?

No name, no value, no link. It goes on while its session is locked, and says in big words when it is not live.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from app.http.identity import open_session
from app.services.acting import Acting
from app.services.board import wall_boards
from app.web.pages import fragment, page
from app.web.presenters.board_filter import wanted
from app.web.presenters.wall import wall_view
from app.web.routes.board import Wards
from app.web.routes.common import Signed, library, reading
from app.web.translate import _

router = APIRouter(include_in_schema=False)


@router.get("/board/wall")
def wall(request: Request, acting: Signed, ward: Wards = None) -> Response:
    return page(request, acting, "wall.html", title=_("Wall"), **_view(request, acting, ward))


@router.get("/board/wall/rows")
def rows(request: Request, acting: Signed, ward: Wards = None) -> Response:
    return fragment("wall_rows.html", **_view(request, acting, ward))


def _view(request: Request, acting: Acting, ward: list[str] | None) -> dict[str, Any]:
    session = open_session(request, acting.at)
    with reading(request) as tx:
        board = wall_boards(tx, library(request), acting, wanted(acting, ward, None))
    return {"view": wall_view(board, acting, None if session is None else session.expires_at)}
