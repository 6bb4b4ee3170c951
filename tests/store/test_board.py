"""Does the ward board show every patient in the house, where they lie, and nothing that was taken back?"""

from dataclasses import replace
from datetime import timedelta

from app.domain.alert import AlertEvent
from app.domain.flowsheet import Flowsheet
from app.domain.vocabulary import AlertKind, CycleEventKind, NotTaken
from app.store import board, courses, flowsheets, ledger, records
from app.store.board import BoardRow
from app.store.database import Database
from tests.builders import AT, REASON, a_cycle_event, ago, an_id, an_observation, reading
from tests.store.making import a_course, an_act, an_event, chart, decide, happen, keep_ward


def _board(database: Database, *ward_ids: str) -> tuple[BoardRow, ...]:
    with database.reading() as tx:
        return board.board(tx, ward_ids)


def _row(database: Database, sheet: Flowsheet) -> BoardRow:
    (row,) = _board(database, sheet.cycles[0].ward_id)
    return row


def _event(database: Database, sheet: Flowsheet, kind: CycleEventKind) -> None:
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        place = {"bed": "7", "ward_id": keep_ward(tx, an_id()).id} if kind is CycleEventKind.MOVED else {}
        records.add_cycle_event(tx, a_cycle_event(sheet.cycles[0], kind, AT, **place), sheet.course.id)
        ledger.append(tx, (an_act(),))


def _alert(database: Database, event: AlertEvent) -> None:
    with database.transaction() as tx:
        happen(tx, (event,))
        ledger.append(tx, (an_act(),))


def test_a_row_holds_what_the_course_holds_of_this_stay(database: Database) -> None:
    sheet = a_course(database)
    row = _row(database, sheet)
    assert row.sheet == sheet
    assert row.cycle_id == sheet.cycles[0].id
    assert (row.ward_id, row.bed) == (sheet.cycles[0].ward_id, sheet.cycles[0].bed)
    assert row.observed_at == max(item.observed_at for item in sheet.observations)
    assert row.open_alerts == 0


def test_every_ward_shows_its_own_patients_and_no_ward_none(database: Database) -> None:
    one, other = a_course(database), a_course(database)
    assert [row.sheet.course for row in _board(database, one.cycles[0].ward_id)] == [one.course]
    both = _board(database, one.cycles[0].ward_id, other.cycles[0].ward_id)
    assert {row.sheet.course.id for row in both} == {one.course.id, other.course.id}
    assert _board(database) == ()


def test_a_patient_is_on_the_board_until_discharged(database: Database) -> None:
    sheet = a_course(database)
    _event(database, sheet, CycleEventKind.STOPPED)
    assert [event.kind for event in _row(database, sheet).sheet.events] == [CycleEventKind.STOPPED]
    _event(database, sheet, CycleEventKind.DISCHARGED)
    assert _board(database, sheet.cycles[0].ward_id) == ()


def test_a_patient_moves_to_the_board_of_the_other_ward(database: Database) -> None:
    sheet = a_course(database)
    _event(database, sheet, CycleEventKind.MOVED)
    assert _board(database, sheet.cycles[0].ward_id) == ()
    with database.reading() as tx:
        ward = courses.ward_of_course(tx, sheet.course.id)
    assert ward is not None
    (row,) = _board(database, ward)
    assert (row.ward_id, row.bed) == (ward, "7")


def test_the_newest_reading_is_one_that_holds(database: Database) -> None:
    sheet = a_course(database)
    right, wrong = (an_observation(reading("temperature", "37", minutes)) for minutes in (-5, -10))
    not_taken = replace(an_observation(reading("weight", "80", -15)), value=None, not_taken=NotTaken.REFUSED)
    chart(database, sheet, right, wrong, not_taken)
    assert _row(database, sheet).observed_at == ago(-10)

    chart(
        database,
        sheet,
        replace(
            an_observation(reading("temperature", "37", -10)),
            supersedes=wrong.id,
            reason=REASON,
            value=None,
            retracts=True,
        ),
    )
    assert _row(database, sheet).observed_at == ago(-5)


