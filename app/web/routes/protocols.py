"""Which protocols are there, and what does each say?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.services.acting import Permission
from app.web.pages import page
from app.web.presenters.protocol import protocol_line, protocol_view
from app.web.routes.common import Signed, library
from app.web.translate import _

router = APIRouter(include_in_schema=False)


@router.get("/protocols")
def protocols(request: Request, acting: Signed) -> Response:
    acting.require(Permission.READ, None)
    lines = [protocol_line(one) for one in library(request).protocols.values()]
    return page(request, acting, "protocols.html", title=_("Protocols"), lines=lines)


@router.get("/protocols/{protocol_id}")
def protocol(request: Request, acting: Signed, protocol_id: str) -> Response:
    acting.require(Permission.READ, None)
    view = protocol_view(library(request).protocol(protocol_id))
    return page(request, acting, "protocol.html", title=view.head.title, view=view)
