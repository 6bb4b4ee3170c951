"""Does what was set before the readings at hand say so, where no value of theirs meets the criterion?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.concern import concerns
from app.domain.explain import because
from app.domain.measure import Value
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Verdict
from tests.builders import MEASURES, USPI, a_situation, decision, finding, reading, readings

BEFORE = "set before and not cleared since"
OFTEN = "repeated-seizures-permanent"


def told(situation: Situation) -> tuple[str, str]:
    """The gravest reason, and the gravest alert."""
    made = decision(situation, USPI)
    return because(made, MEASURES)[0].partition(" Source: ")[0], concerns(made, 5, MEASURES)[0].summary


@pytest.mark.hazard("HZ-14")
@pytest.mark.parametrize(
    "situation,label,limit,calls",
    [
        (a_situation(spo2=90, unresolved=("saturation-withhold",)),
         "Oxygen saturation", " (limit below 90 %)", "Hold"),
        (a_situation(spo2=90, previous=Previous(Action.HOLD, (("spo2", Decimal(88)),))),
         "Oxygen saturation", " (limit below 90 %)", "Hold"),
        (a_situation(absent=["infection_suspected"], unresolved=("infection-withhold",)),
         "Infection strongly suspected or documented", "", "Hold"),
        (a_situation(unresolved=(OFTEN,)),
         "Seizure, how often", " (limit 2 times or more)", "Discontinue permanently"),
        (a_situation(seizure=True, unresolved=(OFTEN,)),
         "Seizure, how often", " (limit 2 times or more)", "Discontinue permanently"),
        (a_situation(absent=["seizure"], unresolved=(OFTEN,)),
         "Seizure, how often", " (limit 2 times or more)", "Discontinue permanently"),
    ],
)  # fmt: skip
def test_what_was_set_before_the_readings_says_so(situation: Situation, label: str, limit: str, calls: str) -> None:
    cls = "permanent" if calls.startswith("Disc") else "withhold"
    assert told(situation) == (
        f"{label}, {BEFORE}{limit}: {cls} criterion.",
        f"Dose 5: {calls}. {label}, {BEFORE}{limit}.",
    )


@pytest.mark.parametrize(
    "situation,said",
    [
        (a_situation(readings("spo2", ("88", 90), ("90", 10)), unresolved=("saturation-withhold",)),
         "Oxygen saturation 88 %, 1 h 30 min ago (limit below 90 %)"),
        (a_situation(readings("seizure", (True, 100), (True, 50)), unresolved=(OFTEN,)),
         "Seizure, how often 2 times, 50 min ago (limit 2 times or more)"),
        (a_situation(reading("infection_suspected", True, 50), unresolved=("infection-withhold",)),
         "Infection strongly suspected or documented, 50 min ago"),
    ],
)  # fmt: skip
def test_what_a_reading_set_again_says_the_reading(situation: Situation, said: str) -> None:
    assert told(situation)[0].startswith(f"{said}: ")


@pytest.mark.parametrize(
    "verdict,value,expected",
    [
        (Verdict.MET, None, True),
        (Verdict.MET, Decimal(0), True),
        (Verdict.MET, Decimal(1), True),
        (Verdict.MET, Decimal(2), False),
        (Verdict.UNKNOWN, None, False),
        (Verdict.UNKNOWN, Decimal(0), False),
        (Verdict.NOT_MET, Decimal(0), False),
    ],
)
def test_only_what_is_met_can_have_been_set_before(verdict: Verdict, value: Value | None, *, expected: bool) -> None:
    found = finding(a_situation(), USPI, OFTEN)
    assert found._replace(verdict=verdict, value=value).carried is expected


def test_a_value_outside_the_limit_is_no_sign_of_an_earlier_state_where_nothing_is_counted() -> None:
    """Of two saturations within minutes of each other the later one is told."""
    found = finding(a_situation(spo2=88), USPI, "saturation-withhold")
    assert not found._replace(value=Decimal(91)).carried
