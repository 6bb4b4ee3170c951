"""What does a cycle of the label leave behind for the next one, and does a correction take it back?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType

import pytest

from app.domain import facts, plan, windows_lasting, windows_latched
from app.domain.assess import situation_of
from app.domain.carried import Past, carried
from app.domain.course import Dose
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation, Reading, by_measure
from app.domain.protocol import Protocol
from app.domain.situation import Situation
from app.domain.vocabulary import Action, Why
from tests.builders import (
    AT,
    CONSENSUS,
    LVHN,
    TIL,
    USPI,
    Plain,
    a_flowsheet,
    action,
    ago,
    an_id,
    an_observation,
    decision,
    reading,
    readings,
    well_readings,
)
from tests.domain.breaking import broken

DAY = timedelta(days=1)
SECOND = AT + 12 * DAY
"""When the first dose of the second cycle is due."""

Cycles = list[Past]


def two(first: tuple[Reading, ...], second: tuple[Reading, ...] = ()) -> Cycles:
    """The end, the last dose and the readings of one cycle, or of two."""
    one = (AT, ago(480), by_measure((*well_readings(absent={row.measure for row in first}), *first)))
    return [one, (SECOND, SECOND - timedelta(hours=8), by_measure(second))] if second else [one]


def later(measure: str, value: Plain, minutes: float = 30) -> Reading:
    return reading(measure, value, minutes, at=SECOND)


# ---- Cycle by cycle


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "first,names",
    [
        (reading("spo2", 97), ()),
        (reading("spo2", 89), ("saturation-withhold",)),
        (reading("rhythm", "atrial_fibrillation"), ("rhythm-withhold",)),
        (reading("rhythm", "uncontrolled"), ("rhythm-withhold", "rhythm-permanent")),  # the graver includes the milder
        (reading("rhythm", "ventricular_ectopy_frequent"), ()),
        (reading("vivid_dreams", True), ()),
        (reading("infection_suspected", True), ("infection-withhold",)),
        (reading("chest_pain", True), ("chest-pain-permanent",)),
        (reading("stool_occult_blood", "positive"), ("occult-blood-withhold",)),
        (reading("oxygen_device", "intubated"), ("intubation-withhold",)),
        (reading("seizure", True), ("seizure-withhold",)),
    ],
)
def test_a_cycle_leaves_behind_what_it_set_and_nothing_else(first: Reading, names: tuple[str, ...]) -> None:
    assert carried(USPI, two((first,))) == names


@pytest.mark.parametrize("protocol", [LVHN, CONSENSUS, TIL], ids=lambda protocol: protocol.pin.id)
def test_no_other_protocol_carries_anything(protocol: Protocol) -> None:
    first = (reading("spo2", 80), reading("chest_pain", True), *readings("seizure", (True, 300), (True, 30)))
    assert carried(protocol, two(first)) == ()


def test_without_a_cycle_nothing_is_carried() -> None:
    assert carried(USPI, []) == ()


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "measure,first,second,names",
    [
        ("spo2", 88, (90,), ("saturation-withhold",)),
        ("spo2", 88, (91,), ()),
        ("spo2", 88, (91, 90), ()),
        ("spo2", 88, (90, 89), ("saturation-withhold",)),
        ("confusion_or_agitation", True, (False,), ()),
        ("confusion_or_agitation", True, (False, True), ("confusion-withhold",)),
        ("chest_pain", True, (False,), ("chest-pain-permanent",)),
        ("vt_beats", 6, (0,), ("ventricular-tachycardia-permanent",)),
        ("bowel_ischaemia_or_perforation", True, (False,), ("bowel-permanent",)),
        ("seizure", True, (False,), ()),
        ("seizure", True, (True,), ("seizure-withhold",)),
    ],
)
def test_a_second_cycle_clears_what_can_be_cleared(
    measure: str, first: Plain, second: tuple[Plain, ...], names: tuple[str, ...]
) -> None:
    """The second cycle began with a clean look at seizures, and a dose was given after it."""
    rows = [later(measure, value, 60 - 10 * index) for index, value in enumerate(second)]
    rows += [later("seizure", False, 600)] if measure == "seizure" else []
    assert carried(USPI, two((reading(measure, first),), tuple(rows))) == names


def test_what_nobody_looked_at_in_the_second_cycle_is_still_set() -> None:
    cycles = two((reading("infection_suspected", True), reading("spo2", 88)), (later("heart_rate", 84),))
    assert carried(USPI, cycles) == ("saturation-withhold", "infection-withhold")


def test_two_seizures_of_one_cycle_stay_and_one_in_each_of_two_do_not_add_up() -> None:
    repeated = readings("seizure", (True, 300), (True, 30))
    assert "repeated-seizures-permanent" in carried(USPI, two(repeated, (later("seizure", False),)))
    one_each = carried(USPI, two((reading("seizure", True),), (later("seizure", True),)))
    assert "repeated-seizures-permanent" not in one_each


@pytest.mark.parametrize(
    "measure,on,off,hours,name",
    [
        ("oxygen_device", "intubated", "room_air", 72, "long-intubation-permanent"),
        ("coma_or_toxic_psychosis", True, False, 48, "long-coma-permanent"),
    ],
)
def test_a_state_that_outlasted_its_hours_stays_for_the_course(
    measure: str, on: Plain, off: Plain, hours: int, name: str
) -> None:
    for minutes, expected in ((hours * 60 + 1, True), (hours * 60, False)):
        first = readings(measure, (on, minutes), (on, 0))
        cycles = two(first, (later(measure, off),))
        assert (name in carried(USPI, cycles)) is expected


# ---- On the flowsheet


def two_cycles(*charted: Reading) -> Flowsheet:
    """A first cycle under the label with these readings; in the second a well patient's dose is due at SECOND."""
    sheet = a_flowsheet(protocol=USPI)
    first = sheet.cycles[0]
    admitted = SECOND - timedelta(hours=6)
    second = replace(first, id=an_id(), number=2, admitted_at=admitted, first_due_at=SECOND)
    measures = {row.measure for row in charted}
    kept = tuple(row for row in sheet.observations if row.measure not in measures)
    rows = (*charted, *well_readings(SECOND, absent=["stool_occult_blood"]))
    return replace(
        sheet,
        cycles=(first, second),
        doses=(*sheet.doses, Dose(an_id(), second.id, 1)),
        observations=(*kept, *(an_observation(row) for row in rows)),
    )


