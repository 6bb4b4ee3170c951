"""Is what a process remembers of a course always what the database holds?"""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.course import Dose
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.domain.vocabulary import Choice, CycleEventKind
from app.store import flowsheets, ledger, records
from app.store.database import Database
from app.store.known import known
from app.store.opening import open_database
from app.store.recent import Recent
from tests.builders import (
    AT,
    PRESCRIBER,
    REASON,
    a_cycle_event,
    a_record,
    a_situation,
    an_id,
    an_observation,
    an_order,
    reading,
)
from tests.store.making import a_course, an_act, chart, decide
from tests.store.overhearing import Overheard
from tests.store.raw import raw


def _loaded(database: Database, sheet: Flowsheet) -> Flowsheet:
    with database.reading() as tx:
        return flowsheets.load(tx, sheet.course.id)


def _afresh(url: str, sheet: Flowsheet) -> Flowsheet:
    """As somebody reads it who has never read it before."""
    database = open_database(url, read_only=True)
    found = _loaded(database, sheet)
    database.close()
    return found


def test_another_dosing_weight_is_read_with_its_digits(database: Database, database_url: str) -> None:
    sheet = a_course(database)
    (cycle,) = sheet.cycles
    event = a_cycle_event(cycle, CycleEventKind.DOSING_WEIGHT, weight=Decimal("79.50"))
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        records.add_cycle_event(tx, event, sheet.course.id)
        ledger.append(tx, (an_act(),))
    for found in (_loaded(database, sheet), _afresh(database_url, sheet)):
        assert (found.events, str(found.dosing_weight(cycle))) == ((event,), "79.50")


def test_what_others_add_is_seen(database: Database, database_url: str) -> None:
    if database.dialect == "sqlite":
        other = database
        reader = open_database(database_url, read_only=True)
    else:
        other, reader = open_database(database_url), database
    sheet = a_course(other)
    for minutes in range(5):
        chart(other, sheet, an_observation(reading("temperature", "37", minutes)))
        decide(other, sheet, sheet.doses[4], minutes=minutes)
        assert _loaded(reader, sheet) == _afresh(database_url, sheet)
    for opened in (other, reader):
        opened.close()


def test_what_was_rolled_back_is_forgotten(database: Database, database_url: str) -> None:
    sheet = a_course(database)
    lost = [an_observation(reading("temperature", "37", minutes)) for minutes in (1, 2)]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), database.transaction() as tx:  # noqa: PT012 - what it does is lost
            flowsheets.lock_course(tx, sheet.course.id)
            records.add_observation_set(
                tx, lost[0].set_id, sheet.course.id, None, [replace(row, set_id=lost[0].set_id) for row in lost]
            )
            records.add_cycle_event(tx, a_cycle_event(sheet.cycles[0], CycleEventKind.STOPPED), sheet.course.id)
            inside = flowsheets.load(tx, sheet.course.id)
            assert len(inside.observations) == len(sheet.observations) + 2
            raise ZeroDivisionError
        assert _loaded(database, sheet) == sheet
        chart(database, sheet, an_observation(reading("temperature", "36", 1)))
        sheet = _loaded(database, sheet)
        assert sheet == _afresh(database_url, sheet)


def test_a_course_whose_opening_was_rolled_back_is_not_found(database: Database) -> None:
    course = replace(a_course(database).course, id=an_id())
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:  # noqa: PT012 - what it does is lost
        records.add_course(tx, course)
        assert flowsheets.load_bare(tx, course.id).course == course
        raise ZeroDivisionError
    with database.reading() as tx, pytest.raises(NotFound):
        flowsheets.load_bare(tx, course.id)


def test_a_transaction_sees_what_it_wrote_itself(database: Database) -> None:
    sheet = a_course(database)
    record = a_record(a_situation(), dose=sheet.doses[4], course_id=sheet.course.id)
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        assert flowsheets.load_bare(tx, sheet.course.id).decisions == ()
        records.add_decision(tx, record)
        assert flowsheets.load(tx, sheet.course.id).decisions == (record,)
        ledger.append(tx, (an_act(),))
    assert _loaded(database, sheet).decisions == (record,)


