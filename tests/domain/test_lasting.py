"""What else does a row say that must last: which reading confirms, which condition is asked, what is shown?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.answer import certain
from app.domain.facts import Facts
from app.domain.situation import Situation
from app.domain.vocabulary import Verdict, Why
from app.domain.windows_lasting import outlasted
from tests.builders import CONSENSUS, USPI, a_situation, ago, finding, readings

RELATIVE, ABSOLUTE = "heart-rate-relative", "heart-rate-absolute"


# ---- Persistent


def test_a_slow_reading_beside_a_fast_one_leaves_it_open() -> None:
    for fast in ((("131", 12),), (("131", 40), ("131", 12)), (("131", 300), ("131", 40), ("131", 12))):
        found = finding(a_situation(readings("heart_rate", *fast, ("84", 10))), CONSENSUS, ABSOLUTE)
        assert (found.verdict, found.why) == (Verdict.UNKNOWN, Why.DISCORDANT)


def test_what_is_confirmed_or_not_met_has_nothing_open() -> None:
    confirmed = a_situation(readings("heart_rate", ("131", 40), ("131", 10)))
    assert (finding(confirmed, CONSENSUS, ABSOLUTE).verdict, finding(confirmed, CONSENSUS, ABSOLUTE).why) == (
        "met",
        None,
    )
    over = a_situation(readings("heart_rate", ("131", 40), ("84", 10)))
    assert (finding(over, CONSENSUS, ABSOLUTE).verdict, finding(over, CONSENSUS, ABSOLUTE).why) == ("not_met", None)


def test_without_the_condition_charted_a_fast_heart_is_open_and_no_fault() -> None:
    fast = readings("heart_rate", ("110", 40), ("110", 10))
    for absent in ("dopamine_rate", "temperature"):
        found = finding(a_situation(fast, absent=[absent]), CONSENSUS, RELATIVE)
        assert (found.verdict, found.why) == (Verdict.UNKNOWN, Why.UNCONFIRMED)


def test_of_dopamine_the_latest_rate_is_asked_and_of_temperature_the_nearest() -> None:
    fast = readings("heart_rate", ("110", 60), ("110", 30))
    stopped = a_situation(fast, readings("dopamine_rate", ("2", 30), ("0", 10)))
    assert finding(stopped, CONSENSUS, RELATIVE).verdict is Verdict.MET
    cooled = a_situation(fast, readings("temperature", ("38.5", 30), ("36.8", 10)))
    assert finding(cooled, CONSENSUS, RELATIVE).verdict is Verdict.UNKNOWN


def test_of_two_temperatures_equally_near_both_must_be_fresh() -> None:
    fast = readings("heart_rate", ("110", 300), ("110", 235))
    situation = a_situation(fast, readings("temperature", ("37.0", 245), ("37.0", 225)))
    assert finding(situation, CONSENSUS, RELATIVE).verdict is Verdict.UNKNOWN


# ---- Duration


@pytest.mark.parametrize("series", [((False, 10),), ((True, 300), (False, 10)), ((True, 30), (False, 10))])
def test_a_clear_mind_is_told_with_the_reading_that_says_so(series: tuple[tuple[bool, int], ...]) -> None:
    found = finding(a_situation(readings("disorientation", *series)), CONSENSUS, "disorientation-absolute")
    assert (found.verdict, found.why, found.observed_at) == (Verdict.NOT_MET, None, ago(10))


# ---- Outlasted


def _intubated(*minutes: int, unresolved: tuple[str, ...] = ()) -> Situation:
    return a_situation(readings("oxygen_device", *(("intubated", one) for one in minutes)), unresolved=unresolved)


def test_a_run_that_lasted_too_long_is_shown_with_its_first_reading() -> None:
    found = finding(_intubated(5000, 3000, 600, 30), USPI, "long-intubation-permanent")
    assert (found.verdict, found.value, found.observed_at) == (Verdict.MET, "intubated", ago(5000))


def test_a_run_that_lasted_too_long_before_the_readings_at_hand_has_no_reading_to_show() -> None:
    found = finding(_intubated(30, unresolved=("long-intubation-permanent",)), USPI, "long-intubation-permanent")
    assert (found.verdict, found.value, found.observed_at) == (Verdict.MET, None, None)


def test_any_class_of_a_row_that_was_left_set_outlasted_it() -> None:
    row = next(row for row in USPI.rows if row.id == "long-intubation")
    (permanent,) = row.criteria
    two = replace(row, criteria=(replace(permanent, id="milder"), replace(permanent, id="graver", grade=2)))
    facts = Facts(_intubated(30, unresolved=("milder",)), USPI)
    assert outlasted(two, facts) == certain(two, 2, None, None)


# ---- Since and against the baseline


def test_a_weight_that_cannot_be_used_is_not_shown_as_a_change() -> None:
    found = finding(a_situation(readings("weight", ("84", 2000))), CONSENSUS, "weight-gain-relative")
    assert (found.verdict, found.value, found.observed_at) == (Verdict.UNKNOWN, None, ago(2000))


def test_without_a_weight_before_the_cycle_nobody_can_say_how_much_was_gained() -> None:
    found = finding(a_situation(baseline_weight=None), CONSENSUS, "weight-gain-relative")
    assert (found.verdict, found.why, found.value) == (Verdict.UNKNOWN, Why.BASELINE, None)


@pytest.mark.parametrize("before", [None, "fail", "pass"])
def test_a_test_that_is_passed_now_is_not_met_whatever_was_before(before: str | None) -> None:
    for passed in ((("pass", 30),), (("pass", 33), ("pass", 30))):
        situation = a_situation(readings("serial_sevens", *passed), baseline_tests=before)
        found = finding(situation, CONSENSUS, "serial-sevens-absolute")
        assert (found.verdict, found.why) == (Verdict.NOT_MET, None)
