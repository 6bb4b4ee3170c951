"""What takes back what a decision told, and what a decision is looked at again for once a dose was given on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.alert import Alert
from app.domain.vocabulary import Action, AlertKind, Level
from app.services.administering import administer
from app.services.correcting import Change, correct
from app.services.observing import Recorded
from app.store import alerts
from tests.builders import AT, LIBRARY, REASON, hourly, reading
from tests.services.ward import Ward, an_entry, later

MINUTE = timedelta(minutes=1)


def _told(saved: Recorded, key: str) -> list[AlertKind]:
    return [event.kind for event in saved.events if event.key == key]


def _standing(ward: Ward, key: str) -> Alert:
    with ward.database.reading() as tx:
        return [one for one in alerts.alerts_of_course(tx, ward.course.id) if one.key == key][-1]


@pytest.mark.hazard("HZ-02", "HZ-06")
def test_a_pulse_alone_takes_nothing_back_of_what_the_urine_said(ward: Ward) -> None:
    saved = ward.chart(hourly("urine_volume", *[5] * 9, at=AT, until=28))
    assert _told(saved, "urine-absolute") == [AlertKind.RAISED]
    pulse = [an_entry(reading("heart_rate", 84, 0, at=AT + 4 * MINUTE))]
    blind = ward.chart_items(pulse, 4)
    assert "urine_volume" in {one.measure for one in blind.decision.missing} if blind.decision else False
    assert _told(blind, "urine-absolute") == []
    assert not _standing(ward, "urine-absolute").resolved


@pytest.mark.hazard("HZ-02", "HZ-06")
def test_a_value_that_was_withdrawn_takes_nothing_back_and_a_better_one_does(ward: Ward) -> None:
    saved = ward.chart(platelets=20)
    row = next(one for one in saved.observations if one.measure == "platelets")
    with ward.database.transaction() as tx:
        correct(tx, LIBRARY, later(ward.nurse, 2), row.id, Change("sample clotted", retract=True))
    assert not _standing(ward, "platelets-absolute").resolved
    better = ward.chart_items([an_entry(reading("platelets", 150, at=AT + 3 * MINUTE))], 3)
    assert _told(better, "platelets-absolute") == [AlertKind.CLEARED]


@pytest.mark.hazard("HZ-08")
@pytest.mark.parametrize("started, looked_at_again", [(19, False), (20, True), (21, True)])
def test_a_dose_given_in_the_minute_of_its_decision_was_given_on_it(
    ward: Ward, started: int, looked_at_again: bool
) -> None:
    saved = ward.chart(minutes=20.5)
    assert saved.record is not None
    done = replace(ward.done(), started_at=AT + started * MINUTE, decision_id=saved.record.id)
    if not looked_at_again:
        done = replace(done, deviation=REASON)
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, later(ward.nurse, 22), ward.doses[0].id, done)
    row = next(one for one in saved.observations if one.measure == "creatinine")
    change = Change(REASON, value=Decimal("6.0"), unit=row.unit, confirmed=True)
    with ward.database.transaction() as tx:
        done_again = correct(tx, LIBRARY, later(ward.nurse, 60), row.id, change)
    grave = [one for one in done_again.events if one.key.startswith("void")]
    assert [(one.review.action, one.given) for one in done_again.affected] == (
        [(Action.STOP, True)] if looked_at_again else []
    )
    assert [one.level for one in grave] == ([Level.HIGH_PRIORITY] if looked_at_again else [])
