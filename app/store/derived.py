"""Do the indexes that are kept beside the record still say what the record says?

`open_alert`, `active_cycle` and `course_place` spare a ward the reading of its past. They follow from the record alone,
and this is where that is checked, whole.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import exists, select, union_all

from app.domain.alert import ENDS
from app.domain.vocabulary import AlertKind, CycleEventKind
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

_ending = t.alert_event.alias()
_ENDED = exists().where(_ending.c.alert_id == t.alert_event.c.alert_id, _ending.c.kind.in_([str(end) for end in ENDS]))
_RAISED = Statement(
    select(*t.alert_event.c["alert_id", "course_id", "ward_id"]).where(
        t.alert_event.c.kind == str(AlertKind.RAISED), ~_ENDED
    )
)
_OPEN = Statement(select(*t.open_alert.c["alert_id", "ward_id"]))
_ACTIVE = Statement(select(*t.active_cycle.c["cycle_id", "ward_id", "bed"]))
_PLACES = Statement(select(*t.course_place.c["course_id", "ward_id"]))
_STAYS = Statement(
    union_all(
        select(*t.cycle.c["seq", "course_id", "id", "ward_id", "bed"]),
        select(*t.cycle_event.c["seq", "course_id", "cycle_id", "ward_id", "bed"]).where(
            t.cycle_event.c.kind.in_([str(CycleEventKind.MOVED), str(CycleEventKind.DISCHARGED)])
        ),
    ).order_by("seq")
)


def faults(tx: Transaction) -> list[str]:
    """A sentence for each entry that is missing, left over or wrong; empty when all is well. Reads everything."""
    stays: dict[str, tuple[str, str]] = {}
    lies_on: dict[str, str] = {}
    for _, course_id, cycle_id, ward_id, bed in _STAYS.all(tx):
        if ward_id is None:
            del stays[cycle_id]
        else:
            stays[cycle_id], lies_on[course_id] = (ward_id, bed), ward_id
    alerts = {alert_id: lies_on.get(course_id, ward_id) for alert_id, course_id, ward_id in _RAISED.all(tx)}
    return [
        *_differences("open alert", alerts, dict(map(tuple, _OPEN.all(tx)))),
        *_differences("course's place", lies_on, dict(map(tuple, _PLACES.all(tx)))),
        *_differences("active cycle", stays, {row[0]: (row[1], row[2]) for row in _ACTIVE.all(tx)}),
    ]


def _differences(noun: str, meant: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    return [
        f"The index of the {noun}s does not say what the record says of {key}."
        for key in sorted(meant.keys() | found.keys())
        if meant.get(key) != found.get(key)
    ]
