"""What may a person do about an alert, and what is kept of it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.alert import Alert, AlertEvent
from app.domain.errors import Conflict, DosewardError, Forbidden, InvalidInput, ProofNeeded
from app.domain.ids import new_id
from app.domain.vocabulary import Action, AlertKind, Level, Role
from app.services.acting import Acting
from app.services.alerting import Shown, acknowledge, close, record_outcome, see, unseen
from app.services.announcing import announce
from app.services.snoozing import snooze
from app.store import alerts, flowsheets, ledger
from app.store.database import Database
from tests.builders import AT, REASON, Plain, reading
from tests.services.ward import Ward, a_service, a_ward, later, somebody

HOLD = Shown(Action.HOLD, Level.PRIORITY)
TOLD, DONE = "CANARY-9041 the attending", "CANARY-9041 held, fluids given"


@pytest.fixture
def ward(database: Database) -> Ward:
    """On each kind of database: what answers lock and write differs."""
    return a_ward(database)


def _held(ward: Ward) -> str:
    return ward.chart(creatinine="2.6").events[0].alert_id


def _snooze(ward: Ward, acting: Acting, alert_id: str, minutes: float = 30, shown: Shown = HOLD) -> Alert:
    with ward.database.transaction() as tx:
        return snooze(tx, acting, alert_id, shown, acting.at + timedelta(minutes=minutes), REASON)


def _outcome(ward: Ward, acting: Acting, alert_id: str, told: str = TOLD, done: str = DONE) -> Alert:
    with ward.database.transaction() as tx:
        return record_outcome(tx, acting, alert_id, told, done)


def _see(ward: Ward, acting: Acting, alert_id: str) -> None:
    with ward.database.transaction() as tx:
        see(tx, acting, alert_id)


def _acknowledge(ward: Ward, acting: Acting, alert_id: str, *seen: str) -> Alert:
    with ward.database.transaction() as tx:
        return acknowledge(tx, acting, alert_id, *seen)


def _events(ward: Ward, alert_id: str, kind: AlertKind) -> list[AlertEvent]:
    with ward.database.reading() as tx:
        return [event for event in alerts.events_of(tx, alert_id) if event.kind is kind]


def _worsen(ward: Ward, raised: AlertEvent, minutes: float) -> None:
    at = AT + timedelta(minutes=minutes)
    worse = replace(raised, id=new_id(at), kind=AlertKind.WORSENED, action=Action.STOP, at=at)
    with ward.database.transaction() as tx:
        flowsheets.lock_course(tx, ward.course.id)
        announce(tx, (worse,))
        ledger.append(tx, (ward.nurse.act("worsen", ward.course.id, (worse.id,)),))


# ---- Putting aside


def test_an_alert_is_put_aside_with_a_reason_until_a_moment(ward: Ward) -> None:
    alert = _snooze(ward, ward.nurse, _held(ward))
    assert alert.snoozed is not None
    assert (alert.snoozed.by, alert.snoozed.reason) == (ward.nurse.person_id, REASON)
    assert alert.open
    assert alert.quiet(AT + timedelta(minutes=29))
    assert not alert.quiet(AT + timedelta(minutes=30))


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize("minutes", [0, -1, 30.01, 600])
def test_no_longer_than_the_ladder_of_the_ward_says(ward: Ward, minutes: float) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _snooze(ward, ward.nurse, _held(ward), minutes)
    assert refusal.value.code == "snooze_too_long"
    assert "at most 30 minutes" in refusal.value.sentence


def test_a_louder_alert_may_be_put_aside_for_less_and_asks_who_it_is(ward: Ward) -> None:
    alert = next(one.alert_id for one in ward.chart(creatinine="3.1").events if one.level is Level.HIGH_PRIORITY)
    loud = Shown(Action.STOP, Level.HIGH_PRIORITY)
    with pytest.raises(InvalidInput):
        _snooze(ward, ward.nurse, alert, 11, loud)
    with pytest.raises(ProofNeeded):
        _snooze(ward, replace(ward.nurse, proved_at=AT - timedelta(hours=1)), alert, 10, loud)
    assert _snooze(ward, ward.nurse, alert, 10, loud).quiet(AT)


@pytest.mark.hazard("HZ-02")
def test_becoming_worse_cuts_it_short(ward: Ward) -> None:
    raised = ward.chart(creatinine="2.6").events[0]
    _snooze(ward, ward.nurse, raised.alert_id)
    _worsen(ward, raised, 5)
    with ward.database.reading() as tx:
        assert not alerts.alert(tx, raised.alert_id).quiet(AT + timedelta(minutes=6))


@pytest.mark.hazard("HZ-02")
def test_it_hides_no_other_finding(ward: Ward) -> None:
    _snooze(ward, ward.nurse, _held(ward))
    ward.chart(minutes=5, creatinine="2.6", platelets="20")
    with ward.database.reading() as tx:
        found = alerts.open_alerts(tx, course_id=ward.course.id)
    assert [one.key for one in found if not one.quiet(AT + timedelta(minutes=6))] == ["platelets-absolute"]


RELATIVE: dict[str, Plain] = {"creatinine": "2.6", "platelets": 40, "bicarbonate": 17}


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize("another, quiet", [({}, True), ({"bilirubin": "7.5"}, False)])
def test_it_hides_no_other_finding_of_those_that_call_only_together(
    database: Database, another: dict[str, Plain], *, quiet: bool
) -> None:
    ward = a_ward(database, "consensus-2014")
    (raised,) = ward.chart(*(reading(measure, value) for measure, value in RELATIVE.items())).events
    assert raised.key == "3_relative"
    _snooze(ward, ward.nurse, raised.alert_id)
    at = AT + timedelta(minutes=5)
    ward.chart(*(reading(measure, value, at=at) for measure, value in (RELATIVE | another).items()), minutes=5)
    with database.reading() as tx:
        assert alerts.alert(tx, raised.alert_id).quiet(AT + timedelta(minutes=6)) is quiet


@pytest.mark.parametrize("shown", [Shown(Action.CAUTION), Shown(Action.HOLD, Level.HIGH_PRIORITY)])
def test_an_alert_that_is_another_than_was_shown_is_not_put_aside(ward: Ward, shown: Shown) -> None:
    with pytest.raises(Conflict) as refusal:
        _snooze(ward, ward.nurse, _held(ward), shown=shown)
    assert refusal.value.code == "alert_changed"


def test_it_is_put_aside_again_only_once_it_woke(ward: Ward) -> None:
    alert = _held(ward)
    _snooze(ward, ward.nurse, alert)
    with pytest.raises(Conflict) as refusal:
        _snooze(ward, later(ward.charge, 29), alert)
    assert refusal.value.code == "snoozed_already"
    assert _snooze(ward, later(ward.charge, 30), alert).quiet(AT + timedelta(minutes=59))


def test_an_answered_alert_is_not_put_aside(ward: Ward) -> None:
    alert = _held(ward)
    _acknowledge(ward, ward.nurse, alert, Action.HOLD)
    with pytest.raises(Conflict) as refusal:
        _snooze(ward, ward.nurse, alert)
    assert refusal.value.code == "already_ended"


def test_putting_aside_needs_a_reason(ward: Ward) -> None:
    alert = _held(ward)
    with pytest.raises(InvalidInput) as refusal, ward.database.transaction() as tx:
        snooze(tx, ward.nurse, alert, HOLD, AT + timedelta(minutes=5), " ")
    assert refusal.value.code == "reason_needed"


# ---- What was done


@pytest.mark.parametrize("first", [True, False])
def test_what_was_done_is_recorded_of_an_open_or_an_acknowledged_alert(ward: Ward, first: bool) -> None:
    alert = _held(ward)
    if not first:
        _acknowledge(ward, ward.nurse, alert, Action.HOLD)
    told = _outcome(ward, later(ward.nurse, 1), alert)
    assert told.open is first
    assert told.outcome is not None
    assert (told.outcome.told, told.outcome.reason, told.outcome.by) == (TOLD, DONE, ward.nurse.person_id)


def test_a_second_outcome_counts_and_the_first_is_kept(ward: Ward) -> None:
    alert = _held(ward)
    _outcome(ward, ward.nurse, alert)
    after = _outcome(ward, later(ward.charge, 2), alert, done="CANARY-9041 transferred")
    assert after.outcome is not None
    assert after.outcome.reason == "CANARY-9041 transferred"
    assert [event.reason for event in _events(ward, alert, AlertKind.OUTCOME)] == [DONE, "CANARY-9041 transferred"]


def test_both_texts_are_needed(ward: Ward) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _outcome(ward, ward.nurse, _held(ward), " ", "")
    assert [fault.pointer for fault in refusal.value.errors] == ["/told", "/done"]


def test_nothing_is_added_to_an_alert_that_was_closed(ward: Ward) -> None:
    alert = _held(ward)
    with ward.database.transaction() as tx:
        close(tx, ward.nurse, alert, Shown(Action.HOLD), REASON)
    with pytest.raises(Conflict) as refusal:
        _outcome(ward, ward.nurse, alert)
    assert refusal.value.code == "already_closed"


# ---- Seen, and acknowledged as it was seen


def test_seen_is_noted_once_for_each_person_and_state(ward: Ward) -> None:
    alert = _held(ward)
    for minutes, who in enumerate((ward.nurse, ward.nurse, ward.charge, ward.nurse)):
        _see(ward, later(who, minutes), alert)
    ward.chart(minutes=5, creatinine="2.6")
    _see(ward, later(ward.nurse, 6), alert)
    seen = [event.by for event in _events(ward, alert, AlertKind.SEEN)]
    assert seen == [ward.nurse.person_id, ward.charge.person_id]
    with ward.database.reading() as tx:
        assert not unseen(tx, ward.nurse, alert)
        assert unseen(tx, ward.prescriber, alert)


def test_who_saw_it_before_it_became_worse_has_not_seen_it(ward: Ward) -> None:
    raised = ward.chart(creatinine="2.6").events[0]
    _see(ward, later(ward.nurse, 1), raised.alert_id)
    _worsen(ward, raised, 2)
    with ward.database.reading() as tx:
        assert unseen(tx, later(ward.nurse, 3), raised.alert_id)


def test_an_answered_alert_is_not_noted_as_seen(ward: Ward) -> None:
    alert = _held(ward)
    _acknowledge(ward, ward.nurse, alert, Action.HOLD)
    _see(ward, later(ward.charge, 1), alert)
    assert _events(ward, alert, AlertKind.SEEN) == []


@pytest.mark.hazard("HZ-12")
def test_an_acknowledgement_keeps_who_saw_what_and_when(ward: Ward) -> None:
    raised = ward.chart(creatinine="2.6").events[0]
    _acknowledge(ward, later(ward.nurse, 3), raised.alert_id, Action.HOLD, Level.PRIORITY)
    ward.chart(minutes=10, creatinine="1.0")
    [kept] = _events(ward, raised.alert_id, AlertKind.ACKNOWLEDGED)
    assert (kept.by, kept.at) == (ward.nurse.person_id, AT + timedelta(minutes=3))
    assert (kept.summary, kept.level, kept.action) == (raised.summary, Level.PRIORITY, Action.HOLD)


def test_a_level_the_screen_did_not_show_is_not_acknowledged(ward: Ward) -> None:
    with pytest.raises(Conflict) as refusal:
        _acknowledge(ward, ward.nurse, _held(ward), Action.HOLD, Level.INFORMATION)
    assert refusal.value.code == "alert_changed"


@pytest.mark.hazard("HZ-12")
def test_a_machine_and_who_may_not_answer_do_nothing_to_an_alert(ward: Ward) -> None:
    alert = _held(ward)
    acts = (_snooze, _outcome, lambda ward, who, alert: _acknowledge(ward, who, alert, Action.HOLD))
    for who in (a_service("read", "alerts:read", "observations:write"), somebody(Role.AUDITOR, ward_id=ward.id)):
        for act in acts:
            with pytest.raises(Forbidden):
                act(ward, who, alert)
    with pytest.raises(DosewardError) as refusal:
        _see(ward, a_service("alerts:read"), alert)
    assert refusal.value.code == "person_needed"
    assert ward.count("alert_event") == 1
