"""Where does the administration of the house begin?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.errors import Forbidden
from app.web.pages import page
from app.web.presenters.admin import HUB, areas_for
from app.web.routes.common import Signed
from app.web.translate import _

router = APIRouter(include_in_schema=False)


@router.get(HUB)
def hub(request: Request, acting: Signed) -> Response:
    areas = areas_for(acting)
    if not areas:
        raise Forbidden("role_needed", _("There is nothing here for your roles."))
    return page(request, acting, "admin.html", title=_("Administration"), areas=areas)