def situation(sheet: Flowsheet, *more: Observation, at: datetime = SECOND) -> Situation:
    sheet = replace(sheet, observations=(*sheet.observations, *more))
    return situation_of(sheet, sheet.doses[-1], USPI, at)


def written(sheet: Flowsheet, measure: str, minutes: float) -> Observation:
    (row,) = [row for row in sheet.observations if row.measure == measure and row.observed_at == ago(minutes)]
    return row


@pytest.mark.hazard("HZ-01")
def test_a_permanent_criterion_of_the_first_cycle_discontinues_the_second() -> None:
    seen = situation(two_cycles(reading("chest_pain", True, 30)))
    assert seen.unresolved == ("chest-pain-permanent",)
    assert action(seen, USPI) is Action.DISCONTINUE


def test_a_withhold_of_the_first_cycle_is_cleared_by_the_first_look_of_the_second() -> None:
    seen = situation(two_cycles(reading("infection_suspected", True, 30)))
    assert seen.unresolved == ("infection-withhold",)
    assert action(seen, USPI) is Action.PROCEED


def test_frank_blood_of_the_first_cycle_holds_the_second_until_a_negative_test() -> None:
    sheet = two_cycles(reading("frank_blood", True, 30), reading("stool_occult_blood", "negative", 600))
    assert action(situation(sheet), USPI) is Action.HOLD
    test = an_observation(reading("stool_occult_blood", "negative", 20, at=SECOND))
    assert action(situation(sheet, test), USPI) is Action.PROCEED


