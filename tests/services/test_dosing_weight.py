"""Is a dosing weight asked about before doses are made of it, and can a wrong one be put right?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.course import CycleEvent
from app.domain.errors import Conflict, DosewardError, Forbidden, InvalidInput
from app.domain.progress import progress
from app.domain.record import decode_decision
from app.domain.vocabulary import CycleEventKind, Outcome
from app.services.acting import Acting
from app.services.administering import Administered, administer
from app.services.correcting_doses import CorrectedDose, DoseChange, correct_administration
from app.services.courses import NewCycle, NewEvent, add_cycle_event, open_course, open_cycle
from app.services.replaying import replay
from app.store.database import Database
from tests.builders import AT, LIBRARY, LVHN, REASON, reading
from tests.services.ward import UNITS, Ward, a_ward, an_entry, later
from tests.summaries import assert_told

RIGHT, OF_RIGHT = Decimal("40.0"), Decimal(24_000_000)
DAY = 24 * 60


def put(
    ward: Ward, minutes: float, weight: str | None = "40.0", who: Acting | None = None, **changes: Any
) -> CycleEvent:
    acting = later(who or ward.prescriber, minutes)
    kilos = None if weight is None else Decimal(weight)
    new = NewEvent(CycleEventKind.DOSING_WEIGHT, acting.at, REASON, weight=kilos)
    with ward.database.transaction() as tx:
        return add_cycle_event(tx, LIBRARY, acting, ward.cycle.id, replace(new, **changes))[0]


def give(ward: Ward, minutes: float, recorded: float | None = None, dose: int = 1, **changes: Any) -> Administered:
    done = ward.done(minutes, deviation=REASON, **changes)
    with ward.database.transaction() as tx:
        acting = later(ward.nurse, minutes if recorded is None else recorded)
        return administer(tx, LIBRARY, acting, ward.doses[dose - 1].id, done)


def end(ward: Ward, kind: CycleEventKind, who: Acting, minutes: float) -> None:
    acting = later(who, minutes)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, acting, ward.cycle.id, NewEvent(kind, acting.at, REASON))


def reopen(ward: Ward, weight: str, *, confirmed: bool = False) -> None:
    """The second cycle, twelve days after the first was left."""
    acting = later(ward.charge, 12 * DAY)
    new = NewCycle(2, ward.id, "CANARY-BED-1", acting.at, acting.at + timedelta(hours=9), Decimal(weight), confirmed)
    with ward.database.transaction() as tx:
        open_cycle(tx, LIBRARY, acting, ward.course.id, new)


def code(refusal: pytest.ExceptionInfo[DosewardError]) -> tuple[str, list[tuple[str, str]]]:
    return refusal.value.code, [(error.pointer, error.code) for error in refusal.value.errors]


# ---- Opening a cycle asks.


@pytest.mark.hazard("HZ-05")
def test_a_cycle_in_pounds_is_asked_about_and_opened_once_confirmed(database: Database) -> None:
    ward = a_ward(database)
    end(ward, CycleEventKind.DISCHARGED, ward.charge, 5)
    with pytest.raises(InvalidInput, match="Was it read in pounds") as refusal:
        reopen(ward, "176")
    assert code(refusal) == ("unlikely_change", [("/ordered_weight", "unlikely_change")])
    assert len(ward.sheet().cycles) == 1
    reopen(ward, "176", confirmed=True)
    assert ward.sheet().cycles[1].ordered_weight == Decimal(176)


def test_the_last_weight_charted_is_what_the_next_cycle_is_held_against(ward: Ward) -> None:
    weight = an_entry(reading("weight", "90.0", 0, at=AT))
    ward.chart_items([replace(weight, confirmed=True)])
    end(ward, CycleEventKind.DISCHARGED, ward.charge, 5)
    with pytest.raises(InvalidInput, match="from the last one known"):
        reopen(ward, "80")
    reopen(ward, "91")


def test_a_first_cycle_far_out_of_the_ordinary_is_asked_about(ward: Ward) -> None:
    end(ward, CycleEventKind.DISCHARGED, ward.charge, 5)
    put_aside = later(ward.charge, 400 * DAY)
    with ward.database.transaction() as tx:
        other = open_course(tx, LIBRARY, put_aside, ward.course.patient_id, "lvhn-2015", ())
    new = NewCycle(1, ward.id, "CANARY-BED-1", put_aside.at, put_aside.at + timedelta(hours=9), Decimal(260))
    with pytest.raises(InvalidInput, match="unlikely at that value") as refusal, ward.database.transaction() as tx:
        open_cycle(tx, LIBRARY, put_aside, other.id, new)
    assert code(refusal) == ("unlikely", [("/ordered_weight", "unlikely")])
    with ward.database.transaction() as tx:
        open_cycle(tx, LIBRARY, put_aside, other.id, replace(new, confirmed=True))


# ---- A wrong one is put right.


@pytest.mark.hazard("HZ-05")
def test_from_its_recording_on_every_dose_not_given_is_made_of_the_new_weight(database: Database) -> None:
    ward = a_ward(database)
    give(ward, 5)
    event = put(ward, 10)
    sheet = ward.sheet()
    assert sheet.events == (event,)
    assert (event.weight, sheet.dosing_weight(sheet.cycles[0])) == (RIGHT, RIGHT)
    slots = progress(sheet, sheet.cycles[0], LVHN, AT)
    assert [slot.units for slot in slots] == [UNITS] + [OF_RIGHT] * 13
    assert sheet.administrations[0].units == UNITS
    assert_told(database)


@pytest.mark.hazard("HZ-05")
def test_a_dose_begun_after_it_is_held_against_the_new_units(ward: Ward) -> None:
    put(ward, 10)
    over: tuple[dict[str, Any], ...] = ({}, {"outcome": Outcome.INTERRUPTED, "units": OF_RIGHT + 1})
    for more in over:
        with pytest.raises(InvalidInput, match="A whole dose is 24,000,000 units") as refusal:
            give(ward, 15, **more)
        assert code(refusal) == ("overdose", [("/units", "overdose")])
    assert give(ward, 15, units=OF_RIGHT).administration.units == OF_RIGHT


@pytest.mark.hazard("HZ-08")
def test_a_dose_begun_before_it_can_still_be_recorded_as_it_went_in(ward: Ward) -> None:
    put(ward, 10)
    row = give(ward, 5, recorded=15).administration
    (slot, *_) = progress(ward.sheet(), ward.cycle, LVHN, AT)
    assert (row.units, slot.units, slot.weight) == (UNITS, UNITS, Decimal("80.0"))
    with pytest.raises(InvalidInput):
        give(ward, 5, recorded=16, dose=2, units=Decimal(1))


def correct(ward: Ward, row_id: str, minutes: float, **change: Any) -> CorrectedDose:
    with ward.database.transaction() as tx:
        return correct_administration(tx, LIBRARY, later(ward.nurse, minutes), row_id, DoseChange(REASON, **change))


def test_what_was_recorded_before_it_is_put_right_on_its_own_units(ward: Ward) -> None:
    row = give(ward, 5).administration
    put(ward, 10)
    ended = correct(ward, row.id, 20, ended_at=AT + timedelta(minutes=20)).administration
    assert ended.units == UNITS
    part = correct(ward, ended.id, 21, outcome=Outcome.INTERRUPTED, units=Decimal(30_000_000)).administration
    whole = correct(ward, part.id, 22, outcome=Outcome.GIVEN).administration
    assert (part.units, whole.units) == (Decimal(30_000_000), UNITS)


def test_a_later_one_holds(ward: Ward) -> None:
    put(ward, 5)
    put(ward, 6, "41.0")
    assert ward.sheet().dosing_weight(ward.cycle) == Decimal("41.0")


def test_it_changes_no_decision_and_replay_agrees(database: Database) -> None:
    ward = a_ward(database)
    saved = ward.chart()
    put(ward, 5, confirmed=True)
    sheet = ward.sheet()
    assert [row.id for row in sheet.decisions] == [saved.record.id if saved.record else ""]
    assert decode_decision(sheet.decisions[0].document, LVHN).action is not None
    with database.reading() as tx:
        assert [item.same for item in replay(tx, LIBRARY)] == [True]


# ---- What is refused


@pytest.mark.parametrize("who", ["nurse", "charge"])
def test_only_a_prescriber_changes_it(ward: Ward, who: str) -> None:
    with pytest.raises(Forbidden):
        put(ward, 5, who=getattr(ward, who))


@pytest.mark.parametrize(
    "weight, changes, expected",
    [
        ("80", {}, "nothing_changed"),
        ("80.00", {"confirmed": True}, "nothing_changed"),
        (None, {}, "weight_needed"),
        ("0.5", {"confirmed": True}, "impossible_weight"),
        ("501", {"confirmed": True}, "impossible_weight"),
        ("260", {}, "unlikely"),
        ("84", {"kind": CycleEventKind.STOPPED}, "no_weight"),
    ],
)
def test_a_weight_that_cannot_be_or_changes_nothing_is_refused_at_its_field(
    ward: Ward, weight: str | None, changes: dict[str, Any], expected: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        put(ward, 5, weight, **changes)
    assert code(refusal) == (expected, [("/weight", expected)])
    assert ward.sheet().events == ()


@pytest.mark.parametrize("changes", [{"reason": " "}, {"at": AT + timedelta(hours=1)}])
def test_it_needs_a_reason_and_a_time_that_has_come(ward: Ward, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        put(ward, 5, **changes)


@pytest.mark.hazard("HZ-05")
def test_it_is_held_against_what_was_charted_and_not_against_itself(ward: Ward) -> None:
    ward.chart_items([replace(an_entry(reading("weight", "40.0", 0, at=AT)), confirmed=True)])
    with pytest.raises(InvalidInput, match="Was it read in pounds") as refusal:
        put(ward, 5, "88")
    assert code(refusal) == ("unlikely_change", [("/weight", "unlikely_change")])
    assert put(ward, 5, "40.5").weight == Decimal("40.5")


@pytest.mark.parametrize("kind", [CycleEventKind.STOPPED, CycleEventKind.DISCHARGED])
def test_once_the_cycle_has_ended_no_dose_is_to_be_made(ward: Ward, kind: CycleEventKind) -> None:
    end(ward, kind, ward.prescriber if kind is CycleEventKind.STOPPED else ward.charge, 5)
    with pytest.raises(Conflict):
        put(ward, 6)


def test_the_database_itself_refuses_a_weight_of_another_kind(database: Database) -> None:
    ward = a_ward(database)
    put(ward, 5)
    columns = "cycle_id, course_id, at, reason, recorded_at, recorded_by, seq"
    for kind, weight in (("dosing_weight", "NULL"), ("stopped", "'84'"), ("another", "'84'")):
        with pytest.raises(IntegrityError), database.transaction() as tx:
            tx.connection.exec_driver_sql(
                f"INSERT INTO cycle_event (id, kind, weight, {columns})"
                f" SELECT '{'x' * 36}', '{kind}', {weight}, {columns} FROM cycle_event"
            )
