"""Does the paragraph about a cycle say every part of it, in the words a physician would use?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.assess import situation_of
from app.domain.course import CycleEvent
from app.domain.decision import Decision
from app.domain.observation import Reading
from app.domain.progress import progress
from app.domain.recovery import Recovery
from app.domain.tolerance import CycleTolerance, DoseTolerance
from app.domain.tolerance_words import days_words, per_kg_words, skip_words, summary
from app.domain.vocabulary import CycleEventKind, DoseState, Outcome, SkipReason
from tests.builders import AT, LVHN, MEASURES, a_cycle_event, a_flowsheet, an_administration, decision, reading

SHEET = a_flowsheet(given=())
CYCLE = SHEET.cycles[0]
SLOTS = progress(SHEET, CYCLE, LVHN, AT)
DAY = timedelta(days=1)
WORST = "Creatinine 2.6 mg/dL at its worst, 1.0 mg/dL before"

GIVEN, PART, SKIPPED, CANCELLED, TO_COME = (
    DoseState.GIVEN,
    DoseState.INTERRUPTED,
    DoseState.SKIPPED,
    DoseState.CANCELLED,
    DoseState.SCHEDULED,
)


def decided(*charted: Reading) -> Decision:
    sheet = a_flowsheet(*charted)
    return decision(situation_of(sheet, sheet.doses[4], LVHN, AT), LVHN)


def dose(
    number: int, state: DoseState, reason: SkipReason | None = None, said: Decision | None = None
) -> DoseTolerance:
    slot = SLOTS[number - 1]
    outcome = {GIVEN: Outcome.GIVEN, PART: Outcome.INTERRUPTED}.get(state)
    done = None if outcome is None else an_administration(slot.dose, AT, outcome)
    return DoseTolerance(replace(slot, state=state, skip_reason=reason, administration=done), said, False, ())


def told(*doses: DoseTolerance, ended: CycleEvent | None = None, recovered: Sequence[Recovery] = ()) -> str:
    return summary(CycleTolerance(CYCLE, doses, ended, tuple(recovered), SHEET.dosing_weight(CYCLE)), MEASURES)


def ending(kind: CycleEventKind, reason: str) -> CycleEvent:
    return replace(a_cycle_event(CYCLE, kind), reason=reason)


def back(took: timedelta | None, baseline: str | None = "1.0", worst: str = "2.6") -> Recovery:
    at: datetime = AT
    before = None if baseline is None else Decimal(baseline)
    return Recovery("creatinine", before, Decimal(worst), at, at, None if took is None else at + took, at + 9 * DAY)


def test_doses_in_part_are_said_beside_the_whole_ones() -> None:
    assert told(dose(1, GIVEN), dose(2, GIVEN)) == "Cycle 1: 2 of 2 doses given, 1,200,000 units/kg in all."
    words = told(dose(1, GIVEN), dose(2, PART), dose(3, CANCELLED))
    assert words == "Cycle 1: 1 of 3 doses given and 1 in part, 1,200,000 units/kg in all."


def test_units_are_said_whole() -> None:
    cycle = CycleTolerance(CYCLE, (dose(1, GIVEN),), None, (), Decimal("81.3"))
    assert per_kg_words(cycle) == "590,406 units/kg"


def test_one_reason_is_said_at_once_and_several_with_their_number() -> None:
    missed = told(dose(1, SKIPPED, SkipReason.MISSED), dose(2, SKIPPED, SkipReason.MISSED))
    assert missed.endswith(" in all. 2 doses not given, missed without a decision.")
    one = told(dose(1, SKIPPED, SkipReason.ORDERED), dose(2, TO_COME))
    assert one.endswith(" in all. 1 dose not given, by a prescriber's order alone.")
    several = told(
        dose(1, SKIPPED, SkipReason.NOT_EVALUABLE),
        dose(2, SKIPPED, SkipReason.ORDERED),
        dose(3, SKIPPED, SkipReason.ORDERED),
    )
    assert several.endswith(" 3 doses not given: 1 because it could not be evaluated, 2 by a prescriber's order alone.")


def test_criteria_are_counted_once_a_dose_the_most_frequent_first_then_by_name() -> None:
    crackles, high = reading("crackles", "third_to_half"), reading("creatinine", "2.6")
    both, well, again = decided(high, crackles), decided(), decided(reading("creatinine", "3.1"))
    held = SkipReason.CRITERION
    words = told(
        dose(1, SKIPPED, held, both), dose(2, SKIPPED, held, again), dose(3, SKIPPED, held, well), dose(4, GIVEN)
    )
    assert "Criteria met at those doses: Creatinine (2), Crackles (1)." in words
    alone = told(dose(1, SKIPPED, held, both))
    assert "Criteria met at those doses: Crackles (1), Creatinine (1)." in alone
    assert "Criteria met" not in told(dose(1, SKIPPED, held, well), dose(2, GIVEN, None, both))
    assert "Criteria met" not in told(dose(1, SKIPPED, SkipReason.ORDERED, both))


@pytest.mark.parametrize(
    "kind,words",
    [
        (CycleEventKind.STOPPED, "The cycle was stopped after dose 2: Confusion."),
        (CycleEventKind.DISCHARGED, "The cycle ended with discharge after dose 2: Confusion."),
        (CycleEventKind.MOVED, "The cycle ended after dose 2: Confusion."),
    ],
)
def test_how_it_ended_is_said_with_its_last_dose_and_reason(kind: CycleEventKind, words: str) -> None:
    doses = (dose(1, GIVEN), dose(2, PART), dose(3, CANCELLED))
    assert told(*doses, ended=ending(kind, "Confusion. ")).endswith(words)


def test_a_cycle_may_end_before_its_first_dose() -> None:
    words = told(dose(1, CANCELLED), ended=ending(CycleEventKind.STOPPED, "Fever"))
    assert words.endswith("The cycle was stopped before its first dose: Fever.")


@pytest.mark.parametrize(
    "one,words",
    [
        (
            back(None, None),
            "Creatinine 2.6 mg/dL at its worst; nothing was charted before the first dose to compare it with.",
        ),
        (back(None), "Creatinine 2.6 mg/dL at its worst, 1.0 mg/dL before; not back to within a tenth of that yet."),
        (
            back(timedelta(0)),
            "Creatinine 2.6 mg/dL at its worst, 1.0 mg/dL before; back to within a tenth of that by the last dose.",
        ),
        (
            back(5 * DAY),
            f"{WORST}; back to within a tenth of that 5.0 days after the last dose.",
        ),
    ],
)
def test_what_became_of_a_laboratory_value_is_said_when_the_cycle_is_over(one: Recovery, words: str) -> None:
    assert told(dose(1, GIVEN), recovered=[one]).endswith(f" in all. {words}")


def test_a_value_that_did_not_move_is_not_worth_a_sentence() -> None:
    assert "Creatinine" not in told(dose(1, GIVEN), recovered=[back(DAY, worst="1.05")])


def test_of_a_cycle_with_a_dose_to_come_nothing_is_said_to_be_over() -> None:
    running = (dose(1, GIVEN), dose(2, TO_COME))
    assert told(*running, recovered=[back(DAY)]).endswith("Creatinine 2.6 mg/dL at its worst so far, 1.0 mg/dL before.")
    assert told(*running, recovered=[back(None, None)]).endswith(
        "at its worst so far; nothing was charted before the first dose to compare it with."
    )
    ended = told(*running, ended=ending(CycleEventKind.STOPPED, "Fever"), recovered=[back(None)])
    assert ended.endswith("not back to within a tenth of that yet.")


@pytest.mark.parametrize(
    "reason,words",
    [
        (None, ""),
        (SkipReason.CRITERION, "on a criterion"),
        (SkipReason.NOT_EVALUABLE, "because it could not be evaluated"),
        (SkipReason.MISSED, "missed without a decision"),
        (SkipReason.ORDERED, "by a prescriber's order alone"),
    ],
)
def test_why_a_dose_was_not_given_is_said_in_a_few_words(reason: SkipReason | None, words: str) -> None:
    assert skip_words(dose(1, SKIPPED, reason)) == words


def test_a_day_and_its_tenths() -> None:
    minutes = {1440: "1.0 day", 1441: "1.0 day", 720: "0.5 days", 14400: "10.0 days", 0: "0.0 days"}
    assert {length: days_words(timedelta(minutes=length)) for length in minutes} == minutes
