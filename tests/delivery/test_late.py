"""Is somebody told of every patient nobody observes and every dose nobody decides or gives, and of no other?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.delivery.timers import fire_due
from app.domain.alert import Alert
from app.domain.deadlines import NO_DECISION, OBSERVATIONS, OVERDUE, RECHECK
from app.domain.progress import pending
from app.domain.vocabulary import Action, AlertKind, Choice, CycleEventKind, DoseState, Duty, Level
from app.services import alerting
from app.services.acting import Acting
from app.services.administering import administer
from app.services.correcting import Change, correct
from app.services.courses import NewEvent, add_cycle_event
from app.services.observing import Recorded
from app.services.ordering import Besides, order
from app.store import alerts, timers
from app.store.database import Database, Transaction
from tests.builders import AT, LIBRARY, LVHN, MEASURES, REASON, reading
from tests.delivery.test_timers import MOST_STATEMENTS, Killed, dying_after
from tests.services.ward import DUE, Ward, a_ward, an_entry, entries, later

MINUTE = timedelta(minutes=1)
HOURS = 60
FRESH = LVHN.fresh_for["vital"] // MINUTE - 30
"""Minutes from when a set was charted until its vital signs, taken half an hour before, are stale."""
HALF = (LVHN.timing.delay_limit / 2) // MINUTE


def at(minutes: float) -> Callable[[], datetime]:
    """A clock that stands so many minutes after the ward was opened; its first dose is due after 30."""
    return lambda: AT + minutes * MINUTE


def late(ward: Ward, minutes: float) -> dict[str, Alert]:
    """What is open about anything late, by kind, after what is due then was done."""
    fire_due(ward.database, LIBRARY, at(minutes))
    with ward.database.reading() as tx:
        found = alerts.open_alerts(tx, course_id=ward.course.id)
    return {alert.key.partition(":")[0]: alert for alert in found if alert.key.startswith((OBSERVATIONS, *_OF_DOSE))}


_OF_DOSE = (NO_DECISION, OVERDUE, RECHECK)


@pytest.fixture
def here(database: Database) -> Ward:
    """A ward with a patient, on each kind of database."""
    return a_ward(database)


@pytest.mark.hazard("HZ-02")
def test_observations_that_do_not_come_are_told_once_and_cleared_when_they_come(here: Ward) -> None:
    here.chart()
    assert late(here, FRESH - 1).keys() <= {NO_DECISION, OVERDUE}
    told = late(here, FRESH)[OBSERVATIONS]
    assert (told.level, told.action, told.repeats) == (Level.PRIORITY, Action.INCOMPLETE, 0)
    assert late(here, FRESH + 5)[OBSERVATIONS] == told
    here.chart(minutes=FRESH + 6)
    cleared = late(here, FRESH + 7)[OBSERVATIONS]
    assert cleared.cleared is not None
    again = late(here, 2 * FRESH + 6)[OBSERVATIONS]
    assert (again.cleared, again.repeats) == (None, 1)


@pytest.mark.hazard("HZ-02", "HZ-03")
def test_what_a_value_on_the_wrong_patient_had_cleared_is_told_again_when_it_is_withdrawn(here: Ward) -> None:
    late(here, 8 * HOURS)
    saved = here.chart_items([an_entry(reading("heart_rate", 80, at=AT + 8 * HOURS * MINUTE))], 8 * HOURS, dose=None)
    assert late(here, 8 * HOURS + 1)[OBSERVATIONS].cleared is not None
    with here.database.transaction() as tx:
        acting = later(here.nurse, 8 * HOURS + 5)
        correct(tx, LIBRARY, acting, saved.observations[0].id, Change("wrong patient", retract=True))
    told = late(here, 8 * HOURS + 6)[OBSERVATIONS]
    assert (told.cleared, told.repeats) == (None, 1)
    for minute in range(8 * HOURS + 6, 10 * HOURS):
        late(here, minute)
    again = late(here, 10 * HOURS)[OBSERVATIONS]
    assert again.repeats == 1
    assert again.escalated is not None
    assert again.escalated.at > AT + (8 * HOURS + 5) * MINUTE


@pytest.mark.hazard("HZ-02", "HZ-03")
def test_what_was_acknowledged_and_met_is_raised_anew_when_what_had_met_it_is_withdrawn(here: Ward) -> None:
    told = late(here, 8 * HOURS)[OBSERVATIONS]
    acknowledged(here, told, 8 * HOURS + 1)
    taken = reading("heart_rate", 80, at=AT + 8 * HOURS * MINUTE)
    saved = here.chart_items([an_entry(taken)], 8 * HOURS + 2, dose=None)
    withdrawn(here, saved, 8 * HOURS + 5)
    anew = late(here, 8 * HOURS + 6)[OBSERVATIONS]
    assert anew.id != told.id
    assert (anew.raised_at, anew.cleared) == (AT + (8 * HOURS + 5) * MINUTE, None)
    acknowledged(here, anew, 8 * HOURS + 7)
    labs = [item for item in entries(at=AT + 8 * HOURS * MINUTE) if MEASURES[item.measure].group == "lab"]
    here.chart_items(labs, 8 * HOURS + 8, dose=None)
    assert OBSERVATIONS not in late(here, 8 * HOURS + 9)


@pytest.mark.hazard("HZ-02", "HZ-03")
def test_a_dose_that_may_be_given_again_is_told_anew_though_it_was_acknowledged_before(ward: Ward) -> None:
    half = (DUE - AT) // MINUTE + HALF
    ward.chart(minutes=half - 20)
    told = late(ward, half)[OVERDUE]
    acknowledged(ward, told, half + 1)
    odd = ward.chart_items([an_entry(reading("heart_rate", 125, at=AT + (half + 2) * MINUTE))], half + 2)
    assert OVERDUE not in late(ward, half + 3)
    withdrawn(ward, odd, half + 5)
    assert late(ward, half + 6)[OVERDUE].id != told.id


@pytest.mark.hazard("HZ-02", "HZ-10")
def test_a_deadline_that_a_clock_ran_ahead_of_is_told_when_it_really_comes(here: Ward) -> None:
    here.chart()
    assert late(here, FRESH + 10)[OBSERVATIONS].cleared is None
    labs = [item for item in entries(at=AT + 5 * MINUTE) if MEASURES[item.measure].group == "lab"]
    here.chart_items(labs, 20)
    assert late(here, FRESH - 1)[OBSERVATIONS].cleared is not None
    told = late(here, FRESH)[OBSERVATIONS]
    assert (told.cleared, told.repeats) == (None, 1)
    climbed = late(here, FRESH + 30)[OBSERVATIONS].escalated
    assert climbed is not None


@pytest.mark.hazard("HZ-02", "HZ-03")
def test_it_is_told_anew_where_somebody_answered_while_it_was_cleared(here: Ward) -> None:
    late(here, 8 * HOURS)
    saved = here.chart_items([an_entry(reading("heart_rate", 80, at=AT + 8 * HOURS * MINUTE))], 8 * HOURS, dose=None)
    first = late(here, 8 * HOURS + 1)[OBSERVATIONS]
    with here.database.transaction() as tx:
        alerting.acknowledge(tx, later(here.nurse, 8 * HOURS + 2), first.id, first.action)
    assert OBSERVATIONS not in late(here, 8 * HOURS + 3)
    with here.database.transaction() as tx:
        acting = later(here.nurse, 8 * HOURS + 5)
        correct(tx, LIBRARY, acting, saved.observations[0].id, Change("wrong patient", retract=True))
    again = late(here, 8 * HOURS + 6)[OBSERVATIONS]
    assert (again.id != first.id, again.cleared, again.raised_at) == (True, None, acting.at)


def test_a_laboratory_value_alone_clears_no_overdue_observation(ward: Ward) -> None:
    ward.chart()
    assert late(ward, FRESH)[OBSERVATIONS].cleared is None
    labs = [item for item in entries(at=AT + (FRESH + 1) * MINUTE) if MEASURES[item.measure].group == "lab"]
    ward.chart_items(labs, FRESH + 1)
    assert late(ward, FRESH + 2)[OBSERVATIONS].cleared is None


@pytest.mark.hazard("HZ-02")
def test_a_dose_that_is_due_without_a_decision_is_told_at_its_time_and_climbs(here: Ward) -> None:
    due = (DUE - AT) // MINUTE
    assert NO_DECISION not in late(here, due - 1)
    assert NO_DECISION in late(here, due)
    climbed = late(here, due + 15)[NO_DECISION].escalated
    assert climbed is not None
    assert climbed.duty is Duty.CHARGE_NURSE
    here.chart(minutes=due + 16)
    assert late(here, due + 17)[NO_DECISION].cleared is not None


def test_a_dose_that_may_be_given_and_is_not_is_told_half_way_and_cleared_when_it_is(ward: Ward) -> None:
    half = (DUE - AT) // MINUTE + HALF
    ward.chart(minutes=half - 20)
    assert OVERDUE not in late(ward, half - 1)
    assert late(ward, half)[OVERDUE].cleared is None
    done = ward.done(half + 1, decision_id=ward.sheet().decisions[-1].id)
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, later(ward.nurse, half + 1), ward.doses[0].id, done)
    assert late(ward, half + 2)[OVERDUE].cleared is not None


@pytest.mark.hazard("HZ-02")
def test_a_held_dose_nobody_looks_at_again_is_told_at_the_time_that_was_ordered(here: Ward) -> None:
    here.chart(minutes=20)
    again = Besides(recheck_at=AT + 50 * MINUTE)
    with here.database.transaction() as tx:
        decision = here.sheet().decisions[-1].id
        wish = (here.doses[0].id, decision, Choice.HOLD, REASON, again)
        order(tx, LIBRARY, later(here.prescriber, 21), *wish)
    assert here.sheet().orders[-1].recheck_at == again.recheck_at
    assert late(here, 49) == {}
    told = late(here, 50)[RECHECK]
    assert "is held, and the time to look again has passed" in told.summary
    here.chart(minutes=52)
    assert late(here, 53)[RECHECK].cleared is not None


def test_a_decision_that_expires_is_asked_for_again(ward: Ward) -> None:
    ward.chart(minutes=20)
    expires = ward.sheet().decisions[-1].valid_until
    assert expires is not None
    minutes = (expires - AT) // MINUTE
    assert NO_DECISION not in late(ward, minutes - 1)
    assert NO_DECISION in late(ward, minutes + 1)


def test_after_a_missed_dose_the_next_one_is_waited_for_though_nobody_did_anything(ward: Ward) -> None:
    interval = LVHN.timing.interval // MINUTE
    due = (DUE - AT) // MINUTE
    for minutes in range(0, due + interval, 10):
        late(ward, minutes)
    with ward.database.reading() as tx:
        keys = {alert.key for alert in alerts.alerts_of_course(tx, ward.course.id)}
    assert f"{NO_DECISION}:{ward.doses[1].id}" not in keys
    late(ward, due + interval)
    with ward.database.reading() as tx:
        keys = {alert.key for alert in alerts.alerts_of_course(tx, ward.course.id)}
    assert f"{NO_DECISION}:{ward.doses[1].id}" in keys


def test_what_a_person_has_acknowledged_is_not_told_again_for_the_same_time(ward: Ward) -> None:
    ward.chart()
    told = late(ward, FRESH)[OBSERVATIONS]
    acknowledged(ward, told, FRESH + 1)
    assert OBSERVATIONS not in late(ward, FRESH + 30)
    ward.chart(minutes=FRESH + 31)
    assert late(ward, 2 * FRESH + 31)[OBSERVATIONS].id != told.id


@pytest.mark.parametrize("kind", [CycleEventKind.STOPPED, CycleEventKind.DISCHARGED])
def test_nothing_is_told_of_a_patient_whose_cycle_has_ended(here: Ward, kind: CycleEventKind) -> None:
    here.chart()
    _end(here, here.prescriber if kind is CycleEventKind.STOPPED else here.charge, kind, 5)
    assert late(here, 7 * 24 * HOURS) == {}
    with here.database.reading() as tx:
        assert timers.due(tx, AT + timedelta(days=90)) == ()


def test_what_was_late_is_cleared_when_the_cycle_ends(ward: Ward) -> None:
    assert late(ward, 31)
    _end(ward, ward.charge, CycleEventKind.DISCHARGED, 32)
    assert all(alert.cleared is not None for alert in late(ward, 40).values())


def test_a_course_without_a_cycle_waits_for_nothing(ward: Ward) -> None:
    _end(ward, ward.charge, CycleEventKind.DISCHARGED, 0)
    assert late(ward, 7 * 24 * HOURS) == {}


def test_the_board_calls_overdue_whatever_is_told_about_a_dose(ward: Ward) -> None:
    for minutes in range(0, 30 * HOURS, 7):
        if minutes % 210 == 0:
            ward.chart(minutes=minutes)
        open_ = [alert for kind, alert in late(ward, minutes).items() if kind in _OF_DOSE and alert.cleared is None]
        due = pending(ward.sheet(), ward.cycle, LVHN, at(minutes)())
        for alert in open_:
            assert due is not None
            assert alert.dose_id == due.dose.id
            assert due.state is DoseState.OVERDUE or at(minutes)() == due.window.due_at


def test_killed_between_any_two_statements_it_is_told_exactly_once(here: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    here.chart(minutes=20)
    killed = 0
    while killed < MOST_STATEMENTS:
        with monkeypatch.context() as patch:
            patch.setattr(Transaction, "_run", dying_after(killed))
            try:
                fire_due(here.database, LIBRARY, at(20 + FRESH))
                break
            except Killed:
                killed += 1
    late(here, 20 + FRESH)
    with here.database.reading() as tx:
        events = [one for one in alerts.events_of_course(tx, here.course.id) if one.key.startswith(OBSERVATIONS)]
    assert [one.kind for one in events].count(AlertKind.RAISED) == 1
    assert killed > 0


def acknowledged(ward: Ward, alert: Alert, minutes: float) -> None:
    """The nurse has taken notice of the alert."""
    with ward.database.transaction() as tx:
        alerting.acknowledge(tx, later(ward.nurse, minutes), alert.id, alert.action)


def withdrawn(ward: Ward, saved: Recorded, minutes: float) -> None:
    """All of a set was of another patient."""
    for row in saved.observations:
        with ward.database.transaction() as tx:
            correct(tx, LIBRARY, later(ward.nurse, minutes), row.id, Change("wrong patient", retract=True))


def _end(ward: Ward, who: Acting, kind: CycleEventKind, minutes: float) -> None:
    acting = later(who, minutes)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, acting, ward.cycle.id, NewEvent(kind, acting.at, REASON))
