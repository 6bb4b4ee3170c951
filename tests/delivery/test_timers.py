"""Does an unanswered alert climb its ladder on time, whatever dies, restarts or runs twice in between?"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from app.delivery import timers as delivery
from app.delivery.timers import fire_due
from app.domain.alert import Alert, AlertEvent, answer_to
from app.domain.errors import Unavailable
from app.domain.ids import new_id
from app.domain.vocabulary import Action, AlertKind, Duty, Level
from app.protocols.library import Library
from app.services import alerting
from app.services.announcing import announce
from app.services.escalating import Overtaken, fire
from app.store import alerts, flowsheets, ledger, timers
from app.store.database import Database, Transaction
from app.store.opening import open_database
from app.store.timers import Timer, TimerKind
from tests.builders import AT, LIBRARY, REASON
from tests.services.ward import Ward, a_ward
from tests.store.making import an_act, an_event

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
LADDER = [(Duty.CHARGE_NURSE, 5), (Duty.ATTENDING, 10), (Duty.SECOND_ATTENDING, 15)]
"""The shipped one for high priority, in minutes; the nurse is reached by the alert itself."""
ENOUGH_STATEMENTS, MOST_STATEMENTS = 8, 60


def at(minutes: float) -> Callable[[], datetime]:
    """A clock that stands so many minutes after the alert."""
    return lambda: AT + minutes * MINUTE


def happen(ward: Ward, *events: AlertEvent) -> None:
    """Events of alerts, in one act."""
    with ward.database.transaction() as tx:
        flowsheets.lock_course(tx, ward.course.id)
        announce(tx, events)
        ledger.append(tx, (an_act("alert", ward.course.id),))


def raised(ward: Ward, **changes: object) -> Alert:
    """An alert of high priority about the patient, raised at AT."""
    loud: dict[str, object] = {"level": Level.HIGH_PRIORITY, "action": Action.STOP}
    event = an_event(ward.course, ward.cycle, AlertKind.RAISED, **loud | changes)
    happen(ward, replace(event, alert_id=event.id))
    return stands(ward, event.id)


def stands(ward: Ward, alert_id: str) -> Alert:
    """The alert as it stands."""
    with ward.database.reading() as tx:
        return alerts.alert(tx, alert_id)


def goes_on(ward: Ward, alert: Alert, kind: AlertKind, minutes: float, **changes: object) -> None:
    """Something happens to the alert so many minutes after it was raised."""
    when = AT + minutes * MINUTE
    event = answer_to(stands(ward, alert.id), kind, new_id(when), when, None)
    happen(ward, replace(event, **changes))  # type: ignore[arg-type]


def climbed(ward: Ward, alert: Alert) -> list[tuple[Duty | None, float]]:
    """Whom the alert was escalated to, and how many minutes after it was raised."""
    with ward.database.reading() as tx:
        events = alerts.events_of_course(tx, ward.course.id)
    mine = [one for one in events if one.alert_id == alert.id and one.kind is AlertKind.ESCALATED]
    return [(one.duty, (one.at - AT) / MINUTE) for one in mine]


def kinds(ward: Ward, alert: Alert) -> list[AlertKind]:
    """What happened to the alert, in order."""
    with ward.database.reading() as tx:
        return [one.kind for one in alerts.events_of_course(tx, ward.course.id) if one.alert_id == alert.id]


def minute_by_minute(ward: Ward, until: int, begin: int = 0) -> None:
    """Time passes, and what is due is done."""
    for minute in range(begin, until + 1):
        fire_due(ward.database, LIBRARY, at(minute))


@pytest.fixture
def here(database: Database) -> Ward:
    """A ward with a patient, on each kind of database."""
    return a_ward(database)


@pytest.mark.hazard("HZ-02")
def test_an_alert_that_nobody_answers_reaches_each_duty_in_its_time(here: Ward) -> None:
    alert = raised(here)
    minute_by_minute(here, 20)
    assert climbed(here, alert) == LADDER
    assert stands(here, alert.id).escalated is not None


@pytest.mark.hazard("HZ-02")
def test_a_course_that_somebody_holds_keeps_no_other_alert_waiting(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    here = a_ward(database)
    held = raised(here)
    event = an_event(here.course, here.cycle, level=Level.HIGH_PRIORITY, action=Action.STOP)
    other = replace(event, id=new_id(AT), course_id=None, cycle_id=None, key="other", at=AT + timedelta(seconds=1))
    other = replace(other, alert_id=other.id)
    with database.transaction() as tx:
        ledger.lock(tx)
        announce(tx, (other,))
        ledger.append(tx, (an_act("alert"),))
    with psycopg.connect(database.address) as elsewhere:
        elsewhere.execute("SELECT id FROM course WHERE id = %s FOR UPDATE", (here.course.id,))
        with pytest.raises(Unavailable):
            fire_due(database, LIBRARY, at(20))
        assert climbed(here, held) == []
        assert stands(here, other.id).escalated is not None
    fire_due(database, LIBRARY, at(20))
    assert stands(here, held.id).escalated is not None
    database.close()


@pytest.mark.parametrize("end", [AlertKind.ACKNOWLEDGED, AlertKind.CLOSED, AlertKind.CLEARED])
def test_nobody_else_is_called_once_it_is_answered_or_has_cleared(ward: Ward, end: AlertKind) -> None:
    alert = raised(ward)
    minute_by_minute(ward, 6)
    goes_on(ward, alert, end, 7)
    minute_by_minute(ward, 60, 7)
    assert climbed(ward, alert) == LADDER[:1]


def test_a_person_s_acknowledgement_disarms_the_ladder(ward: Ward) -> None:
    alert = raised(ward, level=Level.PRIORITY, action=Action.HOLD)
    with ward.database.transaction() as tx:
        alerting.acknowledge(tx, ward.nurse, alert.id, Action.HOLD)
    with ward.database.reading() as tx:
        assert {timer.kind for timer in timers.due(tx, AT + 24 * HOUR)} == {TimerKind.DEADLINE}


def test_what_cleared_and_is_called_for_again_climbs_from_then(ward: Ward) -> None:
    alert = raised(ward)
    goes_on(ward, alert, AlertKind.CLEARED, 1)
    goes_on(ward, alert, AlertKind.REPEATED, 30)
    goes_on(ward, alert, AlertKind.REPEATED, 31)
    minute_by_minute(ward, 60, 31)
    assert climbed(ward, alert) == [(duty, 30 + minutes) for duty, minutes in LADDER]


def test_what_becomes_worse_climbs_the_steeper_ladder_from_then(ward: Ward) -> None:
    alert = raised(ward, level=Level.PRIORITY, action=Action.HOLD)
    goes_on(ward, alert, AlertKind.WORSENED, 10, level=Level.HIGH_PRIORITY, action=Action.STOP)
    minute_by_minute(ward, 90, 10)
    assert climbed(ward, alert) == [(duty, 10 + minutes) for duty, minutes in LADDER]


@pytest.mark.hazard("HZ-02")
def test_a_snooze_ends_by_itself_after_a_restart_and_the_ladder_begins_anew(served_url: str) -> None:
    database = open_database(served_url)
    here = a_ward(database)
    alert = raised(here)
    goes_on(here, alert, AlertKind.SNOOZED, 1, until=AT + 9 * MINUTE, reason=REASON)
    database.close()
    here.database = open_database(served_url)
    minute_by_minute(here, 40, 1)
    assert kinds(here, alert)[:4] == [AlertKind.RAISED, AlertKind.SNOOZED, AlertKind.WOKEN, AlertKind.ESCALATED]
    assert climbed(here, alert) == [(duty, 9 + minutes) for duty, minutes in LADDER]
    here.database.close()


def test_a_snooze_is_cut_by_what_is_worse(ward: Ward) -> None:
    alert = raised(ward)
    goes_on(ward, alert, AlertKind.SNOOZED, 1, until=AT + 9 * MINUTE, reason=REASON)
    goes_on(ward, alert, AlertKind.WORSENED, 2, action=Action.DISCONTINUE)
    minute_by_minute(ward, 40, 2)
    assert AlertKind.WOKEN not in kinds(ward, alert)
    assert climbed(ward, alert) == [(duty, 2 + minutes) for duty, minutes in LADDER]


def test_what_comes_back_while_it_is_put_aside_stays_quiet_until_then(ward: Ward) -> None:
    alert = raised(ward)
    goes_on(ward, alert, AlertKind.SNOOZED, 1, until=AT + 9 * MINUTE, reason=REASON)
    goes_on(ward, alert, AlertKind.CLEARED, 2)
    goes_on(ward, alert, AlertKind.REPEATED, 3)
    minute_by_minute(ward, 40, 3)
    assert climbed(ward, alert) == [(duty, 9 + minutes) for duty, minutes in LADDER]


def test_what_has_cleared_wakes_nobody(ward: Ward) -> None:
    alert = raised(ward)
    goes_on(ward, alert, AlertKind.SNOOZED, 1, until=AT + 9 * MINUTE, reason=REASON)
    goes_on(ward, alert, AlertKind.CLEARED, 2)
    minute_by_minute(ward, 40, 2)
    assert kinds(ward, alert) == [AlertKind.RAISED, AlertKind.SNOOZED, AlertKind.CLEARED]


@pytest.mark.hazard("HZ-02", "HZ-10")
def test_a_snooze_that_ran_out_unheard_before_the_clock_went_back_keeps_nothing_quiet(here: Ward) -> None:
    alert = raised(here)
    goes_on(here, alert, AlertKind.SNOOZED, 1, until=AT + 30 * MINUTE, reason=REASON)
    goes_on(here, alert, AlertKind.CLEARED, 2)
    fire_due(here.database, LIBRARY, at(31))
    goes_on(here, alert, AlertKind.REPEATED, 3)
    assert kinds(here, alert)[2:] == [AlertKind.CLEARED, AlertKind.REPEATED, AlertKind.WOKEN]
    assert not stands(here, alert.id).quiet(at(4)())
    minute_by_minute(here, 20, 3)
    assert climbed(here, alert) == [(duty, 3 + minutes) for duty, minutes in LADDER]


def test_an_alert_about_the_program_itself_climbs_too(here: Ward) -> None:
    event = an_event(here.course, here.cycle, level=Level.HIGH_PRIORITY, action=Action.STOP)
    event = replace(event, alert_id=event.id, course_id=None, cycle_id=None)
    with here.database.transaction() as tx:
        ledger.lock(tx)
        announce(tx, (event,))
        ledger.append(tx, (an_act("alert"),))
    minute_by_minute(here, 20)
    escalated = stands(here, event.id).escalated
    assert escalated is not None
    assert escalated.duty is Duty.SECOND_ATTENDING


def test_information_calls_nobody(ward: Ward) -> None:
    alert = raised(ward, level=Level.INFORMATION)
    minute_by_minute(ward, 90)
    assert climbed(ward, alert) == []


@pytest.mark.hazard("HZ-02")
def test_after_a_day_without_the_program_everything_is_done_at_once(here: Ward) -> None:
    alert = raised(here)
    fire_due(here.database, LIBRARY, at(24 * 60))
    assert climbed(here, alert) == [(duty, 24 * 60) for duty, _ in LADDER]
    assert fire_due(here.database, LIBRARY, at(24 * 60)) == 0


def test_a_clock_an_hour_ahead_and_back_again_does_nothing_twice_and_loses_nothing(here: Ward) -> None:
    alert = raised(here)
    minute_by_minute(here, 6)
    fire_due(here.database, LIBRARY, at(67))
    other = raised(here, at=AT + 67 * MINUTE)
    minute_by_minute(here, 90, 7)
    assert [duty for duty, _ in climbed(here, alert)] == [duty for duty, _ in LADDER]
    # Whatever was armed in an hour that is still to come does not wait for it.
    assert climbed(here, other) == [(duty, 7) for duty, _ in LADDER]


@pytest.mark.hazard("HZ-02", "HZ-10")
def test_what_was_put_aside_by_a_clock_an_hour_ahead_wakes_when_it_is_set_right(here: Ward) -> None:
    alert = raised(here)
    goes_on(here, alert, AlertKind.SNOOZED, 60, until=AT + 69 * MINUTE, reason=REASON)
    minute_by_minute(here, 20, 1)
    assert kinds(here, alert)[:3] == [AlertKind.RAISED, AlertKind.SNOOZED, AlertKind.WOKEN]
    assert climbed(here, alert) == [(duty, 1 + minutes) for duty, minutes in LADDER]


def test_a_runner_that_goes_by_the_clock_loses_a_rung_after_an_hour_ahead_and_back(here: Ward) -> None:
    """The control of the test before: whoever asks only for what fell due since the latest look."""
    looked = AT

    def since_the_latest_look(minutes: float) -> None:
        nonlocal looked
        due = tuple(one for one in waiting(here.database, minutes) if looked < one.due_at)
        looked = max(looked, at(minutes)())
        run_of_another(here.database, due, minutes)

    since_the_latest_look(67)
    alert = raised(here, at=AT + 8 * MINUTE)
    for minute in range(8, 40):
        since_the_latest_look(minute)
    assert climbed(here, alert) == []
    fire_due(here.database, LIBRARY, at(40))
    assert [duty for duty, _ in climbed(here, alert)] == [duty for duty, _ in LADDER]


def test_a_timer_that_fails_keeps_no_other_waiting(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = raised(ward), raised(ward)
    real = fire

    def fails(tx: Transaction, library: Library, timer: Timer, when: datetime) -> object:
        if timer.subject == first.id:
            raise ValueError("CANARY-9041")
        return real(tx, library, timer, when)

    monkeypatch.setattr(delivery, "fire", fails)
    fire_due(ward.database, LIBRARY, at(5))
    assert climbed(ward, first) == []
    assert climbed(ward, second) == LADDER[:1]
    monkeypatch.undo()
    fire_due(ward.database, LIBRARY, at(6))
    assert climbed(ward, first) == [(Duty.CHARGE_NURSE, 6)]


class Killed(BaseException):
    """The process is no more."""


def dying_after(statements: int) -> Callable[[Transaction, str, Any], Any]:
    """What runs statements until so many have been run."""
    left = iter(range(statements))
    run: Any = Transaction._run  # noqa: SLF001 - where every statement passes

    def execute(tx: Transaction, text: str, values: Any) -> Any:
        if next(left, None) is None:
            raise Killed
        return run(tx, text, values)

    return execute


@pytest.mark.hazard("HZ-02")
def test_killed_between_any_two_statements_the_next_run_does_it_all_exactly_once(
    here: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every statement of the whole step in turn is the last one that was run."""
    alert = raised(here)
    killed = 0
    while killed < MOST_STATEMENTS:
        with monkeypatch.context() as patch:
            patch.setattr(Transaction, "_run", dying_after(killed))
            try:
                fire_due(here.database, LIBRARY, at(5))
                break
            except Killed:
                killed += 1
        assert climbed(here, alert) == []
    assert ENOUGH_STATEMENTS < killed < MOST_STATEMENTS
    assert climbed(here, alert) == LADDER[:1]
    minute_by_minute(here, 20, 6)
    assert climbed(here, alert) == LADDER


