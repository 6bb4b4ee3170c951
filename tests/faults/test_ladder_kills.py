"""Is every rung that is due climbed once, and at once after the start, when the server is killed in the midst of it?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from app.domain.alert import AlertEvent
from app.domain.ids import new_id
from app.domain.vocabulary import Action, AlertKind, Duty, Level
from app.services.acting import by_itself
from app.services.announcing import announce
from app.store import flowsheets, ledger
from app.store.database import Database
from app.store.opening import open_database
from tests.faults.record import rows
from tests.faults.serving import AUDIT_KEY, start
from tests.faults.ward import Ward

EACH = 8
"""Unanswered alerts of each patient."""
SOME, TRIES = 3, 5
LATE = timedelta(seconds=5)
PATIENCE = 30.0
CHARGE_NURSE = timedelta(minutes=5)
"""When the shipped ladder reaches the charge nurse at high priority; the others come after this test."""


def _raise_alerts(ward: Ward, due: datetime) -> set[str]:
    """Alerts that nobody has answered, written while no server is there; the charge nurse is to be reached then."""
    database = open_database(ward.url, audit_key=AUDIT_KEY.encode())
    raised = set[str]()
    ((ward_id,),) = rows(ward.url, "SELECT id FROM ward WHERE name = 'CANARY-WARD-A'")
    for course_id in ward.course_ids:
        events = [_event(course_id, ward_id, due - CHARGE_NURSE) for _ in range(EACH)]
        with database.transaction() as tx:
            flowsheets.lock_course(tx, course_id)
            announce(tx, events)
            ledger.append(tx, (by_itself(datetime.now(UTC), "probe", course_id, [one.id for one in events]),))
        raised |= {one.id for one in events}
    database.close()
    return raised


def _event(course_id: str, ward_id: str, at: datetime) -> AlertEvent:
    one = new_id(at)
    return AlertEvent(
        id=one,
        alert_id=one,
        course_id=course_id,
        cycle_id=None,
        dose_id=None,
        decision_id=None,
        ward_id=ward_id,
        kind=AlertKind.RAISED,
        key=f"probe:{one}",
        level=Level.HIGH_PRIORITY,
        action=Action.STOP,
        summary="Dose 3: stop.",
        at=at,
        by=None,
        reason=None,
    )


def _climbed(beside: Database, alert_ids: set[str]) -> list[tuple[str, str, datetime]]:
    """Every rung that was climbed: of which alert, to which duty, when."""
    with beside.reading() as tx:
        query = f"SELECT alert_id, duty, at FROM alert_event WHERE kind = '{AlertKind.ESCALATED}'"
        found = list(tx.connection.exec_driver_sql(query))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return [(row[0], row[1], epoch + timedelta(microseconds=row[2])) for row in found if row[0] in alert_ids]


def _until(enough: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while not enough() and time.monotonic() < until:
        time.sleep(0.01)
    return enough()


def _some(beside: Database, alert_ids: set[str]) -> bool:
    return len(_climbed(beside, alert_ids)) >= SOME


@pytest.fixture
def beside(ward: Ward) -> Iterator[Database]:
    """The same database, read beside whoever serves it."""
    opened = open_database(ward.url, read_only=True)
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.hazard("HZ-02")
def test_a_server_killed_while_the_ladder_is_due_climbs_every_rung_once_and_at_once(
    ward: Ward, beside: Database, tmp_path: Path
) -> None:
    """Servers die until one did in the midst of it; more rungs fall due while the last one lives."""
    every = set[str]()
    for _ in range(TRIES):
        now = _raise_alerts(ward, datetime.now(UTC))
        every |= now
        server = start(ward.url, tmp_path)
        assert _until(partial(_some, beside, now))
        server.kill()
        # The control: what lived in the process alone would be lost with it.
        if len(_climbed(beside, now)) < len(now):
            break
    else:
        pytest.fail("no kill fell into the climbing: the test shows nothing")
    comes_due = datetime.now(UTC) + timedelta(seconds=4)
    every |= _raise_alerts(ward, comes_due)
    server = start(ward.url, tmp_path)
    began = datetime.now(UTC)
    assert _until(lambda: len(_climbed(beside, every)) >= len(every))
    time.sleep(1.5)
    server.stop()
    climbed = _climbed(beside, every)
    assert Counter((alert_id, duty) for alert_id, duty, _ in climbed) == dict.fromkeys(
        ((alert_id, Duty.CHARGE_NURSE) for alert_id in every), 1
    )
    assert max(at for _, _, at in climbed) < max(began, comes_due) + LATE
