"""Do the figures of a ward's alerts come out of the record as they were recorded, on both databases?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.domain.errors import InvalidInput, NotFound
from app.domain.fatigue import Fatigue
from app.domain.ids import first_id, new_id
from app.domain.vocabulary import Choice, Outcome, Role
from app.services.administering import administer
from app.services.alerting import acknowledge
from app.services.fatigue import fatigue_of
from app.services.ordering import order
from app.store import alerts, fatigue, wards
from app.store.database import Database
from app.store.wards import Ward as Place
from tests.builders import AT, LIBRARY
from tests.services.ward import Ward, a_ward, later, somebody

DAY = AT.date()


@pytest.fixture
def ward(database: Database) -> Ward:
    """A ward on either database."""
    return a_ward(database)


def _figures(ward: Ward, first: date = DAY, last: date = DAY) -> Fatigue:
    with ward.database.reading() as tx:
        return fatigue_of(tx, LIBRARY, ward.charge, ward.id, first, last).figures


def test_nothing_recorded_is_no_rate_rather_than_zero(ward: Ward) -> None:
    figures = _figures(ward)
    assert (figures.alerts, figures.decisions, figures.given) == (0, 0, 0)
    assert figures.per_100_doses is None
    assert figures.firing.centre is None
    assert figures.never == ()


def test_a_held_dose_its_answer_and_an_order_against_it_are_counted(ward: Ward) -> None:
    recorded = ward.chart(creatinine="2.6")
    assert recorded.record is not None
    dose = ward.doses[0]
    with ward.database.transaction() as tx:
        (alert,) = alerts.open_alerts(tx, course_id=ward.course.id)
        acknowledge(tx, later(ward.nurse, 4), alert.id, alert.action)
    with ward.database.transaction() as tx:
        by = later(ward.prescriber, 5)
        written = order(tx, LIBRARY, by, dose.id, recorded.record.id, Choice.GIVE, "CANARY-REASON").order
    with ward.database.transaction() as tx:
        done = replace(ward.done(30), decision_id=None, order_id=written.id)
        administer(tx, LIBRARY, later(ward.nurse, 30), dose.id, done)

    figures = _figures(ward)
    assert (figures.alerts, figures.decisions, figures.given) == (1, 1, 1)
    assert figures.acknowledged == (1, 1, timedelta(minutes=4))
    assert figures.escalated == (1, 0, None)
    assert list(figures.by_key) == [alert.key]
    assert [(row.criterion, row.orders, row.milder) for row in figures.overridden] == [(alert.key, 1, 1)]
    assert alert.key not in figures.never
    assert len(figures.never) > 10


def test_only_the_last_order_on_a_decision_counts(ward: Ward) -> None:
    recorded = ward.chart(creatinine="2.6")
    assert recorded.record is not None
    for minutes, choice in ((1, Choice.GIVE), (2, Choice.HOLD)):
        with ward.database.transaction() as tx:
            by = later(ward.prescriber, minutes)
            order(tx, LIBRARY, by, ward.doses[0].id, recorded.record.id, choice, "CANARY-REASON")
    assert [(row.orders, row.milder) for row in _figures(ward).overridden] == [(1, 0)]


def test_what_happened_on_another_day_is_not_counted(ward: Ward) -> None:
    ward.chart(creatinine="2.6")
    tomorrow = DAY + timedelta(days=1)
    assert _figures(ward, tomorrow, tomorrow).alerts == 0
    figures = _figures(ward, DAY - timedelta(days=1), tomorrow)
    assert [point.times for point in figures.firing.points] == [0, 1, 0]


def test_the_last_four_weeks_are_shown_unless_asked_otherwise(ward: Ward) -> None:
    with ward.database.reading() as tx:
        found = fatigue_of(tx, LIBRARY, ward.charge, ward.id)
    assert (found.first, found.last) == (DAY - timedelta(days=27), DAY)


def test_another_wards_alerts_are_not_counted_and_not_shown(ward: Ward) -> None:
    ward.chart(creatinine="2.6")
    other = Place(new_id(AT), "CANARY-WARD-B", "Europe/London")
    with ward.database.transaction() as tx:
        wards.add_ward(tx, other, AT)
    everywhere = somebody(Role.CHARGE_NURSE)
    with ward.database.reading() as tx:
        assert fatigue_of(tx, LIBRARY, everywhere, other.id, DAY, DAY).figures.decisions == 0
        with pytest.raises(NotFound):
            fatigue_of(tx, LIBRARY, ward.nurse, other.id)


def test_a_period_that_ends_before_it_begins_or_is_too_long_is_refused(ward: Ward) -> None:
    for first in (DAY + timedelta(days=1), DAY - timedelta(days=366)):
        with pytest.raises(InvalidInput):
            _figures(ward, first, DAY)


def test_an_interrupted_dose_went_in_and_one_not_given_did_not(ward: Ward) -> None:
    with ward.database.reading() as tx:
        assert fatigue.given(tx, ward.id, AT - timedelta(hours=1), AT + timedelta(hours=1)) == 0
    recorded = ward.chart()
    assert recorded.record is not None
    done = ward.done(30, decision_id=recorded.record.id, outcome=Outcome.INTERRUPTED)
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, later(ward.nurse, 40), ward.doses[0].id, done)
    assert _figures(ward).given == 1


def test_an_id_is_never_before_the_first_of_its_moment() -> None:
    moment = datetime.fromtimestamp(1_763_733_600, tz=AT.tzinfo)
    before = new_id(moment - timedelta(milliseconds=1))
    assert before < first_id(moment) <= new_id(moment)
