"""Does it stand in the audit trail who read whose chart, and does reading never wait for it?"""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.domain.errors import NotFound
from app.domain.vocabulary import Role
from app.services import auditing
from app.services.acting import Acting
from app.services.cases import read_case
from app.services.looking import case_of_dose
from app.store import chain, ledger, owed
from app.store.database import Database
from app.store.owed import AGAIN_AFTER, Owed
from tests.builders import LIBRARY
from tests.services.ward import Ward, a_service, a_ward, later, somebody
from tests.store.making import an_act


def _read(ward: Ward, acting: Acting) -> None:
    with ward.database.reading() as tx:
        read_case(tx, LIBRARY, acting, ward.course.id)


def _reads(database: Database) -> list[Any]:
    with database.reading() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT person, acting_as, course_id, patient_id, request_id FROM audit"
            " WHERE action = 'read_chart' ORDER BY seq"
        )
        return list(rows)


@pytest.mark.hazard("HZ-15")
def test_reading_a_chart_is_one_line_per_person_course_and_quarter_of_an_hour(database: Database) -> None:
    ward = a_ward(database)
    for minutes in (0, 1, 14.9):
        _read(ward, later(ward.nurse, minutes))
    patient_id = ward.course.patient_id
    line = (ward.nurse.person_id, ward.nurse.name, ward.course.id, patient_id, "CANARY-REQUEST-9041")
    assert _reads(database) == [line]
    _read(ward, later(ward.nurse, 15))
    _read(ward, ward.prescriber)
    assert [row[0] for row in _reads(database)] == [ward.nurse.person_id] * 2 + [ward.prescriber.person_id]
    with database.reading() as tx:
        assert chain.verify_chain(tx, database.audit_key) == []


def test_another_process_that_noted_the_read_already_leaves_nothing_to_do(database: Database) -> None:
    ward = a_ward(database)
    _read(ward, ward.nurse)
    database.owed = Owed()
    _read(ward, ward.nurse)
    assert len(_reads(database)) == 1


def test_what_a_service_account_reads_is_noted_too(database: Database) -> None:
    ward = a_ward(database)
    gateway = a_service("read")
    for minutes in (0, 1, 15):
        _read(ward, later(gateway, minutes))
    assert [row[:2] for row in _reads(database)] == [(None, "gateway")] * 2
    assert ward.count("chart_read") == 2


def test_whoever_was_refused_has_read_nothing(ward: Ward) -> None:
    stranger = somebody(Role.NURSE, ward_id=ward.doses[0].id)
    with pytest.raises(NotFound), ward.database.reading() as tx:
        case_of_dose(tx, LIBRARY, stranger, ward.doses[0].id)
    assert _reads(ward.database) == []


@pytest.mark.hazard("HZ-11")
def test_a_busy_database_keeps_no_reader_waiting_and_the_read_is_noted_at_the_next(database: Database) -> None:
    ward, seconds = a_ward(database), [0.0]
    database.owed = Owed(lambda: seconds[0])
    with database.transaction() as writing:
        ledger.append(writing, (an_act(),))
        began = time.monotonic()
        _read(ward, ward.nurse)
        _read(ward, ward.nurse)
        waited = time.monotonic() - began
    assert _reads(database) == []
    assert waited < 1.5
    seconds[0] = AGAIN_AFTER
    _read(ward, ward.prescriber)
    assert {row[0] for row in _reads(database)} == {ward.nurse.person_id, ward.prescriber.person_id}


def test_what_is_still_owed_when_the_program_ends_is_written(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "PATIENCE", 0.0)
    with ward.database.transaction() as writing:
        ledger.append(writing, (an_act(),))
        _read(ward, ward.nurse)
    auditing.settle(ward.database)
    assert len(_reads(ward.database)) == 1


def test_after_a_failed_attempt_nobody_tries_for_a_second() -> None:
    seconds = [100.0]
    debts = Owed[str](lambda: seconds[0])
    assert debts.add("a", "read")
    debts.give_back(debts.take())
    assert debts.take() == {}
    seconds[0] += AGAIN_AFTER
    taken = debts.take()
    assert taken == {"a": "read"}
    assert not debts.add("a", "read")
    debts.written(taken)
    assert not debts.add("a", "read")


def test_what_is_owed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed, "MOST", 3)
    seconds = [0.0]
    debts = Owed[int](lambda: seconds[0])
    for number in range(5):
        debts.add(number, number)
    debts.give_back({})
    seconds[0] = AGAIN_AFTER
    assert list(debts.take()) == [2, 3, 4]
