"""Is every rung that is due climbed once, and at once after the start, when the server is killed in the midst of it?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.alert import AlertEvent
from app.domain.ids import new_id
from app.domain.vocabulary import Action, AlertKind, Level
from app.services.acting import by_itself
from app.services.announcing import announce
from app.store import flowsheets, ledger
from app.store.database import Database, open_database
from tests.faults.record import rows
from tests.faults.serving import AUDIT_KEY, start
from tests.faults.ward import Ward

EACH = 8
"""Unanswered alerts of each patient; the second rung of each is due before the server starts."""
SOME = 5
LATE = timedelta(seconds=5)
PATIENCE = 30.0
SECOND = timedelta(minutes=10)
"""When the shipped ladder reaches the attending at high priority; the charge nurse is reached five minutes before."""


def _raise_alerts(ward: Ward, since: datetime) -> set[str]:
    """Alerts that nobody answered while no server was there."""
    database = open_database(ward.url, audit_key=AUDIT_KEY.encode())
    raised = set[str]()
    ((ward_id,),) = rows(ward.url, "SELECT id FROM ward WHERE name = 'CANARY-WARD-A'")
    for course_id in ward.course_ids:
        events = [_event(course_id, ward_id, since) for _ in range(EACH)]
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
    """The first server dies in the midst of climbing the second rungs; the third ones fall due while the next lives."""
    comes_due = datetime.now(UTC) + timedelta(seconds=9)
    alert_ids = _raise_alerts(ward, comes_due - SECOND)
    every = len(alert_ids)
    server = start(ward.url, tmp_path)
    assert _until(lambda: len(_climbed(beside, alert_ids)) >= SOME)
    server.kill()
    # The control: what lived in the process alone would be lost with it.
    assert len(_climbed(beside, alert_ids)) < every, "the kill did not fall into the climbing: the test shows nothing"
    server = start(ward.url, tmp_path)
    began = datetime.now(UTC)
    assert _until(lambda: len(_climbed(beside, alert_ids)) >= 2 * every)
    time.sleep(1.5)
    server.stop()
    climbed = _climbed(beside, alert_ids)
    assert Counter((alert_id, duty) for alert_id, duty, _ in climbed) == {
        (alert_id, duty): 1 for alert_id in alert_ids for duty in ("charge_nurse", "attending")
    }
    assert max(at for _, duty, at in climbed if duty == "charge_nurse") < began + LATE
    assert max(at for _, duty, at in climbed if duty == "attending") < max(began, comes_due) + LATE
