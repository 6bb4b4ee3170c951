"""Does a reading that waits for a second one say from when that counts?"""

from __future__ import annotations

from datetime import timedelta

from app.domain.rechecks import Recheck, rechecks
from tests.builders import AT, CONSENSUS, LVHN, a_situation, decision, readings


def test_a_fast_heart_is_taken_again_a_quarter_of_an_hour_after_it_was_fast() -> None:
    fast = a_situation(readings("heart_rate", ("110", 10)))
    assert rechecks(decision(fast, CONSENSUS), CONSENSUS) == (Recheck("heart_rate", AT + timedelta(minutes=5)),)


def test_what_is_settled_is_taken_again_for_no_reason() -> None:
    assert rechecks(decision(a_situation(), CONSENSUS), CONSENSUS) == ()
    assert rechecks(decision(a_situation(creatinine="2.6"), LVHN), LVHN) == ()
