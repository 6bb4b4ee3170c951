"""May a dose be given on this decision now?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.domain.course import Dose, Order
from app.domain.decision import DecisionRecord, Standing, newest_order, standing
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Choice
from tests.builders import AT, CONSENSUS, a_record, a_situation, an_order

DOSE = Dose("dose", "cycle", 5)
MICROSECOND = timedelta(microseconds=1)
LATER = AT + timedelta(minutes=1)


def stands(situation: Situation, *choices: Choice, now: datetime = LATER, newer: bool = False) -> Standing:
    record = a_record(situation, CONSENSUS, dose=DOSE)
    orders = tuple(
        an_order(DOSE, record, choice, AT + timedelta(seconds=number)) for number, choice in enumerate(choices)
    )
    return standing(record, "a newer one" if newer else record.id, orders, now)


WELL, HELD = a_situation(), a_situation(frank_blood=True)
CAUTION, BLIND = a_situation(crackles="third_to_half"), a_situation(absent=["creatinine"])
EARLY, LATE = a_situation(minutes_past_due=-121), a_situation(minutes_past_due=61)
STOPPED = a_situation(previous=Previous(Action.STOP))


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "situation,alone,ordered",
    [
        (WELL, "stands", "stands"),
        (CAUTION, "not_givable", "stands"),
        (BLIND, "not_givable", "stands"),
        (HELD, "not_givable", "stands"),
        (STOPPED, "not_givable", "stands"),
        (LATE, "not_givable", "expired"),
        (EARLY, "provisional", "expired"),
    ],
    ids=["proceed", "caution", "incomplete", "hold", "stop", "window closed", "provisional"],
)
def test_only_a_final_proceed_or_an_order_to_give_lets_a_dose_be_given(
    situation: Situation, alone: str, ordered: str
) -> None:
    assert stands(situation) == alone
    assert stands(situation, Choice.GIVE) == ordered


@pytest.mark.parametrize("choice", [Choice.HOLD, Choice.SKIP, Choice.STOP, Choice.DISCONTINUE])
def test_any_other_order_takes_the_dose_away(choice: Choice) -> None:
    assert stands(WELL, choice) is Standing.NOT_GIVABLE
    assert stands(WELL, Choice.GIVE, choice) is Standing.NOT_GIVABLE
    assert stands(HELD, choice, Choice.GIVE) is Standing.STANDS


@pytest.mark.hazard("HZ-04")
@pytest.mark.parametrize("choices", [(), (Choice.GIVE,)])
def test_a_decision_stands_to_its_last_moment_and_no_longer(choices: tuple[Choice, ...]) -> None:
    end = AT + timedelta(minutes=60)
    assert stands(WELL, *choices, now=end) is Standing.STANDS
    assert stands(WELL, *choices, now=end + MICROSECOND) is Standing.EXPIRED


@pytest.mark.parametrize("situation", [WELL, HELD, EARLY])
def test_a_newer_decision_replaces_it_whatever_was_ordered(situation: Situation) -> None:
    assert stands(situation, newer=True) is Standing.REPLACED
    assert stands(situation, Choice.GIVE, newer=True) is Standing.REPLACED


def test_an_order_on_another_decision_is_none_on_this_one() -> None:
    record, other = a_record(HELD, CONSENSUS, dose=DOSE), a_record(HELD, CONSENSUS, dose=DOSE)
    orders: tuple[Order, ...] = (an_order(DOSE, other, Choice.GIVE),)
    assert newest_order(orders, record.id) is None
    assert standing(record, record.id, orders, LATER) is Standing.NOT_GIVABLE


@pytest.mark.hazard("HZ-04", "HZ-10")
def test_the_last_order_written_counts_though_the_clock_was_set_back_before_it() -> None:
    record: DecisionRecord = a_record(WELL, CONSENSUS, dose=DOSE)
    give, hold = an_order(DOSE, record, Choice.GIVE, LATER), an_order(DOSE, record, Choice.HOLD, AT)
    assert newest_order((give, hold), record.id) == hold
    assert standing(record, record.id, (give, hold), LATER) is Standing.NOT_GIVABLE
    assert newest_order((hold, give), record.id) == give
