"""Does every act on a course say whose course it is, and a change what it replaces?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.ids import new_id
from app.domain.vocabulary import AlertKind, Choice, CycleEventKind
from app.services.acting import VERSION
from app.services.administering import administer
from app.services.alerting import Shown, acknowledge, close
from app.services.asking import decide_now
from app.services.correcting import Change, correct
from app.services.courses import NewEvent, add_cycle_event
from app.services.ordering import order
from app.store import alerts, wards
from app.store.database import Database
from app.store.wards import Bed
from tests.builders import AT, LIBRARY, REASON
from tests.services.ward import DUE, Ward, a_ward, later

_COLUMNS = (
    "action, person, acting_as, workstation, course_id, patient_id, subjects, before, reason, request_id, version"
)


@pytest.fixture
def ward(database: Database) -> Ward:
    """The people of a ward at a machine the ward has enrolled; the test runs once on each kind of database."""
    made = a_ward(database)
    machine = new_id(AT)
    for who in ("nurse", "prescriber", "charge"):
        setattr(made, who, replace(getattr(made, who), workstation=machine))
    return made


def _lines(ward: Ward, action: str | None = None) -> list[dict[str, Any]]:
    with ward.database.reading() as tx:
        found = tx.connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM audit ORDER BY seq").mappings().all()
    return [dict(row) for row in found if action in (None, row["action"])]


def _event(ward: Ward, kind: CycleEventKind, minutes: float, **more: Any) -> str:
    acting = later(ward.prescriber, minutes)
    with ward.database.transaction() as tx:
        event, _ = add_cycle_event(tx, LIBRARY, acting, ward.cycle.id, NewEvent(kind, acting.at, REASON, **more))
    return event.id


@pytest.mark.hazard("HZ-15")
def test_every_act_on_a_course_names_person_machine_patient_request_and_version(ward: Ward) -> None:
    saved = ward.chart(creatinine="2.6")
    assert saved.record is not None
    row = next(row for row in saved.observations if row.measure == "creatinine")
    with ward.database.transaction() as tx:
        correct(tx, LIBRARY, later(ward.nurse, 1), row.id, Change(REASON, value=Decimal("2.7"), unit=row.unit))
    with ward.database.transaction() as tx:
        fresh = decide_now(tx, LIBRARY, later(ward.nurse, 2), ward.doses[0].id)
        order(tx, LIBRARY, later(ward.prescriber, 2), ward.doses[0].id, fresh.record.id, Choice.HOLD, REASON)
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, later(ward.nurse, 3), ward.doses[0].id, ward.done(3, deviation=REASON))
    with ward.database.reading() as tx:
        first, second, *_ = alerts.open_alerts(tx, [ward.id])
    with ward.database.transaction() as tx:
        acknowledge(tx, later(ward.nurse, 4), first.id, first.action)
    with ward.database.transaction() as tx:
        close(tx, later(ward.nurse, 4), second.id, Shown(second.action), REASON)
    _event(ward, CycleEventKind.DISCHARGED, 5)

    lines = _lines(ward)
    of_course = [line for line in lines if line["course_id"] is not None]
    assert {"open_course", "observe", "correct", "decide", "order_hold", "dose_given", "open_cycle"} <= {
        line["action"] for line in of_course
    }
    assert {f"alert_{AlertKind.ACKNOWLEDGED}", f"alert_{AlertKind.CLOSED}", "cycle_discharged"} <= {
        line["action"] for line in of_course
    }
    assert {line["patient_id"] for line in of_course} == {ward.course.patient_id}
    for line in of_course:
        assert line["version"] == VERSION
        assert line["request_id"] == "CANARY-REQUEST-9041"
        assert line["person"] is not None
        assert line["subjects"] != ""
    assert all(line["workstation"] for line in of_course if line["action"] not in ("open_course", "open_cycle"))


@pytest.mark.hazard("HZ-08")
def test_a_change_names_what_it_replaces(ward: Ward) -> None:
    saved = ward.chart(creatinine="2.6")
    row = next(row for row in saved.observations if row.measure == "creatinine")
    with ward.database.transaction() as tx:
        change = Change(REASON, value=Decimal("2.7"), unit=row.unit)
        new = correct(tx, LIBRARY, later(ward.nurse, 1), row.id, change).observation
    (line,) = _lines(ward, "correct")
    assert (line["before"], line["subjects"]) == (row.id, new.id)


def test_a_move_names_where_the_patient_was_before(ward: Ward) -> None:
    with ward.database.transaction() as tx:
        for bed in ("2", "3"):
            wards.add_bed(tx, Bed(ward.id, bed, open=True))
    moved = [_event(ward, CycleEventKind.MOVED, minutes, ward_id=ward.id, bed=str(minutes)) for minutes in (2, 3)]
    assert [line["before"] for line in _lines(ward, "cycle_moved")] == [ward.cycle.id, moved[0]]


def test_a_new_dosing_weight_names_the_one_before(ward: Ward) -> None:
    put = [_event(ward, CycleEventKind.DOSING_WEIGHT, n, weight=Decimal(weight)) for n, weight in ((1, 84), (2, 85))]
    lines = _lines(ward, "cycle_dosing_weight")
    assert [line["before"] for line in lines] == [ward.cycle.id, put[0]]
    assert {line["reason"] for line in lines} == {REASON}


def test_new_due_times_name_the_ones_before(ward: Ward) -> None:
    moved = [
        _event(ward, CycleEventKind.GRID_MOVED, n, from_dose=2, due_at=DUE + timedelta(hours=8 + n)) for n in (1, 2)
    ]
    assert [line["before"] for line in _lines(ward, "cycle_grid_moved")] == [ward.cycle.id, moved[0]]
