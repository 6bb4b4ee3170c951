"""What counts since the last dose where the dose came last, where readings disagree, and where the latest is old?"""

from __future__ import annotations

import pytest

from app.domain.situation import Situation
from app.domain.vocabulary import Verdict, Why
from tests.builders import CONSENSUS, LVHN, Plain, a_situation, ago, finding, readings

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
RELATIVE, ABSOLUTE = "phenylephrine-maximum-relative", "phenylephrine-maximum-absolute"
Series = tuple[tuple[Plain, int], ...]


def phenylephrine(*series: tuple[Plain, int], given: int) -> Situation:
    return a_situation(readings("phenylephrine_rate", *series), last_given_at=ago(given))


@pytest.mark.parametrize(
    "series,given,relative,absolute,why",
    [
        (((0, 10),), 5, NOT_MET, NOT_MET, None),
        ((("1.4", 300), (0, 10)), 5, NOT_MET, NOT_MET, None),
        ((("1.5", 300), (0, 10)), 5, NOT_MET, NOT_MET, None),
        ((("1.5", 10),), 5, NOT_MET, MET, None),
        (((0, 10), ("1.5", 10)), 5, NOT_MET, MET, None),
        ((("1.5", 12), (0, 10)), 5, UNKNOWN, UNKNOWN, Why.DISCORDANT),
        ((("1.5", 300),), 5, UNKNOWN, UNKNOWN, Why.STALE),
        (((0, 300),), 400, UNKNOWN, UNKNOWN, Why.STALE),
        ((("1.5", 300),), 400, NOT_MET, MET, None),
        ((("1.5", 380), (0, 300)), 400, NOT_MET, MET, None),
        ((("1.4", 380), (0, 300)), 400, MET, UNKNOWN, Why.STALE),
    ],
)
def test_the_highest_rate_since_the_dose_or_the_latest_where_the_dose_came_last(
    series: Series, given: int, relative: Verdict, absolute: Verdict, why: Why | None
) -> None:
    situation = phenylephrine(*series, given=given)
    assert finding(situation, CONSENSUS, RELATIVE).verdict is relative
    found = finding(situation, CONSENSUS, ABSOLUTE)
    assert (found.verdict, found.why) == (absolute, why)


@pytest.mark.parametrize(
    "series,given,verdict,why",
    [
        (((True, 10),), 5, MET, None),
        (((False, 12), (True, 10)), 5, MET, None),
        (((True, 12), (False, 10)), 11, UNKNOWN, Why.DISCORDANT),
        (((True, 12), (False, 10)), 12, MET, None),
        (((True, 30), (False, 10)), 20, NOT_MET, None),
        (((True, 300),), 5, UNKNOWN, Why.STALE),
    ],
)
def test_an_event_before_the_dose_counts_only_while_it_is_the_latest_word(
    series: Series, given: int, verdict: Verdict, why: Why | None
) -> None:
    found = finding(a_situation(readings("seizure", *series), last_given_at=ago(given)), LVHN, "seizure-absolute")
    assert (found.verdict, found.why) == (verdict, why)


def test_one_ecg_after_the_pain_answers_it_whatever_was_recorded_before() -> None:
    pain = readings("chest_pain", (True, 75))
    (criterion,) = next(row.criteria for row in LVHN.rows if row.id == "chest-pain")
    for ecgs, verdict in ((((False, 100), (False, 50)), NOT_MET), (((False, 100), (False, 90)), UNKNOWN)):
        assert finding(a_situation(pain, readings("ecg_ischaemia", *ecgs)), LVHN, criterion.id).verdict is verdict
