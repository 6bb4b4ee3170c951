"""The bedside form while it is not saved: kept for its author, or thrown away."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.services import drafts
from app.store.database import Database
from app.web.bound import require_bound
from app.web.entry.draft import keep, place_of
from app.web.entry.mode import Asked
from app.web.pages import go
from app.web.routes.common import Posted, Signed, reading
from app.web.routes.observing import bedside_here

router = APIRouter(include_in_schema=False)


@router.post("/doses/{dose_id}/observe/draft")
def keep_draft(request: Request, acting: Signed, form: Posted, dose_id: str, mode: Asked) -> Response:
    with reading(request) as tx:
        place = bedside_here(request, tx, acting, dose_id)
    require_bound(form, acting, place.case.course.id)
    with _database(request).transaction() as tx:
        keep(tx, place, form, mode)
    return Response(status_code=204)


@router.post("/doses/{dose_id}/observe/draft/discard")
def throw_away(request: Request, acting: Signed, form: Posted, dose_id: str, mode: Asked) -> Response:
    with reading(request) as tx:
        place = bedside_here(request, tx, acting, dose_id)
    require_bound(form, acting, place.case.course.id)
    with _database(request).transaction() as tx:
        drafts.throw_away(tx, acting, place_of(dose_id, mode))
    return go(request, f"/doses/{dose_id}/observe{mode.query}")


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
