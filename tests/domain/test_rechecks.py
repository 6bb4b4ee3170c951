"""Does a reading that waits for a second one say from when that counts?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.decision import Decision
from app.domain.rechecks import Recheck, rechecks
from tests.builders import AT, CONSENSUS, LVHN, a_situation, decision, readings


def test_a_fast_heart_is_taken_again_a_quarter_of_an_hour_after_it_was_fast() -> None:
    fast = a_situation(readings("heart_rate", ("110", 10)))
    assert rechecks(decision(fast, CONSENSUS), CONSENSUS) == (Recheck("heart_rate", AT + timedelta(minutes=5)),)


def test_what_is_settled_is_taken_again_for_no_reason() -> None:
    assert rechecks(decision(a_situation(), CONSENSUS), CONSENSUS) == ()
    assert rechecks(decision(a_situation(creatinine="2.6"), LVHN), LVHN) == ()


def test_what_is_open_for_another_reason_stands_beside_it_and_is_no_recheck() -> None:
    open_otherwise = a_situation(readings("heart_rate", ("110", 10)), absent=["creatinine", "rhythm"])
    found = decision(open_otherwise, CONSENSUS)
    turned = replace(found, findings=found.findings[::-1])
    for said in (found, turned):
        assert {one.criterion.measure for one in said.open()} > {"heart_rate", "creatinine"}
        assert rechecks(said, CONSENSUS) == (Recheck("heart_rate", AT + timedelta(minutes=5)),)


def test_a_reading_that_has_no_time_of_its_own_sets_none() -> None:
    assert rechecks(_observed({"heart-rate-relative": None, "heart-rate-absolute": None}), CONSENSUS) == ()


def test_a_measure_waits_for_the_later_of_its_readings() -> None:
    for earlier, later in (
        ("heart-rate-relative", "heart-rate-absolute"),
        ("heart-rate-absolute", "heart-rate-relative"),
    ):
        found = _observed({earlier: AT - timedelta(minutes=12), later: AT - timedelta(minutes=2)})
        assert rechecks(found, CONSENSUS) == (Recheck("heart_rate", AT + timedelta(minutes=13)),)


def test_the_soonest_stands_first() -> None:
    found = _observed({"heart-rate-absolute": AT - timedelta(minutes=2)})
    other = next(one for one in found.findings if one.criterion.measure == "systolic_bp")
    heart = next(one for one in found.open() if one.criterion.id == "heart-rate-absolute")
    waiting = other._replace(verdict=heart.verdict, why=heart.why, observed_at=AT - timedelta(minutes=30))
    for findings in ((heart, waiting), (waiting, heart)):
        said = rechecks(replace(found, findings=findings), CONSENSUS)
        assert [one.measure for one in said] == ["systolic_bp", "heart_rate"]


def _observed(moments: dict[str, datetime | None]) -> Decision:
    """A fast heart whose criteria were last looked at then."""
    found = decision(a_situation(readings("heart_rate", ("131", 10))), CONSENSUS)
    findings = (
        one._replace(observed_at=moments.get(one.criterion.id, one.observed_at)) if one in found.open() else one
        for one in found.findings
    )
    return replace(found, findings=tuple(findings))
