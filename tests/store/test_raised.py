"""Is what a process remembers of a course's alerts always what the database holds?"""

from dataclasses import replace

import pytest

from app.domain.alert import Alert, AlertEvent
from app.domain.course import CycleEvent
from app.domain.flowsheet import Flowsheet
from app.domain.scores.warning import KEY
from app.domain.vocabulary import AlertKind, CycleEventKind
from app.store import alerts, flowsheets, ledger, records
from app.store.database import Database, Transaction
from app.store.opening import open_database
from tests.builders import NURSE, a_cycle_event, an_id, an_observation, reading
from tests.store.making import a_course, an_act, an_event, happen, keep_ward
from tests.store.overhearing import Overheard


def _raised(sheet: Flowsheet, dose: int | None = 4, key: str = "CANARY-key") -> AlertEvent:
    dose_id = None if dose is None else sheet.doses[dose].id
    return an_event(sheet.course, sheet.cycles[0], AlertKind.RAISED, dose_id=dose_id, key=key)


def _ended(event: AlertEvent) -> AlertEvent:
    return replace(event, id=an_id(), kind=AlertKind.ACKNOWLEDGED, by=NURSE)


def _begin(tx: Transaction, sheet: Flowsheet) -> None:
    flowsheets.lock_course(tx, sheet.course.id)
    flowsheets.load_bare(tx, sheet.course.id)


def _act(database: Database, sheet: Flowsheet, *events: AlertEvent) -> None:
    """As charting does: it asks for the alerts, changes some, and writes down what was observed."""
    with database.transaction() as tx:
        _begin(tx, sheet)
        alerts.raised(tx, sheet.course.id, sheet.doses[4].id)
        row = an_observation(reading("temperature", "37", 1))
        records.add_observation_set(tx, row.set_id, sheet.course.id, None, (row,))
        alerts.add(tx, events)
        ledger.append(tx, (an_act(),))


def _seen(database: Database, sheet: Flowsheet, dose: int | None = 4) -> tuple[list[Alert], bool]:
    """What the next act sees, and whether it had to read that."""
    with database.transaction() as tx:
        _begin(tx, sheet)
        overheard = Overheard(tx)
        found = alerts.raised(tx, sheet.course.id, None if dose is None else sheet.doses[dose].id)
        ledger.append(tx, (an_act(),))
    return [*found], any("alert_event" in text for text in overheard.texts)


def _afresh(database: Database, sheet: Flowsheet) -> list[Alert]:
    """As somebody reads them who has never read them before."""
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        found = alerts.raised(tx, sheet.course.id, sheet.doses[4].id)
        ledger.append(tx, (an_act(),))
    return [*found]


def test_what_an_act_did_to_alerts_is_known_to_the_next_one(database: Database) -> None:
    sheet = a_course(database)
    first, second = _raised(sheet), _raised(sheet, key="CANARY-other")
    _act(database, sheet, first)
    _act(database, sheet, replace(first, id=an_id(), kind=AlertKind.REPEATED, summary="CANARY-again"), second)
    found, read = _seen(database, sheet)
    assert not read
    assert [(one.id, one.summary, one.repeats) for one in found] == [
        (first.alert_id, "CANARY-again", 1),
        (second.alert_id, second.summary, 0),
    ]
    assert found == _afresh(database, sheet)


def test_an_alert_that_somebody_answered_since_is_read_as_answered(database: Database, database_url: str) -> None:
    sheet = a_course(database)
    first = _raised(sheet)
    _act(database, sheet, first)
    other = database if database.dialect == "sqlite" else open_database(database_url)
    with other.transaction() as tx:
        happen(tx, (_ended(first),))
        ledger.append(tx, (an_act("acknowledge"),))
    found, read = _seen(database, sheet)
    assert read
    assert [one.open for one in found] == [False]
    if other is not database:
        other.close()


