"""Whom does an early-warning score call, by the chart's own responses?"""

from __future__ import annotations

import pytest

from app.domain.scores.news2 import News2, Part
from app.domain.scores.warning import KEY, three_alone, warning, warning_news
from app.domain.vocabulary import AlertKind, Level
from tests.builders import LIBRARY, MEASURES
from tests.domain.test_alerts import an_alert


def _score(score: int | None, level: str | None, *parts: Part) -> News2:
    return News2(score, level, "CANARY-9041.", any(part.points == 3 for part in parts), parts, ())


def test_every_response_of_the_chart_is_known() -> None:
    """A level with another name would call nobody, silently."""
    levels = {level for _, level, _ in LIBRARY.news2.responses} | {LIBRARY.news2.single[1]}
    assert levels == {"none", "low", "low_medium", "medium", "high"}


@pytest.mark.parametrize(
    "level, loud",
    [("none", None), ("low", None), ("low_medium", "priority"), ("medium", "priority"), ("high", "high_priority")],
)
def test_a_response_calls_as_loudly_as_it_is_grave(level: str, loud: str | None) -> None:
    found = warning(_score(5, level), MEASURES, 3)
    assert (None if found is None else found.level) == loud


def test_nothing_is_done_about_nothing() -> None:
    assert warning_news(None, _score(0, "none"), None, None) is None


def test_a_first_call_is_raised() -> None:
    found = _score(7, "high", Part("respiratory_rate", 3))
    concern = warning(found, MEASURES, 3)
    assert concern is not None
    assert (concern.level, warning_news(concern, found, None, None)) == (Level.HIGH_PRIORITY, AlertKind.RAISED)


ASIDE, OPEN = (AlertKind.SNOOZED,), ()


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "kinds, score, answered, another, kind",
    [
        (ASIDE, 5, 5, False, AlertKind.REPEATED),
        (ASIDE, 6, 5, False, AlertKind.WORSENED),
        (ASIDE, 5, 5, True, AlertKind.WORSENED),
        (ASIDE, 5, None, False, AlertKind.WORSENED),
        (ASIDE, None, None, False, AlertKind.REPEATED),
        (ASIDE, None, None, True, AlertKind.WORSENED),
        (OPEN, 6, 5, True, AlertKind.REPEATED),
    ],
)
def test_what_is_put_aside_is_told_again_by_a_higher_score_or_another_parameter(
    kinds: tuple[AlertKind, ...], score: int | None, answered: int | None, another: bool, kind: AlertKind
) -> None:
    found = _score(score, None if score is None else "medium", Part("respiratory_rate", 3))
    concern = warning(found, MEASURES, 3)
    assert warning_news(concern, found, an_alert(*kinds, key=KEY), answered, another=another) is kind


@pytest.mark.parametrize("kinds, kind", [(OPEN, None), (ASIDE, None)])
def test_an_incomplete_score_lowers_no_level(kinds: tuple[AlertKind, ...], kind: AlertKind | None) -> None:
    found, loud = _score(None, None, Part("respiratory_rate", 3)), an_alert(*kinds, key=KEY, level=Level.HIGH_PRIORITY)
    assert warning_news(warning(found, MEASURES, 3), found, loud, 7) is kind


def test_the_parameters_that_call_alone_are_those_with_three_points() -> None:
    found = _score(5, "medium", Part("respiratory_rate", 3), Part("heart_rate", 2))
    assert three_alone(found, 3) == {"respiratory_rate"}
