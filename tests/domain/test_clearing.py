"""Does every decision say what would clear it, worked out from its own rows?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.domain.band import Band
from app.domain.clearing import would_clear
from app.domain.decision import Missing
from app.domain.protocol import Protocol
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Why
from tests.builders import (
    CONSENSUS,
    LVHN,
    MEASURES,
    SHIPPED,
    TIL,
    USPI,
    Plain,
    a_situation,
    ago,
    decision,
    intervals,
    over_8_hours,
    reading,
    readings,
)

BINDS = "Clearing the criteria does not lift a stop: it binds what comes after, and only a prescriber's order gives."


def clears(situation: Situation, protocol: Protocol = LVHN) -> tuple[str, ...]:
    return would_clear(decision(situation, protocol), protocol, situation.last_given_at)


def _with_row(protocol: Protocol, measure: str, **changes: Any) -> Protocol:
    """The protocol with another row for a measure; what is not of the row is of its window."""
    own = {name: value for name, value in changes.items() if name.startswith("clear_")}
    window = {name: value for name, value in changes.items() if name not in own}
    rows = (
        replace(row, window=replace(row.window, **window), **own) if row.measure == measure else row
        for row in protocol.rows
    )
    return replace(protocol, rows=tuple(rows))


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_a_well_patient_has_nothing_to_clear(protocol: Protocol) -> None:
    assert clears(a_situation(), protocol) == ()


@pytest.mark.parametrize(
    "situation,protocol,sentence",
    [
        (a_situation(creatinine="2.6"), LVHN, "Creatinine: below 2.5 mg/dL."),
        (a_situation(platelets="40"), LVHN, "Platelets: above 50 ×10³/µL."),
        (a_situation(over_8_hours("urine_volume", 100)), LVHN, "Urine output: 161 mL or more in 8 h."),
        (a_situation(over_8_hours("urine_volume", 100)), TIL, "Urine output: 4 mL/kg or more in 8 h."),
        (a_situation(over_8_hours("stool_volume", 1000)), CONSENSUS, "Stool volume: below 1000 mL in 8 h."),
        (a_situation(heart_rate="125"), LVHN, "Heart rate: below 120 /min."),
        (a_situation(spo2="90"), LVHN, "Oxygen saturation: 95 % or more."),
        (a_situation(weight="93"), LVHN, "Body weight, change from baseline: below 15 %."),
        (a_situation(rhythm="atrial_fibrillation"), CONSENSUS, "Heart rhythm: sinus."),
        (a_situation(vivid_dreams=True), CONSENSUS, "Vivid dreams: recorded as absent."),
        (a_situation(disorientation=True), CONSENSUS, "Disorientation: recorded as absent."),
        (a_situation(oxygen_device="intubated"), LVHN, "Oxygen device: room air, nasal cannula or simple mask."),
        (a_situation(crackles="half_or_more"), LVHN, "Crackles: none or below a third."),
        (a_situation(oxygen_device="intubated"), USPI, "Oxygen device: no longer intubated."),
        (a_situation(spo2="88"), USPI, "Oxygen saturation: oxygen saturation above 90 %."),
        (
            a_situation(seizure=True),
            USPI,
            "Seizure: recorded as absent after the next dose that is given.",
        ),
        (
            a_situation(phenylephrine_rate="1.2"),
            CONSENSUS,
            "Phenylephrine: counts until a dose is given, no later reading takes it back.",
        ),
        (
            a_situation(frank_blood=True),
            LVHN,
            "Frank blood in sputum, emesis or stool: counts until a dose is given, no later reading takes it back.",
        ),
        (
            a_situation(chest_pain=True),
            LVHN,
            "Chest pain or angina: answered by this, recorded after it: ECG changes of ischaemia.",
        ),
        (
            a_situation(chest_pain=True),
            USPI,
            "Chest pain or angina: nothing clears it, it stands for the whole course.",
        ),
    ],
)  # fmt: skip
def test_what_would_clear_a_criterion_comes_from_its_row(
    situation: Situation, protocol: Protocol, sentence: str
) -> None:
    assert sentence in clears(situation, protocol)


def test_the_label_clears_rhythm_and_pressure_together_and_names_the_symptoms() -> None:
    assert clears(a_situation(systolic_bp="85", diastolic_bp="50"), USPI) == (
        (
            "Systolic blood pressure: heart rhythm sinus and systolic blood pressure 90 mmHg or more;"
            " none of these present or recorded since: chest pain or angina, short of breath at rest."
        ),
    )


def test_a_single_fast_rate_says_when_to_look_again() -> None:
    assert clears(a_situation(readings("heart_rate", ("110", 10))), CONSENSUS) == (
        (
            "Recheck heart rate, at least 15 min after the reading before, with temperature below 38.0 °C"
            " and dopamine 0 µg/kg/min."
        ),
    )


def test_a_recheck_without_conditions_names_none() -> None:
    said = decision(a_situation(readings("heart_rate", ("110", 10))), CONSENSUS)
    assert would_clear(said, _with_row(CONSENSUS, "heart_rate", while_=()), None) == (
        "Recheck heart rate, at least 15 min after the reading before.",
    )


RANGES = (Band(Decimal(60), False, Decimal(110), False), Band(Decimal(190), False, None, False))
"""Two ranges of a heart rate that meet nothing, as a protocol might have them."""


@pytest.mark.parametrize(
    "rate,target",
    [("125", "60 to 110 /min"), ("149", "60 to 110 /min"), ("150", "60 to 110 /min"), ("151", "190 /min or more")],
)
def test_of_two_ranges_the_nearer_one_is_named_and_the_first_where_both_are_as_near(rate: str, target: str) -> None:
    two = _with_row(LVHN, "heart_rate", clear_bands=RANGES)
    assert would_clear(decision(a_situation(heart_rate=rate), LVHN), two, None)[0] == f"Heart rate: {target}."


def test_where_no_number_was_compared_the_first_range_is_named() -> None:
    said = decision(a_situation(heart_rate="180"), LVHN)
    blank = replace(said, findings=tuple(finding._replace(value=None) for finding in said.findings))
    assert (
        would_clear(blank, _with_row(LVHN, "heart_rate", clear_bands=RANGES), None)[0] == "Heart rate: 60 to 110 /min."
    )


@pytest.mark.parametrize(
    "choices,target",
    [
        (("room_air",), "room air"),
        (("room_air", "nasal_cannula", "simple_mask"), "room air, nasal cannula or simple mask"),
        (("room_air", "nasal_cannula", "simple_mask", "non_rebreather"), "no longer intubated"),
    ],
)
def test_up_to_three_choices_are_listed_and_of_more_the_one_to_leave_is_named(
    choices: tuple[str, ...], target: str
) -> None:
    said = decision(a_situation(oxygen_device="intubated"), LVHN)
    assert f"Oxygen device: {target}." in would_clear(
        said, _with_row(LVHN, "oxygen_device", clear_choices=choices), None
    )


def test_a_measure_the_protocol_does_not_know_is_not_asked_for() -> None:
    said = decision(a_situation(absent=["temperature"]), LVHN)
    more = replace(said, missing=(Missing("retired_measure", Why.MISSING, None), *said.missing))
    assert would_clear(more, LVHN, None) == would_clear(said, LVHN, None) == ("Record: temperature.",)


def test_what_is_lacking_is_asked_for_by_what_is_wrong_with_it() -> None:
    situation = a_situation(
        readings("creatinine", ("1.0", 1500)),
        readings("systolic_bp", ("84", 12), ("112", 10)),
        intervals("urine_volume", (480, 240, 300)),
        absent=["platelets", "temperature"],
    )
    assert clears(situation, USPI) == (
        "Record: temperature.",
        "Repeat, more than 5 min after the reading that disagrees: systolic blood pressure.",
    )
    assert clears(situation, LVHN) == (
        "Record: temperature, platelets.",
        "Record again: creatinine.",
        "Chart the whole period, 0 where there was none: urine output.",
    )


@pytest.mark.parametrize(
    "why,sentence",
    [
        (Why.MISSING, "Record: creatinine, heart rate."),
        (Why.STALE, "Record again: creatinine, heart rate."),
        (Why.MISTYPED, "Enter again: creatinine, heart rate."),
        (Why.DISCORDANT, "Repeat, more than 5 min after the reading that disagrees: creatinine, heart rate."),
        (Why.IMPLAUSIBLE, "Repeat, more than 5 min after the implausible reading: creatinine, heart rate."),
        (
            Why.CONTRADICTORY,
            "Check against the other values, and correct what is wrong: creatinine, heart rate.",
        ),
        (Why.COVERAGE, "Chart the whole period, 0 where there was none: creatinine, heart rate."),
        (Why.OVERLAP, "Correct the intervals that overlap: creatinine, heart rate."),
        (Why.BASELINE, "Record the baseline: creatinine, heart rate."),
        (Why.FUTURE, "Correct the time: creatinine, heart rate."),
    ],
)
def test_each_thing_that_can_be_wrong_with_a_value_says_what_to_do_about_it_once(why: Why, sentence: str) -> None:
    lacking = tuple(Missing(measure, why, None) for measure in ("creatinine", "heart_rate"))
    assert would_clear(replace(decision(a_situation(), LVHN), missing=lacking), LVHN, None) == (sentence,)


def test_a_stop_says_that_clearing_does_not_lift_it() -> None:
    assert clears(a_situation(creatinine="3.0")) == ("Creatinine: below 2.5 mg/dL.", BINDS)
    assert clears(a_situation(previous=Previous(Action.STOP))) == (BINDS,)


def test_a_provisional_stop_binds_nothing_and_says_nothing_of_it() -> None:
    early = -121
    assert clears(a_situation(creatinine="3.0", minutes_past_due=early)) == ("Creatinine: below 2.5 mg/dL.",)
    at_the_hour = clears(a_situation(creatinine="3.0", minutes_past_due=early + 1))
    assert at_the_hour == ("Creatinine: below 2.5 mg/dL.", BINDS)
    assert clears(a_situation(previous=Previous(Action.STOP), minutes_past_due=early)) == (BINDS,)


def test_a_closed_window_points_to_the_next_dose() -> None:
    assert clears(a_situation(minutes_past_due=61)) == (
        "The time for this dose is over: the next dose is judged anew.",
    )


def test_held_occasions_are_not_cleared_by_any_reading() -> None:
    found = clears(a_situation(held_doses=2, creatinine="2.6"))
    assert "Held occasions stay counted for the cycle: only a prescriber's order gives." in found


def test_a_provisional_decision_is_no_held_occasion_yet() -> None:
    early = a_situation(held_doses=2, creatinine="2.6", minutes_past_due=-121)
    assert clears(early) == (
        "Creatinine: below 2.5 mg/dL.",
        "If the dose were held, the occasion would stay counted for the cycle: only a prescriber's order would give.",
    )
    behind = clears(replace(early, held_doses=3))
    assert "Held occasions stay counted for the cycle: only a prescriber's order gives." in behind


MASK = (reading("oxygen_device", "simple_mask"), reading("oxygen_flow", "6"), reading("spo2", "96"))


@pytest.mark.parametrize("fio2", ["39", "40"])
def test_no_inspired_oxygen_clears_a_simple_mask(fio2: str) -> None:
    """Every value of it is met or not covered: what clears it is another device."""
    sentence = "Inspired oxygen: no value clears it, it counts only with oxygen device simple mask."
    assert sentence in clears(a_situation(*MASK, fio2=fio2))
    assert not any("Inspired" in said for said in clears(a_situation(oxygen_device="room_air", fio2=fio2)))
    bare = replace(LVHN, rows=tuple(replace(row, when=()) for row in LVHN.rows))
    said = would_clear(decision(a_situation(*MASK, fio2=fio2), LVHN), bare, None)
    assert "Inspired oxygen: no value clears it." in said


def test_a_choice_that_is_never_well_is_not_recorded_as_absent() -> None:
    said = decision(a_situation(oxygen_device="intubated"), LVHN)
    none = _with_row(LVHN, "oxygen_device", clear_choices=())
    assert "Oxygen device: no value clears it." in would_clear(said, none, None)


@pytest.mark.parametrize(
    "measure,value,protocol,until,taken_back",
    [
        ("phenylephrine_rate", "1.2", CONSENSUS, "Phenylephrine", "below 1.0 µg/kg/min"),
        ("frank_blood", True, LVHN, "Frank blood in sputum, emesis or stool", "recorded as absent"),
    ],
)
def test_only_what_was_taken_after_the_last_dose_counts_until_the_next(
    measure: str, value: Plain, protocol: Protocol, until: str, taken_back: str
) -> None:
    """Taken before it, it counts as the latest reading, and the next reading takes that back."""
    stays = f"{until}: counts until a dose is given, no later reading takes it back."
    for given, sentence in ((None, stays), (60, stays), (30, stays), (29, f"{until}: {taken_back}.")):
        last_given_at = None if given is None else ago(given)
        found = clears(a_situation(reading(measure, value), last_given_at=last_given_at), protocol)
        assert sentence in found
        assert (stays in found) == (sentence == stays)
    well = (reading(measure, value), reading(measure, MEASURES[measure].well or False, 10))
    for given, gone in ((60, False), (20, True)):
        made = decision(a_situation(*well, last_given_at=ago(given)), protocol)
        assert (made.action is Action.PROCEED) is gone


@pytest.mark.parametrize("minutes,settled", [(5, False), (6, True)])
def test_an_implausible_value_needs_a_repeat_more_than_minutes_after_it(minutes: int, settled: bool) -> None:
    repeated = a_situation(readings("heart_rate", (0, 20), (72, 20 - minutes)))
    sentence = "Repeat, more than 5 min after the implausible reading: heart rate."
    assert clears(repeated) == (() if settled else (sentence,))


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_an_empty_form_says_in_one_sentence_what_to_record(protocol: Protocol) -> None:
    found = clears(a_situation(absent=list(protocol.measures)), protocol)
    assert found[0].startswith("Record: ")
    assert len(found) <= 3