def waiting(database: Database, minutes: float) -> tuple[Timer, ...]:
    """What a runner has read, and not done yet."""
    with database.glancing() as tx:
        return timers.due(tx, at(minutes)())


def run_of_another(database: Database, read: tuple[Timer, ...], minutes: float) -> None:
    """A second runner does what it had read before the first one began."""
    for timer in read:
        with suppress(Overtaken, IntegrityError), database.transaction() as tx:
            fire(tx, LIBRARY, timer, at(minutes)())


def test_two_runners_that_have_read_the_same_do_it_once(here: Ward) -> None:
    alert = raised(here)
    read = waiting(here.database, 5)
    fire_due(here.database, LIBRARY, at(5))
    run_of_another(here.database, read, 5)
    assert climbed(here, alert) == LADDER[:1]


@pytest.mark.parametrize("guard", ["take", "done"])
def test_either_guard_alone_keeps_a_step_from_being_done_twice(
    here: Ward, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if guard == "take":
        monkeypatch.setattr(timers, "done", lambda *_: None)
    else:
        monkeypatch.setattr(timers, "take", lambda *_: True)
    test_two_runners_that_have_read_the_same_do_it_once(here)


def test_a_runner_with_neither_guard_would_do_it_twice(here: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the tests above would see if nothing kept two runners apart."""
    monkeypatch.setattr(timers, "take", lambda *_: True)
    monkeypatch.setattr(timers, "done", lambda *_: None)
    alert = raised(here)
    read = waiting(here.database, 5)
    fire_due(here.database, LIBRARY, at(5))
    run_of_another(here.database, read, 5)
    assert climbed(here, alert) == [LADDER[0], LADDER[0]]


def test_a_timer_in_memory_would_be_lost_with_its_process(ward: Ward) -> None:
    """The control: what the tests above would see if the ladder lived in the process."""

    class InMemory:
        def __init__(self) -> None:
            self.armed = list[Timer]()

        def fire_due(self, minutes: float) -> None:
            run_of_another(ward.database, tuple(one for one in self.armed if one.due_at <= at(minutes)()), minutes)

    alert = raised(ward)
    before = InMemory()
    before.armed += waiting(ward.database, 60)
    before.fire_due(6)
    assert climbed(ward, alert) == [(Duty.CHARGE_NURSE, 6)]
    restarted = InMemory()
    restarted.fire_due(60)
    assert climbed(ward, alert) == [(Duty.CHARGE_NURSE, 6)]
    minute_by_minute(ward, 20, 7)
    assert [duty for duty, _ in climbed(ward, alert)] == [duty for duty, _ in LADDER]


@pytest.mark.hazard("HZ-02")
def test_two_replicas_at_the_same_time_do_every_step_once(served_postgresql_url: str) -> None:
    first, second = open_database(served_postgresql_url), open_database(served_postgresql_url)
    here = a_ward(first)
    every = [raised(here) for _ in range(8)]
    for minutes in (5, 10, 15):
        together = Barrier(2)

        def replica(database: Database, minutes: int = minutes, together: Barrier = together) -> None:
            together.wait()
            fire_due(database, LIBRARY, at(minutes))

        threads = [Thread(target=replica, args=(one,)) for one in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [climbed(here, alert) for alert in every] == [LADDER] * len(every)
    second.close()
    first.close()
