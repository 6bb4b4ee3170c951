"""How much urine per kilogram, and of which of two weights? Fine print 12 of the clinical rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.observation import Reading
from app.domain.situation import Situation
from app.domain.vocabulary import Action, Verdict, Why
from tests.builders import TIL, Moment, a_situation, action, ago, finding, hourly, intervals, missing, readings

TICK = Fraction(1, 60_000_000)
HOLD, NOTHING, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


def patient(
    urine: str, before: str | None, *weights: tuple[str, Moment], charted: tuple[Reading, ...] | None = None
) -> Situation:
    """Urine over the last eight hours in one interval, the weight before the cycle and the weights since."""
    rows = intervals("urine_volume", (480, 0, urine)) if charted is None else charted
    return a_situation(rows, readings("weight", *weights), baseline_weight=before, absent=["weight"])


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize(
    "urine,before,now,verdict",
    [
        ("319.999", "80", "80", HOLD),
        ("320", "80", "80", NOTHING),
        ("320.001", "80", "80", NOTHING),
        ("359.999", "80", "90", HOLD),
        ("360", "80", "90", NOTHING),
        ("359.999", "90", "80", HOLD),
        ("360", "90", "80", NOTHING),
        ("320", "80", "80.1", HOLD),
        ("320.4", "80", "80.1", NOTHING),
        ("0", "80", "80", HOLD),
    ],
)
def test_urine_is_held_below_4_per_kilogram_of_the_heavier_weight(
    urine: str, before: str, now: str, verdict: Verdict
) -> None:
    situation = patient(urine, before, (now, 240))
    assert finding(situation, TIL, "urine-hold").verdict is verdict
    assert action(situation, TIL) is (Action.HOLD if verdict is HOLD else Action.PROCEED)


@pytest.mark.hazard("HZ-05")
def test_a_third_of_a_kilogram_is_exact() -> None:
    """4 mL for each of 66.6 kg, charted pro rata over ten hours: 333 mL of ten hours are 266.4 of eight."""
    for volume, verdict in (("333", NOTHING), ("332.999", HOLD)):
        charted = intervals("urine_volume", (600, 0, volume))
        situation = patient("", "66.6", ("66.6", 240), charted=charted)
        assert finding(situation, TIL, "urine-hold").verdict is verdict


def test_the_share_is_shown_on_the_side_it_was_judged_on() -> None:
    found = finding(patient("319.99", "80", ("80", 240)), TIL, "urine-hold")
    assert isinstance(found.value, Decimal)
    assert found.value < 4
    assert (found.criterion.unit, found.criterion.threshold) == ("mL/kg", "< 4 mL/kg in 8 h")


@pytest.mark.parametrize(
    "situation,why",
    [
        (patient("900", None, ("80", 240)), Why.BASELINE),
        (patient("900", "80"), Why.MISSING),
        (patient("900", "80", ("80", 1440 + TICK)), Why.STALE),
        (patient("340", "80", ("80", 243), ("90", 240)), Why.DISCORDANT),
        (patient("340", "80", ("90", 245), ("80", 240)), Why.DISCORDANT),
    ],
    ids=["no baseline", "never weighed", "weighed too long ago", "two weights", "two weights, the lighter later"],
)
def test_without_two_weights_nobody_can_say(situation: Situation, why: Why) -> None:
    found = finding(situation, TIL, "urine-hold")
    assert (found.verdict, found.why) == (OPEN, why)
    assert action(situation, TIL) is Action.INCOMPLETE


def test_a_missing_weight_is_what_the_decision_asks_for_and_not_the_urine() -> None:
    assert missing(patient("900", None, ("80", 240)), TIL) == {"weight": "baseline"}
    assert missing(patient("900", "80"), TIL) == {"weight": "missing"}


@pytest.mark.parametrize(
    "urine,before,weights,verdict",
    [
        ("310", "80", (("80", 243), ("90", 240)), HOLD),
        ("370", "80", (("80", 243), ("90", 240)), NOTHING),
        ("399", "100", (("80", 243), ("90", 240)), HOLD),
        ("400", "100", (("80", 243), ("90", 240)), NOTHING),
        ("340", "80", (("90", 245 + TICK), ("80", 240)), NOTHING),
        ("320", "80", (("80", 1440),), NOTHING),
    ],
)
def test_two_weights_that_say_the_same_leave_nothing_open(
    urine: str, before: str, weights: tuple[tuple[str, Moment], ...], verdict: Verdict
) -> None:
    assert finding(patient(urine, before, *weights), TIL, "urine-hold").verdict is verdict


def test_too_little_charting_is_no_share_of_anything() -> None:
    for charted, why in (
        (intervals("urine_volume", (480, 31, "900")), Why.COVERAGE),
        (intervals("urine_volume", (480, 0, "900"), (480, 0, "900")), Why.OVERLAP),
        (hourly("urine_volume", *["100"] * 7), Why.COVERAGE),
    ):
        found = finding(patient("", "80", ("80", 240), charted=charted), TIL, "urine-hold")
        assert (found.verdict, found.why, found.blame) == (OPEN, why, "urine_volume")


def test_just_admitted_there_is_no_share_yet_and_the_decision_says_so() -> None:
    charted = intervals("urine_volume", (300, 0, "0"))
    situation = a_situation(charted, admitted_at=ago(300))
    found = finding(situation, TIL, "urine-hold")
    assert (found.verdict, found.why) == (NOTHING, Why.JUST_ADMITTED)
    assert action(situation, TIL) is Action.PROCEED
