"""Which alerts are open on the wards a reader may see, which were answered lately, and whose are they?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from app.domain.alert import Alert
from app.services.acting import Acting
from app.services.looking import open_alerts, wards_of
from app.store import alerts, board, courses, people, wards
from app.store.database import Transaction
from app.store.wards import Ward
from app.web.presenters.alert_page import WardAlerts

LATELY = timedelta(hours=24)


def ward_alerts(tx: Transaction, acting: Acting) -> WardAlerts:
    """Open alerts of those wards, and what was answered in the last day about whoever lies there now."""
    readable = {ward.id for ward in wards_of(tx, acting)}
    beds = {row.sheet.course.id: row.bed for row in board.board(tx, readable)}
    found = [one for course_id in beds for one in alerts.alerts_of_course(tx, course_id)]
    lately = [one for one in found if not one.open and acting.at - one.last_at <= LATELY and one.ward_id in readable]
    return _whole(tx, acting, open_alerts(tx, acting), lately, beds)


def one_alert(tx: Transaction, acting: Acting, alert_id: str) -> WardAlerts:
    """The same about a single alert, for an actor who stands at it (`looking.at_alert`)."""
    found = alerts.alert(tx, alert_id)
    beds = {row.sheet.course.id: row.bed for row in board.board(tx, [found.ward_id])}
    return _whole(tx, acting, (found,), (), beds)


def _whole(
    tx: Transaction, acting: Acting, opened: Iterable[Alert], ended: Iterable[Alert], beds: dict[str, str]
) -> WardAlerts:
    opened, ended = tuple(opened), tuple(ended)
    every = (*opened, *ended)
    owners = {
        course_id: courses.course(tx, course_id).patient_id
        for course_id in {one.course_id for one in every if one.course_id is not None}
    }
    dose_ids = {one.dose_id for one in every if one.dose_id is not None}
    return WardAlerts(
        open=opened,
        ended=ended,
        patients={course_id: courses.patient(tx, patient_id) for course_id, patient_id in owners.items()},
        beds=beds,
        doses={dose_id: courses.dose(tx, dose_id)[0].number for dose_id in dose_ids},
        wards={ward.id: ward for ward in _wards(tx, acting, every)},
        names={person.id: person.name for person in people.people(tx)},
    )


def _wards(tx: Transaction, acting: Acting, shown: Iterable[Alert]) -> Iterable[Ward]:
    """Those of the reader, and where an alert was raised before its patient came to them."""
    mine = wards_of(tx, acting)
    others = {one.ward_id for one in shown} - {ward.id for ward in mine}
    return (*mine, *(wards.ward(tx, ward_id) for ward_id in sorted(others)))
