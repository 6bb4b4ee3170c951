"""How does a test of the store get a course that is really stored?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert

from app.domain.alert import AlertEvent
from app.domain.course import Course, Cycle, Dose
from app.domain.cycle_summary import summarise
from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.domain.scores import book
from app.domain.summary_record import criteria_met
from app.domain.vocabulary import Action, AlertKind, Choice, CycleEventKind, Duty, Level, Role
from app.store import (
    alerts,
    approvals,
    chart_reads,
    emergency,
    flowsheets,
    idempotency,
    ledger,
    order_requests,
    people,
    protocol_texts,
    records,
    scores,
    summaries,
    wards,
)
from app.store import tables as t
from app.store.approvals import Acknowledgement, SignOff
from app.store.database import Database, Transaction
from app.store.emergency import BreakGlass
from app.store.idempotency import Answer, Request
from app.store.ledger import Act
from app.store.order_requests import OrderRequest
from app.store.people import Person
from app.store.wards import Bed, Ward
from tests.builders import AT, LIBRARY, LVHN, NURSE, a_cycle_event, a_flowsheet, a_record, a_situation, an_id, an_order


def an_act(action: str = "observe", course_id: str | None = None, *subjects: str) -> Act:
    """A nurse's line in the audit trail."""
    return Act(AT, NURSE, "nurse", action, "0.1.0", course_id, subjects, None, "CANARY-REQUEST-9041")


def keep_ward(tx: Transaction, ward_id: str) -> Ward:
    """A ward with this id."""
    ward = Ward(ward_id, f"CANARY-WARD-{ward_id}", "Europe/London")
    wards.add_ward(tx, ward, AT)
    return ward


def happen(tx: Transaction, events: Sequence[AlertEvent]) -> None:
    """Something happens to alerts, under the locks of their courses."""
    for course_id in sorted({event.course_id for event in events if event.course_id is not None}):
        if tx.begins(course_id) is None:
            flowsheets.lock_course(tx, course_id)
    alerts.add(tx, events)


def in_one_set(sheet: Flowsheet) -> Flowsheet:
    """The sheet with all its observations charted together, as `keep` stores them."""
    set_id = an_id()
    return replace(sheet, observations=tuple(replace(row, set_id=set_id, recorded_at=AT) for row in sheet.observations))


def keep(database: Database, sheet: Flowsheet) -> Flowsheet:
    """Stores a whole sheet, made by `in_one_set`, in one transaction."""
    with database.transaction() as tx:
        records.add_patient(tx, replace(sheet.patient, id=sheet.course.patient_id, mrn=sheet.course.id), AT, NURSE)
        protocol_texts.add(tx, LVHN.pin, LVHN.document, AT)
        records.add_course(tx, sheet.course)
        for cycle in sheet.cycles:
            keep_ward(tx, cycle.ward_id)
            records.add_cycle(tx, cycle, sheet.doses_of(cycle.id), NURSE)
        if sheet.observations:
            set_id = sheet.observations[0].set_id
            records.add_observation_set(tx, set_id, sheet.course.id, None, sheet.observations)
            scores.add(tx, set_id, book.scores(LIBRARY.scores, LVHN, sheet, AT))
        for record in sheet.decisions:
            records.add_decision(tx, record)
        for row in sheet.administrations:
            records.add_administration(tx, row, sheet.dose(row.dose_id), sheet.course.id)
        for cycle in sheet.cycles:
            summary = summarise(sheet, LVHN, cycle, lambda word: criteria_met(word.document))
            summaries.keep(tx, summary, instead=False)
        ledger.append(tx, (an_act("seed", sheet.course.id),))
    return sheet


def a_course(database: Database) -> Flowsheet:
    """A stored course in its fifth dose, as the database knows it."""
    sheet = keep(database, in_one_set(a_flowsheet()))
    with database.reading() as tx:
        return flowsheets.load(tx, sheet.course.id)


def chart(database: Database, sheet: Flowsheet, *rows: Observation) -> None:
    """Saves observations as one set."""
    set_id = an_id()
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        records.add_observation_set(tx, set_id, sheet.course.id, None, [replace(row, set_id=set_id) for row in rows])
        ledger.append(tx, (an_act("observe", sheet.course.id),))


def decide(database: Database, sheet: Flowsheet, dose: Dose, *, minutes: int = 0) -> DecisionRecord:
    """Stores a decision for a dose."""
    record = replace(a_record(a_situation(at=AT + timedelta(minutes=minutes)), dose=dose, course_id=sheet.course.id))
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        records.add_decision(tx, record)
        ledger.append(tx, (an_act("decide", sheet.course.id, record.id),))
    return record


