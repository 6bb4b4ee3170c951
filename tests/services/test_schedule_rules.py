"""Is every rule of the schedule kept by the services, and named where it refuses?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.course import Dose
from app.domain.errors import Conflict
from app.domain.vocabulary import Choice, CycleEventKind
from app.services.administering import Administered, administer
from app.services.courses import NewCycle, NewEvent, add_cycle_event, open_course, open_cycle
from app.services.ordering import order
from app.store import flowsheets
from app.store.database import Database
from tests.builders import AT, LIBRARY
from tests.services.ward import DUE, Ward, a_ward, later

WEEK = 7 * 24 * 60


@pytest.fixture
def ward(database: Database) -> Ward:
    return a_ward(database)


def _discharge(ward: Ward, minutes: float) -> None:
    acting = later(ward.charge, minutes)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, acting, ward.cycle.id, NewEvent(CycleEventKind.DISCHARGED, acting.at, "went home"))


def _again(ward: Ward, minutes: float) -> tuple[str, str]:
    acting = later(ward.charge, minutes)
    with ward.database.transaction() as tx:
        course = open_course(tx, LIBRARY, acting, ward.course.patient_id, "lvhn-2015", ())
        return course.id, open_cycle(tx, LIBRARY, acting, course.id, _cycle(ward, acting.at, 1))[0].id


def _cycle(ward: Ward, at: object, number: int) -> NewCycle:
    return NewCycle(number, ward.id, "CANARY-BED-1", at, at + timedelta(hours=1), Decimal("80.0"))  # type: ignore[operator,arg-type]


@pytest.mark.hazard("HZ-10")
def test_a_new_course_is_refused_while_the_patient_is_in_another(ward: Ward) -> None:
    with pytest.raises(Conflict) as refusal:
        _again(ward, 100)
    assert refusal.value.code == "other_course_running"


@pytest.mark.hazard("HZ-10")
def test_a_new_course_too_soon_after_the_discharge_is_refused_and_later_it_is_not(ward: Ward) -> None:
    _discharge(ward, 60)
    with pytest.raises(Conflict) as refusal:
        _again(ward, 7 * WEEK - 10)
    assert refusal.value.code == "retreatment_too_early"
    _again(ward, 7 * WEEK + 60)


@pytest.mark.hazard("HZ-10")
def test_the_first_dose_of_a_new_course_is_not_moved_to_where_it_could_not_have_been_ordered(ward: Ward) -> None:
    _discharge(ward, 60)
    course_id, cycle_id = _again(ward, 7 * WEEK + 10)
    acting = later(ward.prescriber, 7 * WEEK + 20)

    def move(minutes: float) -> None:
        to = AT + timedelta(minutes=7 * WEEK + minutes)
        event = NewEvent(CycleEventKind.GRID_MOVED, acting.at, "sooner", from_dose=1, due_at=to)
        with ward.database.transaction() as tx:
            add_cycle_event(tx, LIBRARY, acting, cycle_id, event)

    with pytest.raises(Conflict) as refusal:
        move(59)
    assert refusal.value.code == "retreatment_too_early"
    move(60)
    with ward.database.reading() as tx:
        assert len(flowsheets.load_bare(tx, course_id).events) == 1


@pytest.mark.hazard("HZ-10")
def test_a_dose_after_the_days_of_the_cycle_needs_a_reason_and_is_a_deviation(ward: Ward) -> None:
    minutes = 121 * 60
    with ward.database.transaction() as tx:
        to = AT + timedelta(minutes=minutes)
        event = NewEvent(CycleEventKind.GRID_MOVED, AT, "waits for the scan", from_dose=14, due_at=to)
        add_cycle_event(tx, LIBRARY, later(ward.prescriber, 1), ward.cycle.id, event)
    made = ward.chart(minutes=minutes, dose=14)
    assert made.record is not None
    dose_id, decision_id = ward.doses[13].id, made.record.id
    done = ward.done(minutes + 1, decision_id=decision_id)
    acting = later(ward.nurse, minutes + 2)
    with pytest.raises(Conflict) as refusal, ward.database.transaction() as tx:
        administer(tx, LIBRARY, acting, dose_id, done)
    assert refusal.value.code == "outside_cycle"
    assert "lvhn-2015 ends this cycle on" in str(refusal.value)
    with pytest.raises(Conflict) as refused, ward.database.transaction() as tx:
        order(tx, LIBRARY, later(ward.prescriber, minutes + 2), dose_id, decision_id, Choice.GIVE, "last one")
    assert refused.value.code == "outside_cycle"
    with ward.database.transaction() as tx:
        kept = administer(tx, LIBRARY, acting, dose_id, replace(done, deviation="given all the same"))
    assert len(kept.events) == 1


def _give(ward: Ward, minutes: int, dose: Dose, **changes: object) -> Administered:
    with ward.database.transaction() as tx:
        return administer(tx, LIBRARY, later(ward.nurse, minutes + 20), dose.id, ward.done(minutes, **changes))


def _given(ward: Ward, doses: int) -> None:
    """So many doses of the first cycle went in, whatever the criteria said; then the patient went home."""
    for number, dose in enumerate(ward.doses[:doses]):
        _give(ward, 30 + number * 8 * 60, dose, deviation="CANARY given all the same")
    _discharge(ward, 2 * WEEK)


def _second_cycle(ward: Ward) -> tuple[Dose, ...]:
    acting = later(ward.charge, 3 * WEEK)
    with ward.database.transaction() as tx:
        cycle, case = open_cycle(tx, LIBRARY, acting, ward.course.id, _cycle(ward, acting.at, 2))
    return case.sheet.doses_of(cycle.id)


@pytest.mark.hazard("HZ-16")
def test_a_dose_above_the_cap_of_the_course_needs_a_reason_and_is_a_deviation(database: Database) -> None:
    ward = a_ward(database, "til-2024")
    _given(ward, 5)
    sixth, seventh, *_ = _second_cycle(ward)
    due = 3 * WEEK + 60
    _give(ward, due, sixth, deviation="CANARY given all the same")
    with pytest.raises(Conflict) as refusal:
        _give(ward, due + 8 * 60, seventh)
    assert refusal.value.code == "over_cap"
    assert "til-2024 allows at most 6 doses in a course." in str(refusal.value)
    assert len(_give(ward, due + 8 * 60, seventh, deviation="CANARY given all the same").events) == 1


@pytest.mark.hazard("HZ-16")
def test_a_course_that_has_had_all_its_doses_opens_no_further_cycle(database: Database) -> None:
    ward = a_ward(database, "til-2024")
    _given(ward, 6)
    with pytest.raises(Conflict) as refusal:
        _second_cycle(ward)
    assert refusal.value.code == "over_cap"


def test_a_dose_within_the_days_of_the_cycle_is_given(ward: Ward) -> None:
    made = ward.chart(minutes=30)
    assert made.record is not None
    with ward.database.transaction() as tx:
        done = ward.done(31, decision_id=made.record.id)
        kept = administer(tx, LIBRARY, later(ward.nurse, 35), ward.doses[0].id, done)
    assert (kept.events, DUE) == ((), AT + timedelta(minutes=30))


def _order_given(ward: Ward, charted: int, ordered: int) -> None:
    made = ward.chart(minutes=charted, creatinine="2.6")
    assert made.record is not None
    with ward.database.transaction() as tx:
        acting = later(ward.prescriber, ordered)
        order(tx, LIBRARY, acting, ward.doses[0].id, made.record.id, Choice.GIVE, "CANARY reason")


@pytest.mark.hazard("HZ-16")
@pytest.mark.parametrize("charted,ordered,code", [(-180, -170, "decision_provisional"), (0, 61, "decision_expired")])
def test_nobody_orders_a_dose_given_on_a_decision_taken_too_early_or_run_out(
    ward: Ward, charted: int, ordered: int, code: str
) -> None:
    with pytest.raises(Conflict) as refusal:
        _order_given(ward, charted, ordered)
    assert refusal.value.code == code


def test_a_dose_is_ordered_given_to_the_last_moment_of_its_decision(ward: Ward) -> None:
    _order_given(ward, 0, 60)
    assert [one.choice for one in ward.sheet().orders] == [Choice.GIVE]