def test_a_reader_of_an_older_state_does_not_see_the_newer_one(database: Database) -> None:
    sheet = a_course(database)
    with database.reading() as tx:
        assert flowsheets.load(tx, sheet.course.id) == sheet
        chart(database, sheet, an_observation(reading("temperature", "37", 1)))
        newer = _loaded(database, sheet)
        assert len(newer.observations) == len(sheet.observations) + 1
        assert flowsheets.load(tx, sheet.course.id) == sheet
    assert _loaded(database, sheet) == newer


def test_a_restored_backup_is_read_anew(database: Database, database_url: str) -> None:
    sheet = a_course(database)
    chart(database, sheet, an_observation(reading("temperature", "37", 1)))
    before = _loaded(database, sheet)
    another = an_id()
    _forge_id(database, database_url, before.observations[-1].id, another)

    assert _loaded(database, sheet).observations[-1].id == another


def _forge_id(database: Database, url: str, last: str, another: str) -> None:
    """As if the last set had been another one, in the same place."""
    with raw(url) as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("ALTER TABLE observation DISABLE TRIGGER USER")
        else:
            connection.exec_driver_sql("DROP TRIGGER observation_no_update")
        connection.exec_driver_sql(f"UPDATE observation SET id = '{another}', number = '41' WHERE id = '{last}'")


def test_an_act_on_a_restored_backup_reads_it_anew(database: Database, database_url: str) -> None:
    sheet = a_course(database)
    _act(database, sheet, an_observation(reading("temperature", "37", 1)))
    before, another = _loaded(database, sheet), an_id()
    _forge_id(database, database_url, before.observations[-1].id, another)

    assert _act(database, sheet).observations[-1].id == another


def _act(database: Database, sheet: Flowsheet, *rows: Observation) -> Flowsheet:
    """What an act sees of the course it has locked; then it charts the rows."""
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        found = flowsheets.load_bare(tx, sheet.course.id)
        if rows:
            mine = [replace(row, set_id=rows[0].set_id) for row in rows]
            records.add_observation_set(tx, rows[0].set_id, sheet.course.id, None, mine)
        ledger.append(tx, (an_act(),))
    return found


def test_what_this_process_wrote_need_not_be_read(database: Database, database_url: str) -> None:
    sheet = a_course(database)
    for minutes in (3, 2, 1):
        _act(database, sheet, *(an_observation(reading(name, "37", minutes)) for name in ("temperature", "weight")))
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        overheard = Overheard(tx)
        found, asked = flowsheets.load_bare(tx, sheet.course.id), list(overheard.texts)
        ledger.append(tx, (an_act(),))

    assert len(found.observations) == len(sheet.observations) + 6
    assert found == _afresh(database_url, sheet)
    assert len(asked) == 1
    assert "WHERE observation.id" in asked[0]


def test_everything_an_act_wrote_is_known_as_it_was_stored(database: Database, database_url: str) -> None:
    sheet = a_course(database)
    cycle, dose, given = sheet.cycles[0], sheet.doses[4], sheet.administrations[3]
    record = a_record(a_situation(), dose=dose, course_id=sheet.course.id)
    second = replace(cycle, id=an_id(), number=2)
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        flowsheets.load_bare(tx, sheet.course.id)
        records.add_decision(tx, record)
        records.add_order(tx, an_order(dose, record, Choice.GIVE), dose, sheet.course.id)
        correction = replace(given, id=an_id(), supersedes=given.id, reason=REASON)
        records.add_administration(tx, correction, sheet.dose(given.dose_id), sheet.course.id)
        records.add_cycle_event(tx, a_cycle_event(cycle, CycleEventKind.DISCHARGED), sheet.course.id)
        ledger.append(tx, (an_act(),))
    assert _act(database, sheet) == _bare(_afresh(database_url, sheet))

    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        flowsheets.load_bare(tx, sheet.course.id)
        records.add_cycle(tx, second, [Dose(an_id(), second.id, 1)], PRESCRIBER)
        ledger.append(tx, (an_act(),))
    found = _act(database, sheet)
    assert found == _bare(_afresh(database_url, sheet))
    assert found.cycles == (cycle, second)
    assert len(found.doses) == len(sheet.doses) + 1


def _bare(sheet: Flowsheet) -> Flowsheet:
    return replace(sheet, decisions=tuple(replace(record, situation=b"", document=b"") for record in sheet.decisions))


