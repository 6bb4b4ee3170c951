"""Does the program notice within one period that alerts do not get through, and leave its canary out of everything?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.delivery.canary import Canary
from app.delivery.timers import fire_due
from app.domain import concern
from app.domain.alert import Alert
from app.domain.canary import PATIENT, WARD
from app.domain.errors import NotFound, StartRefused
from app.domain.ids import new_id
from app.domain.protocol import Protocol
from app.domain.vocabulary import AlertKind, Level, Role
from app.services import replaying
from app.services.acting import Acting
from app.services.alerting import acknowledge
from app.services.fatigue import fatigue_of
from app.services.following import follow, oldest
from app.services.looking import open_alerts, patients_by_mrn, wards_of
from app.store import alerts, chain, courses, lanes, ledger, meta, timers
from app.store.database import Database
from app.store.timers import Timer, TimerKind
from tests.builders import AT, LIBRARY
from tests.services.ward import Ward, a_service, a_ward, somebody

MINUTES = timedelta(minutes=1)
EVERYWHERE = (somebody(*Role), a_service("read", "alerts:read"))


class Clock:
    """The time, where the test put it, and the database on which something is due by then."""

    def __init__(self, database: Database) -> None:
        self.at, self.database = AT, database

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(database: Database) -> Clock:
    return Clock(database)


@pytest.fixture
def canary(database: Database, clock: Clock) -> Canary:
    return Canary(database, LIBRARY, clock)


@pytest.fixture
def ward(database: Database) -> Ward:
    """A ward of the house, beside that of the canary."""
    return a_ward(database)


def _step(canary: Canary, clock: Clock, minutes: int = 0, *, ladder: bool = True) -> str:
    """So many minutes later: beside the canary, what is due by then is done, unless nobody climbs the `ladder`."""
    clock.at += minutes * MINUTES
    if ladder:
        fire_due(clock.database, LIBRARY, clock)
    canary.step()
    return canary.trouble()


def _told(ward: Ward) -> list[Alert]:
    with ward.database.reading() as tx:
        return [one for one in open_alerts(tx, ward.nurse) if one.key == "canary"]


def _kinds(database: Database) -> list[str]:
    with database.reading() as tx:
        rows = tx.connection.exec_driver_sql(f"SELECT kind FROM alert_event WHERE ward_id = '{WARD}' ORDER BY id")
        return [row[0] for row in rows]


@pytest.mark.hazard("HZ-11")
def test_its_alert_arrives_every_quarter_of_an_hour_and_only_one_process_tries(
    database: Database, canary: Canary, clock: Clock
) -> None:
    other = Canary(database, LIBRARY, clock)
    for _ in range(31):
        assert (_step(canary, clock), _step(other, clock)) == ("", "")
        clock.at += MINUTES
    assert _kinds(database) == ["raised", "repeated", "repeated"]


def test_each_day_has_a_course_of_its_own_and_the_one_before_is_over(
    database: Database, canary: Canary, clock: Clock
) -> None:
    _step(canary, clock)
    assert _step(canary, clock, 24 * 60) == ""
    assert _kinds(database) == ["raised", "raised"]
    with database.reading() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM active_cycle").scalar_one() == 1


@pytest.mark.hazard("HZ-11")
def test_a_criterion_that_no_longer_alerts_is_noticed_within_one_period(
    ward: Ward, canary: Canary, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _step(canary, clock) == ""
    monkeypatch.setattr(concern, "_at_any_time", lambda _finding: False)
    assert "it is not in the feed" in _step(canary, clock, 15)
    (alert,) = _told(ward)
    assert alert.course_id is None
    assert "Do not rely on alerts" in alert.summary


@pytest.mark.hazard("HZ-11")
def test_an_alert_path_that_fails_is_noticed_within_one_period_and_told_once(
    ward: Ward, canary: Canary, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _step(canary, clock) == ""
    kept = alerts.add

    def broken(tx: Any, events: Any) -> None:
        if any(event.course_id is not None for event in events):
            raise RuntimeError("the path is broken")
        kept(tx, events)

    monkeypatch.setattr(alerts, "add", broken)
    for _ in range(3):
        assert "RuntimeError" in _step(canary, clock, 15)
    (alert,) = _told(ward)
    assert alert.repeats == 0

    monkeypatch.undo()
    assert _step(canary, clock, 1) == ""
    (alert,) = _told(ward)
    assert alert.open
    assert alert.cleared is not None

    monkeypatch.setattr(concern, "_at_any_time", lambda _finding: False)
    assert _step(canary, clock, 15) != ""
    (alert,) = _told(ward)
    assert (alert.cleared, alert.repeats) == (None, 1)


@pytest.mark.hazard("HZ-13")
def test_whoever_has_acknowledged_that_it_is_missing_is_not_told_each_minute(
    ward: Ward, canary: Canary, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(concern, "_at_any_time", lambda _finding: False)
        _step(canary, clock)
        (alert,) = _told(ward)
        with ward.database.transaction() as tx:
            acknowledge(tx, ward.nurse, alert.id, alert.action, alert.level)
        for _ in range(3):
            assert _step(canary, clock, 1) != ""
        assert _told(ward) == []
    assert _step(canary, clock, 1) == ""
    monkeypatch.setattr(concern, "_at_any_time", lambda _finding: False)
    assert _step(canary, clock, 15) != ""
    assert [one.key for one in _told(ward)] == ["canary"]


@pytest.mark.hazard("HZ-11")
def test_one_that_is_not_tried_any_more_is_missing_after_twenty_minutes(canary: Canary, clock: Clock) -> None:
    assert _step(canary, clock) == ""
    clock.at += 20 * MINUTES
    assert canary.trouble() == ""
    clock.at += MINUTES
    assert canary.trouble() == "The program's own test alert is missing for 21 minutes."
    canary.step()
    assert canary.trouble() == ""


@pytest.mark.hazard("HZ-10", "HZ-11")
def test_a_clock_that_jumped_ahead_and_back_does_not_stop_it(database: Database, canary: Canary, clock: Clock) -> None:
    _step(canary, clock)
    clock.at += timedelta(hours=6)
    _step(canary, clock)
    clock.at -= timedelta(hours=6)
    before = len(_kinds(database))
    assert _step(canary, clock, 1) == ""
    assert len(_kinds(database)) > before


def test_its_alerts_are_none_that_somebody_has_still_to_hear_of(
    database: Database, canary: Canary, clock: Clock
) -> None:
    _step(canary, clock)
    with database.reading() as tx:
        feed = ledger.position(tx).feed
        assert feed > 0
        assert lanes.before_open(tx, feed) == feed


def test_a_loop_that_never_began_is_missing_too(canary: Canary, clock: Clock) -> None:
    clock.at += 21 * MINUTES
    assert "missing for 21 minutes" in canary.trouble()


@pytest.mark.hazard("HZ-11")
def test_it_is_raised_by_whichever_protocol_can_and_another_text_in_the_middle_of_a_day_is_no_false_alarm(
    database: Database, canary: Canary, clock: Clock
) -> None:
    assert _step(canary, clock) == ""
    silent_first = replace(LIBRARY, protocols={"til-2024": LIBRARY.protocol("til-2024"), **_only("uspi-2023")})
    other = Canary(database, silent_first, clock)
    for _ in range(3):
        assert _step(other, clock, 15) == ""
    assert _kinds(database) == ["raised", "raised", "repeated", "repeated"]


@pytest.mark.hazard("HZ-02", "HZ-11")
def test_a_ladder_that_nobody_climbs_is_noticed_within_one_period(ward: Ward, canary: Canary, clock: Clock) -> None:
    """What watches over the timers is no timer: their loop may have ended, or one of them may fail for ever."""
    assert _step(canary, clock) == ""
    with ward.database.transaction() as tx:
        timers.arm(tx, [Timer(new_id(AT), None, TimerKind.RUNG, new_id(AT), "CANARY-9041", AT + 13 * MINUTES)])
    assert "do not climb, one is 2 minutes late" in _step(canary, clock, 15, ladder=False)
    assert [one.level for one in _told(ward)] == [Level.HIGH_PRIORITY]
    with ward.database.transaction() as tx:
        timers.rearm(tx, [one.id for one in timers.due(tx, clock.at)], ())
    assert _step(canary, clock, 1, ladder=False) == ""


def test_what_fell_due_while_nobody_served_is_no_fault_of_the_ladder(database: Database, clock: Clock) -> None:
    with database.transaction() as tx:
        timers.arm(tx, [Timer(new_id(AT), None, TimerKind.RUNG, new_id(AT), "CANARY-9041", AT - 90 * MINUTES)])
    assert _step(Canary(database, LIBRARY, clock), clock, ladder=False) == ""


def test_without_a_protocol_that_can_raise_it_the_program_does_not_start(database: Database, clock: Clock) -> None:
    with pytest.raises(StartRefused, match="alerts at any hour"):
        Canary(database, replace(LIBRARY, protocols=_only("til-2024")), clock)


def _only(name: str) -> dict[str, Protocol]:
    return {name: LIBRARY.protocol(name)}


@pytest.mark.hazard("HZ-13")
@pytest.mark.parametrize("reader", EVERYWHERE, ids=lambda reader: reader.name)
def test_nobody_who_reads_all_wards_meets_it(ward: Ward, canary: Canary, clock: Clock, reader: Acting) -> None:
    _step(canary, clock, ladder=False)
    reader = replace(reader, at=clock.at)
    with ward.database.reading() as tx:
        assert [place.id for place in wards_of(tx, reader)] == [ward.id]
        assert open_alerts(tx, reader) == ()
        assert follow(tx, reader, oldest(tx), 100).items == ()
        assert patients_by_mrn(tx, reader, "doseward-canary") == ()
        listed = courses.courses(tx, reader.wards(), None, 100)
        assert [one.id for one in listed.items] == [ward.course.id]
        (course_id,) = courses.courses_of_patient(tx, PATIENT)
        raised = alerts.alerts_of_course(tx, course_id)
        with pytest.raises(NotFound):
            courses.place_of_alert(tx, raised[0].id, reader.reach)
        with pytest.raises(NotFound):
            fatigue_of(tx, LIBRARY, reader, WARD, date(2026, 11, 1), date(2026, 11, 2))
        assert course_id not in {timer.course_id for timer in timers.due(tx, clock.at + timedelta(days=9))}


def test_a_database_that_holds_only_the_canary_holds_nobody(database: Database, canary: Canary, clock: Clock) -> None:
    _step(canary, clock)
    with database.reading() as tx:
        assert not meta.holds_anybody(tx)


def test_its_decisions_replay_and_its_acts_are_in_the_trail(database: Database, canary: Canary, clock: Clock) -> None:
    _step(canary, clock)
    _step(canary, clock, 15)
    with database.reading() as tx:
        again = list(replaying.replay(tx, LIBRARY))
        assert len(again) == 2
        assert all(one.same for one in again)
        rows = tx.connection.exec_driver_sql("SELECT DISTINCT acting_as, person FROM audit").all()
        assert [tuple(row) for row in rows] == [("doseward", None)]
        chain.verify_chain(tx, b"kept elsewhere")
    assert {*_kinds(database)} <= {*map(str, AlertKind)}
