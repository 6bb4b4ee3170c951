"""Whom does an early-warning score call, by the chart's own responses?"""

from __future__ import annotations

import pytest

from app.domain.scores.news2 import News2, Part
from app.domain.scores.warning import warning, warning_news
from app.domain.vocabulary import AlertKind, Level
from tests.builders import LIBRARY, MEASURES


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
