"""What do the services themselves refuse, whichever page or program asks?"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from app.domain.course import Cycle
from app.domain.errors import DosewardError
from app.domain.vocabulary import Choice, CycleEventKind, NotTaken, Outcome, SpO2Scale
from app.services.administering import administer
from app.services.correcting import Change, correct
from app.services.courses import NewCycle, NewEvent, add_cycle_event, open_cycle
from app.services.observing import Absence, record
from app.services.ordering import Besides, order
from app.store.database import Transaction
from tests.builders import AT, LIBRARY, REASON
from tests.services.ward import Ward, later

HOUR = timedelta(hours=1)


def _refused(ward: Ward, act: Callable[[Transaction], object]) -> str:
    """The code of the refusal; nothing of the act is left."""
    before = [ward.count(table) for table in ("audit", "cycle", "cycle_event", "dose_order", "observation")]
    with pytest.raises(DosewardError) as refusal, ward.database.transaction() as tx:
        act(tx)
    assert [ward.count(table) for table in ("audit", "cycle", "cycle_event", "dose_order", "observation")] == before
    return refusal.value.code


def _decided(ward: Ward) -> str:
    saved = ward.chart().record
    assert saved is not None
    return saved.id


def _order(ward: Ward, tx: Transaction, decision_id: str, choice: Choice, reason: str = REASON) -> None:
    order(tx, LIBRARY, ward.prescriber, ward.doses[0].id, decision_id, choice, reason, Besides())


def _next_cycle(ward: Ward, tx: Transaction) -> Cycle:
    at = AT + 20 * 24 * HOUR
    new = NewCycle(2, ward.id, "CANARY-BED-1", at, at + 6 * HOUR, Decimal("80.0"))
    return open_cycle(tx, LIBRARY, later(ward.charge, 20 * 24 * 60), ward.course.id, new)[0]


@pytest.mark.hazard("HZ-16")
def test_after_treatment_was_discontinued_no_further_cycle_is_opened(ward: Ward) -> None:
    decision = _decided(ward)
    with ward.database.transaction() as tx:
        _order(ward, tx, decision, Choice.DISCONTINUE)
    with ward.database.transaction() as tx:
        gone = NewEvent(CycleEventKind.DISCHARGED, AT, REASON)
        add_cycle_event(tx, LIBRARY, ward.charge, ward.cycle.id, gone)
    assert _refused(ward, lambda tx: _next_cycle(ward, tx)) == "discontinued"


def test_after_a_stop_of_the_cycle_the_next_is_opened(ward: Ward) -> None:
    decision = _decided(ward)
    with ward.database.transaction() as tx:
        _order(ward, tx, decision, Choice.STOP)
    with ward.database.transaction() as tx:
        gone = NewEvent(CycleEventKind.DISCHARGED, AT, REASON)
        add_cycle_event(tx, LIBRARY, ward.charge, ward.cycle.id, gone)
    with ward.database.transaction() as tx:
        assert _next_cycle(ward, tx).number == 2


@pytest.mark.hazard("HZ-16")
@pytest.mark.parametrize("choice", [Choice.GIVE, Choice.HOLD, Choice.SKIP])
def test_what_something_was_done_with_takes_no_order(ward: Ward, choice: Choice) -> None:
    decision = _decided(ward)
    with ward.database.transaction() as tx:
        done = ward.done(decision_id=decision)
        administer(tx, LIBRARY, ward.nurse, ward.doses[0].id, done)
    assert _refused(ward, lambda tx: _order(ward, tx, decision, choice)) == "already_recorded"


@pytest.mark.parametrize("reason", ["", " \n"])
def test_an_order_a_correction_and_a_withdrawal_need_a_reason(ward: Ward, reason: str) -> None:
    saved = ward.chart()
    assert saved.record is not None
    decision, row = saved.record.id, saved.observations[0].id
    assert _refused(ward, lambda tx: _order(ward, tx, decision, Choice.HOLD, reason)) == "reason_needed"
    for change in (Change(reason, value=Decimal(1)), Change(reason, retract=True)):
        assert _refused(ward, partial(_correct, ward, row, change)) == "reason_needed"


def _correct(ward: Ward, row: str, change: Change, tx: Transaction) -> None:
    correct(tx, LIBRARY, ward.nurse, row, change)


@pytest.mark.hazard("HZ-06")
def test_what_was_not_taken_becomes_no_value_by_another_time_alone(ward: Ward) -> None:
    absence = Absence("creatinine", NotTaken.REFUSED, AT)
    with ward.database.transaction() as tx:
        saved = record(tx, LIBRARY, ward.nurse, ward.course.id, None, (), (absence,))
    change = Change(REASON, observed_at=AT - HOUR)
    assert _refused(ward, partial(_correct, ward, saved.observations[0].id, change)) == "value_needed"


@pytest.mark.parametrize(
    "event, code",
    [
        (NewEvent(CycleEventKind.MOVED, AT, REASON), "place_needed"),
        (NewEvent(CycleEventKind.MOVED, AT, REASON, bed="CANARY-BED-1"), "place_needed"),
        (NewEvent(CycleEventKind.SPO2_SCALE, AT, REASON), "scale_needed"),
        (NewEvent(CycleEventKind.STOPPED, AT, REASON, scale=SpO2Scale.TWO), "scale_needed"),
    ],
)
def test_an_event_says_what_it_is_about_and_nothing_else(ward: Ward, event: NewEvent, code: str) -> None:
    act = ward.prescriber if event.kind is not CycleEventKind.MOVED else ward.nurse
    assert _refused(ward, lambda tx: add_cycle_event(tx, LIBRARY, act, ward.cycle.id, event)) == code


def test_a_dose_that_was_not_given_is_not_recorded_as_given_by_a_second_report(ward: Ward) -> None:
    decision = _decided(ward)
    none = ward.done(outcome=Outcome.NOT_GIVEN, units=Decimal(0), deviation=REASON)
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, ward.nurse, ward.doses[0].id, none)
    again = ward.done(decision_id=decision)
    assert _refused(ward, lambda tx: administer(tx, LIBRARY, ward.nurse, ward.doses[0].id, again)) == "already_recorded"