@pytest.mark.hazard("HZ-08")
def test_what_was_charted_by_mistake_and_taken_back_leaves_nothing_to_the_second_cycle() -> None:
    sheet = two_cycles(reading("chest_pain", True, 30))
    wrong = written(sheet, "chest_pain", 30)
    retraction = an_observation(reading("chest_pain", True, 30), recorded_at=SECOND, supersedes=wrong, retracts=True)
    assert situation(sheet, retraction).unresolved == ()
    assert action(situation(sheet, retraction), USPI) is Action.PROCEED


@pytest.mark.hazard("HZ-08")
def test_a_correction_of_the_first_cycle_can_set_what_the_second_finds_set() -> None:
    sheet = two_cycles(*readings("seizure", (True, 300), (False, 30)))
    assert situation(sheet).unresolved == ("seizure-withhold",)
    wrong = written(sheet, "seizure", 30)
    right = an_observation(reading("seizure", True, 30), recorded_at=SECOND, supersedes=wrong)
    assert situation(sheet, right).unresolved == ("seizure-withhold", "repeated-seizures-permanent")
    assert action(situation(sheet, right), USPI) is Action.DISCONTINUE


@pytest.mark.hazard("HZ-08")
def test_a_late_entry_of_the_first_cycle_counts_there() -> None:
    sheet = two_cycles(reading("vt_beats", 0, 30))
    late = an_observation(reading("vt_beats", 6, 20), recorded_at=SECOND)
    assert situation(sheet, late).unresolved == ("ventricular-tachycardia-permanent",)


def test_a_reading_between_the_cycles_belongs_to_the_first_until_a_day_before_the_second() -> None:
    edge = SECOND - timedelta(hours=30)
    for at, names in ((edge - timedelta(hours=1), ("infection-withhold",)), (edge + timedelta(hours=1), ())):
        found = an_observation(reading("infection_suspected", True, 0, at=at))
        assert situation(two_cycles(), found).unresolved == names


def test_the_first_cycle_has_nothing_before_it() -> None:
    sheet = two_cycles(reading("chest_pain", True, 30))
    assert situation_of(sheet, sheet.doses[4], USPI, AT).unresolved == ()
    assert action(situation_of(sheet, sheet.doses[4], USPI, AT), USPI) is Action.DISCONTINUE


def test_a_seizure_of_the_first_cycle_is_settled_by_its_last_dose_and_a_clean_look_after_it() -> None:
    """Doses went in 960 and 480 minutes before the end; the last of them counts, not one before it."""
    looked = (reading("seizure", False, 30), reading("seizure", True, 600), reading("seizure", True, 400))
    assert situation(two_cycles(*looked[:2])).unresolved == ()
    assert situation(two_cycles(looked[0], looked[2])).unresolved == ("seizure-withhold",)


def test_a_first_cycle_in_which_nothing_was_given_is_read_like_any_other() -> None:
    sheet = replace(two_cycles(reading("seizure", True, 300)), administrations=())
    assert situation(sheet).unresolved == ("seizure-withhold",)
    assert situation(replace(two_cycles(), administrations=())).unresolved == ()


# ---- A fault while looking back


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "module,name",
    [(plan, "plan_of"), (facts, "Facts.of"), (windows_latched, "latched"), (windows_lasting, "outlasted")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_fault_while_looking_back_at_the_first_cycle_is_incomplete(module: ModuleType, name: str) -> None:
    sheet = two_cycles()
    with broken(module, name) as broke:
        made = decision(situation(sheet), USPI)
    assert broke.calls > 0
    assert made.action is Action.INCOMPLETE
    assert [(row.measure, row.why) for row in made.missing] == [("engine", Why.FAULT)]
