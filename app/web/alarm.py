"""Which alarm stands on a reader's pages at this moment?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import Request

from app.services.acting import Acting, Permission
from app.services.looking import wards_of
from app.services.reaching import escalated_to
from app.store import alerts
from app.store.database import Database
from app.web.formats import WardTime
from app.web.presenters.alarm import Alarm, alarm_view
from app.web.wardtime import UNIVERSAL


def alarm_of(request: Request, acting: Acting) -> Alarm | None:
    """That of the wards whose alerts they may read; None where they may read none. On the clock of the first ward."""
    if not acting.may(Permission.READ_ALERTS, None):
        return None
    database: Database = request.app.state.database
    with database.reading() as tx:
        mine = wards_of(tx, acting)
        found = alerts.open_alerts(tx, [ward.id for ward in mine])
        to_me = escalated_to(tx, acting, mine)
    clock = WardTime(ZoneInfo(mine[0].time_zone)) if mine else UNIVERSAL
    return alarm_view(found, acting.at, clock.seconds(acting.at), len(to_me))
