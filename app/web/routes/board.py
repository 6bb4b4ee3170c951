"""The ward board: whose turn is it?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from app.services.acting import Acting, Permission
from app.services.board import ward_boards
from app.web.formats import WardTime
from app.web.pages import fragment, page
from app.web.presenters.board import BoardView, board_view
from app.web.routes.common import Signed, library, reading
from app.web.translate import _

router = APIRouter(include_in_schema=False)


@router.get("/")
def board(request: Request, acting: Signed) -> Response:
    wards = _boards(request, acting)
    return page(
        request,
        acting,
        "board.html",
        title=_("Ward board"),
        wards=wards,
        at=_clock(wards, acting),
        everywhere=acting.wards() is None,
        admit=acting.may(Permission.ADMIT, None),
    )


@router.get("/board/rows")
def rows(request: Request, acting: Signed) -> Response:
    wards = _boards(request, acting)
    return fragment("board_rows.html", wards=wards, at=_clock(wards, acting), everywhere=acting.wards() is None)


def _boards(request: Request, acting: Acting) -> tuple[BoardView, ...]:
    found = library(request)
    with reading(request) as tx:
        boards = ward_boards(tx, found, acting)
    return tuple(board_view(one, found.measures, acting) for one in boards)


def _clock(wards: tuple[BoardView, ...], acting: Acting) -> str:
    return wards[0].clock if wards else WardTime(ZoneInfo("UTC")).seconds(acting.at)
