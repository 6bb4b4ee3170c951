"""Is a set saved with its decision and its alerts, or not at all?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.domain.record import decode_situation
from app.domain.vocabulary import Action, AlertKind, Level, NotTaken, Role
from app.services.acting import Permission
from app.services.administering import administer
from app.services.cases import open_case, read_case
from app.services.observing import Absence, preview_set, record
from app.store import flowsheets
from app.store.database import Database
from tests.builders import AT, LIBRARY, LVHN, an_id, every, poisoned, reading
from tests.services.ward import Ward, a_ward, an_entry, entries, later, somebody

TABLES = ("observation_set", "observation", "decision", "alert_event", "feed", "audit")


def test_a_set_is_kept_with_its_decision_its_alerts_and_a_line_in_the_audit_trail(database: Database) -> None:
    ward = a_ward(database)
    before = ward.count("audit")
    saved = ward.chart(creatinine="2.6")
    assert saved.decision is not None
    assert saved.decision.action is Action.HOLD
    assert [(event.kind, event.action) for event in saved.events] == [(AlertKind.RAISED, Action.HOLD)]
    sheet = ward.sheet()
    assert sheet.decisions == (saved.record,)
    assert len(sheet.observations) == len(saved.observations) == len(entries())
    assert (ward.count("alert_event"), ward.count("feed"), ward.count("audit")) == (1, 1, before + 1)


def test_the_decision_keeps_what_it_was_taken_on(ward: Ward) -> None:
    saved = ward.chart(creatinine="2.6")
    assert saved.record is not None
    used = {row.id for row in every(decode_situation(saved.record.situation))}
    assert used <= {row.id for row in saved.observations}
    assert next(row.id for row in saved.observations if row.measure == "creatinine") in used


def test_when_anything_fails_nothing_at_all_is_kept(database: Database) -> None:
    ward = a_ward(database)
    before = {table: ward.count(table) for table in TABLES}

    def save_and_fail() -> None:
        with database.transaction() as tx:
            record(tx, LIBRARY, ward.nurse, ward.course.id, ward.doses[0].id, entries(reading("creatinine", "2.6")))
            raise ConnectionError

    with pytest.raises(ConnectionError):
        save_and_fail()
    assert {table: ward.count(table) for table in TABLES} == before


def test_an_engine_that_fails_leaves_a_stored_incomplete_and_the_loudest_alert(ward: Ward) -> None:
    library = replace(LIBRARY, protocols={**LIBRARY.protocols, "lvhn-2015": poisoned(LVHN)})
    with ward.database.transaction() as tx:
        saved = record(tx, library, ward.nurse, ward.course.id, ward.doses[0].id, entries())
    assert saved.record is not None
    assert saved.record.action is Action.INCOMPLETE
    assert Level.HIGH_PRIORITY in {event.level for event in saved.events}
    assert ward.sheet().decisions == (saved.record,)


def test_without_a_dose_the_set_counts_for_the_one_the_ward_works_towards(ward: Ward) -> None:
    assert ward.chart(dose=None).set.dose_id == ward.doses[0].id
    assert ward.chart(dose=None, minutes=60 * 3).set.dose_id == ward.doses[1].id


@pytest.mark.hazard("HZ-01")
def test_a_set_charted_for_a_later_dose_decides_the_dose_the_ward_works_towards_too(ward: Ward) -> None:
    proceeds = ward.chart()
    assert proceeds.record is not None
    fast = an_entry(reading("heart_rate", "150", 0, at=later(ward.nurse, 5).at))
    saved = ward.chart_items([fast], minutes=5, dose=3)
    first, third = ward.sheet().decisions[1:]
    assert (first.dose_id, first.action) == (ward.doses[0].id, Action.STOP)
    assert (third.dose_id, third.provisional, third) == (ward.doses[2].id, True, saved.record)
    assert {event.dose_id for event in saved.events if event.level is Level.HIGH_PRIORITY} == {ward.doses[0].id}
    given = ward.done(6, decision_id=proceeds.record.id)
    with pytest.raises(Conflict) as refusal, ward.database.transaction() as tx:
        administer(tx, LIBRARY, later(ward.nurse, 6), ward.doses[0].id, given)
    assert refusal.value.code == "decision_replaced"


@pytest.mark.hazard("HZ-01")
def test_a_set_charted_for_a_dose_that_was_given_decides_the_next_one_and_leaves_the_other(ward: Ward) -> None:
    on = ward.chart().record
    assert on is not None
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, ward.nurse, ward.doses[0].id, ward.done(decision_id=on.id))
    saved = ward.chart(minutes=180, dose=1, heart_rate="150")
    assert saved.set.dose_id == ward.doses[0].id
    assert saved.record is not None
    assert (saved.record.dose_id, saved.record.provisional) == (ward.doses[1].id, True)
    assert [row.id for row in saved.case.sheet.decisions_of(ward.doses[0].id)] == [on.id]


def test_a_dose_of_another_course_is_unknown_here(ward: Ward) -> None:
    with pytest.raises(NotFound), ward.database.transaction() as tx:
        record(tx, LIBRARY, ward.nurse, ward.course.id, an_id(), entries())


def test_late_is_more_than_fifteen_minutes_after_the_fact(ward: Ward) -> None:
    def late(minutes: float) -> bool:
        items = entries(reading("heart_rate", 80, minutes))
        only = [item for item in items if item.measure == "heart_rate"]
        with ward.database.transaction() as tx:
            return record(tx, LIBRARY, ward.nurse, ward.course.id, None, only).set.late

    assert (late(15), late(15.1)) == (False, True)


def test_what_was_not_taken_stands_for_no_value(ward: Ward) -> None:
    gone = Absence("spo2", NotTaken.REFUSED, AT)
    with ward.database.transaction() as tx:
        saved = record(tx, LIBRARY, ward.nurse, ward.course.id, None, entries(absent=["spo2"]), [gone])
    assert saved.decision is not None
    assert saved.decision.action is Action.INCOMPLETE
    assert [missing.measure for missing in saved.decision.missing] == ["spo2"]


def test_an_empty_set_is_refused(ward: Ward) -> None:
    with pytest.raises(InvalidInput) as refusal, ward.database.transaction() as tx:
        record(tx, LIBRARY, ward.nurse, ward.course.id, None, [])
    assert refusal.value.code == "nothing_charted"


def test_values_that_cannot_be_true_together_are_refused(ward: Ward) -> None:
    flow = (reading("oxygen_device", "room_air", 10), reading("oxygen_flow", "4", 10))
    with pytest.raises(InvalidInput) as refusal, ward.database.transaction() as tx:
        record(tx, LIBRARY, ward.nurse, ward.course.id, None, entries(*flow))
    assert refusal.value.errors[0].code == "contradictory"


def test_a_preview_says_what_saving_would_decide_and_keeps_nothing(ward: Ward) -> None:
    before = {table: ward.count(table) for table in TABLES}
    items = entries(reading("creatinine", "2.6"))
    with ward.database.reading() as tx:
        sheet = flowsheets.load(tx, ward.course.id)
    with ward.database.transaction() as tx:
        case = open_case(tx, LIBRARY, ward.nurse, ward.course.id, Permission.CHART)
        shown = preview_set(replace(case, sheet=sheet), ward.doses[0], items)
        tx.owes = False
    assert {table: ward.count(table) for table in TABLES} == before
    saved = ward.chart(reading("creatinine", "2.6"))
    assert saved.decision is not None
    assert (shown.action, shown.met()) == (saved.decision.action, saved.decision.met())


@pytest.mark.hazard("HZ-01")
def test_a_preview_knows_of_the_stop_that_a_late_entry_makes_of_an_earlier_decision(ward: Ward) -> None:
    on = ward.chart().record
    assert on is not None
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, ward.nurse, ward.doses[0].id, ward.done(decision_id=on.id))
    now = 60 * 7
    ward.chart(minutes=now, dose=2)
    late = [an_entry(reading("frank_blood", True, 50))]
    with ward.database.reading() as tx:
        case = read_case(tx, LIBRARY, later(ward.nurse, now + 5), ward.course.id)
        shown = preview_set(case, ward.doses[1], late)
    saved = ward.chart_items(late, minutes=now + 5, dose=2)
    assert saved.decision is not None
    assert [(one.review.action, one.given) for one in saved.affected] == [(Action.STOP, True)]
    assert (shown.action, shown.rules) == (saved.decision.action, saved.decision.rules)
    assert shown.action is Action.STOP


def test_between_cycles_a_set_is_kept_and_nothing_is_decided(ward: Ward) -> None:
    saved = ward.chart(dose=None, minutes=60 * 24 * 6)
    assert (saved.record, saved.set.dose_id) == (None, None)


def test_who_has_no_business_on_the_ward_charts_nothing(ward: Ward) -> None:
    for acting, refusal in (
        (somebody(Role.NURSE, ward_id="elsewhere"), NotFound),
        (somebody(Role.AUDITOR, ward_id=ward.id), Forbidden),
    ):
        with pytest.raises(refusal), ward.database.transaction() as tx:
            record(tx, LIBRARY, acting, ward.course.id, None, entries())
    assert ward.count("observation") == 0


def test_before_the_assessment_window_the_decision_is_provisional_and_raises_no_dose_alert(ward: Ward) -> None:
    acting = later(ward.nurse, -150)
    early = entries(reading("creatinine", "2.6", 10, at=acting.at), at=acting.at)
    with ward.database.transaction() as tx:
        saved = record(tx, LIBRARY, acting, ward.course.id, None, early)
    assert saved.record is not None
    assert (saved.record.provisional, saved.record.valid_until, saved.events) == (True, None, ())


def test_what_alerts_at_any_hour_does_so_before_the_window_too(ward: Ward) -> None:
    acting = replace(ward.nurse, at=AT - timedelta(minutes=150))
    early = entries(reading("seizure", True, 10, at=acting.at), at=acting.at)
    with ward.database.transaction() as tx:
        saved = record(tx, LIBRARY, acting, ward.course.id, None, early)
    assert [event.level for event in saved.events] == [Level.HIGH_PRIORITY]
