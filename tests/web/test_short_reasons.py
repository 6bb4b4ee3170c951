"""Do the short reasons say the gravest first, and nothing that only the hour of the dose makes so?"""

from __future__ import annotations

import pytest

from app.web.presenters.reasons import first_reason, met_reasons
from tests.builders import LVHN, MEASURES, a_situation, decision


def test_held_occasions_end_a_cycle_only_once_the_dose_is_due() -> None:
    for minutes_past_due, said in (
        (-121, "Held occasions that would end the cycle"),
        (-120, "Held on as many occasions as end the cycle"),
    ):
        made = decision(a_situation(held_doses=2, creatinine="2.6", minutes_past_due=minutes_past_due), LVHN)
        assert met_reasons(made, MEASURES)[0] == said


@pytest.mark.hazard("HZ-04")
def test_a_value_that_no_row_covers_stands_before_what_nobody_has_taken() -> None:
    made = decision(a_situation(systolic_bp=60, diastolic_bp=40, absent=["heart_rate", "temperature"]), LVHN)
    assert first_reason(made, MEASURES).startswith("Systolic blood pressure, 60 mmHg: ")