def an_event(course: Course, cycle: Cycle, kind: AlertKind = AlertKind.RAISED, **changes: object) -> AlertEvent:
    """Something that happened to an alert about this course."""
    event = AlertEvent(
        id=an_id(),
        alert_id=an_id(),
        course_id=course.id,
        cycle_id=cycle.id,
        dose_id=None,
        decision_id=None,
        ward_id=cycle.ward_id,
        kind=kind,
        key=f"criterion-{an_id()}",
        level=Level.PRIORITY,
        action=Action.HOLD,
        summary="CANARY-SUMMARY-9041",
        at=AT,
        by=None,
        reason=None,
    )
    return replace(event, **changes)  # type: ignore[arg-type]


def populate(database: Database) -> Flowsheet:
    """A database with at least one row in every table of the record."""
    sheet = a_course(database)
    cycle, dose = sheet.cycles[0], sheet.doses[4]
    record = decide(database, sheet, dose)
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        records.add_order(tx, an_order(dose, record, Choice.HOLD), dose, sheet.course.id)
        records.add_cycle_event(tx, a_cycle_event(cycle, CycleEventKind.STOPPED), sheet.course.id)
        wards.add_bed(tx, Bed(cycle.ward_id, cycle.bed, open=True))
        happen(tx, (an_event(sheet.course, cycle),))
        approvals.sign(tx, SignOff(LVHN.pin.sha256, NURSE, "CANARY-9041", Role.PRESCRIBER, AT, "CANARY-9041"))
        approvals.acknowledge(tx, Acknowledgement(LVHN.pin.sha256, ("renal",), NURSE, "CANARY-9041", AT))
        idempotency.remember(tx, Request(NURSE, "key", "POST /x", "0" * 64), Answer(201, b"{}"), AT)
        asked = (an_id(), sheet.course.id, dose.id, record.id, Choice.GIVE, "CANARY-9041", AT, NURSE, "CANARY-SECOND")
        order_requests.add_request(tx, OrderRequest(*asked))
        _break_glass(tx, sheet)
        _duty(tx, sheet)
        ledger.append(tx, (an_act("order", sheet.course.id),))
    return sheet


def _break_glass(tx: Transaction, sheet: Flowsheet) -> None:
    """Somebody of another ward let themselves in, which was reviewed, and read the chart."""
    person = Person(an_id(), "CANARY-LOGIN-9041", "CANARY-NURSE-9041", True, frozenset())
    people.add_person(tx, person, None, AT, None)
    row = BreakGlass(
        an_id(), person.id, sheet.course.id, sheet.cycles[0].ward_id, "CANARY-9041", AT, AT + timedelta(hours=1)
    )
    emergency.add_break_glass(tx, row)
    emergency.add_end(tx, row.id, AT)
    emergency.add_review(tx, row.id, AT, NURSE, "justified", "CANARY-9041")
    chart_reads.note(tx, person.id, sheet.course.id, AT)


def _duty(tx: Transaction, sheet: Flowsheet) -> None:
    """Somebody is on duty and looks after the patient; a timer went off; a receiver was reached."""
    person = Person(an_id(), "CANARY-LOGIN-9042", "CANARY-NURSE-9042", True, frozenset())
    people.add_person(tx, person, None, AT, None)
    cycle, later = sheet.cycles[0], AT + timedelta(hours=8)
    ward, times = {"ward_id": cycle.ward_id}, {"begins": AT, "ends": later}
    noted = {"recorded_at": AT, "recorded_by": NURSE}
    receiver = {"id": an_id(), "name": "CANARY-9041", "url": "https://pager.example/in", "least": "priority"}
    tried = {"id": an_id(), "receiver_id": receiver["id"], "attempt": 1, "at": AT, "took_ms": 9}
    for table, row in (
        (t.ladder, {"id": an_id(), "document": b"{}", **ward, **noted}),
        (t.shift, {"id": an_id(), "person_id": person.id, "duty": Duty.NURSE, **ward, **times, **noted}),
        (t.assignment, {"id": an_id(), "cycle_id": cycle.id, "person_id": person.id, **times, **noted}),
        (t.timer_step, {"kind": "rung", "subject": an_id(), "step": "nurse", "due_at": AT, "done_at": AT}),
        (t.receiver, {**receiver, "generation": 1, "created_at": AT, "created_by": NURSE}),
        (t.delivery, {**tried, "delivered": True, "outcome": "delivered"}),
    ):
        tx.connection.execute(insert(table), row)