def test_an_act_that_charts_nothing_hides_nothing(database: Database, database_url: str) -> None:
    """After it, the course's version is no longer that of the newest row."""
    sheet = a_course(database)
    other = open_database(database_url) if database.dialect == "postgresql" else database
    _act(database, sheet, an_observation(reading("temperature", "37", 3)))
    _act(other, sheet, an_observation(reading("temperature", "38", 2)))
    _act(database, sheet)
    _act(other, sheet, an_observation(reading("temperature", "39", 1)))

    assert _act(database, sheet) == _afresh(database_url, sheet)
    other.close()


def test_what_holds_is_known_after_every_act_as_if_read_afresh(database: Database, database_url: str) -> None:
    """After a late entry, a correction, a retraction, an act of another process, and one that was rolled back."""
    sheet = a_course(database)
    other = open_database(database_url) if database.dialect == "postgresql" else database
    first, late = (an_observation(reading("temperature", "39", minutes)) for minutes in (10, 20))
    right = an_observation(reading("temperature", "37", 10), recorded_at=AT, supersedes=first)
    gone = an_observation(reading("temperature", "37", 10), recorded_at=AT, supersedes=right, retracts=True)
    last = an_observation(reading("temperature", "36", 1))
    for writer, row in ((database, first), (other, late), (database, right), (other, gone), (database, last)):
        _act(writer, sheet, row)
        _lose(writer, sheet, an_observation(reading("temperature", "41", 0)))
        afresh = _afresh(database_url, sheet)
        for reader in (database, other):
            assert _act(reader, sheet).held() == afresh.held() == _loaded(reader, sheet).held()
    assert [one.id for one in afresh.held().by_measure["temperature"]][-2:] == [late.id, last.id]
    other.close()


def _lose(database: Database, sheet: Flowsheet, row: Observation) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:  # noqa: PT012 - what it does is lost
        flowsheets.lock_course(tx, sheet.course.id)
        known = flowsheets.load_bare(tx, sheet.course.id)
        records.add_observation_set(tx, row.set_id, sheet.course.id, None, (row,))
        assert row.id in [one.id for one in known.charting((row,)).held().by_measure["temperature"]]
        raise ZeroDivisionError


def test_only_new_rows_are_read(database: Database) -> None:
    sheet = a_course(database)
    with database.reading() as tx:
        flowsheets.load_bare(tx, sheet.course.id)
    chart(database, sheet, an_observation(reading("temperature", "37", 1)))
    with database.reading() as tx:
        overheard = Overheard(tx)
        for _ in range(2):
            flowsheets.load_bare(tx, sheet.course.id)
    assert len(overheard.texts) == 3
    assert sum("FROM observation" in text and "entered" in text for text in overheard.texts) == 1


def test_a_process_forgets_the_course_it_used_least_recently() -> None:
    recent: Recent[int] = Recent(20)
    recent.put("a", 1, 10)
    recent.put("b", 2, 10)
    assert recent.get("a") == 1
    recent.put("c", 3, 10)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


def test_what_a_process_keeps_in_mind_is_bounded_by_its_rows_however_long_a_course_is() -> None:
    recent: Recent[int] = Recent(20)
    for number, key in enumerate("abcd"):
        recent.put(key, number, 5)
    recent.put("b", 4, 10)
    assert [recent.get(key) for key in "abcd"] == [None, 4, 2, 3]
    recent.put("b", 5, 1)
    recent.put("e", 6, 9)
    assert [recent.get(key) for key in "bcde"] == [5, 2, 3, 6]
    recent.put("long", 7, 1000)
    assert [recent.get(key) for key in ("b", "c", "d", "e", "long")] == [None, None, None, None, 7]
    recent.put("a", 8, 1)
    assert (recent.get("long"), recent.get("a")) == (None, 8)


def test_a_course_takes_as_much_room_as_it_has_rows(database: Database) -> None:
    sheet = a_course(database)

    def rows() -> int:
        with database.reading() as tx:
            return known(tx, sheet.course.id).rows

    before, loaded = rows(), _loaded(database, sheet)
    assert before == len([*loaded.cycles, *loaded.observations, *loaded.administrations])
    chart(database, sheet, *(an_observation(reading("temperature", "37", minutes)) for minutes in (1, 2)))
    decide(database, sheet, sheet.doses[4])
    assert rows() == before + 3
