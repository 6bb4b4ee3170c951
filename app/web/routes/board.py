"""The ward board: whose turn is it?"""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from app.services.acting import Acting, Permission
from app.services.board import ward_boards
from app.web.entry.layout import quick
from app.web.formats import WardTime
from app.web.pages import fragment, page
from app.web.presenters.board import board_view
from app.web.presenters.board_filter import filter_view, wanted
from app.web.routes.common import Signed, library, reading
from app.web.translate import _

router = APIRouter(include_in_schema=False)
_CROWD = 14
"""From so many patients on, the lines are drawn close together."""

Wards = Annotated[list[str] | None, Query(max_length=200)]
OfNurse = Annotated[str | None, Query(max_length=40)]


@router.get("/")
def board(request: Request, acting: Signed, ward: Wards = None, nurse: OfNurse = None) -> Response:
    parts = [(one.id, _(one.title)) for one in quick(library(request).measures)]
    view = _view(request, acting, ward, nurse)
    admit = acting.may(Permission.ADMIT, None)
    return page(request, acting, "board.html", title=_("Ward board"), parts=parts, admit=admit, **view)


@router.get("/board/rows")
def rows(request: Request, acting: Signed, ward: Wards = None, nurse: OfNurse = None) -> Response:
    return fragment("board_rows.html", **_view(request, acting, ward, nurse))


def _view(request: Request, acting: Acting, ward: list[str] | None, nurse: str | None) -> dict[str, Any]:
    found = library(request)
    with reading(request) as tx:
        asked = ward_boards(tx, found, acting, wanted(acting, ward, nurse))
    wards = tuple(board_view(one, found.measures, acting) for one in asked.boards)
    return {
        "wards": wards,
        "filter": filter_view(asked, acting, nurse),
        "crowd": sum(len(one.lines) for one in wards) > _CROWD,
        "at": wards[0].clock if wards else WardTime(ZoneInfo("UTC")).seconds(acting.at),
        "everywhere": acting.wards() is None,
    }
