"""Is a dose of a cycle whose dosing weight was put right made of the weight it was made of?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.change import Before
from app.domain.course import CycleEvent
from app.domain.cycle_summary import summarise
from app.domain.dosing_weight import exceeded, given_doses, weight_changes, weight_of, whole_units
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


def test_a_dose_that_was_not_given_is_none_of_those_that_went_in() -> None:
    sheet = a_flowsheet(given=(1,))
    none = replace(an_administration(sheet.doses[1], SECOND, Outcome.NOT_GIVEN), units=Decimal(0))
    sheet = put(replace(sheet, administrations=(*sheet.administrations, none)), AT)
    assert [one.number for one in given_doses(sheet, sheet.cycles[0], LVHN.dosing)] == [1]
    (change,) = weight_changes(sheet, sheet.cycles[0], LVHN.dosing)
    assert [one.number for one in change.given] == [1]


def test_a_change_came_too_late_for_none_begun_since_or_made_of_its_weight() -> None:
    sheet = put(a_flowsheet(given=(1, 2, 3)), SECOND + timedelta(minutes=5))
    first, second, third = sheet.administrations
    rows = (first, replace(second, units=OF_RIGHT), replace(third, units=OF_WRONG))
    sheet = replace(sheet, administrations=rows)
    (change,) = weight_changes(sheet, sheet.cycles[0], LVHN.dosing)
    assert [one.number for one in change.given] == [1], "2 was made of the new weight, 3 began after it"


def test_a_dose_begun_after_a_change_and_made_of_a_later_one_did_not_come_before_the_first(changed: Flowsheet) -> None:
    twice = put(changed, SECOND + timedelta(hours=9), Decimal("41.0"))
    third = replace(twice.administrations[2], units=Decimal(24_600_000))
    twice = replace(twice, administrations=(*twice.administrations[:2], third))
    first, second = weight_changes(twice, twice.cycles[0], LVHN.dosing)
    assert ([one.number for one in first.given], [one.number for one in second.given]) == ([1, 2], [1, 2])


def test_what_else_happens_to_a_cycle_changes_no_weight(changed: Flowsheet) -> None:
    moved = a_cycle_event(changed.cycles[0], CycleEventKind.MOVED, AT)
    other = replace(changed, events=(*changed.events, moved))
    assert len(weight_changes(other, other.cycles[0], LVHN.dosing)) == 1


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize(
    "units, outcome, over",
    [
        (OF_WRONG, Outcome.GIVEN, None),
        (OF_WRONG + 1, Outcome.GIVEN, OF_WRONG),
        (OF_WRONG + 1, Outcome.INTERRUPTED, OF_WRONG),
        (OF_WRONG - 1, Outcome.INTERRUPTED, None),
        (OF_WRONG + 1, Outcome.NOT_GIVEN, None),
    ],
)
@pytest.mark.parametrize("put_after", [timedelta(minutes=5), None])
def test_more_than_the_largest_dose_it_may_have_been_exceeds_it(
    units: Decimal, outcome: Outcome, over: Decimal | None, put_after: timedelta | None
) -> None:
    sheet = a_flowsheet(given=())
    sheet = sheet if put_after is None else put(sheet, SECOND + put_after)
    row = replace(an_administration(sheet.doses[1], SECOND, outcome), units=units)
    assert exceeded(sheet, LVHN.dosing, row) == over


def test_begun_after_a_change_a_dose_is_held_against_the_new_weight(changed: Flowsheet) -> None:
    row = replace(an_administration(changed.doses[2], SECOND + timedelta(hours=8)), units=OF_WRONG)
    assert exceeded(changed, LVHN.dosing, row) == OF_RIGHT


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
