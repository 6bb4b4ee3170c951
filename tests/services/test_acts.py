"""What follows when a dose is ordered, given, corrected or answered for?"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.alert import Alert
from app.domain.decision import Cause
from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.domain.observation import Observation
from app.domain.tolerance import DoseTolerance
from app.domain.vocabulary import Action, AlertKind, Choice, CycleEventKind, Level, Outcome, Role, Why
from app.services.acting import Acting
from app.services.administering import Administered, Done, Identifiers, administer
from app.services.alerting import Shown, acknowledge, close
from app.services.asking import decide_now
from app.services.cases import read_case
from app.services.correcting import Change, Corrected, correct
from app.services.courses import NewEvent, add_cycle_event
from app.services.deciding import VOID
from app.services.observing import Recorded
from app.services.ordering import Ordered, order
from app.services.replaying import replay
from app.services.tolerating import tolerance_of
from app.store import alerts
from tests.builders import AT, LIBRARY, REASON, reading
from tests.services.ward import BORN, Ward, a_service, an_entry, entries, later, somebody


def _give(ward: Ward, done: Done, dose: int = 1, minutes: float = 0) -> Administered:
    with ward.database.transaction() as tx:
        return administer(tx, LIBRARY, later(ward.nurse, minutes), ward.doses[dose - 1].id, done)


def _order(ward: Ward, decision_id: str, choice: Choice, minutes: float = 0, dose: int = 1) -> Ordered:
    with ward.database.transaction() as tx:
        acting = later(ward.prescriber, minutes)
        return order(tx, LIBRARY, acting, ward.doses[dose - 1].id, decision_id, choice, REASON)


def _correct(ward: Ward, row: Observation, minutes: float, **change: object) -> Corrected:
    with ward.database.transaction() as tx:
        return correct(tx, LIBRARY, later(ward.nurse, minutes), row.id, Change(REASON, **change))  # type: ignore[arg-type]


def _row(saved: Recorded, measure: str) -> Observation:
    return next(row for row in saved.observations if row.measure == measure)


def _decided(saved: Recorded) -> str:
    assert saved.record is not None
    return saved.record.id


def _code(refusal: pytest.ExceptionInfo[Conflict]) -> str:
    return refusal.value.code


def _void(ward: Ward) -> list[Alert]:
    """Every alert that a dose was given on what no longer holds, the oldest first."""
    with ward.database.reading() as tx:
        return [one for one in alerts.alerts_of_course(tx, ward.course.id) if one.key.startswith(VOID)]


# ---- Giving


def test_a_dose_is_given_on_a_decision_that_stands(ward: Ward) -> None:
    done = _give(ward, ward.done(decision_id=_decided(ward.chart())))
    assert (done.administration.outcome, done.events) == (Outcome.GIVEN, ())


@pytest.mark.parametrize(
    "creatinine, minutes, code",
    [("2.6", 0, "not_givable"), ("1.0", 61, "decision_expired"), ("1.0", 91, "outside_window")],
)
def test_a_decision_that_does_not_stand_is_not_given_on(ward: Ward, creatinine: str, minutes: float, code: str) -> None:
    decision = _decided(ward.chart(creatinine=creatinine))
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(minutes, decision_id=decision), minutes=minutes)
    assert _code(refusal) == code


def test_newer_data_replaces_the_decision_at_once(ward: Ward) -> None:
    first = _decided(ward.chart())
    ward.chart(minutes=5)
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(6, decision_id=first), minutes=6)
    assert _code(refusal) == "decision_replaced"


def test_giving_is_judged_at_the_moment_it_started(ward: Ward) -> None:
    first = _decided(ward.chart())
    ward.chart_items([an_entry(reading("creatinine", "2.6", -15))], minutes=20)
    done = _give(ward, ward.done(10, decision_id=first), minutes=40)
    assert done.events == ()


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("began, code", [(9, "decision_needed"), (10, None), (11, None)])
def test_a_dose_that_began_before_there_was_a_decision_was_given_without_one(
    ward: Ward, began: float, code: str | None
) -> None:
    decision = _decided(ward.chart(minutes=10.5))
    if code is None:
        assert _give(ward, ward.done(began, decision_id=decision), minutes=20).events == ()
        return
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(began, decision_id=decision), minutes=20)
    assert _code(refusal) == code


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("began, code", [(-600, "outside_window"), (4, "not_givable"), (5, None), (6, None)])
def test_an_order_written_after_a_dose_began_did_not_let_it_begin(ward: Ward, began: float, code: str | None) -> None:
    decision = _decided(ward.chart(creatinine="2.6"))
    written = _order(ward, decision, Choice.GIVE, 5.5).order
    if code is None:
        assert _give(ward, ward.done(began, order_id=written.id), minutes=20).events == ()
        return
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(began, order_id=written.id), minutes=20)
    assert _code(refusal) == code


@pytest.mark.hazard("HZ-04", "HZ-10")
def test_a_hold_written_after_the_clock_was_set_back_takes_an_order_to_give_away(ward: Ward) -> None:
    decision = _decided(ward.chart(creatinine="2.6"))
    given = _order(ward, decision, Choice.GIVE, 10).order
    _order(ward, decision, Choice.HOLD, 6)
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(12, order_id=given.id), minutes=12)
    assert _code(refusal) == "not_givable"


def test_that_a_dose_went_in_all_the_same_is_recorded_with_the_loudest_alert(ward: Ward) -> None:
    decision = _decided(ward.chart(creatinine="2.6"))
    done = _give(ward, ward.done(decision_id=decision, deviation=REASON))
    assert [(event.level, event.action) for event in done.events] == [(Level.HIGH_PRIORITY, Action.HOLD)]


def test_the_wrong_patient_stops_everything(ward: Ward) -> None:
    decision = _decided(ward.chart())
    for identifiers in (Identifiers("CANARY-OTHER", BORN), Identifiers("CANARY-MRN-9041", BORN + timedelta(days=1))):
        with pytest.raises(InvalidInput) as refusal:
            _give(ward, ward.done(decision_id=decision, identifiers=identifiers, deviation=REASON))
        assert refusal.value.code == "wrong_patient"
    assert ward.count("administration") == 0


def test_a_dose_is_given_whole_or_not_at_all(ward: Ward) -> None:
    decision = _decided(ward.chart())
    with pytest.raises(InvalidInput) as refusal:
        _give(ward, ward.done(decision_id=decision, units=Decimal(24_000_000)))
    assert refusal.value.code == "reduced_dose"


# ---- Ordering


def test_an_order_to_give_makes_a_held_dose_givable_until_the_decision_expires(ward: Ward) -> None:
    decision = _decided(ward.chart(creatinine="2.6"))
    written = _order(ward, decision, Choice.GIVE, 5).order
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(61, order_id=written.id), minutes=61)
    assert _code(refusal) == "decision_expired"
    assert _give(ward, ward.done(10, order_id=written.id), minutes=10).administration.order_id == written.id


def test_an_order_to_hold_takes_a_dose_away_that_could_be_given(ward: Ward) -> None:
    decision = _decided(ward.chart())
    _order(ward, decision, Choice.HOLD, 1)
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(2, decision_id=decision), minutes=2)
    assert _code(refusal) == "not_givable"


def test_an_order_on_an_older_decision_is_refused(ward: Ward) -> None:
    first = _decided(ward.chart())
    ward.chart(minutes=5)
    with pytest.raises(Conflict) as refusal:
        _order(ward, first, Choice.HOLD, 6)
    assert _code(refusal) == "decision_replaced"


@pytest.mark.parametrize("choice", [Choice.GIVE, Choice.HOLD, Choice.SKIP])
def test_going_against_a_stop_needs_two_people(ward: Ward, choice: Choice) -> None:
    decision = _decided(ward.chart(creatinine="3.1"))
    with pytest.raises(Forbidden) as refusal:
        _order(ward, decision, choice)
    assert refusal.value.code == "second_person_needed"


@pytest.mark.parametrize("choice", [Choice.STOP, Choice.DISCONTINUE])
def test_an_order_that_ends_the_cycle_ends_it(ward: Ward, choice: Choice) -> None:
    written = _order(ward, _decided(ward.chart()), choice)
    assert written.event is not None
    assert written.event.kind is CycleEventKind.STOPPED
    with pytest.raises(Conflict) as refusal:
        _give(ward, ward.done(decision_id=written.order.decision_id))
    assert _code(refusal) in ("cycle_ended", "not_givable")


# ---- Correcting


def test_a_correction_keeps_the_old_value_and_decides_again(ward: Ward) -> None:
    saved = ward.chart(creatinine="2.6")
    fixed = _correct(ward, _row(saved, "creatinine"), 5, value=Decimal("1.1"), unit="mg/dL")
    assert fixed.record is not None
    assert (fixed.record.action, fixed.record.cause) == (Action.PROCEED, Cause.CORRECTION)
    kept = [row for row in ward.sheet().observations if row.measure == "creatinine"]
    assert [(row.value, row.reason) for row in kept] == [(Decimal("2.6"), None), (Decimal("1.1"), REASON)]


def test_a_value_is_corrected_once_and_then_the_correction_is(ward: Ward) -> None:
    row = _row(ward.chart(), "creatinine")
    first = _correct(ward, row, 1, value=Decimal("1.1"), unit="mg/dL").observation
    with pytest.raises(Conflict) as refusal:
        _correct(ward, row, 2, value=Decimal("1.2"), unit="mg/dL")
    assert _code(refusal) == "already_corrected"
    assert _correct(ward, first, 3, value=Decimal("1.2"), unit="mg/dL").observation.supersedes == first.id


@pytest.mark.parametrize(
    "same", [{"value": Decimal("1.10"), "unit": "mg/dL"}, {"observed_at": AT - timedelta(minutes=30)}]
)
def test_a_correction_that_changes_nothing_is_refused(ward: Ward, same: dict[str, object]) -> None:
    row = _row(ward.chart(creatinine="1.1"), "creatinine")
    with pytest.raises(InvalidInput) as refusal:
        _correct(ward, row, 1, **same)
    assert refusal.value.code == "nothing_changed"


def test_the_same_value_in_another_unit_is_a_correction(ward: Ward) -> None:
    row = _row(ward.chart(temperature="37.0"), "temperature")
    assert _correct(ward, row, 1, value=Decimal("98.6"), unit="[degF]").observation.value == row.value


def test_a_correction_of_what_a_dose_was_given_on_raises_the_loudest_alert(ward: Ward) -> None:
    saved = ward.chart()
    _give(ward, ward.done(5, decision_id=_decided(saved)), minutes=5)
    fixed = _correct(ward, _row(saved, "creatinine"), 30, value=Decimal("3.1"), unit="mg/dL")
    assert [(item.given, item.review.action) for item in fixed.affected] == [(True, Action.STOP)]
    assert Level.HIGH_PRIORITY in {event.level for event in fixed.events}


@pytest.mark.hazard("HZ-08", "HZ-10")
def test_a_value_by_a_clock_that_ran_ahead_is_put_right_in_the_decision_it_counted_in(ward: Ward) -> None:
    ahead = replace(reading("creatinine", "1.2"), at=AT + timedelta(minutes=21, seconds=30))
    kept = [item for item in entries(at=AT + timedelta(minutes=20)) if item.measure != "creatinine"]
    saved = ward.chart_items([*kept, an_entry(ahead)], minutes=20)
    _give(ward, ward.done(25, decision_id=_decided(saved)), minutes=25)
    wrong = _correct(ward, _row(saved, "creatinine"), 40, value=Decimal("3.5"), unit="mg/dL")
    assert [(one.given, one.review.at, one.review.action) for one in wrong.affected] == [
        (True, AT + timedelta(minutes=20), Action.STOP)
    ]
    (alert,) = _void(ward)
    assert (alert.open, alert.cleared) == (True, None)
    right = _correct(ward, wrong.observation, 50, value=Decimal("1.3"), unit="mg/dL")
    assert [one.review.action for one in right.affected] == [Action.PROCEED]
    (alert,) = _void(ward)
    assert alert.cleared is not None


@pytest.mark.hazard("HZ-02", "HZ-08")
def test_what_gets_worse_after_a_dose_was_given_is_told_again_in_the_same_alert(ward: Ward) -> None:
    saved = ward.chart()
    _give(ward, ward.done(5, decision_id=_decided(saved)), minutes=5)
    first = _correct(ward, _row(saved, "creatinine"), 30, value=Decimal("2.6"), unit="mg/dL")
    assert [(one.action, one.repeats) for one in _void(ward)] == [(Action.HOLD, 0)]
    _correct(ward, first.observation, 40, value=Decimal("3.1"), unit="mg/dL")
    (one,) = _void(ward)
    assert (one.action, one.repeats, one.worse_at) == (Action.STOP, 1, AT + timedelta(minutes=40))
    late = ward.chart(reading("platelets", 20, 10), minutes=50, dose=2)
    assert late.record is not None, "a finding about a given dose is never refused"


@pytest.mark.hazard("HZ-13")
def test_a_dose_that_was_given_rightly_after_all_calls_nobody_any_more(ward: Ward) -> None:
    saved = ward.chart()
    _give(ward, ward.done(5, decision_id=_decided(saved)), minutes=5)
    stop = _correct(ward, _row(saved, "creatinine"), 30, value=Decimal("3.1"), unit="mg/dL")
    hold = _correct(ward, stop.observation, 40, value=Decimal("2.6"), unit="mg/dL")
    (one,) = _void(ward)
    assert (one.action, one.cleared, one.worse_at) == (Action.HOLD, None, AT + timedelta(minutes=30))
    well = _correct(ward, hold.observation, 50, value=Decimal("1.1"), unit="mg/dL")
    (one,) = _void(ward)
    assert (one.resolved, one.open) == (True, True), "only a person ends it"
    _correct(ward, well.observation, 60, value=Decimal("2.6"), unit="mg/dL")
    (one,) = _void(ward)
    assert (one.action, one.cleared, one.worse_at) == (Action.HOLD, None, AT + timedelta(minutes=60))


def test_what_gets_worse_after_its_alert_was_answered_is_another_alert(ward: Ward) -> None:
    saved = ward.chart()
    _give(ward, ward.done(5, decision_id=_decided(saved)), minutes=5)
    hold = _correct(ward, _row(saved, "creatinine"), 30, value=Decimal("2.6"), unit="mg/dL")
    with ward.database.transaction() as tx:
        acknowledge(tx, later(ward.nurse, 35), _void(ward)[0].id, Action.HOLD)
    stop = _correct(ward, hold.observation, 40, value=Decimal("3.1"), unit="mg/dL")
    assert [(one.action, one.open) for one in _void(ward)] == [(Action.HOLD, False), (Action.STOP, True)]
    with ward.database.transaction() as tx:
        acknowledge(tx, later(ward.nurse, 45), _void(ward)[1].id, Action.STOP)
    _correct(ward, stop.observation, 50, value=Decimal("2.6"), unit="mg/dL")
    assert [(one.action, one.open) for one in _void(ward)] == [(Action.HOLD, False), (Action.STOP, False)]


def test_a_dose_that_was_not_given_was_given_on_nothing(ward: Ward) -> None:
    saved = ward.chart()
    _give(ward, ward.done(5, decision_id=_decided(saved), outcome=Outcome.NOT_GIVEN, units=Decimal(0)), minutes=5)
    fixed = _correct(ward, _row(saved, "creatinine"), 30, value=Decimal("3.1"), unit="mg/dL")
    assert _void(ward) == []
    assert not any(one.given for one in fixed.affected)


def test_a_late_entry_about_the_time_before_a_given_dose_does_so_too(ward: Ward) -> None:
    _give(ward, ward.done(5, decision_id=_decided(ward.chart())), minutes=5)
    late = ward.chart(reading("creatinine", "3.1", 10), minutes=40, dose=2)
    assert [(item.given, item.review.action) for item in late.affected] == [(True, Action.STOP)]


@pytest.mark.hazard("HZ-08")
def test_a_dose_held_on_a_value_that_was_corrected_since_says_so_where_tolerance_is_told(ward: Ward) -> None:
    saved = ward.chart(creatinine="2.6")
    assert [(one.amended, len(one.met())) for one in _tolerated(ward)[:1]] == [(False, 1)]
    _correct(ward, _row(saved, "creatinine"), 8 * 60, value=Decimal("0.9"), unit="mg/dL")
    assert [(one.amended, len(one.met())) for one in _tolerated(ward)[:1]] == [(True, 1)]


def _tolerated(ward: Ward) -> tuple[DoseTolerance, ...]:
    with ward.database.reading() as tx:
        case = read_case(tx, LIBRARY, later(ward.nurse, 9 * 60), ward.course.id)
        return tolerance_of(tx, case)[0].doses


def test_a_stop_that_was_taken_on_a_wrong_value_no_longer_binds(ward: Ward) -> None:
    wrong = ward.chart(creatinine="3.1")
    assert wrong.decision is not None
    assert wrong.decision.action is Action.STOP
    bound = ward.chart_items([an_entry(reading("heart_rate", 84, -10))], 10).decision
    assert bound is not None
    assert bound.action is Action.STOP
    fixed = _correct(ward, _row(wrong, "creatinine"), 20, value=Decimal("1.1"), unit="mg/dL")
    assert fixed.record is not None
    assert fixed.record.action is Action.PROCEED


def test_a_correction_still_to_come_is_refused(ward: Ward) -> None:
    with pytest.raises(InvalidInput):
        _correct(ward, _row(ward.chart(), "creatinine"), 1, observed_at=AT + timedelta(minutes=10))


# ---- Asking again


def test_a_dose_is_decided_again_on_what_is_charted(ward: Ward) -> None:
    ward.chart()
    with ward.database.transaction() as tx:
        again = decide_now(tx, LIBRARY, later(ward.nurse, 25), ward.doses[0].id)
    assert (again.record.cause, again.record.action) == (Cause.ASKED, Action.PROCEED)
    _give(ward, ward.done(80, decision_id=again.record.id), minutes=80)
    with pytest.raises(Conflict) as refusal, ward.database.transaction() as tx:
        decide_now(tx, LIBRARY, later(ward.nurse, 85), ward.doses[0].id)
    assert _code(refusal) == "already_recorded"


def test_nothing_is_decided_in_a_cycle_that_has_ended(ward: Ward) -> None:
    event = NewEvent(CycleEventKind.STOPPED, AT, REASON)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, ward.prescriber, ward.cycle.id, event)
    with pytest.raises(Conflict) as refusal, ward.database.transaction() as tx:
        decide_now(tx, LIBRARY, ward.nurse, ward.doses[0].id)
    assert _code(refusal) == "cycle_ended"


@pytest.mark.hazard("HZ-04", "HZ-10")
@pytest.mark.parametrize("behind", [1, 60, 119])
def test_a_process_whose_clock_is_behind_leaves_nothing_out_that_another_wrote(ward: Ward, behind: float) -> None:
    ward.chart()
    now = AT + timedelta(minutes=10)
    ward.chart_items([an_entry(reading("creatinine", "3.1", 0, at=now))], 10)
    with ward.database.transaction() as tx:
        again = decide_now(tx, LIBRARY, later(ward.nurse, 10 - behind / 60), ward.doses[0].id)
    assert (again.record.action, again.record.at > now) == (Action.STOP, True)


@pytest.mark.hazard("HZ-04", "HZ-10")
@pytest.mark.parametrize("creatinine,action", [("2.6", Action.INCOMPLETE), ("3.1", Action.STOP)])
def test_nothing_proceeds_past_what_a_clock_that_was_set_back_has_left_ahead(
    ward: Ward, creatinine: str, action: Action
) -> None:
    ward.chart()
    raised = ward.chart_items([an_entry(reading("creatinine", creatinine, 0, at=AT + timedelta(minutes=30)))], 30)
    anew = ward.chart_items([an_entry(reading("creatinine", "0.9", 0, at=AT + timedelta(minutes=9)))], 9)
    assert anew.decision is not None
    assert anew.decision.action is action
    assert ("creatinine", Why.FUTURE) in {(one.measure, one.why) for one in anew.decision.missing}
    with ward.database.reading() as tx:
        open_now = {one.id for one in alerts.alerts_of_course(tx, ward.course.id) if one.open and one.cleared is None}
    assert {event.alert_id for event in raised.events} <= open_now


# ---- Alerts


def _acknowledge(ward: Ward, acting: Acting, alert_id: str, seen: Action) -> None:
    with ward.database.transaction() as tx:
        acknowledge(tx, acting, alert_id, seen)


def test_only_a_person_ends_an_alert(ward: Ward) -> None:
    alert = ward.chart(creatinine="2.6").events[0].alert_id
    service = a_service("read", "alerts:read", "observations:write")
    with pytest.raises(Forbidden) as refusal:
        _acknowledge(ward, service, alert, Action.HOLD)
    assert refusal.value.code == "person_needed"
    with pytest.raises(Forbidden), ward.database.transaction() as tx:
        close(tx, service, alert, Shown(Action.HOLD), REASON)
    with pytest.raises(Forbidden):
        _acknowledge(ward, somebody(Role.AUDITOR, ward_id=ward.id), alert, Action.HOLD)


def test_an_alert_that_was_acknowledged_is_raised_again_when_it_is_worse(ward: Ward) -> None:
    first = ward.chart(creatinine="2.6").events[0]
    _acknowledge(ward, later(ward.nurse, 1), first.alert_id, Action.HOLD)
    same = ward.chart(minutes=5, creatinine="2.6").events
    assert [event.kind for event in same if event.key == first.key] == []
    worse = ward.chart(reading("creatinine", "3.1", 8, at=AT + timedelta(minutes=10)), minutes=10).events
    assert AlertKind.RAISED in {event.kind for event in worse}
    assert max(event.action.rank for event in worse) == Action.STOP.rank


def test_an_alert_is_acknowledged_once(ward: Ward) -> None:
    alert = ward.chart(creatinine="2.6").events[0].alert_id
    _acknowledge(ward, ward.nurse, alert, Action.HOLD)
    with pytest.raises(Conflict) as refusal:
        _acknowledge(ward, ward.charge, alert, Action.HOLD)
    assert _code(refusal) == "already_ended"
    with ward.database.reading() as tx:
        answered = alerts.alert(tx, alert).acknowledged
        assert answered is not None
        assert answered.by == ward.nurse.person_id


def test_closing_needs_a_reason(ward: Ward) -> None:
    alert = ward.chart(creatinine="2.6").events[0].alert_id
    with pytest.raises(InvalidInput), ward.database.transaction() as tx:
        close(tx, ward.nurse, alert, Shown(Action.HOLD), "  ")


# ---- Cycles


def test_what_is_still_to_come_has_not_happened_to_a_cycle(ward: Ward) -> None:
    event = NewEvent(CycleEventKind.DISCHARGED, AT + timedelta(hours=1), REASON)
    with pytest.raises(InvalidInput) as refusal, ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, ward.charge, ward.cycle.id, event)
    assert refusal.value.code == "future"


# ---- Replay


def test_every_stored_decision_comes_out_the_same_again(ward: Ward) -> None:
    saved = ward.chart(creatinine="2.6")
    _correct(ward, _row(saved, "creatinine"), 5, value=Decimal("1.1"), unit="mg/dL")
    ward.chart(minutes=10, platelets="20")
    with ward.database.reading() as tx:
        found = list(replay(tx, LIBRARY))
    assert len(found) == ward.count("decision") >= 3
    assert all(item.same for item in found)


def test_a_decision_that_was_tampered_with_does_not(ward: Ward) -> None:
    decision = _decided(ward.chart(creatinine="2.6"))
    with ward.database.transaction() as tx:
        tx.connection.exec_driver_sql("DROP TRIGGER decision_no_update")
        tx.connection.exec_driver_sql("UPDATE decision SET document = replace(document, '\"hold\"', '\"proceed\"')")
    with ward.database.reading() as tx:
        assert [(item.decision_id, item.same) for item in replay(tx, LIBRARY)] == [(decision, False)]
