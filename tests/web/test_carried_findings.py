"""Do the pages say of what was set before the readings at hand that it was, and not that nothing was recorded?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.domain.situation import Situation
from app.web.formats import WardTime
from app.web.presenters.decision import decision_view
from app.web.presenters.reasons import short_reasons
from app.web.presenters.setting import Setting
from tests.builders import AT, MEASURES, USPI, a_situation, decision, readings

SETTING = Setting(MEASURES, WardTime(ZoneInfo("UTC")), AT, {})
BEFORE = "set before and not cleared since"
SATURATION, SEIZURES = "saturation-withhold", "repeated-seizures-permanent"


def line(situation: Situation) -> tuple[str, str]:
    """The value of the gravest criterion that is met, and when it was taken."""
    found = decision_view(decision(situation, USPI), USPI, SETTING, None).met[0]
    return found.value, found.seen


def test_a_carried_criterion_has_no_value_and_no_time_on_the_page() -> None:
    assert line(a_situation(spo2=90, unresolved=(SATURATION,))) == (BEFORE, "")
    assert line(a_situation(unresolved=(SEIZURES,))) == (BEFORE, "")
    again = a_situation(readings("spo2", (88, 90), (90, 10)), unresolved=(SATURATION,))
    assert line(again) == ("88 %", "14:30, 1 h 30 min ago")


def test_a_short_reason_says_it_without_a_time() -> None:
    for situation, said in (
        (a_situation(spo2=90, unresolved=(SATURATION,)), f"Oxygen saturation, {BEFORE} (limit below 90 %)"),
        (a_situation(unresolved=(SEIZURES,)), f"Seizure, how often, {BEFORE} (limit 2 times or more)"),
        (a_situation(spo2=88), "Oxygen saturation 88 % at 15:30 (limit below 90 %)"),
    ):
        assert short_reasons(decision(situation, USPI), MEASURES, SETTING) == (said,)
