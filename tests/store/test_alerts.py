"""Is every alert that nobody has answered found, on the ward where the patient lies, as it stands now?"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.alert import AlertEvent
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.ids import new_id
from app.domain.vocabulary import Action, AlertKind, AlertState, CycleEventKind, Level
from app.store import alerts, flowsheets, ledger, records
from app.store.database import Database
from app.store.faults import broken_constraint
from tests.builders import AT, NURSE, REASON, a_cycle_event, an_id
from tests.store.making import a_course, an_act, an_event, happen, keep_ward


def _happen(database: Database, *events: AlertEvent) -> None:
    with database.transaction() as tx:
        happen(tx, events)
        ledger.append(tx, (an_act("alert"),))


def _raised(sheet: Flowsheet, **changes: object) -> AlertEvent:
    return an_event(sheet.course, sheet.cycles[0], AlertKind.RAISED, **changes)


def _later(event: AlertEvent, kind: AlertKind, **changes: object) -> AlertEvent:
    return replace(event, id=an_id(), kind=kind, **changes)  # type: ignore[arg-type]


def test_an_event_comes_back_as_it_was_stored(database: Database) -> None:
    sheet = a_course(database)
    dose = sheet.doses[4]
    event = _raised(sheet, dose_id=dose.id, by=NURSE, reason=REASON, level=Level.HIGH_PRIORITY, action=Action.STOP)
    _happen(database, event)
    with database.reading() as tx:
        assert alerts.events_of_course(tx, sheet.course.id) == (event,)


def test_the_events_of_several_courses_are_those_of_each(database: Database) -> None:
    sheets = [a_course(database), a_course(database), a_course(database)]
    first = [_raised(sheet) for sheet in sheets[:2]]
    _happen(database, *first, _later(first[0], AlertKind.WORSENED), _raised(sheets[0], key="CANARY-other"))
    with database.reading() as tx:
        found = alerts.events_of_courses(tx, [sheet.course.id for sheet in sheets])
        assert found == {sheet.course.id: alerts.events_of_course(tx, sheet.course.id) for sheet in sheets[:2]}
    assert [len(events) for events in found.values()].count(3) == 1


def test_an_alert_stands_where_its_events_leave_it_even_within_one_instant(database: Database) -> None:
    sheet = a_course(database)
    first = _raised(sheet)
    worse = _later(first, AlertKind.WORSENED, action=Action.STOP, level=Level.HIGH_PRIORITY, summary="worse")
    repeated = _later(worse, AlertKind.REPEATED)
    cleared = _later(repeated, AlertKind.CLEARED, at=AT + timedelta(minutes=1))
    for event in (first, worse, repeated, cleared):
        _happen(database, event)
    with database.reading() as tx:
        alert = alerts.alert(tx, first.alert_id)
    assert alert.open
    assert (alert.action, alert.summary, alert.repeats) == (Action.STOP, "worse", 2)
    assert alert.cleared is not None
    assert alert.cleared.at == AT + timedelta(minutes=1)


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize("end", [AlertKind.ACKNOWLEDGED, AlertKind.CLOSED])
def test_only_an_answer_ends_an_alert(database: Database, end: AlertKind) -> None:
    sheet = a_course(database)
    ward, course = sheet.cycles[0].ward_id, sheet.course.id
    one, other = _raised(sheet), _raised(sheet)
    _happen(database, one, other)
    _happen(database, _later(one, AlertKind.CLEARED))
    with database.reading() as tx:
        assert [alert.id for alert in alerts.open_alerts(tx, [ward])] == [one.alert_id, other.alert_id]
    _happen(database, _later(one, end, by=NURSE, reason=REASON))
    with database.reading() as tx:
        assert [alert.id for alert in alerts.open_alerts(tx, [ward])] == [other.alert_id]
        assert [alert.id for alert in alerts.open_alerts(tx, course_id=course)] == [other.alert_id]
        assert not alerts.alert(tx, one.alert_id).open
        assert {alert.id for alert in alerts.alerts_of_course(tx, course)} == {one.alert_id, other.alert_id}


@pytest.mark.hazard("HZ-13")
def test_a_course_has_one_open_alert_per_key(database: Database) -> None:
    sheet = a_course(database)
    first = _raised(sheet, key="heart_rate")
    _happen(database, first)
    with pytest.raises(IntegrityError) as refused:
        _happen(database, _raised(sheet, key="heart_rate"))
    assert broken_constraint(refused.value) == "uq_open_alert_course_id_key"

    _happen(database, _later(first, AlertKind.ACKNOWLEDGED, by=NURSE))
    _happen(database, _raised(sheet, key="heart_rate"))


@pytest.mark.hazard("HZ-10")
def test_alerts_come_in_the_order_of_commit_where_the_clock_went_back(database: Database) -> None:
    sheet = a_course(database)
    ahead, back = new_id(AT + timedelta(hours=1)), new_id(AT)
    one = _raised(sheet, id=ahead, alert_id=ahead, key="heart_rate", at=AT + timedelta(hours=1))
    other = _raised(sheet, id=back, alert_id=back, key="platelets", at=AT)
    _happen(database, one)
    _happen(database, other)
    with database.reading() as tx:
        assert [alert.id for alert in alerts.alerts_of_course(tx, sheet.course.id)] == [ahead, back]


@pytest.mark.hazard("HZ-02")
def test_an_open_alert_moves_with_the_patient(database: Database) -> None:
    sheet = a_course(database)
    cycle = sheet.cycles[0]
    event = _raised(sheet)
    _happen(database, event)
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        ward = keep_ward(tx, an_id())
        moved = a_cycle_event(cycle, CycleEventKind.MOVED, ward_id=ward.id, bed="7")
        records.add_cycle_event(tx, moved, sheet.course.id)
        ledger.append(tx, (an_act("move"),))

    with database.reading() as tx:
        assert alerts.open_alerts(tx, [cycle.ward_id]) == ()
        assert [alert.ward_id for alert in alerts.open_alerts(tx, [ward.id])] == [ward.id]
        assert alerts.open_alerts(tx, [cycle.ward_id], sheet.course.id) == ()
        assert alerts.alert(tx, event.alert_id).ward_id == ward.id


def test_each_event_of_the_feed_is_seen_with_the_alert_as_it_left_it(database: Database) -> None:
    sheet = a_course(database)
    one, other = _raised(sheet), _raised(sheet)
    cleared, ended = _later(one, AlertKind.CLEARED), _later(one, AlertKind.ACKNOWLEDGED, by=NURSE)
    for event in (one, other, cleared, ended, _later(other, AlertKind.CLOSED, by=NURSE)):
        _happen(database, event)
    with database.reading() as tx:
        items = alerts.feed_after(tx, ledger.position(tx).epoch, 0, 10)
        left = alerts.as_left(tx, items)
        assert alerts.as_left(tx, ()) == ()
    assert [[state for state in AlertState if alert.is_in(state)] for alert in left] == [
        [AlertState.OPEN],
        [AlertState.OPEN],
        [AlertState.OPEN, AlertState.RESOLVED],
        [AlertState.ACKNOWLEDGED, AlertState.RESOLVED],
        [AlertState.RESOLVED, AlertState.CLOSED],
    ]


def test_a_decision_is_compared_with_open_alerts_and_with_all_about_its_dose(database: Database) -> None:
    sheet = a_course(database)
    fourth, fifth = sheet.doses[3].id, sheet.doses[4].id
    still_open, answered, answered_before = (_raised(sheet, dose_id=dose) for dose in (fourth, fifth, fourth))
    _happen(database, still_open, answered, answered_before)
    _happen(database, *(_later(event, AlertKind.ACKNOWLEDGED, by=NURSE) for event in (answered, answered_before)))
    with database.reading() as tx:
        found = {alert.id: alert.open for alert in alerts.raised(tx, sheet.course.id, fifth)}
    assert found == {still_open.alert_id: True, answered.alert_id: False}


def test_an_alert_raised_in_this_transaction_is_seen_in_it(database: Database) -> None:
    sheet = a_course(database)
    first = _raised(sheet)
    _happen(database, first)
    with database.transaction() as tx:
        happen(tx, (_later(first, AlertKind.ACKNOWLEDGED, by=NURSE),))
        assert not alerts.alert(tx, first.alert_id).open
        assert alerts.open_alerts(tx, course_id=sheet.course.id) == ()
        ledger.append(tx, (an_act("acknowledge"),))


def test_nothing_happens_when_nothing_is_added(database: Database) -> None:
    with database.transaction() as tx:
        alerts.add(tx, ())


def test_an_alert_that_does_not_exist_is_not_found(database: Database) -> None:
    with database.reading() as tx:
        with pytest.raises(NotFound):
            alerts.alert(tx, an_id())
        with pytest.raises(ValueError, match="name wards or a course"):
            alerts.open_alerts(tx)
        assert alerts.open_alerts(tx, []) == ()


def test_an_alert_without_its_course_cannot_be_stored(database: Database) -> None:
    sheet, nowhere = a_course(database), an_id()
    with pytest.raises(IntegrityError), database.transaction() as tx:  # noqa: PT012 - as if there were one to lock
        tx.locked(nowhere, 1)
        alerts.add(tx, (_raised(sheet, course_id=nowhere),))


def test_alerts_of_a_course_change_under_its_lock_alone(database: Database) -> None:
    sheet = a_course(database)
    with pytest.raises(RuntimeError, match="lock"), database.transaction() as tx:
        alerts.add(tx, (_raised(sheet),))
    with database.reading() as tx:
        assert alerts.open_alerts(tx, course_id=sheet.course.id) == ()
