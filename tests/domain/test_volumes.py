"""How much was charted in eight hours, exactly, and when is there no figure at all?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

import pytest

from app.domain.intervals import gapless, total
from app.domain.situation import Situation
from app.domain.vocabulary import Action, Verdict, Why
from tests.builders import AT, CONSENSUS, LVHN, a_situation, action, ago, decision, finding, intervals

EIGHT, ENOUGH, HALF_AN_HOUR = timedelta(hours=8), timedelta(hours=7.5), timedelta(minutes=30)
TICK = Fraction(1, 60_000_000)
Series = tuple[tuple[float | Fraction, float | Fraction, str], ...]


@pytest.mark.parametrize(
    "charted,expected",
    [
        (((480, 0, "240"),), Fraction(240)),
        (((1440, 0, "240"),), Fraction(80)),
        (((720, 0, "100"),), Fraction(200, 3)),
        (((600, 0, "100"), (720, 600, "900")), Fraction(80)),
        (((480, 30, "300"),), Fraction(300)),
        (((480, 240, "1"), (210, 0, "2")), Fraction(3)),
        (((480, 240, "1"), (240, 0, "2")), Fraction(3)),
        (((480, 30 + TICK, "300"),), Why.COVERAGE),
        (((300, 0, "300"),), Why.COVERAGE),
        (((480, 0, "1"), (480, 0, "1")), Why.OVERLAP),
        (((480, 100, "1"), (101, 0, "1")), Why.OVERLAP),
        (((480, 100 - TICK, "1"), (100, 0, "1")), Why.OVERLAP),
        (((480, 0, "1"), (200, 100, "0")), Why.OVERLAP),
        (((900, 480, "1"), (480, 0, "2")), Fraction(2)),
        (((900, 470, "1"), (480, 0, "2")), Why.OVERLAP),
        (((960, 480, "500"),), Why.MISSING),
        ((), Why.MISSING),
        (((480, 0, "0"),), Fraction(0)),
    ],
)
def test_a_total_is_exact_or_says_why_there_is_none(charted: Series, expected: Fraction | Why) -> None:
    rows = list(intervals("urine_volume", *charted))
    assert total(sorted(rows, key=attrgetter("at")), AT - EIGHT, AT, ENOUGH) == expected


@pytest.mark.parametrize(
    "charted,expected",
    [
        (((300, 0, "1"),), True),
        (((310, 30, "1"),), True),
        (((300, 30 + TICK, "1"),), False),
        (((300 - TICK, 0, "1"),), False),
        (((300, 120, "1"), (120, 0, "1")), True),
        (((300, 120, "1"), (120 - TICK, 0, "1")), False),
        (((300, 120, "1"), (120 + TICK, 0, "1")), False),
        ((), False),
    ],
)
def test_charting_since_admission_has_a_gap_or_not(charted: Series, *, expected: bool) -> None:
    rows = list(intervals("urine_volume", *charted))
    assert gapless(rows, ago(300), AT, HALF_AN_HOUR) is expected


def _urine(*charted: tuple[float | Fraction, float | Fraction, str], admitted: float | None = None) -> Situation:
    stool = intervals("stool_volume", *((since, until, "0") for since, until, _ in charted))
    return a_situation(
        intervals("urine_volume", *charted), stool, admitted_at=None if admitted is None else ago(admitted)
    )


@pytest.mark.parametrize(
    "charted, told",
    [
        (((480, 240, "100.0"), (240, 0, "300.0")), "400.0"),
        (((540, 420, "60.5"), (420, 0, "300")), "330.25"),
        (((570, 420, "100"), (420, 0, "300")), "340"),
        (((660, 420, "100.1"), (420, 0, "300")), "325.025"),
    ],
)
def test_a_volume_is_told_with_the_digits_it_has(charted: Series, told: str) -> None:
    assert str(finding(_urine(*charted), LVHN, "urine-relative").value) == told


def test_a_figure_is_never_scaled_up_to_eight_hours() -> None:
    found = finding(_urine((480, 30, "160")), LVHN, "urine-relative")
    assert (found.verdict, found.value) == (Verdict.MET, Decimal(160))


@pytest.mark.hazard("HZ-18")
def test_the_figure_shown_is_on_the_side_of_the_limit_it_was_judged_on() -> None:
    """119.95 mL in 12 h are 79.96... mL in 8 h: to a tenth that would read 80.0, and look like a relative."""
    found = finding(_urine((720, 0, "119.95")), LVHN, "urine-absolute")
    assert found.verdict is Verdict.MET
    assert isinstance(found.value, Decimal)
    assert found.value < 80


@pytest.mark.parametrize("volume", ["0", "20", "900"])
def test_a_patient_admitted_five_hours_ago_has_no_figure_yet_and_the_decision_says_so(volume: str) -> None:
    situation = _urine((300, 0, volume), admitted=300)
    for protocol in (LVHN, CONSENSUS):
        made = decision(situation, protocol)
        assert made.action is Action.PROCEED
        said = {f.criterion.measure for f in made.findings if f.why is Why.JUST_ADMITTED}
        assert said == {"urine_volume", "stool_volume"}


@pytest.mark.parametrize(
    "situation",
    [
        _urine((300, 0, "900")),
        _urine((290, 0, "900"), admitted=300),
        _urine((300, 31, "900"), admitted=300),
        _urine((300, 200, "900"), (199, 0, "900"), admitted=300),
        _urine((300, 0, "900"), (300, 0, "900"), admitted=300),
        _urine((300, 0, "900"), admitted=480),
    ],
    ids=["admission unknown", "began late", "ended early", "a hole", "charted twice", "eight hours ago"],
)
def test_an_admission_excuses_nothing_but_a_gapless_shorter_stay(situation: Situation) -> None:
    for protocol in (LVHN, CONSENSUS):
        assert action(situation, protocol) is Action.INCOMPLETE


def test_a_volume_that_ends_a_minute_ahead_counts_as_ended_now() -> None:
    for until, expected in ((-1, Action.HOLD), (-2, Action.HOLD), (-3, Action.INCOMPLETE)):
        assert action(a_situation(intervals("urine_volume", (480, until, "100"))), LVHN) is expected


def test_the_second_period_of_stool_is_asked_for_only_when_the_last_is_full() -> None:
    for volume, verdict in (("999.999", Verdict.NOT_MET), ("1000", Verdict.UNKNOWN)):
        situation = a_situation(intervals("stool_volume", (480, 0, volume)))
        assert finding(situation, CONSENSUS, "diarrhoea-twice-absolute").verdict is verdict


def test_two_full_periods_do_not_hide_that_the_second_is_half_charted() -> None:
    situation = a_situation(intervals("stool_volume", (720, 480, "1200"), (480, 0, "1200")), admitted_at=ago(720))
    found = finding(situation, CONSENSUS, "diarrhoea-twice-absolute")
    assert (found.verdict, found.why) == (Verdict.UNKNOWN, Why.COVERAGE)


def test_a_figure_that_there_is_not_says_when_something_was_charted_last() -> None:
    late = finding(a_situation(intervals("urine_volume", (480, 100, "900"))), LVHN, "urine-relative")
    assert (late.why, late.observed_at) == (Why.COVERAGE, ago(100))
    never = finding(a_situation(absent=["urine_volume"]), LVHN, "urine-relative")
    assert (never.why, never.observed_at) == (Why.MISSING, None)
