"""Which alerts are open on the wards a reader may see, which wait for an outcome, and whose are they?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from app.domain.alert import Alert
from app.domain.flowsheet import Flowsheet
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.looking import wards_of
from app.services.pins import pinned
from app.services.reaching import escalated_to
from app.services.scored import scored_moments
from app.store import alerts, board, courses, flowsheets, people, wards
from app.store.board import BoardRow
from app.store.database import Transaction
from app.store.wards import Ward
from app.web.presenters.alert_page import Charted, WardAlerts
from app.web.presenters.alert_state import lacks_outcome
from app.web.presenters.trend import MOST

LATELY = timedelta(hours=24)


def ward_alerts(tx: Transaction, library: Library, acting: Acting) -> WardAlerts:
    """Open alerts of those wards, acknowledged ones without an outcome, and what was answered in the last day.

    The latter two are about whoever lies there now.
    """
    mine = wards_of(tx, acting)
    readable = {ward.id for ward in mine}
    rows = {row.sheet.course.id: row for row in board.board(tx, readable)}
    found = [one for course_id in rows for one in alerts.alerts_of_course(tx, course_id) if one.ward_id in readable]
    waiting = [one for one in found if lacks_outcome(one)]
    lately = [one for one in found if not one.open and not lacks_outcome(one) and acting.at - one.last_at <= LATELY]
    found_open = alerts.open_alerts(tx, readable)
    return _whole(tx, library, acting, mine, Sorted(found_open, tuple(waiting), tuple(lately)), rows)


def one_alert(tx: Transaction, library: Library, acting: Acting, alert_id: str) -> WardAlerts:
    """The same about a single alert, for an actor who stands at it (`looking.at_alert`)."""
    found = alerts.alert(tx, alert_id)
    rows = {row.sheet.course.id: row for row in board.board(tx, [found.ward_id])}
    return _whole(tx, library, acting, wards_of(tx, acting), Sorted((found,), (), ()), rows)


class Sorted(NamedTuple):
    """Alerts by what is to be done about them."""

    open: tuple[Alert, ...]
    waiting: tuple[Alert, ...]
    ended: tuple[Alert, ...]


def _whole(
    tx: Transaction,
    library: Library,
    acting: Acting,
    mine: tuple[Ward, ...],
    found: Sorted,
    rows: Mapping[str, BoardRow],
) -> WardAlerts:
    every = (*found.open, *found.waiting, *found.ended)
    sheets = {course_id: row.sheet for course_id, row in rows.items()}
    shown = {one.course_id for one in every if one.course_id is not None}
    owners = {course_id: courses.course(tx, course_id).patient_id for course_id in shown}
    dose_ids = {one.dose_id for one in every if one.dose_id is not None}
    return WardAlerts(
        open=found.open,
        waiting=found.waiting,
        ended=found.ended,
        charted={
            course_id: _charted(tx, library, acting, sheets.get(course_id) or flowsheets.load_bare(tx, course_id))
            for course_id in {one.course_id for one in (*found.open, *found.waiting) if one.course_id is not None}
        },
        patients={course_id: courses.patient(tx, patient_id) for course_id, patient_id in owners.items()},
        beds={course_id: row.bed for course_id, row in rows.items()},
        doses={dose_id: courses.dose(tx, dose_id)[0].number for dose_id in dose_ids},
        wards={ward.id: ward for ward in _wards(tx, mine, every)},
        names=people.all_names(tx),
        escalated=frozenset(escalated_to(tx, acting, mine)),
    )


def _charted(tx: Transaction, library: Library, acting: Acting, sheet: Flowsheet) -> Charted:
    protocol = pinned(tx, library, sheet.course.protocol)
    scored = scored_moments(tx, library.scores, protocol, sheet, acting.at, MOST)
    return Charted(sheet, protocol, scored)


def _wards(tx: Transaction, mine: tuple[Ward, ...], shown: Iterable[Alert]) -> Iterable[Ward]:
    """Those of the reader, and where an alert was raised before its patient came to them."""
    others = {one.ward_id for one in shown} - {ward.id for ward in mine}
    return (*mine, *(wards.ward(tx, ward_id) for ward_id in sorted(others)))
