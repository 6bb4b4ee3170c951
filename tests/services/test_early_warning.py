"""Does the early-warning score call somebody when it should, once, and again when it is worse?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TypeAlias

import pytest

from app.domain.alert import Alert, AlertEvent
from app.domain.errors import Conflict, InvalidInput
from app.domain.scores.warning import KEY
from app.domain.vocabulary import Action, AlertKind, CycleEventKind, Level
from app.services.alerting import Shown, acknowledge, close
from app.services.correcting import Change, Corrected, correct
from app.services.courses import NewCycle, NewEvent, add_cycle_event, open_cycle
from app.services.observing import Recorded
from app.services.snoozing import snooze
from app.store import alerts
from tests.builders import AT, LIBRARY, REASON, Plain, reading
from tests.services.ward import Ward, an_entry, entries, later

MINUTE = timedelta(minutes=1)
Values: TypeAlias = Mapping[str, Plain]
THREE: Values = {"respiratory_rate": 25}
FOUR: Values = {"respiratory_rate": 21, "heart_rate": 112}
FIVE: Values = {"respiratory_rate": 21, "heart_rate": 112, "temperature": "38.5"}
SIX: Values = {"respiratory_rate": 21, "heart_rate": 112, "temperature": "39.5"}
SEVEN: Values = {"respiratory_rate": 25, "heart_rate": 112, "temperature": "39.5"}
NINE: Values = {**SEVEN, "systolic_bp": 95}


def _chart(ward: Ward, values: Values, minutes: float = 0) -> Recorded:
    at = AT + timedelta(minutes=minutes)
    return ward.chart(*(reading(measure, value, at=at) for measure, value in values.items()), minutes=minutes)


def _only(ward: Ward, values: Values, minutes: float = 0) -> Recorded:
    """These values and no others: on a ward where nothing else is charted, or nothing fresh, the set is incomplete."""
    at = AT + timedelta(minutes=minutes)
    saved = ward.chart_items([an_entry(reading(measure, value, at=at)) for measure, value in values.items()], minutes)
    assert saved.scores.news2.score is None
    return saved


def _late(ward: Ward, values: Values, minutes: float) -> list[AlertEvent]:
    """A whole set of three hours before, copied in now."""
    at = AT - timedelta(hours=3)
    saved = ward.chart_items(entries(*(reading(name, value, at=at) for name, value in values.items()), at=at), minutes)
    return _told(saved)


def _told(saved: Recorded | Corrected) -> list[AlertEvent]:
    return [event for event in saved.events if event.key == KEY]


def _kinds(saved: Recorded) -> list[tuple[AlertKind, Level]]:
    return [(event.kind, event.level) for event in _told(saved)]


def _standing(ward: Ward) -> Alert:
    with ward.database.reading() as tx:
        return [one for one in alerts.alerts_of_course(tx, ward.course.id) if one.key == KEY][-1]


def _acknowledge(ward: Ward, minutes: float, *, level: str | None = None) -> None:
    one = _standing(ward)
    with ward.database.transaction() as tx:
        acknowledge(tx, later(ward.nurse, minutes), one.id, one.action, level or one.level)


def _snooze(ward: Ward, minutes: float) -> None:
    one, acting = _standing(ward), later(ward.nurse, minutes)
    with ward.database.transaction() as tx:
        snooze(tx, acting, one.id, Shown(one.action, one.level), acting.at + timedelta(minutes=5), REASON)


@pytest.mark.hazard("HZ-08")
@pytest.mark.parametrize("ahead", [1, 2])
def test_a_set_whose_clock_runs_a_little_ahead_calls_at_once(ward: Ward, ahead: float) -> None:
    at = AT + ahead * MINUTE
    saved = ward.chart_items(entries(*(reading(name, value, 0, at=at) for name, value in NINE.items()), at=AT))
    assert _kinds(saved) == [(AlertKind.RAISED, Level.HIGH_PRIORITY)]


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "values, level, words",
    [
        (THREE, Level.PRIORITY, "NEWS2 3, 3 in Respiratory rate. "),
        (FIVE, Level.PRIORITY, "NEWS2 5. Urgent response"),
        (SIX, Level.PRIORITY, "NEWS2 6. Urgent response"),
        (SEVEN, Level.HIGH_PRIORITY, "NEWS2 7, 3 in Respiratory rate. Emergency response"),
    ],
)
def test_a_score_that_calls_somebody_raises_an_alert_of_its_own(
    ward: Ward, values: Values, level: Level, words: str
) -> None:
    [told] = _told(_chart(ward, values))
    assert (told.kind, told.level, told.dose_id) == (AlertKind.RAISED, level, None)
    assert told.summary.startswith(words)


@pytest.mark.parametrize("values", [{}, FOUR])
def test_a_lower_one_calls_nobody(ward: Ward, values: Values) -> None:
    assert _told(_chart(ward, values)) == []


def test_it_calls_for_nothing_of_the_dose(ward: Ward) -> None:
    saved = _chart(ward, SEVEN)
    assert saved.decision is not None
    assert saved.decision.action is Action.PROCEED
    assert _told(saved)[0].action is Action.INCOMPLETE


@pytest.mark.hazard("HZ-13")
def test_one_alert_repeats_and_is_raised_again_when_it_is_worse(ward: Ward) -> None:
    assert _kinds(_chart(ward, FIVE)) == [(AlertKind.RAISED, Level.PRIORITY)]
    assert _kinds(_chart(ward, SIX, 5)) == [(AlertKind.REPEATED, Level.PRIORITY)]
    assert _kinds(_chart(ward, SEVEN, 10)) == [(AlertKind.WORSENED, Level.HIGH_PRIORITY)]
    assert _standing(ward).worse_at == AT + timedelta(minutes=10)
    assert ward.count("open_alert") == 1


@pytest.mark.hazard("HZ-13")
def test_an_acknowledged_score_is_quiet_until_it_is_higher(ward: Ward) -> None:
    _chart(ward, FIVE)
    _acknowledge(ward, 1)
    assert _kinds(_chart(ward, FIVE, 5)) == []
    assert _kinds(_chart(ward, SIX, 10)) == [(AlertKind.RAISED, Level.PRIORITY)]


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "first, then, kind",
    [
        (FIVE, FIVE, AlertKind.REPEATED),
        (FIVE, SIX, AlertKind.WORSENED),
        (SIX, FIVE, AlertKind.REPEATED),
        (THREE, THREE, AlertKind.REPEATED),
        (THREE, {"heart_rate": 132}, AlertKind.WORSENED),
    ],
)
def test_a_score_that_was_put_aside_is_told_again_when_it_is_higher_or_another_parameter_calls(
    ward: Ward, first: Values, then: Values, kind: AlertKind
) -> None:
    _chart(ward, first)
    _snooze(ward, 1)
    assert _kinds(_chart(ward, then, 5)) == [(kind, Level.PRIORITY)]
    assert _standing(ward).quiet(AT + timedelta(minutes=5)) is (kind is AlertKind.REPEATED)


def test_an_incomplete_score_that_calls_by_another_parameter_lowers_no_level(ward: Ward) -> None:
    _chart(ward, SEVEN)
    _snooze(ward, 1)
    at = AT + timedelta(minutes=270)
    only = [an_entry(reading("heart_rate", 132, at=at))]
    assert _kinds(ward.chart_items(only, 270)) == [(AlertKind.WORSENED, Level.HIGH_PRIORITY)]


def test_an_acknowledged_one_that_cleared_is_raised_anew(ward: Ward) -> None:
    _chart(ward, SIX)
    _acknowledge(ward, 1)
    assert _kinds(ward.chart(minutes=5)) == [(AlertKind.CLEARED, Level.PRIORITY)]
    assert _kinds(_chart(ward, FIVE, 10)) == [(AlertKind.RAISED, Level.PRIORITY)]


@pytest.mark.hazard("HZ-10", "HZ-13")
def test_a_clock_that_went_an_hour_back_makes_no_second_alert_and_refuses_no_set(ward: Ward) -> None:
    _chart(ward, SIX, 60)
    _acknowledge(ward, 61)
    assert _kinds(ward.chart(minutes=62)) == [(AlertKind.CLEARED, Level.PRIORITY)]
    assert _kinds(_chart(ward, FIVE, 5)) == [(AlertKind.RAISED, Level.PRIORITY)]
    assert _kinds(_chart(ward, FIVE, 10)) == [(AlertKind.REPEATED, Level.PRIORITY)]
    assert _standing(ward).open


def test_a_closed_one_is_quiet_until_it_is_higher(ward: Ward) -> None:
    _chart(ward, FIVE)
    with ward.database.transaction() as tx:
        close(tx, later(ward.nurse, 1), _standing(ward).id, Shown(Action.INCOMPLETE), REASON)
    assert _kinds(_chart(ward, FIVE, 5)) == []
    assert _kinds(_chart(ward, SEVEN, 10)) == [(AlertKind.RAISED, Level.HIGH_PRIORITY)]


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize("shown", [Shown(Action.INCOMPLETE), Shown(Action.INCOMPLETE, Level.PRIORITY)])
def test_what_became_an_emergency_meanwhile_is_not_closed_as_what_it_was(ward: Ward, shown: Shown) -> None:
    _chart(ward, FIVE)
    _chart(ward, SEVEN, 5)
    with pytest.raises((Conflict, InvalidInput)), ward.database.transaction() as tx:
        close(tx, later(ward.nurse, 6), _standing(ward).id, shown, REASON)
    assert _standing(ward).open


def test_a_lower_complete_score_clears_it_and_ends_nothing(ward: Ward) -> None:
    _chart(ward, FIVE)
    assert _kinds(_chart(ward, FOUR, 5)) == [(AlertKind.CLEARED, Level.PRIORITY)]
    assert _standing(ward).open
    assert _standing(ward).resolved
    assert _kinds(_chart(ward, FOUR, 10)) == []


@pytest.mark.hazard("HZ-06")
def test_an_incomplete_score_never_clears_or_lowers(ward: Ward) -> None:
    _chart(ward, SEVEN)
    at = AT + timedelta(hours=5)
    only = [an_entry(reading("heart_rate", 80, at=at))]
    assert ward.chart_items(only, 300).scores.news2.score is None
    assert _standing(ward).cleared is None
    breath = [an_entry(reading("respiratory_rate", 30, at=at + timedelta(minutes=5)))]
    assert _told(ward.chart_items(breath, 305)) == []
    assert _standing(ward).level is Level.HIGH_PRIORITY


def test_three_in_one_parameter_calls_somebody_in_an_incomplete_set_too(ward: Ward) -> None:
    [told] = _told(ward.chart_items([an_entry(reading("respiratory_rate", 30))]))
    assert told.level is Level.PRIORITY
    assert told.summary.startswith("NEWS2 incomplete, at least 3, 3 in Respiratory rate. ")
    assert " Missing: " in told.summary


@pytest.mark.hazard("HZ-02", "HZ-06")
@pytest.mark.parametrize(
    "values, told",
    [
        (FOUR, []),
        (FIVE, [(AlertKind.RAISED, Level.PRIORITY)]),
        (SEVEN, [(AlertKind.RAISED, Level.HIGH_PRIORITY)]),
    ],
)
def test_what_an_incomplete_set_adds_up_to_calls_as_a_score_does(
    ward: Ward, values: Values, told: list[tuple[AlertKind, Level]]
) -> None:
    assert _kinds(_only(ward, values)) == told


@pytest.mark.hazard("HZ-02")
def test_an_incomplete_set_that_becomes_an_emergency_is_told_as_one(ward: Ward) -> None:
    _only(ward, FIVE)
    assert _kinds(_only(ward, SEVEN, 5)) == [(AlertKind.WORSENED, Level.HIGH_PRIORITY)]
    assert _standing(ward).level is Level.HIGH_PRIORITY


@pytest.mark.hazard("HZ-13")
def test_an_incomplete_set_that_was_answered_is_quiet_until_it_adds_up_to_more(ward: Ward) -> None:
    _only(ward, FIVE)
    _acknowledge(ward, 1)
    assert _kinds(_only(ward, FIVE, 5)) == []
    assert _kinds(_only(ward, SIX, 10)) == [(AlertKind.RAISED, Level.PRIORITY)]


@pytest.mark.hazard("HZ-13")
def test_a_score_that_proves_no_higher_than_what_was_answered_is_no_news(ward: Ward) -> None:
    _only(ward, SIX)
    _acknowledge(ward, 1)
    assert _kinds(_chart(ward, SIX, 5)) == []


@pytest.mark.hazard("HZ-13")
def test_what_was_answered_is_the_most_that_was_known_then(ward: Ward) -> None:
    _chart(ward, FOUR)
    _only(ward, FIVE, 270)
    _acknowledge(ward, 271)
    assert _kinds(_only(ward, FIVE, 275)) == []
    _chart(ward, SIX, 280)
    _only(ward, THREE, 550)
    _acknowledge(ward, 551)
    assert _kinds(_chart(ward, SIX, 555)) == []


@pytest.mark.hazard("HZ-02")
def test_after_it_cleared_an_incomplete_set_that_calls_is_told(ward: Ward) -> None:
    _chart(ward, SEVEN)
    assert _kinds(_chart(ward, FOUR, 5)) == [(AlertKind.CLEARED, Level.HIGH_PRIORITY)]
    assert _kinds(_only(ward, SIX, 300)) == [(AlertKind.REPEATED, Level.PRIORITY)]
    assert not _standing(ward).resolved


@pytest.mark.hazard("HZ-02")
def test_a_set_copied_in_late_is_not_what_was_known_when_it_was_answered(ward: Ward) -> None:
    _chart(ward, SEVEN)
    _late(ward, NINE, 1)
    _acknowledge(ward, 2)
    assert _kinds(_chart(ward, NINE, 10)) == [(AlertKind.RAISED, Level.HIGH_PRIORITY)]


def test_a_set_copied_in_late_has_not_eased_it_since(ward: Ward) -> None:
    _chart(ward, NINE)
    _acknowledge(ward, 1)
    assert _late(ward, FIVE, 2) == []
    assert _kinds(_chart(ward, NINE, 10)) == []


@pytest.mark.hazard("HZ-02")
def test_an_emergency_that_had_eased_is_told_again(ward: Ward) -> None:
    _chart(ward, NINE)
    _acknowledge(ward, 1)
    assert _kinds(_chart(ward, FIVE, 60)) == []
    assert _kinds(_chart(ward, SEVEN, 120)) == [(AlertKind.RAISED, Level.HIGH_PRIORITY)]


@pytest.mark.hazard("HZ-02", "HZ-10")
@pytest.mark.parametrize("first, answered, then", [(60, 61, 5), (0, 1.5, 1.1)], ids=["an hour back", "half a minute"])
def test_a_higher_score_is_news_whatever_the_clock_of_the_answer_said(
    ward: Ward, first: float, answered: float, then: float
) -> None:
    _chart(ward, SEVEN, first)
    _acknowledge(ward, answered)
    assert _kinds(_chart(ward, NINE, then)) == [(AlertKind.RAISED, Level.HIGH_PRIORITY)]


@pytest.mark.hazard("HZ-02")
def test_an_answer_in_an_earlier_cycle_keeps_nothing_quiet_in_this_one(ward: Ward) -> None:
    _chart(ward, NINE)
    _acknowledge(ward, 1)
    out, fortnight = AT + timedelta(minutes=10), 14 * 24 * 60
    left = NewEvent(CycleEventKind.DISCHARGED, out, REASON)
    back = AT + timedelta(days=14)
    again = NewCycle(2, ward.id, "CANARY-BED-1", back - timedelta(hours=10), back + MINUTE, Decimal("80.0"))
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, later(ward.charge, 10), ward.cycle.id, left)
    with ward.database.transaction() as tx:
        cycle, case = open_cycle(tx, LIBRARY, later(ward.charge, fortnight), ward.course.id, again)
    ward.doses = case.sheet.doses_of(cycle.id)
    assert _kinds(_chart(ward, SEVEN, fortnight + 5)) == [(AlertKind.RAISED, Level.HIGH_PRIORITY)]


@pytest.mark.hazard("HZ-02")
def test_an_incomplete_set_above_the_score_that_was_answered_is_news(ward: Ward) -> None:
    _chart(ward, FIVE)
    _acknowledge(ward, 1)
    assert _kinds(_only(ward, FIVE, 270)) == []
    assert _kinds(_only(ward, SIX, 275)) == [(AlertKind.RAISED, Level.PRIORITY)]


def test_what_is_no_part_of_the_score_does_not_repeat_it(ward: Ward) -> None:
    _chart(ward, FIVE)
    assert _told(ward.chart_items([an_entry(reading("platelets", 200, at=AT + timedelta(minutes=5)))], 5)) == []


def test_a_late_entry_that_was_superseded_calls_nobody(ward: Ward) -> None:
    ward.chart()
    late = [an_entry(reading("respiratory_rate", 30, at=AT - timedelta(hours=2)))]
    assert _told(ward.chart_items(late, 1)) == []


def test_a_correction_raises_and_clears_it(ward: Ward) -> None:
    row = next(row for row in ward.chart().observations if row.measure == "respiratory_rate")
    with ward.database.transaction() as tx:
        wrong = correct(tx, LIBRARY, later(ward.nurse, 1), row.id, Change(REASON, value=Decimal(25), unit=row.unit))
    assert [event.kind for event in wrong.events if event.key == KEY] == [AlertKind.RAISED]
    with ward.database.transaction() as tx:
        right = correct(
            tx, LIBRARY, later(ward.nurse, 2), wrong.observation.id, Change(REASON, value=Decimal(16), unit=row.unit)
        )
    assert [event.kind for event in right.events if event.key == KEY] == [AlertKind.CLEARED]


def _put_right(ward: Ward, saved: Recorded, measure: str, minutes: float, change: Change) -> Corrected:
    row = next(row for row in saved.observations if row.measure == measure)
    with ward.database.transaction() as tx:
        return correct(tx, LIBRARY, later(ward.nurse, minutes), row.id, change)


LOWER = Change(REASON, value=Decimal(16), unit="/min")
ELSEWHEN = Change(REASON, observed_at=AT - timedelta(hours=9))
GONE = Change(REASON, retract=True)


@pytest.mark.hazard("HZ-02", "HZ-08")
@pytest.mark.parametrize("change", [LOWER, ELSEWHEN, GONE], ids=["value", "moved", "withdrawn"])
@pytest.mark.parametrize("first", [2, 8], ids=["answered before", "answered after"])
def test_an_answer_to_a_score_that_never_was_keeps_no_real_one_quiet(ward: Ward, change: Change, first: float) -> None:
    saved = _chart(ward, NINE)
    if first < 5:
        _acknowledge(ward, first)
    _put_right(ward, saved, "respiratory_rate", 5, change)
    if first > 5:
        _acknowledge(ward, first)
    assert _kinds(_chart(ward, NINE, 60)) == [(AlertKind.RAISED, Level.HIGH_PRIORITY)]


@pytest.mark.hazard("HZ-13")
def test_a_correction_that_leaves_the_answered_score_as_high_is_no_news(ward: Ward) -> None:
    saved = _chart(ward, NINE)
    _acknowledge(ward, 2)
    assert _told(_put_right(ward, saved, "heart_rate", 5, Change(REASON, value=Decimal(113), unit="/min"))) == []
    assert _kinds(_chart(ward, NINE, 60)) == []


@pytest.mark.hazard("HZ-02", "HZ-08")
def test_a_score_had_eased_where_what_kept_it_high_was_of_another_time(ward: Ward) -> None:
    hot: Values = {"heart_rate": 112, "temperature": "39.5"}
    assert _chart(ward, {**hot, "systolic_bp": 85, "spo2": 93}).scores.news2.score == 9
    _acknowledge(ward, 1)
    still = _chart(ward, {**hot, "systolic_bp": 105, "respiratory_rate": 25}, 60)
    assert still.scores.news2.score == 8
    assert _told(_put_right(ward, still, "respiratory_rate", 65, ELSEWHEN)) == []
    assert _kinds(_chart(ward, NINE, 120)) == [(AlertKind.RAISED, Level.HIGH_PRIORITY)]


@pytest.mark.hazard("HZ-08", "HZ-13")
@pytest.mark.parametrize("change", [ELSEWHEN, GONE], ids=["moved", "withdrawn"])
@pytest.mark.parametrize("values, least", [(SEVEN, 4), (NINE, 6), (THREE, 0)])
def test_an_open_alert_does_not_go_on_saying_what_was_corrected(
    ward: Ward, values: Values, least: int, change: Change
) -> None:
    saved = _chart(ward, values)
    before = _standing(ward)
    [told] = _told(_put_right(ward, saved, "respiratory_rate", 5, change))
    assert (told.kind, told.level) == (AlertKind.REPEATED, before.level)
    assert told.summary == (
        f"NEWS2 incomplete, at least {least}. A value it was raised on was corrected: measure again."
        " Missing: Respiratory rate."
    )
    assert (_standing(ward).open, _standing(ward).cleared) == (True, None)
    assert _kinds(_chart(ward, {}, 20)) == [(AlertKind.CLEARED, before.level)]


@pytest.mark.hazard("HZ-13")
def test_a_correction_of_another_value_leaves_an_open_alert_as_it_is(ward: Ward) -> None:
    saved = _chart(ward, {**NINE, "spo2": 91})
    assert _told(_put_right(ward, saved, "heart_rate", 300, GONE)) == []
    assert _standing(ward).summary.startswith("NEWS2 12")


def test_a_decision_does_not_clear_what_the_score_raised(ward: Ward) -> None:
    _chart(ward, SEVEN)
    ward.chart_items([an_entry(reading("platelets", 200, at=AT + timedelta(minutes=5)))], 5)
    assert not _standing(ward).resolved


@pytest.mark.hazard("HZ-02")
def test_a_score_that_became_an_emergency_is_not_acknowledged_as_what_it_was(ward: Ward) -> None:
    _chart(ward, FIVE)
    _chart(ward, SEVEN, 5)
    one = _standing(ward)
    with pytest.raises(InvalidInput) as refusal, ward.database.transaction() as tx:
        acknowledge(tx, later(ward.nurse, 6), one.id, one.action)
    assert refusal.value.code == "level_needed"
    _acknowledge(ward, 6, level=Level.HIGH_PRIORITY)