def test_open_alerts_are_counted(database: Database) -> None:
    sheet = a_course(database)
    events = [an_event(sheet.course, sheet.cycles[0]) for _ in range(3)]
    for event in events:
        _alert(database, event)
    _alert(database, replace(events[0], id=an_id(), kind=AlertKind.ACKNOWLEDGED))
    assert _row(database, sheet).open_alerts == 2


def test_the_decisions_of_the_board_come_without_their_documents(database: Database) -> None:
    sheet = a_course(database)
    record = decide(database, sheet, sheet.doses[4])
    assert _row(database, sheet).sheet.decisions == (replace(record, situation=b"", document=b""),)


def test_the_board_sees_what_was_charted_since_it_was_last_looked_at(database: Database) -> None:
    sheets = [a_course(database) for _ in range(3)]
    wards = [sheet.cycles[0].ward_id for sheet in sheets]
    for sheet in (sheets[0], sheets[2], sheets[0]):
        _board(database, *wards)
        chart(database, sheet, an_observation(reading("temperature", "37", 1)))
    with database.reading() as tx:
        now = {sheet.course.id: flowsheets.load(tx, sheet.course.id) for sheet in sheets}
    assert {row.sheet.course.id: row.sheet for row in _board(database, *wards)} == now
    assert len(now[sheets[0].course.id].observations) == len(sheets[0].observations) + 2


def test_courses_are_listed_a_page_at_a_time(database: Database) -> None:
    sheets = sorted((a_course(database) for _ in range(5)), key=lambda sheet: sheet.course.id)
    found: list[str] = []
    after: str | None = None
    with database.reading() as tx:
        while True:
            page = courses.courses(tx, None, after, 2)
            found += [course.id for course in page.items]
            after = page.next_after
            if after is None:
                break
    assert found == [sheet.course.id for sheet in sheets]


def test_courses_are_listed_by_ward_and_by_who_is_in_the_house(database: Database) -> None:
    here, gone, elsewhere = a_course(database), a_course(database), a_course(database)
    _event(database, gone, CycleEventKind.DISCHARGED)
    wards = [here.cycles[0].ward_id, gone.cycles[0].ward_id]
    with database.reading() as tx:
        asked = [courses.courses(tx, wards, None, 9, active=active) for active in (None, True, False)]
        everywhere = courses.courses(tx, None, None, 9, active=True)
    ids = [[course.id for course in page.items] for page in asked]
    assert ids == [sorted([here.course.id, gone.course.id]), [here.course.id], [gone.course.id]]
    assert [course.id for course in everywhere.items] == sorted([here.course.id, elsewhere.course.id])


def test_everything_of_a_course_knows_its_course(database: Database) -> None:
    sheet = a_course(database)
    dose = sheet.doses[4]
    record = decide(database, sheet, dose)
    event = an_event(sheet.course, sheet.cycles[0], at=AT + timedelta(minutes=1))
    _alert(database, event)
    with database.reading() as tx:
        found = {
            courses.course_of_dose(tx, dose.id),
            courses.course_of_cycle(tx, dose.cycle_id),
            courses.course_of_observation(tx, sheet.observations[0].id),
            courses.course_of_decision(tx, record.id),
            courses.place_of_alert(tx, event.alert_id)[0],
            *courses.courses_of_patient(tx, sheet.patient.id),
        }
        assert found == {sheet.course.id}
        assert courses.course(tx, sheet.course.id) == sheet.course
        assert courses.patient(tx, sheet.patient.id) == sheet.patient
        assert courses.patient_by_mrn(tx, sheet.patient.mrn) == sheet.patient
        assert courses.patient_by_mrn(tx, "nobody's") is None
        assert courses.ward_of_course(tx, sheet.course.id) == sheet.cycles[0].ward_id
