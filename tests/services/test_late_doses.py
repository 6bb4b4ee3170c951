"""Does a dose that is recorded late lead to the same as one recorded when it was given?"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.alert import Alert
from app.domain.decision import Cause
from app.domain.record import decode_situation
from app.domain.vocabulary import Action
from app.services.administering import Administered, administer
from app.services.correcting import Change, correct
from app.services.observing import Recorded
from app.store import alerts
from tests.builders import AT, LIBRARY, REASON, reading
from tests.services.ward import Ward, an_entry, entries, later

EIGHT_HOURS = 8 * 60


def _give(ward: Ward, minutes: float, began: float, saved: Recorded, dose: int = 1, **changes: Any) -> Administered:
    assert saved.record is not None
    done = ward.done(began, decision_id=saved.record.id, **changes)
    with ward.database.transaction() as tx:
        return administer(tx, LIBRARY, later(ward.nurse, minutes), ward.doses[dose - 1].id, done)


def _voids(ward: Ward) -> list[Alert]:
    with ward.database.reading() as tx:
        return [one for one in alerts.alerts_of_course(tx, ward.course.id) if one.key.startswith("void:")]


def _correct_creatinine(ward: Ward, saved: Recorded, minutes: float) -> None:
    row = next(row for row in saved.observations if row.measure == "creatinine")
    with ward.database.transaction() as tx:
        change = Change(REASON, value=Decimal("3.1"), unit="mg/dL")
        correct(tx, LIBRARY, later(ward.nurse, minutes), row.id, change)


@pytest.mark.hazard("HZ-02", "HZ-08")
@pytest.mark.parametrize("recorded", [5, 20], ids=["when it was given", "after the correction"])
def test_a_dose_given_on_what_was_corrected_since_is_told_of_whenever_it_is_recorded(
    ward: Ward, recorded: float
) -> None:
    saved = ward.chart()
    if recorded == 5:
        _give(ward, 5, 5, saved)
    _correct_creatinine(ward, saved, 10)
    if recorded == 20:
        assert [one.kind for one in _give(ward, 20, 5, saved).events] == ["raised"]
    assert [(one.action, one.open) for one in _voids(ward)] == [(Action.STOP, True)]


@pytest.mark.hazard("HZ-02", "HZ-08")
@pytest.mark.parametrize("recorded", [5, 20], ids=["when it was given", "after the late entry"])
def test_a_late_entry_about_the_time_before_a_dose_is_told_whenever_that_dose_is_recorded(
    ward: Ward, recorded: float
) -> None:
    saved = ward.chart()
    if recorded == 5:
        _give(ward, 5, 5, saved)
    ward.chart_items([an_entry(reading("creatinine", "3.1", 60))], minutes=10)
    if recorded == 20:
        _give(ward, 20, 5, saved)
    assert [(one.action, one.open) for one in _voids(ward)] == [(Action.STOP, True)]


@pytest.mark.hazard("HZ-08")
def test_the_next_dose_is_decided_on_a_dose_recorded_after_it_was_decided(ward: Ward) -> None:
    held = ward.chart(creatinine="2.6")
    second = ward.chart(minutes=EIGHT_HOURS, dose=2)
    assert second.decision is not None
    assert second.decision.counts.held_doses == 1
    _give(ward, EIGHT_HOURS + 5, 5, held, deviation="CANARY it went in")
    newest = ward.sheet().latest_decision(ward.doses[1].id)
    assert newest is not None
    assert newest.cause is Cause.CORRECTION
    situation = decode_situation(newest.situation)
    assert (situation.held_doses, situation.last_given_at) == (0, AT + timedelta(minutes=5))


@pytest.mark.hazard("HZ-08")
def test_a_stop_of_three_held_occasions_binds_no_more_once_one_of_the_doses_is_said_to_have_gone_in(ward: Ward) -> None:
    held = [ward.chart(minutes=EIGHT_HOURS * number, dose=number + 1, creatinine="2.6") for number in range(3)]
    assert held[2].decision is not None
    assert held[2].decision.action is Action.STOP
    _give(ward, EIGHT_HOURS * 2 + 5, 5, held[0], deviation="CANARY it went in")
    newest = ward.sheet().latest_decision(ward.doses[2].id)
    assert newest is not None
    assert newest.action is Action.HOLD


def test_a_decision_that_a_dose_recorded_late_does_not_change_stands_on(ward: Ward) -> None:
    since = [one for one in entries(at=AT + timedelta(minutes=EIGHT_HOURS)) if (one.start_at or one.observed_at) >= AT]
    first, second = ward.chart(), ward.chart_items(since, EIGHT_HOURS, dose=2)
    assert second.decision is not None
    assert second.decision.action is Action.PROCEED
    assert _give(ward, EIGHT_HOURS + 5, 5, first).events == ()
    newest = ward.sheet().latest_decision(ward.doses[1].id)
    assert newest is not None
    assert second.record is not None
    assert newest.id == second.record.id


def test_a_dose_recorded_as_it_is_given_decides_nothing(ward: Ward) -> None:
    saved = ward.chart()
    before = ward.count("decision")
    assert _give(ward, 5, 5, saved).events == ()
    assert ward.count("decision") == before
