"""Are the indexes of open alerts and active cycles what the record makes them, whatever happens?"""

import random
from dataclasses import replace

import pytest

from app.domain.alert import AlertEvent
from app.domain.flowsheet import Flowsheet
from app.domain.vocabulary import AlertKind, CycleEventKind
from app.store import alerts, derived, flowsheets, ledger, records
from app.store.database import Database
from tests.builders import NURSE, REASON, a_cycle_event, an_id
from tests.store.making import a_course, an_act, an_event, happen, keep_ward
from tests.store.raw import raw


def _faults(database: Database) -> list[str]:
    with database.reading() as tx:
        return derived.faults(tx)


def _happen(database: Database, sheet: Flowsheet, chance: random.Random, raised: list[AlertEvent]) -> None:
    cycle = sheet.cycles[0]
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        if chance.random() < 0.3:
            moved = a_cycle_event(cycle, CycleEventKind.MOVED, ward_id=keep_ward(tx, an_id()).id, bed="9")
            records.add_cycle_event(tx, moved, sheet.course.id)
        open_now = alerts.open_alerts(tx, course_id=sheet.course.id)
        if open_now and chance.random() < 0.4:
            mine = next(event for event in raised if event.alert_id == open_now[0].id)
            kind = chance.choice([AlertKind.ACKNOWLEDGED, AlertKind.CLOSED, AlertKind.CLEARED, AlertKind.REPEATED])
            happen(tx, (replace(mine, id=an_id(), kind=kind, by=NURSE, reason=REASON),))
        else:
            ward = flowsheets.load(tx, sheet.course.id)
            places = [event.ward_id for event in ward.events if event.ward_id is not None]
            event = an_event(sheet.course, cycle, AlertKind.RAISED, ward_id=(places or [cycle.ward_id])[-1])
            happen(tx, (event,))
            raised.append(event)
        ledger.append(tx, (an_act(),))


@pytest.mark.hazard("HZ-02")
def test_the_indexes_follow_the_record_whatever_happens(database: Database) -> None:
    chance, raised = random.Random(9041), list[AlertEvent]()
    sheets = [a_course(database) for _ in range(3)]
    for _ in range(60):
        _happen(database, chance.choice(sheets), chance, raised)
    assert _faults(database) == []
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheets[0].course.id)
        discharged = a_cycle_event(sheets[0].cycles[0], CycleEventKind.DISCHARGED)
        records.add_cycle_event(tx, discharged, sheets[0].course.id)
        ledger.append(tx, (an_act(),))
    assert _faults(database) == []


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM open_alert",
        "UPDATE open_alert SET ward_id = (SELECT max(id) FROM ward)",
        "DELETE FROM active_cycle",
        "UPDATE active_cycle SET bed = 'elsewhere'",
    ],
)
def test_an_index_that_was_tampered_with_is_found(database: Database, database_url: str, damage: str) -> None:
    sheet = a_course(database)
    with database.transaction() as tx:
        keep_ward(tx, an_id())
        happen(tx, (an_event(sheet.course, sheet.cycles[0]),))
        ledger.append(tx, (an_act(),))
    assert _faults(database) == []
    with raw(database_url) as connection:
        connection.exec_driver_sql(damage)
    assert len(_faults(database)) == 1
