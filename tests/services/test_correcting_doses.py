"""What follows when what was recorded of a dose turns out to be wrong?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.alert import Alert
from app.domain.course import Administration
from app.domain.decision import Cause
from app.domain.errors import Conflict, DosewardError, Forbidden, InvalidInput, NotFound, ProofNeeded
from app.domain.ids import new_id
from app.domain.observation import Observation
from app.domain.record import decode_situation
from app.domain.vocabulary import Action, Choice, CycleEventKind, Level, Outcome, Role
from app.services.acting import Acting
from app.services.administering import Administered, Done, administer
from app.services.alerting import acknowledge
from app.services.correcting import Change, correct
from app.services.correcting_doses import CorrectedDose, DoseChange, correct_administration
from app.services.courses import NewCycle, NewEvent, add_cycle_event, open_cycle
from app.services.observing import Recorded
from app.services.ordering import order
from app.services.replaying import replay
from app.store import alerts, wards
from app.store.database import Database
from app.store.left import left
from app.store.wards import Bed
from tests.builders import AT, LIBRARY, LVHN, REASON
from tests.services.strangers import next_door
from tests.services.ward import UNITS, Ward, a_ward, later, somebody

FULL, PART = Outcome.GIVEN, Outcome.INTERRUPTED
EIGHT_HOURS = 8 * 60


def at(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def _give(ward: Ward, done: Done, minutes: float = 0, dose: int = 1) -> Administration:
    return _report(ward, done, minutes, dose).administration


def _report(ward: Ward, done: Done, minutes: float = 0, dose: int = 1) -> Administered:
    with ward.database.transaction() as tx:
        return administer(tx, LIBRARY, later(ward.nurse, minutes), ward.doses[dose - 1].id, done)


def _given(ward: Ward, minutes: float = 5) -> Administration:
    """The first dose, given on a decision that stood."""
    return _give(ward, ward.done(minutes, decision_id=_decided(ward.chart())), minutes)


def _correct(
    ward: Ward, row: Administration, minutes: float, who: Acting | None = None, **change: Any
) -> CorrectedDose:
    with ward.database.transaction() as tx:
        acting = later(who or ward.nurse, minutes)
        return correct_administration(tx, LIBRARY, acting, row.id, DoseChange(REASON, **change))


def _code(ward: Ward, row: Administration, minutes: float, **change: Any) -> str:
    before = ward.count("administration")
    with pytest.raises(DosewardError) as refusal:
        _correct(ward, row, minutes, **change)
    assert ward.count("administration") == before
    return refusal.value.code


def _decided(saved: Recorded) -> str:
    assert saved.record is not None
    return saved.record.id


def _alerts(ward: Ward, key: str) -> list[Alert]:
    with ward.database.reading() as tx:
        return [one for one in alerts.alerts_of_course(tx, ward.course.id) if one.key.startswith(key)]


def _deviations(ward: Ward) -> list[Alert]:
    return _alerts(ward, "deviation:")


def _row(saved: Recorded, measure: str) -> Observation:
    return next(row for row in saved.observations if row.measure == measure)


# ---- What holds


@pytest.mark.hazard("HZ-08")
def test_the_old_record_stays_and_the_new_one_supersedes_it(database: Database) -> None:
    ward = a_ward(database)
    first = _given(ward)
    done = _correct(ward, first, 20, ended_at=at(19))
    assert ward.sheet().administrations == (first, done.administration)
    new = done.administration
    assert (new.supersedes, new.reason, new.recorded_by, new.recorded_at) == (
        first.id,
        REASON,
        ward.nurse.person_id,
        at(20),
    )
    assert (new.ended_at, new.started_at, new.units, new.decision_id) == (at(19), at(5), UNITS, first.decision_id)
    assert ward.sheet().administration(ward.doses[0].id) == new
    assert done.events == ()


def test_an_infusion_that_was_interrupted_has_the_units_that_went_in(ward: Ward) -> None:
    done = _correct(ward, _given(ward), 20, outcome=PART, units=Decimal(21_600_000)).administration
    assert (done.outcome, done.units) == (PART, Decimal(21_600_000))
    whole = _correct(ward, done, 25, outcome=FULL).administration
    assert (whole.outcome, whole.units) == (FULL, UNITS)


def test_a_dose_that_was_not_given_after_all_is_skipped_and_has_no_end(ward: Ward) -> None:
    first = _give(ward, ward.done(5, decision_id=_decided(ward.chart()), ended_at=at(6)), 6)
    none = _correct(ward, first, 20, outcome=Outcome.NOT_GIVEN, deviation="CANARY refused").administration
    assert (none.units, none.ended_at, none.deviation) == (Decimal(0), None, "CANARY refused")
    again = _correct(ward, none, 25, outcome=FULL).administration
    assert (again.units, again.deviation) == (UNITS, None), "why it was not given is no reason to give it"


def test_a_record_is_corrected_once_and_then_the_correction_is(ward: Ward) -> None:
    first = _given(ward)
    second = _correct(ward, first, 20, ended_at=at(19)).administration
    with pytest.raises(Conflict, match=second.id) as refusal:
        _correct(ward, first, 21, ended_at=at(18))
    assert refusal.value.code == "already_corrected"
    third = _correct(ward, second, 22, ended_at=at(18)).administration
    assert third.supersedes == second.id
    with pytest.raises(Conflict, match=third.id):
        _correct(ward, first, 23, ended_at=at(17))


@pytest.mark.hazard("HZ-08", "HZ-16")
def test_of_two_who_correct_a_dose_at_once_one_has(database: Database) -> None:
    ward = a_ward(database)
    first = _given(ward)

    def act(minutes: int) -> str:
        try:
            return str(_correct(ward, first, 20, ended_at=at(minutes)).administration.outcome)
        except Conflict as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, (18, 19))) == ["already_corrected", "given"]
    assert ward.count("administration") == 2


# ---- What is refused


@pytest.mark.parametrize(
    "change, code",
    [
        ({}, "nothing_changed"),
        ({"outcome": FULL}, "nothing_changed"),
        ({"started_at": at(5)}, "nothing_changed"),
        ({"ended_at": at(4)}, "ends_before_start"),
        ({"ended_at": at(23)}, "future"),
        ({"started_at": at(23)}, "future"),
        ({"started_at": AT - timedelta(days=365)}, "before_admission"),
        ({"units": UNITS - 1}, "reduced_dose"),
        ({"outcome": PART}, "units_needed"),
        ({"outcome": PART, "units": Decimal(0)}, "interrupted_units"),
        ({"outcome": PART, "units": UNITS + 1}, "overdose"),
        ({"units": UNITS + 1}, "overdose"),
        ({"outcome": Outcome.NOT_GIVEN, "units": UNITS}, "not_given_units"),
        ({"decision_id": new_id(AT)}, "unknown_decision"),
        ({"order_id": new_id(AT)}, "unknown_order"),
    ],
)
def test_what_cannot_have_been_is_refused(ward: Ward, change: dict[str, Any], code: str) -> None:
    assert _code(ward, _given(ward), 20, **change) == code


@pytest.mark.parametrize(
    "change", [{"ended_at": at(5)}, {"ended_at": at(22)}, {"outcome": PART, "units": UNITS}, {"started_at": at(0)}]
)
def test_what_lies_at_the_edge_is_not(ward: Ward, change: dict[str, Any]) -> None:
    assert _correct(ward, _given(ward), 20, **change).events == ()


def test_a_dose_may_lie_before_an_admission_that_was_entered_late_and_not_before_the_stay(ward: Ward) -> None:
    earliest, row = ward.cycle.admitted_at - LVHN.timing.admission_lookback, _given(ward)
    assert _code(ward, row, 20, started_at=earliest - timedelta(microseconds=1)) == "before_admission"
    assert _correct(ward, row, 20, started_at=earliest, deviation=REASON).administration.started_at == earliest


def test_too_many_units_are_said_as_people_read_them(ward: Ward) -> None:
    with pytest.raises(InvalidInput, match="A whole dose is 48,000,000 units\\."):
        _correct(ward, _given(ward), 20, outcome=PART, units=UNITS + 1)


def test_a_correction_of_a_dose_needs_a_reason_a_role_and_a_proof(ward: Ward) -> None:
    row = _given(ward)
    with pytest.raises(InvalidInput) as refusal, ward.database.transaction() as tx:
        correct_administration(tx, LIBRARY, later(ward.nurse, 9), row.id, DoseChange(" ", ended_at=at(8)))
    assert refusal.value.code == "reason_needed"
    with pytest.raises(Forbidden):
        _correct(ward, row, 9, somebody(Role.PHARMACIST, ward_id=ward.id), ended_at=at(8))
    with pytest.raises(NotFound):
        _correct(ward, row, 9, somebody(Role.NURSE, ward_id=new_id(AT)), ended_at=at(8))
    with pytest.raises(ProofNeeded):
        _correct(ward, row, 9, _stale(ward.nurse), ended_at=at(8))
    assert ward.count("administration") == 1


def _stale(acting: Acting) -> Acting:
    return replace(acting, proved_at=acting.at - timedelta(minutes=2))


def test_the_trail_names_what_was_corrected_by_what_and_why(ward: Ward) -> None:
    row = _given(ward)
    new = _correct(ward, row, 20, ended_at=at(19)).administration
    with ward.database.reading() as tx:
        query = "SELECT subjects, before, reason FROM audit WHERE action = 'correct_dose'"
        (line,) = tx.connection.exec_driver_sql(query).all()
    assert tuple(line) == (f"{new.id} {new.dose_id}", row.id, REASON)


# ---- Whether it deviates


@pytest.mark.hazard("HZ-16")
def test_a_start_before_its_decision_makes_a_deviation_of_a_dose_that_was_none(ward: Ward) -> None:
    row = _given(ward)
    assert _code(ward, row, 20, started_at=at(-5)) == "decision_needed"
    done = _correct(ward, row, 20, started_at=at(-5), deviation="CANARY it could not wait")
    assert [(one.level, one.action) for one in done.events] == [(Level.HIGH_PRIORITY, Action.PROCEED)]
    assert [one.open for one in _deviations(ward)] == [True]


@pytest.mark.hazard("HZ-02")
def test_what_is_told_of_a_dose_of_the_cycle_before_is_told_where_the_patient_lies_now(ward: Ward) -> None:
    row, elsewhere, everywhere = _given(ward), next_door(ward.database), somebody(Role.CHARGE_NURSE)
    stopped = NewEvent(CycleEventKind.STOPPED, at(10), REASON)
    new = NewCycle(2, elsewhere, "CANARY-BED-1", at(20), at(20) + timedelta(days=14), Decimal("80.0"))
    with ward.database.transaction() as tx:
        wards.add_bed(tx, Bed(elsewhere, "CANARY-BED-1", open=True))
        add_cycle_event(tx, LIBRARY, later(ward.prescriber, 10), ward.cycle.id, stopped)
    with ward.database.transaction() as tx:
        open_cycle(tx, LIBRARY, later(everywhere, 20), ward.course.id, new)
    done = _correct(ward, row, 30, everywhere, started_at=at(-5), deviation="CANARY it could not wait")
    assert [(one.ward_id, one.cycle_id) for one in done.events] == [(elsewhere, ward.cycle.id)]
    with ward.database.reading() as tx:
        told = [one.key for one in alerts.open_alerts(tx, [elsewhere])]
    assert [one.key for one in _deviations(ward)] == [key for key in told if key.startswith("deviation:")]


def test_a_start_before_a_decision_is_one_of_a_report_too(ward: Ward) -> None:
    decision = _decided(ward.chart())
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(-5, decision_id=decision), 5)
    assert refusal.value.code == "decision_needed"


@pytest.mark.hazard("HZ-13", "HZ-16")
def test_a_deviation_is_told_once_however_often_the_dose_is_corrected(ward: Ward) -> None:
    decision = _decided(ward.chart(creatinine="2.6"))
    row = _give(ward, ward.done(5, decision_id=decision, deviation="CANARY given"), 5)
    first = _correct(ward, row, 20, ended_at=at(19))
    assert (first.events, first.administration.deviation) == ((), "CANARY given")
    with ward.database.transaction() as tx:
        acknowledge(tx, later(ward.nurse, 21), _deviations(ward)[0].id, Action.HOLD)
    second = _correct(ward, first.administration, 22, outcome=PART, units=Decimal(1))
    assert second.events == ()
    assert [one.open for one in _deviations(ward)] == [False]


@pytest.mark.hazard("HZ-02", "HZ-16")
def test_a_deviation_that_was_none_calls_nobody_any_more_and_calls_again_when_it_is_one(ward: Ward) -> None:
    decision = _decided(ward.chart())
    row = _give(ward, ward.done(-5, decision_id=decision, deviation="CANARY before it"), 5)
    right = _correct(ward, row, 20, started_at=at(5)).administration
    (one,) = _deviations(ward)
    assert (one.resolved, one.open) == (True, True), "only a person ends it"
    assert _correct(ward, right, 25, ended_at=at(24)).events == ()
    wrong = _correct(ward, right := _standing(ward), 30, started_at=at(-5)).administration
    assert right.id == wrong.supersedes
    (one,) = _deviations(ward)
    assert (one.cleared, one.worse_at) == (None, at(30))
    with ward.database.transaction() as tx:
        acknowledge(tx, later(ward.nurse, 31), one.id, Action.PROCEED)
    _correct(ward, _correct(ward, wrong, 35, started_at=at(5)).administration, 40, started_at=at(-5))
    assert [one.open for one in _deviations(ward)] == [False, True]


def _standing(ward: Ward) -> Administration:
    row = ward.sheet().administration(ward.doses[0].id)
    assert row is not None
    return row


def test_a_dose_that_was_given_after_all_is_judged_as_if_it_had_been_reported_so(ward: Ward) -> None:
    decision = _decided(ward.chart())
    none = ward.done(5, outcome=Outcome.NOT_GIVEN, units=Decimal(0), deviation="CANARY refused")
    row = _give(ward, none, 5)
    assert _code(ward, row, 20, outcome=FULL) == "decision_needed"
    assert _correct(ward, row, 20, outcome=FULL, decision_id=decision).administration.decision_id == decision
    assert _deviations(ward) == []


def test_what_happened_since_makes_no_deviation_of_a_dose(ward: Ward) -> None:
    row = _given(ward)
    with ward.database.transaction() as tx:
        event = NewEvent(CycleEventKind.STOPPED, at(10), REASON)
        add_cycle_event(tx, LIBRARY, later(ward.prescriber, 10), ward.cycle.id, event)
    assert _correct(ward, row, 120, ended_at=at(20)).events == ()
    assert _code(ward, _standing(ward), 120, started_at=at(15)) == "cycle_ended"


def test_a_first_dose_that_began_sooner_ends_the_days_of_the_cycle_for_none_that_was_reported(ward: Ward) -> None:
    first, last = _given(ward), 120 * 60 + 4
    with ward.database.transaction() as tx:
        event = NewEvent(CycleEventKind.GRID_MOVED, at(6), "waits for the scan", from_dose=14, due_at=at(last))
        add_cycle_event(tx, LIBRARY, later(ward.prescriber, 6), ward.cycle.id, event)
    row = _give(ward, ward.done(last, decision_id=_decided(ward.chart(minutes=last, dose=14))), last, 14)
    _correct(ward, first, last + 10, started_at=at(0))
    assert _correct(ward, row, last + 20, ended_at=at(last + 15)).events == ()


@pytest.mark.hazard("HZ-16")
def test_an_order_is_a_decision_that_stood(ward: Ward) -> None:
    decision = _decided(ward.chart(creatinine="2.6"))
    with ward.database.transaction() as tx:
        written = order(tx, LIBRARY, later(ward.prescriber, 1), ward.doses[0].id, decision, Choice.GIVE, REASON).order
    row = _give(ward, ward.done(5, order_id=written.id), 5)
    new = _correct(ward, row, 20, ended_at=at(19)).administration
    assert (new.order_id, new.decision_id, _deviations(ward)) == (written.id, decision, [])


@pytest.mark.hazard("HZ-16")
def test_a_dose_corrected_many_times_counts_once_against_the_cap(ward: Ward) -> None:
    row = _given(ward)
    for minutes in range(LIBRARY.protocol("lvhn-2015").dosing.course_cap):
        row = _correct(ward, row, 30, ended_at=at(20 + minutes / 10)).administration
    decision = _decided(ward.chart(minutes=EIGHT_HOURS, dose=2))
    assert _report(ward, ward.done(EIGHT_HOURS, decision_id=decision), EIGHT_HOURS, 2).events == ()


# ---- What follows


def test_the_pending_dose_is_decided_on_what_holds_now(ward: Ward) -> None:
    done = _correct(ward, _given(ward), 20, started_at=at(2))
    assert done.record is not None
    assert (done.record.dose_id, done.record.cause, done.record.cause_id) == (
        ward.doses[1].id,
        Cause.CORRECTION,
        done.administration.id,
    )
    assert decode_situation(done.record.situation).last_given_at == at(2)


@pytest.mark.hazard("HZ-08")
def test_a_held_occasion_that_was_none_changes_what_was_decided_after_it(ward: Ward) -> None:
    first = _decided(ward.chart(creatinine="2.6"))
    none = ward.done(5, decision_id=first, outcome=Outcome.NOT_GIVEN, units=Decimal(0), deviation="CANARY held")
    row = _give(ward, none, 5)
    second = ward.chart(minutes=EIGHT_HOURS, dose=2)
    assert second.decision is not None
    assert second.decision.counts.held_doses == 1
    _give(ward, ward.done(EIGHT_HOURS, decision_id=_decided(second)), EIGHT_HOURS, 2)
    done = _correct(ward, row, EIGHT_HOURS + 20, outcome=FULL, deviation="CANARY it went in")
    (again,) = (one for one in done.affected if one.original.id == _decided(second))
    assert (again.given, decode_situation(again.review.situation).held_doses) == (True, 0)
    assert len(_deviations(ward)) == 1


def test_what_does_not_change_a_decision_is_no_review_of_it(ward: Ward) -> None:
    saved = ward.chart(minutes=5.5)
    row = _give(ward, ward.done(5, decision_id=_decided(saved)), 6)
    assert _correct(ward, row, 20, ended_at=at(19)).affected == (), "it began in the minute of its decision"


def _voids(ward: Ward) -> list[tuple[Action, bool]]:
    return [(one.action, one.resolved) for one in _alerts(ward, "void:")]


@pytest.mark.hazard("HZ-02", "HZ-08")
def test_a_dose_given_on_what_no_longer_holds_is_told_of_as_long_as_it_was_given(ward: Ward) -> None:
    saved = ward.chart()
    row = _give(ward, ward.done(5, decision_id=_decided(saved)), 5)
    with ward.database.transaction() as tx:
        change = Change(REASON, value=Decimal("3.1"), unit="mg/dL")
        correct(tx, LIBRARY, later(ward.nurse, 10), _row(saved, "creatinine").id, change)
    assert _voids(ward) == [(Action.STOP, False)]
    none = _correct(ward, row, 20, outcome=Outcome.NOT_GIVEN, deviation="CANARY not").administration
    assert _voids(ward) == [(Action.STOP, True)]
    _correct(ward, none, 30, outcome=FULL)
    assert _voids(ward) == [(Action.STOP, False)]
    assert _alerts(ward, "void:")[0].worse_at == at(30)


@pytest.mark.hazard("HZ-02", "HZ-08")
def test_a_dose_that_was_given_after_all_on_what_was_corrected_before_is_told_of(ward: Ward) -> None:
    saved = ward.chart()
    none = ward.done(5, decision_id=_decided(saved), outcome=Outcome.NOT_GIVEN, units=Decimal(0))
    row = _give(ward, none, 5)
    with ward.database.transaction() as tx:
        change = Change(REASON, value=Decimal("2.6"), unit="mg/dL")
        correct(tx, LIBRARY, later(ward.nurse, 10), _row(saved, "creatinine").id, change)
    assert _voids(ward) == []
    done = _correct(ward, row, 20, outcome=FULL)
    assert [(one.given, one.review.action) for one in done.affected] == [(True, Action.HOLD)]
    assert _voids(ward) == [(Action.HOLD, False)]


def test_the_skipped_dose_of_the_summary_is_one_that_was_given(ward: Ward) -> None:
    row = _given(ward)
    _correct(ward, row, 20, outcome=Outcome.NOT_GIVEN, deviation="CANARY not")
    with ward.database.reading() as tx:
        (one,) = left(tx, ward.course.id).summaries.values()
    assert (one.given, one.units_per_kg) == (0, Decimal(0))


def test_every_decision_comes_out_the_same_again_after_doses_were_corrected(database: Database) -> None:
    ward = a_ward(database)
    row = _given(ward)
    second = _correct(ward, row, 20, started_at=at(2)).administration
    _correct(ward, second, 25, outcome=Outcome.NOT_GIVEN, deviation="CANARY not")
    with database.reading() as tx:
        found = list(replay(tx, LIBRARY))
    assert len(found) == ward.count("decision") == 3
    assert all(item.same for item in found)


def test_before_it_was_corrected_the_old_record_was_what_was_known(ward: Ward) -> None:
    row = _given(ward)
    new = _correct(ward, row, 20, outcome=PART, units=Decimal(1)).administration
    sheet = ward.sheet()
    assert sheet.as_known_at(at(19)).administration(row.dose_id) == row
    assert sheet.as_known_at(at(20)).administration(row.dose_id) == new
    assert sheet.administrations_of(row.dose_id) == (row, new)
