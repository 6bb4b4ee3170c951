"""How much do a ward's alerts ask of it: how many, how long they wait, what never fires, what is overruled?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import StringConstraints

from app.domain.errors import NotFound
from app.http.fields import Uuid
from app.services.acting import Acting
from app.services.fatigue import WardFatigue, fatigue_of
from app.services.looking import wards_of
from app.store.database import Transaction
from app.store.wards import Ward
from app.web.pages import Link, page
from app.web.presenters.fatigue import chart_of, fatigue_view, labels_of
from app.web.routes.common import Signed, library, reading
from app.web.translate import _, several
from dashboards.fatigue import firing_rate, overridden, waiting
from dashboards.theme import Figure

router = APIRouter(include_in_schema=False)
HERE = "/alerts/figures"
PERIODS = (28, 91, 364)
"""Days: whole weeks, so that every day of the week counts as often."""
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,80}$")]


class Asked:
    """Which ward, the last how many days, and which criterion's control chart."""

    # async is not needed: a class is no thread of its own for FastAPI.
    def __init__(
        self,
        ward: Annotated[Uuid | None, Query()] = None,
        days: Annotated[int, Query(ge=1, le=366)] = PERIODS[0],
        key: Annotated[Key | None, Query()] = None,
    ) -> None:
        self.ward, self.days, self.key = ward, days, key

    def address(self, ward_id: str, path: str = HERE, days: int | None = None, key: str | None = None) -> str:
        """The same page with something changed."""
        query = {"ward": ward_id, "days": str(days or self.days), **({} if key is None else {"key": key})}
        return f"{path}?{urlencode(query)}"


Wanted = Annotated[Asked, Depends(Asked)]


@router.get(HERE)
def figures(request: Request, acting: Signed, asked: Wanted) -> Response:
    with reading(request) as tx:
        wards = wards_of(tx, acting)
        found = _look(tx, request, acting, asked, wards)
    view = fatigue_view(found, library(request).measures, asked.key)
    ward_id = found.ward.id
    return page(
        request,
        acting,
        "fatigue.html",
        title=_("Figures of alerts"),
        view=view,
        wards=[Link(asked.address(ward.id), ward.name, ward.id == ward_id) for ward in wards],
        periods=[Link(asked.address(ward_id, days=days), _days(days), days == asked.days) for days in PERIODS],
        whole=asked.address(ward_id),
        links_of={row.key: asked.address(ward_id, key=row.key) for row in view.rates},
        sources={name: asked.address(ward_id, f"{HERE}/{name}", key=view.key) for name in _CHARTS},
    )


@router.get(HERE + "/{chart_id}")
def figure(request: Request, acting: Signed, asked: Wanted, chart_id: str) -> Response:
    if chart_id not in _CHARTS:
        raise NotFound("unknown_panel", _("There is no figure of that name."))
    with reading(request) as tx:
        found = _look(tx, request, acting, asked, wards_of(tx, acting))
    return JSONResponse(_CHARTS[chart_id](request, found, asked))


def _look(tx: Transaction, request: Request, acting: Acting, asked: Asked, wards: tuple[Ward, ...]) -> WardFatigue:
    ward_id = asked.ward or next((ward.id for ward in wards), None)
    if ward_id is None:
        raise NotFound("not_found", _("There is no ward that you may look at."))
    mine = next((ward for ward in wards if ward.id == ward_id), None)
    if mine is None:
        raise NotFound("not_found", _("There is nothing here under that address that you may see."))
    last = acting.at.astimezone(ZoneInfo(mine.time_zone)).date()
    return fatigue_of(tx, library(request), acting, ward_id, last - timedelta(days=asked.days - 1), last)


def _days(days: int) -> str:
    return several("Last {number} week", "Last {number} weeks", days // 7)


_CHARTS: dict[str, Callable[[Request, WardFatigue, Asked], Figure]] = {
    "firing": lambda _request, found, asked: firing_rate(chart_of(found, asked.key)),
    "waiting": lambda _request, found, _asked: waiting(found.figures),
    "overridden": lambda request, found, _asked: overridden(
        found.figures.overridden, labels_of(found, library(request).measures)
    ),
}
