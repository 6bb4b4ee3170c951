"""Is a dose of a cycle whose dosing weight was put right made of the weight it was made of?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.change import Before
from app.domain.course import CycleEvent
from app.domain.cycle_summary import summarise
from app.domain.dosing_weight import given_doses, weight_changes, weight_of, whole_units
from app.domain.flowsheet import Flowsheet
from app.domain.progress import progress
from app.domain.tolerance import tolerance
from app.domain.tolerance_words import summary
from app.domain.vocabulary import CycleEventKind, Outcome
from tests.builders import AT, LIBRARY, LVHN, MEASURES, a_cycle_event, a_flowsheet, an_administration, an_observation
from tests.builders import reading as a_reading

WRONG, RIGHT = Decimal("80.0"), Decimal("40.0")
OF_WRONG, OF_RIGHT = Decimal(48_000_000), Decimal(24_000_000)
SECOND = AT - timedelta(hours=24)
"""When the second dose began."""


def put(sheet: Flowsheet, at: datetime, weight: Decimal = RIGHT) -> Flowsheet:
    """The sheet once somebody recorded another dosing weight."""
    event = a_cycle_event(sheet.cycles[0], CycleEventKind.DOSING_WEIGHT, at, weight=weight)
    return replace(sheet, events=(*sheet.events, event))


@pytest.fixture
def changed() -> Flowsheet:
    """Doses 1 to 4 of 80 kg; the dosing weight is 40 kg since dose 2 had begun."""
    return put(a_flowsheet(), SECOND + timedelta(minutes=1))


def weights(sheet: Flowsheet) -> list[Decimal]:
    return [one.weight for one in progress(sheet, sheet.cycles[0], LVHN, AT)]


@pytest.mark.hazard("HZ-05")
def test_every_dose_not_given_is_made_of_the_weight_that_holds_and_a_given_one_of_its_own() -> None:
    sheet = put(a_flowsheet(given=(1, 2)), SECOND + timedelta(minutes=1))
    slots = progress(sheet, sheet.cycles[0], LVHN, AT)
    assert [slot.units for slot in slots] == [OF_WRONG] * 2 + [OF_RIGHT] * 12
    assert sheet.dosing_weight(sheet.cycles[0]) == RIGHT


def test_a_dose_that_was_not_given_is_of_the_weight_that_holds() -> None:
    sheet = a_flowsheet(given=())
    none = replace(an_administration(sheet.doses[0], SECOND, Outcome.NOT_GIVEN), units=Decimal(0))
    assert weights(put(replace(sheet, administrations=(none,)), AT))[0] == RIGHT


@pytest.mark.parametrize("seconds, knew", [(-1, True), (0, True), (59, True), (60, False)])
def test_a_weight_put_in_the_minute_a_dose_began_was_known(seconds: int, knew: bool) -> None:
    sheet = put(a_flowsheet(given=()), SECOND + timedelta(seconds=seconds))
    known = whole_units(sheet, sheet.cycles[0], LVHN.dosing, SECOND)
    assert known == ((OF_RIGHT,) if knew else (OF_WRONG, OF_RIGHT))


def test_a_dose_begun_before_whose_units_are_of_the_new_weight_was_made_of_that() -> None:
    sheet = put(a_flowsheet(given=()), SECOND + timedelta(minutes=5))
    (cycle,) = sheet.cycles
    anew = replace(an_administration(sheet.doses[1], SECOND), units=OF_RIGHT)
    part = replace(anew, outcome=Outcome.INTERRUPTED, units=Decimal(7))
    assert [weight_of(sheet, cycle, row, LVHN.dosing) for row in (anew, part)] == [RIGHT, WRONG]


def test_a_change_says_what_it_replaced_and_which_doses_it_came_too_late_for(changed: Flowsheet) -> None:
    again = put(changed, AT, Decimal("41.0"))
    again = replace(again, administrations=again.administrations[:2])
    first, second = weight_changes(again, again.cycles[0], LVHN.dosing)
    assert (first.before, first.weight, [one.number for one in first.given]) == (WRONG, RIGHT, [1, 2])
    assert (second.before, second.weight, [one.weight for one in second.given]) == (RIGHT, Decimal("41.0"), [WRONG] * 2)
    assert [one.number for one in given_doses(again, again.cycles[0], LVHN.dosing)] == [1, 2]
    assert weight_changes(a_flowsheet(), a_flowsheet().cycles[0], LVHN.dosing) == ()


def test_an_earlier_minute_has_the_weight_known_then(changed: Flowsheet) -> None:
    then = changed.as_known_at(SECOND)
    assert then.dosing_weight(then.cycles[0]) == WRONG
    assert changed.as_known_at(AT).dosing_weight(changed.cycles[0]) == RIGHT


def test_units_per_kg_go_by_the_weight_that_holds_and_the_words_say_so() -> None:
    sheet = put(a_flowsheet(given=(1, 2)), SECOND + timedelta(minutes=1))
    (cycle,) = tolerance(sheet, LVHN, (), {}, AT)
    assert cycle.units_per_kg == 2 * OF_WRONG / RIGHT
    assert summarise(sheet, LVHN, sheet.cycles[0], lambda _: ()).units_per_kg == cycle.units_per_kg
    words = "Per kg of the dosing weight that holds now, 40.0 kg; given before it was changed: "
    assert words + "dose 1, 2 of 80.0 kg." in summary(cycle, MEASURES)
    (plain,) = tolerance(a_flowsheet(), LVHN, (), {}, AT)
    assert "dosing weight" not in summary(plain, MEASURES)


def test_a_charted_weight_is_held_against_the_weight_that_holds() -> None:
    sheet = replace(put(a_flowsheet(), SECOND), observations=())
    ask = Before(LIBRARY.changes, sheet).question
    assert ask(MEASURES["weight"], RIGHT, AT) is None
    assert ask(MEASURES["weight"], WRONG, AT) is not None


def test_the_weight_that_puts_a_cycle_right_is_not_held_against_that_cycle() -> None:
    sheet = replace(a_flowsheet(), observations=())
    (cycle,) = sheet.cycles
    assert Before(LIBRARY.changes, sheet, cycle.id).question(MEASURES["weight"], RIGHT, AT) is None
    charted = replace(sheet, observations=(an_observation(a_reading("weight", "84", 60)),))
    asked = Before(LIBRARY.changes, charted, cycle.id).question(MEASURES["weight"], Decimal(185), AT)
    assert asked is not None
    assert "away from the last one known: confirm it or correct it. Was it read in pounds?" in asked


def test_only_an_event_of_the_kind_has_a_weight() -> None:
    sheet = a_flowsheet()
    moved: CycleEvent = a_cycle_event(sheet.cycles[0], CycleEventKind.MOVED, ward_id="w", bed="7")
    sheet = replace(sheet, events=(moved,))
    assert sheet.dosing_weights(sheet.cycles[0]) == ((None, WRONG),)
