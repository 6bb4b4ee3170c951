"""Do the short reasons of a provisional decision claim nothing that only the hour of the dose makes so?"""

from __future__ import annotations

from app.web.presenters.reasons import met_reasons
from tests.builders import LVHN, MEASURES, a_situation, decision


def test_held_occasions_end_a_cycle_only_once_the_dose_is_due() -> None:
    for minutes_past_due, said in (
        (-121, "Held occasions that would end the cycle"),
        (-120, "Held on as many occasions as end the cycle"),
    ):
        made = decision(a_situation(held_doses=2, creatinine="2.6", minutes_past_due=minutes_past_due), LVHN)
        assert met_reasons(made, MEASURES)[0] == said
