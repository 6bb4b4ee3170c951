"""Does the database itself refuse a record that cannot be true?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.course import Administration, Dose
from app.domain.errors import Conflict, InvalidInput
from app.domain.flowsheet import Flowsheet
from app.domain.vocabulary import Choice
from app.store import flowsheets, idempotency, ledger, protocol_texts, records
from app.store.database import Database
from app.store.faults import broken_constraint
from app.store.idempotency import Answer, Request
from tests.builders import (
    AT,
    LVHN,
    NURSE,
    REASON,
    a_patient,
    an_administration,
    an_id,
    an_observation,
    an_order,
    reading,
)
from tests.store.making import a_course, an_act, chart, decide

_REQUEST = Request(NURSE, "key-1", "POST /observation-sets", "a" * 64)
_ANSWER = Answer(201, b'{"id":"1"}')


def _give(database: Database, sheet: Flowsheet, dose: Dose, given: Administration) -> None:
    with database.transaction() as tx:
        flowsheets.lock_course(tx, sheet.course.id)
        records.add_administration(tx, given, dose, sheet.course.id)
        ledger.append(tx, (an_act("give"),))


def _refusal(database: Database, sheet: Flowsheet, given: Administration, dose: Dose) -> str | None:
    with pytest.raises(IntegrityError) as refused:
        _give(database, sheet, dose, given)
    return broken_constraint(refused.value)


@pytest.mark.hazard("HZ-16")
def test_of_twenty_people_giving_one_dose_at_once_one_is_recorded(database: Database) -> None:
    sheet = a_course(database)
    dose = sheet.doses[4]
    start = Barrier(20)

    def give(_: int) -> str | None:
        start.wait()
        try:
            _give(database, sheet, dose, an_administration(dose, AT))
        except IntegrityError as refused:
            return broken_constraint(refused)
        return "given"

    with ThreadPoolExecutor(20) as people:
        answers = sorted(str(answer) for answer in people.map(give, range(20)))

    assert answers == ["given"] + ["uq_administration_dose_id"] * 19
    with database.reading() as tx:
        found = flowsheets.load(tx, sheet.course.id).administrations
    assert len([row for row in found if row.dose_id == dose.id]) == 1


def test_an_administration_is_corrected_once_and_the_correction_once_more(database: Database) -> None:
    sheet = a_course(database)
    dose, first = sheet.doses[0], sheet.administrations[0]
    second = replace(first, id=an_id(), units=Decimal(1), supersedes=first.id, reason=REASON)
    third = replace(first, id=an_id(), units=Decimal(2), supersedes=second.id, reason=REASON)
    _give(database, sheet, dose, second)
    _give(database, sheet, dose, third)

    again = replace(first, id=an_id(), supersedes=first.id, reason=REASON)
    assert _refusal(database, sheet, again, dose) == "uq_administration_supersedes"


def test_an_infusion_does_not_end_before_it_began(database: Database) -> None:
    sheet = a_course(database)
    dose = sheet.doses[4]
    given = replace(an_administration(dose, AT), ended_at=AT - timedelta(minutes=1))
    assert _refusal(database, sheet, given, dose) == "ck_administration_interval"


def test_a_dose_is_not_given_on_the_decision_for_another_dose(database: Database) -> None:
    sheet = a_course(database)
    record = decide(database, sheet, sheet.doses[4])
    given = replace(an_administration(sheet.doses[5], AT), decision_id=record.id)
    with pytest.raises(IntegrityError):
        _give(database, sheet, sheet.doses[5], given)


def test_an_order_is_not_written_on_the_decision_for_another_dose(database: Database) -> None:
    sheet = a_course(database)
    record = decide(database, sheet, sheet.doses[4])
    order = an_order(sheet.doses[5], record, Choice.GIVE)
    with pytest.raises(IntegrityError), database.transaction() as tx:  # noqa: PT012 - refused in its last line
        flowsheets.lock_course(tx, sheet.course.id)
        records.add_order(tx, order, sheet.doses[5], sheet.course.id)


@pytest.mark.hazard("HZ-03")
def test_a_decision_is_not_stored_for_the_dose_of_another_course(database: Database) -> None:
    sheet, other = a_course(database), a_course(database)
    with pytest.raises(IntegrityError):
        decide(database, other, sheet.doses[4])


@pytest.mark.hazard("HZ-08")
def test_two_people_correcting_one_value_leave_one_correction(database: Database) -> None:
    sheet = a_course(database)
    old = sheet.observations[0]
    for attempt in range(2):
        row = replace(an_observation(reading("temperature", "37")), supersedes=old.id, reason=REASON)
        if attempt == 0:
            chart(database, sheet, row)
            continue
        with pytest.raises(IntegrityError) as refused:
            chart(database, sheet, row)
        assert broken_constraint(refused.value) == "uq_observation_supersedes"


@pytest.mark.parametrize(
    "changes, rule",
    [
        ({"value": None}, "ck_observation_one_value"),
        ({"retracts": True, "supersedes": "old", "reason": REASON}, "ck_observation_one_value"),
        ({"retracts": True, "value": None}, "ck_observation_retracts_something"),
        ({"supersedes": "old", "reason": None}, "ck_observation_corrected_with_reason"),
        ({"start_at": AT}, "ck_observation_interval"),
        ({"id": "short"}, "ck_observation_id"),
        ({"not_taken": "forgotten", "value": None}, "ck_observation_not_taken"),
    ],
)
def test_an_observation_that_says_two_things_or_nothing_is_refused(
    database: Database, changes: dict[str, object], rule: str
) -> None:
    sheet = a_course(database)
    if changes.get("supersedes") == "old":
        changes = {**changes, "supersedes": sheet.observations[0].id}
    row = replace(an_observation(reading("temperature", "37")), observed_at=AT, **changes)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError) as refused:
        chart(database, sheet, row)
    assert broken_constraint(refused.value) == rule


def test_a_medical_record_number_is_one_patients(database: Database) -> None:
    with database.transaction() as tx:
        records.add_patient(tx, a_patient(), AT, NURSE)
    with pytest.raises(IntegrityError) as refused, database.transaction() as tx:
        records.add_patient(tx, a_patient(), AT, NURSE)
    assert broken_constraint(refused.value) == "uq_patient_mrn"


# ---- the same request twice


@pytest.mark.hazard("HZ-07")
def test_a_request_is_answered_the_same_for_ever(database: Database) -> None:
    with database.transaction() as tx:
        assert idempotency.find(tx, _REQUEST) is None
        idempotency.remember(tx, _REQUEST, _ANSWER, AT)
    with database.reading() as tx:
        assert idempotency.find(tx, _REQUEST) == _ANSWER
        assert idempotency.find(tx, _REQUEST._replace(client="somebody-else")) is None


@pytest.mark.parametrize("other", [{"body_hash": "b" * 64}, {"route": "POST /administration"}])
def test_a_key_does_not_stand_for_another_request(database: Database, other: dict[str, str]) -> None:
    with database.transaction() as tx:
        idempotency.remember(tx, _REQUEST, _ANSWER, AT)
    with database.reading() as tx, pytest.raises(InvalidInput, match="another request"):
        idempotency.find(tx, _REQUEST._replace(**other))


def test_only_a_second_answer_is_taken_for_one(database: Database) -> None:
    nowhere = _REQUEST._replace(route=None)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError) as refused, database.transaction() as tx:
        idempotency.remember(tx, nowhere, _ANSWER, AT)
    assert "route" in str(refused.value)


def test_of_ten_equal_requests_at_once_one_is_kept(database: Database) -> None:
    start = Barrier(8)

    def ask(_: int) -> bool:
        start.wait()
        try:
            with database.transaction() as tx:
                idempotency.remember(tx, _REQUEST, _ANSWER, AT)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as clients:
        assert sum(clients.map(ask, range(8))) == 1


# ---- protocol texts


def test_a_protocol_text_is_kept_once_byte_for_byte(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as tx:
            protocol_texts.add(tx, LVHN.pin, LVHN.document, AT)
    with database.reading() as tx:
        assert protocol_texts.text(tx, LVHN.pin.sha256) == LVHN.document
        assert protocol_texts.pins(tx) == (LVHN.pin,)


def test_a_text_that_is_not_what_its_pin_says_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="does not have the hash"), database.transaction() as tx:
        protocol_texts.add(tx, LVHN.pin, LVHN.document + b"\n", AT)
