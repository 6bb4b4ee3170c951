"""Is what is read of a course exactly what was written, and is it one person's turn at a time?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.course import Dose
from app.domain.decision import DecisionRecord
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Value
from app.domain.observation import Observation
from app.domain.vocabulary import Choice, CycleEventKind, NotTaken
from app.store import decisions, flowsheets, ledger, records
from app.store.database import Database
from tests.builders import (
    AT,
    PRESCRIBER,
    REASON,
    a_cycle_event,
    a_flowsheet,
    a_record,
    a_situation,
    an_id,
    an_observation,
    an_order,
    reading,
)
from tests.store.making import a_course, an_act, chart, decide, in_one_set, keep, keep_ward

_THREE = (("28", 6000), ("30", 5000), ("40", 5000))


def _loaded(database: Database, sheet: Flowsheet) -> Flowsheet:
    with database.reading() as tx:
        return flowsheets.load(tx, sheet.course.id)


def _bare(database: Database, sheet: Flowsheet) -> Flowsheet:
    with database.reading() as tx:
        return flowsheets.load_bare(tx, sheet.course.id)


def test_a_flowsheet_comes_back_as_it_was_stored(database: Database) -> None:
    sheet = in_one_set(a_flowsheet(rhythm="sinus"))
    kept = replace(sheet, patient=replace(sheet.patient, id=sheet.course.patient_id, mrn=sheet.course.id))
    keep(database, sheet)

    assert _loaded(database, sheet) == kept


def test_everything_that_happens_later_comes_back_in_the_order_of_recording(database: Database) -> None:
    sheet = a_course(database)
    cycle, dose = sheet.cycles[0], sheet.doses[4]
    record = decide(database, sheet, dose)
    given = sheet.administrations[3]
    correction = replace(given, id=an_id(), units=Decimal("24000000.50"), supersedes=given.id, reason=REASON)
    order = replace(an_order(dose, record, Choice.GIVE), second=PRESCRIBER)
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        other_ward = keep_ward(tx, an_id())
        moved = a_cycle_event(cycle, CycleEventKind.MOVED, ward_id=other_ward.id, bed="2")
        grid = a_cycle_event(cycle, CycleEventKind.GRID_MOVED, from_dose=6, due_at=AT + timedelta(hours=9))
        for event in (grid, moved):
            records.add_cycle_event(tx, event, sheet.course.id)
        records.add_order(tx, order, dose, sheet.course.id)
        records.add_administration(tx, correction, sheet.dose(given.dose_id), sheet.course.id)
        ledger.append(tx, (an_act(),))

    found = _loaded(database, sheet)
    assert found.events == (grid, moved)
    assert found.orders == (order,)
    assert found.decisions == (record,)
    assert found.administrations == (*sheet.administrations, correction)
    assert found.administration(given.dose_id) == correction


@pytest.mark.hazard("HZ-06")
@pytest.mark.parametrize(
    "measure, value",
    [
        ("oxygen_flow", Decimal(0)),
        ("oxygen_flow", Decimal("0.00")),
        ("creatinine", Decimal("1.20")),
        ("seizure", False),
        ("seizure", True),
        ("rhythm", "sinus"),
        ("rhythm", ""),
    ],
)
def test_zero_no_and_empty_stay_what_they_are(database: Database, measure: str, value: Value) -> None:
    sheet = a_course(database)
    row = replace(an_observation(reading("temperature", "36.8")), measure=measure, value=value)
    chart(database, sheet, row)

    back = _loaded(database, sheet).observations[-1].value
    assert repr(back) == repr(value)


def test_a_measure_not_taken_has_no_value_and_says_why(database: Database) -> None:
    sheet = a_course(database)
    chart(database, sheet, replace(an_observation(reading("weight", "80")), value=None, not_taken=NotTaken.OFF_WARD))

    back = _loaded(database, sheet).observations[-1]
    assert back.value is None
    assert back.not_taken is NotTaken.OFF_WARD


def test_rows_recorded_in_one_instant_keep_the_order_they_were_written_in(database: Database) -> None:
    sheet = a_course(database)
    rows = [an_observation(reading("temperature", f"36.{n % 10}"), recorded_at=AT) for n in range(40)]
    shuffled = sorted(rows, key=lambda row: row.id[::-1])
    chart(database, sheet, *shuffled[:20])
    chart(database, sheet, *shuffled[20:])

    found = [row.id for row in _loaded(database, sheet).observations[-40:]]
    assert found == [row.id for row in shuffled]


def test_a_course_that_does_not_exist_is_not_found(database: Database) -> None:
    with database.reading() as tx:
        with pytest.raises(NotFound):
            flowsheets.load(tx, an_id())
        with pytest.raises(NotFound):
            flowsheets.load_bare(tx, "no id at all")
    with pytest.raises(NotFound), database.transaction() as tx:
        flowsheets.lock_course(tx, an_id())


def test_nothing_is_written_to_a_course_that_is_not_locked(database: Database) -> None:
    sheet = a_course(database)
    with pytest.raises(KeyError), database.transaction() as tx:
        records.add_decision(tx, a_record(a_situation(), dose=sheet.doses[4], course_id=sheet.course.id))


def test_fifty_people_at_once_take_turns_and_none_is_lost(database: Database) -> None:
    sheet = a_course(database)

    def write(number: int) -> None:
        chart(database, sheet, an_observation(reading("temperature", "36.8", minutes=number)))

    with ThreadPoolExecutor(8) as people:
        list(people.map(write, range(50)))

    assert len(_loaded(database, sheet).observations) == len(sheet.observations) + 50


def _correction(old: Observation, minutes: int, *, retracts: bool = False) -> Observation:
    return replace(
        an_observation(reading(old.measure, "37.9", minutes), recorded_at=AT),
        supersedes=old.id,
        reason=REASON,
        retracts=retracts,
        value=None if retracts else Decimal("37.9"),
    )


@pytest.mark.hazard("HZ-08")
@pytest.mark.parametrize("charted, corrected_to", [(30, 600), (600, 30), (30, 40), (600, 700)])
@pytest.mark.parametrize("retracts", [False, True])
def test_a_sheet_never_shows_a_value_that_was_corrected(
    database: Database, charted: int, corrected_to: int, retracts: bool
) -> None:
    sheet = a_course(database)
    old = an_observation(reading("temperature", "39.9", charted))
    new = _correction(old, corrected_to, retracts=retracts)
    newest = _correction(new, 500)
    for row in (old, new, newest):
        chart(database, sheet, row)

    found = _bare(database, sheet)
    assert [row.id for row in found.observations[-3:]] == [old.id, new.id, newest.id]
    assert {row.id for row in found.charted()}.isdisjoint({old.id, new.id})


def test_a_bare_sheet_has_everything_but_the_documents_of_its_decisions(database: Database) -> None:
    sheet = a_course(database)
    chart(database, sheet, an_observation(reading("temperature", "38.1", 600)))
    record = decide(database, sheet, sheet.doses[4])
    bare, whole = _bare(database, sheet), _loaded(database, sheet)

    assert whole.decisions == (record,)
    assert bare == replace(whole, decisions=(replace(record, situation=b"", document=b""),))
    with database.reading() as tx:
        assert decisions.documents(tx, [record.id]) == {record.id: (record.situation, record.document)}
        assert decisions.decision(tx, record.id) == record


def test_a_second_cycle_belongs_to_the_same_sheet(database: Database) -> None:
    sheet = a_course(database)
    first = sheet.cycles[0]
    second = replace(first, id=an_id(), number=2, bed="2", recorded_at=AT, ordered_weight=Decimal("79.50"))
    doses = tuple(Dose(an_id(), second.id, number) for number in (1, 2))
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        records.add_cycle(tx, second, doses, PRESCRIBER)
        ledger.append(tx, (an_act(),))

    found = _loaded(database, sheet)
    assert found.cycles == (first, second)
    assert found.doses_of(second.id) == doses
    assert str(found.cycles[1].ordered_weight) == "79.50"


def test_every_stored_decision_is_found_once_however_many_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "_BATCH", 2)
    sheet = a_course(database)
    made: list[DecisionRecord] = [decide(database, sheet, dose, minutes=n) for n, dose in enumerate(sheet.doses[:5])]
    with database.reading() as tx:
        assert list(decisions.every_decision(tx)) == sorted(made, key=lambda record: record.id)
