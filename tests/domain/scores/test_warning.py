"""Whom does an early-warning score call, by the chart's own responses?"""

from __future__ import annotations

import pytest

from app.domain.scores.news2 import News2, Part
from app.domain.scores.warning import (
    KEY,
    NOT_ANSWERED,
    Since,
    not_lowered,
    three_alone,
    warning,
    warning_news,
)
from app.domain.vocabulary import AlertKind, Level
from tests.builders import LIBRARY, MEASURES
from tests.domain.test_alerts import an_alert

TABLE = LIBRARY.news2
MEASURED = TABLE.measures


def _score(*points: int, whole: bool = True) -> News2:
    """So many points in one parameter after the other; where it is not whole, the others are missing."""
    parts = tuple(Part(name, given) for name, given in zip(MEASURED, points, strict=False))
    single = 3 in points
    if not whole:
        return News2(None, None, None, single, parts, MEASURED[len(points) :])
    return News2(sum(points), *TABLE.calls_for(sum(points), single=single), single, parts, ())


def test_every_response_of_the_chart_is_known() -> None:
    """A level with another name would call nobody, silently."""
    levels = {level for _, level, _ in LIBRARY.news2.responses} | {LIBRARY.news2.single[1]}
    assert levels == {"none", "low", "low_medium", "medium", "high"}


CALLS = [
    ((), None),
    ((2, 2), None),
    ((3,), Level.PRIORITY),
    ((3, 1), Level.PRIORITY),
    ((2, 2, 1), Level.PRIORITY),
    ((2, 2, 2), Level.PRIORITY),
    ((2, 2, 2, 1), Level.HIGH_PRIORITY),
    ((3, 3, 3), Level.HIGH_PRIORITY),
]


@pytest.mark.parametrize("points, loud", CALLS)
@pytest.mark.parametrize("whole", [True, False])
def test_a_response_calls_as_loudly_as_it_is_grave_whatever_is_missing(
    points: tuple[int, ...], loud: Level | None, whole: bool
) -> None:
    found = warning(_score(*points, whole=whole), MEASURES, TABLE)
    assert (None if found is None else found.level) == loud


def test_nothing_is_done_about_nothing() -> None:
    assert warning_news(None, _score(0), None, NOT_ANSWERED, 3) is None


def test_a_first_call_is_raised() -> None:
    found = _score(3, 2, 2)
    concern = warning(found, MEASURES, TABLE)
    assert concern is not None
    assert (concern.level, warning_news(concern, found, None, NOT_ANSWERED, 3)) == (
        Level.HIGH_PRIORITY,
        AlertKind.RAISED,
    )


@pytest.mark.parametrize(
    "found, begins, ends",
    [
        (_score(2, 2, 1), "NEWS2 5. Urgent", "."),
        (_score(3, 2, 2), "NEWS2 7, 3 in Respiratory rate. Emergency", "."),
        (_score(2, 2, 2, whole=False), "NEWS2 incomplete, at least 6. Urgent", "Missing: "),
        (_score(3, whole=False), "NEWS2 incomplete, at least 3, 3 in Respiratory rate. ", "Missing: "),
    ],
)
def test_it_says_what_is_known_what_to_do_and_what_is_missing(found: News2, begins: str, ends: str) -> None:
    concern = warning(found, MEASURES, TABLE)
    assert concern is not None
    assert concern.summary.startswith(begins)
    assert ends in concern.summary
    assert all(MEASURES[name].label in concern.summary for name in found.missing)
    assert ("Missing" in concern.summary) is (found.score is None)


ASIDE, OPEN = (AlertKind.SNOOZED,), ()
FIRST, SECOND, BOTH = frozenset(MEASURED[:1]), frozenset(MEASURED[1:2]), frozenset(MEASURED[:2])
FIVE, SIX, THREE_OR_MORE, SIX_OR_MORE = _score(3, 2), _score(3, 3), _score(3, whole=False), _score(3, 3, whole=False)


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "kinds, found, least, alone, kind",
    [
        (ASIDE, FIVE, 5, FIRST, AlertKind.REPEATED),
        (ASIDE, SIX, 5, BOTH, AlertKind.WORSENED),
        (ASIDE, FIVE, 5, SECOND, AlertKind.WORSENED),
        (ASIDE, FIVE, None, FIRST, AlertKind.WORSENED),
        (ASIDE, THREE_OR_MORE, None, FIRST, AlertKind.WORSENED),
        (ASIDE, THREE_OR_MORE, 3, FIRST, AlertKind.REPEATED),
        (ASIDE, THREE_OR_MORE, 3, SECOND, AlertKind.WORSENED),
        (ASIDE, SIX_OR_MORE, 6, BOTH, AlertKind.REPEATED),
        (ASIDE, SIX_OR_MORE, 5, BOTH, AlertKind.WORSENED),
        (OPEN, SIX, 5, SECOND, AlertKind.REPEATED),
    ],
)
def test_what_is_put_aside_is_told_again_by_a_higher_score_or_another_parameter(
    kinds: tuple[AlertKind, ...], found: News2, least: int | None, alone: frozenset[str], kind: AlertKind
) -> None:
    concern, since = warning(found, MEASURES, TABLE), Since(least, alone, eased=False)
    assert warning_news(concern, found, an_alert(*kinds, key=KEY), since, 3) is kind


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "found, eased, kind",
    [
        (_score(3, 3, 3), False, None),
        (_score(3, 3, 3), True, AlertKind.RAISED),
        (_score(3, 3, 3, whole=False), True, AlertKind.RAISED),
        (SIX, True, None),
    ],
)
def test_what_eased_after_it_was_answered_is_news_when_it_is_as_loud_again(
    found: News2, eased: bool, kind: AlertKind | None
) -> None:
    answered = an_alert(AlertKind.ACKNOWLEDGED, key=KEY, level=Level.HIGH_PRIORITY)
    since = Since(9, BOTH, eased=eased)
    assert warning_news(warning(found, MEASURES, TABLE), found, answered, since, 3) is kind


CLEARED = (AlertKind.CLEARED,)


@pytest.mark.parametrize("kinds, kind", [(OPEN, None), (ASIDE, None), (CLEARED, AlertKind.REPEATED)])
def test_an_incomplete_score_lowers_no_level(kinds: tuple[AlertKind, ...], kind: AlertKind | None) -> None:
    found, loud = THREE_OR_MORE, an_alert(*kinds, key=KEY, level=Level.HIGH_PRIORITY)
    assert warning_news(warning(found, MEASURES, TABLE), found, loud, Since(7, FIRST, eased=False), 3) is kind


@pytest.mark.parametrize(
    "found, before, after",
    [
        (THREE_OR_MORE, Level.HIGH_PRIORITY, Level.HIGH_PRIORITY),
        (_score(3, 3, 3, whole=False), Level.PRIORITY, Level.HIGH_PRIORITY),
        (FIVE, Level.HIGH_PRIORITY, Level.PRIORITY),
    ],
)
def test_what_became_worse_is_as_loud_as_what_is_known_and_never_less_by_what_is_missing(
    found: News2, before: Level, after: Level
) -> None:
    concern = warning(found, MEASURES, TABLE)
    assert concern is not None
    assert not_lowered(concern, found, an_alert(key=KEY, level=before)).level is after


def test_the_parameters_that_call_alone_are_those_with_three_points() -> None:
    assert three_alone(_score(3, 2), 3) == {"respiratory_rate"}
