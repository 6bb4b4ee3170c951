"""Can more than a whole dose that went in be recorded, and is it told as loudly as it must be?"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.alert import Alert
from app.domain.course import Administration
from app.domain.errors import InvalidInput
from app.domain.vocabulary import Action, CycleEventKind, Level, Outcome
from app.services.administering import Administered, administer
from app.services.alerting import acknowledge
from app.services.correcting_doses import CorrectedDose, DoseChange, correct_administration
from app.services.courses import NewEvent, add_cycle_event
from app.services.replaying import replay
from app.store import alerts
from tests.builders import AT, LIBRARY, REASON
from tests.services.ward import UNITS, Ward, later

MORE = UNITS * 2


def _give(ward: Ward, minutes: float = 5, **changes: Any) -> Administered:
    with ward.database.transaction() as tx:
        done = ward.done(minutes, **changes)
        return administer(tx, LIBRARY, later(ward.nurse, minutes), ward.doses[0].id, done)


def _correct(ward: Ward, row: Administration, minutes: float, **change: Any) -> CorrectedDose:
    with ward.database.transaction() as tx:
        return correct_administration(tx, LIBRARY, later(ward.nurse, minutes), row.id, DoseChange(REASON, **change))


def _decided(ward: Ward) -> str:
    record = ward.chart().record
    assert record is not None
    return record.id


def _overdose(ward: Ward, **changes: Any) -> Administered:
    """The first dose, twice what it should have been, on a decision that stood."""
    told: dict[str, Any] = {
        "decision_id": _decided(ward),
        "units": MORE,
        "deviation": REASON,
        "confirmed": True,
        **changes,
    }
    return _give(ward, **told)


def _told(ward: Ward) -> list[Alert]:
    with ward.database.reading() as tx:
        return [one for one in alerts.alerts_of_course(tx, ward.course.id) if one.key.startswith("overdose:")]


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize("outcome", [Outcome.GIVEN, Outcome.INTERRUPTED])
@pytest.mark.parametrize(
    "said, pointer",
    [
        ({}, "/units"),
        ({"deviation": REASON}, "/units"),
        ({"confirmed": True}, "/deviation"),
        ({"confirmed": True, "deviation": "  "}, "/deviation"),
    ],
)
def test_more_than_a_whole_dose_is_recorded_when_it_is_said_and_why(
    ward: Ward, outcome: Outcome, said: dict[str, Any], pointer: str
) -> None:
    decision = _decided(ward)
    with pytest.raises(InvalidInput, match="A whole dose is 48,000,000 units") as refusal:
        _give(ward, decision_id=decision, outcome=outcome, units=UNITS + 1, **said)
    assert [error.pointer for error in refusal.value.errors] == [pointer]
    assert (ward.count("administration"), _told(ward)) == (0, [])
    told: dict[str, Any] = {"outcome": outcome, "units": UNITS + 1, "confirmed": True, "deviation": REASON}
    assert _give(ward, decision_id=decision, **told).administration.units == UNITS + 1


@pytest.mark.hazard("HZ-02", "HZ-05")
def test_it_is_told_with_the_loudest_alert_and_in_numbers(ward: Ward) -> None:
    (event,) = _overdose(ward).events
    assert (event.level, event.action, event.key) == (
        Level.HIGH_PRIORITY,
        Action.PROCEED,
        f"overdose:{ward.doses[0].id}",
    )
    assert event.summary == "Dose 1: 96,000,000 units went in. A whole dose is 48,000,000 units."
    ward.chart(minutes=30)
    assert [(one.open, one.cleared) for one in _told(ward)] == [(True, None)], "no set of values takes it back"
    with ward.database.reading() as tx:
        assert all(one.same for one in replay(tx, LIBRARY))


@pytest.mark.hazard("HZ-02", "HZ-16")
def test_without_a_decision_that_stood_both_are_told(ward: Ward) -> None:
    events = _give(ward, units=MORE, deviation=REASON, confirmed=True).events
    assert [(event.key.partition(":")[0], event.action) for event in events] == [
        ("overdose", Action.INCOMPLETE),
        ("deviation", Action.INCOMPLETE),
    ]


@pytest.mark.parametrize("units", [UNITS, UNITS / 2])
def test_a_whole_dose_and_a_part_of_one_are_no_overdose(ward: Ward, units: Decimal) -> None:
    outcome = Outcome.GIVEN if units == UNITS else Outcome.INTERRUPTED
    assert _overdose(ward, units=units, outcome=outcome).events == ()


@pytest.mark.hazard("HZ-08")
def test_what_was_no_overdose_calls_nobody_any_more_and_calls_again_when_it_is_one(ward: Ward) -> None:
    wrong = _overdose(ward).administration
    right = _correct(ward, wrong, 20, outcome=Outcome.GIVEN).administration
    assert right.units == UNITS
    (one,) = _told(ward)
    assert (one.resolved, one.open) == (True, True), "only a person ends it"
    _correct(ward, right, 25, units=MORE, confirmed=True)
    (one,) = _told(ward)
    assert (one.cleared, one.worse_at) == (None, AT + timedelta(minutes=25))


@pytest.mark.hazard("HZ-02", "HZ-08")
def test_other_units_are_told_again_and_the_same_are_not(ward: Ward) -> None:
    first = _overdose(ward).administration
    with ward.database.transaction() as tx:
        acknowledge(tx, later(ward.nurse, 10), _told(ward)[0].id, Action.PROCEED)
    ended = _correct(ward, first, 20, ended_at=AT + timedelta(minutes=19))
    assert (ended.events, ended.administration.units) == ((), MORE)
    more = _correct(ward, ended.administration, 25, units=UNITS * 3, confirmed=True)
    assert [event.summary for event in more.events] == [
        "Dose 1: 144,000,000 units went in. A whole dose is 48,000,000 units."
    ]
    assert [one.open for one in _told(ward)] == [False, True]


@pytest.mark.hazard("HZ-05")
def test_a_bag_of_the_weight_before_can_be_recorded_as_it_went_in(ward: Ward) -> None:
    lighter = NewEvent(CycleEventKind.DOSING_WEIGHT, AT, REASON, weight=Decimal(40), confirmed=True)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, later(ward.prescriber, 2), ward.cycle.id, lighter)
    done = _give(ward, units=UNITS, deviation=REASON, confirmed=True)
    assert done.events[0].summary == "Dose 1: 48,000,000 units went in. A whole dose is 24,000,000 units."