def test_what_another_process_raised_is_read(postgresql_url: str) -> None:
    """On SQLite one process writes."""
    database, other = open_database(postgresql_url), open_database(postgresql_url)
    sheet = a_course(database)
    _act(database, sheet, _raised(sheet))
    _act(other, sheet, _raised(sheet, key="CANARY-other"))
    other.close()
    with database.reading() as tx:
        flowsheets.load_bare(tx, sheet.course.id)  # somebody opens the page: its rows are known then, its alerts not
    found, read = _seen(database, sheet)
    assert read
    assert len(found) == 2
    database.close()


def test_what_was_rolled_back_is_forgotten(database: Database) -> None:
    sheet = a_course(database)
    first = _raised(sheet)
    _act(database, sheet, first)
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:  # noqa: PT012 - what it does is lost
        _begin(tx, sheet)
        alerts.add(tx, (_ended(first), _raised(sheet, key="CANARY-other")))
        assert len(alerts.raised(tx, sheet.course.id)) == 2
        raise ZeroDivisionError
    found, _ = _seen(database, sheet)
    assert [(one.id, one.open) for one in found] == [(first.alert_id, True)]


def test_all_that_was_about_a_dose_is_read_once_that_dose_is_meant(database: Database) -> None:
    sheet = a_course(database)
    fourth = _raised(sheet, dose=3)
    for event in (fourth, _ended(fourth)):
        with database.transaction() as tx:
            happen(tx, (event,))
            ledger.append(tx, (an_act(),))
    _act(database, sheet, _raised(sheet, key="CANARY-other"))
    with database.transaction() as tx:
        _begin(tx, sheet)
        found = {dose: alerts.raised(tx, sheet.course.id, sheet.doses[dose].id) for dose in (4, 3)}
        ledger.append(tx, (an_act(),))
    assert [one.open for one in found[4]] == [True]
    assert [one.open for one in found[3]] == [False, True]


def test_an_answered_early_warning_is_found_whatever_dose_is_meant(database: Database) -> None:
    sheet = a_course(database)
    warned = _raised(sheet, None, key=KEY)
    _act(database, sheet, warned)
    with database.transaction() as tx:
        happen(tx, (_ended(warned),))
        ledger.append(tx, (an_act(),))
    for dose in (None, 3, 4):
        assert [one.id for one in _seen(database, sheet, dose)[0]] == [warned.alert_id]


def test_what_happened_before_anybody_asked_is_read(database: Database) -> None:
    sheet = a_course(database)
    first = _raised(sheet)
    _act(database, sheet, first)
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        alerts.add(tx, (_ended(first),))
        flowsheets.load_bare(tx, sheet.course.id)
        assert [one.open for one in alerts.raised(tx, sheet.course.id, sheet.doses[4].id)] == [False]
        ledger.append(tx, (an_act(),))


def test_an_act_without_a_row_of_the_course_leaves_nothing_to_remember(database: Database) -> None:
    sheet = a_course(database)
    first = _raised(sheet)
    _act(database, sheet, first)
    with database.transaction() as tx:
        _begin(tx, sheet)
        alerts.add(tx, (_ended(first),))
        ledger.append(tx, (an_act(),))
    kept = database.memory.get(sheet.course.id)
    assert kept is not None
    assert kept.raised is None


def test_who_was_moved_has_open_alerts_where_they_lie_now(database: Database) -> None:
    sheet = a_course(database)
    _act(database, sheet, _raised(sheet))
    there = an_id()
    moved: CycleEvent = replace(a_cycle_event(sheet.cycles[0], CycleEventKind.MOVED), ward_id=there, bed="2")
    with database.transaction() as tx:
        keep_ward(tx, there)
        _begin(tx, sheet)
        alerts.raised(tx, sheet.course.id)
        records.add_cycle_event(tx, moved, sheet.course.id)
        assert [one.ward_id for one in alerts.raised(tx, sheet.course.id)] == [there]
        ledger.append(tx, (an_act(),))
    found, _ = _seen(database, sheet)
    assert [one.ward_id for one in found] == [there]
    with database.reading() as tx:
        (raised,) = alerts.events_of(tx, found[0].id)
    _act(database, sheet, _ended(raised))
    found, read = _seen(database, sheet)
    assert not read
    assert found == _afresh(database, sheet)
