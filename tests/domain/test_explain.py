"""Would a nurse understand what the decision says, and is nothing claimed that was not checked?"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.explain import SHOWN_AS, age_words, because, headline, silence_words, value_words, why_words
from app.domain.measure import Value
from app.domain.protocol import Protocol
from app.domain.situation import Previous, Situation
from app.domain.units import unit_words
from app.domain.vocabulary import Action, Why
from tests.builders import (
    AT,
    CONSENSUS,
    LVHN,
    MEASURES,
    SHIPPED,
    TIL,
    a_situation,
    ago,
    decision,
    intervals,
    poisoned,
    reading,
    readings,
)
from tests.protocols.worked import load_cases

CASES = [case.situation for file in ("worked.toml", "fine_print.toml") for case in load_cases(file)]
BOTH = pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
MACHINE_WORDS = re.compile(r"_|None|Decimal|\[|\{|10\*3|\bCel\b|mm\[Hg\]|ug/|\bTrue\b|\bFalse\b|\bnone\b")


def said(situation: Situation, protocol: Protocol = LVHN) -> str:
    return "\n".join(because(decision(situation, protocol), MEASURES))


def test_the_seven_actions_are_shown_in_the_words_of_the_rules() -> None:
    assert [SHOWN_AS[action] for action in Action] == [
        "No hold criterion met",
        "Caution: prescriber decides",
        "Cannot evaluate",
        "Hold",
        "Skip this dose",
        "Stop the cycle",
        "Discontinue permanently",
    ]


@pytest.mark.hazard("HZ-14")
@BOTH
def test_no_decision_ever_says_safe_and_every_sentence_can_be_read_aloud(protocol: Protocol) -> None:
    for situation in (*CASES, a_situation(minutes_past_due=-121)):
        made = decision(situation, protocol)
        sentences = (headline(made), *because(made, MEASURES))
        assert len(set(sentences)) == len(sentences), "a reason is said once"
        for sentence in sentences:
            assert "safe" not in sentence.lower()
            assert not MACHINE_WORDS.search(sentence), sentence
            assert sentence[0].isupper()
            assert sentence[-1] in ".:"


@BOTH
def test_a_met_criterion_is_said_with_value_limit_age_class_and_source(protocol: Protocol) -> None:
    for situation in CASES:
        made = decision(situation, protocol)
        sentences = because(made, MEASURES)
        for finding in made.met():
            criterion = finding.criterion
            parts = [MEASURES[criterion.measure].label, f"{criterion.cls} criterion", criterion.source.row]
            if finding.value is not True:
                parts += [value_words(finding.value, criterion.unit), "limit"]
            assert any(all(part in sentence for part in parts) for sentence in sentences), criterion.id


@pytest.mark.parametrize(
    "situation,parts",
    [
        (a_situation(creatinine="2.60"),
         ["Creatinine 2.60 mg/dL", "2.5 to below 3.0 mg/dL", "30 min", "relative", "L15"]),
        (a_situation(reading("platelets", "29.9", 310)),
         ["29.9 ×10³/µL", "below 30 ×10³/µL", "5 h 10 min", "absolute"]),
        (a_situation(frank_blood=True), ["Frank blood", "30 min ago", "absolute criterion", "Source: L15"]),
        (a_situation(weight="92.1"), ["Body weight, change from baseline 15.125 %", "15 % or more"]),
        (a_situation(phenylephrine_rate="0.5"), ["0.5 µg/kg/min", "above 0 µg/kg/min"]),
        (a_situation(intervals("urine_volume", (480, 0, "100"))),
         ["Urine output 100 mL in the 8 h", "80 to 160 mL in 8 h"]),
        (a_situation(rhythm="uncontrolled"), ["Heart rhythm uncontrolled", "supraventricular tachycardia"]),
        (a_situation(absent=["creatinine"]), ["Creatinine: not recorded."]),
        (a_situation(reading("systolic_bp", 118, 310)), ["Systolic blood pressure: too old (last 5 h 10 min ago)."]),
        (a_situation(readings("creatinine", ("2.4", 12), ("2.6", 10))), ["Creatinine", "disagree", "repeat"]),
        (a_situation(heart_rate=0), ["Heart rate", "plausible", "repeat"]),
        (a_situation(oxygen_flow="2"), ["Oxygen flow", "contradicts"]),
        (a_situation(spo2=94), ["Oxygen saturation 94 %, 30 min ago", "Titrate oxygen to 95 % and record again."]),
        (a_situation(chest_pain=True), ["Chest pain", "Record an ECG taken after the chest pain."]),
        (a_situation(baseline_weight=None), ["Body weight", "baseline"]),
        (a_situation(minutes_past_due=61), ["The time in which this dose may be given is over."]),
        (a_situation(held_doses=3), ["held on as many occasions"]),
        (a_situation(previous=Previous(Action.STOP)), ["An earlier decision to stop still binds."]),
        (a_situation(crackles="third_to_half", dyspnoea_at_rest=True, creatinine="2.6"), ["At least 3 relative"]),
    ],
)  # fmt: skip
def test_a_reason_names_what_a_person_needs_to_act(situation: Situation, parts: list[str]) -> None:
    for part in parts:
        assert part in said(situation)


def test_a_test_that_was_failed_before_the_cycle_is_noted_and_no_criterion() -> None:
    text = said(a_situation(serial_sevens="fail", baseline_tests="fail"), CONSENSUS)
    assert "Serial sevens: already failed before the cycle: no criterion." in text


def test_a_patient_just_admitted_is_told_about_once() -> None:
    rows = [intervals(measure, (300, 0, "0")) for measure in ("urine_volume", "stool_volume")]
    for protocol in SHIPPED:
        text = said(a_situation(*rows, admitted_at=ago(300)), protocol)
        assert text.count("Urine output: admitted too recently") == ("urine_volume" in protocol.required)


def test_a_provisional_decision_has_held_nothing_yet() -> None:
    then = a_situation(held_doses=2, creatinine="2.6", minutes_past_due=-121)
    assert "If the dose were due now, the held occasions would end the cycle." in said(then)
    assert "The dose has now been held" not in said(then)
    now = said(a_situation(held_doses=2, creatinine="2.6", minutes_past_due=-120))
    assert "The dose has now been held on as many occasions as end the cycle." in now


@pytest.mark.hazard("HZ-14")
def test_a_proceed_claims_only_what_was_checked() -> None:
    made = decision(a_situation(), LVHN)
    assert headline(made) == "No lvhn-2015 hold criterion met. NEWS2 0: Monitor at least every 12 hours."
    assert because(made, MEASURES) == (
        "Every required value is present and fresh, and no criterion of lvhn-2015 is met.",
    )


def test_a_proceed_with_a_high_early_warning_score_says_both() -> None:
    made = decision(a_situation(respiratory_rate=30, temperature="39.5", systolic_bp=88), LVHN)
    assert headline(made).startswith("No lvhn-2015 hold criterion met. NEWS2 8: Emergency response")


@pytest.mark.parametrize(
    "situation,start",
    [
        (a_situation(minutes_past_due=-121), "If the dose were due now: no lvhn-2015 hold criterion met."),
        (a_situation(minutes_past_due=-121, frank_blood=True), "If the dose were due now: stop the cycle."),
        (a_situation(frank_blood=True), "Stop the cycle."),
        (a_situation(absent=["spo2"]), "Cannot evaluate. NEWS2: no score"),
        (a_situation(absent=["spo2"], respiratory_rate=30, temperature="39.5"), "Cannot evaluate. NEWS2: at least 5, "),
    ],
)
def test_a_headline_says_whether_it_counts(situation: Situation, start: str) -> None:
    assert headline(decision(situation, LVHN)).startswith(start)


def test_a_fault_is_said_in_plain_words_without_its_innards() -> None:
    made = decision(a_situation(), poisoned(LVHN))
    (sentence,) = because(made, MEASURES)
    assert "decide without the program and report it" in sentence


@pytest.mark.parametrize(
    "value,unit,words",
    [
        (None, "mL", "not recorded"),
        (Decimal(0), "mL", "0 mL"),
        (False, None, "no"),
        (True, None, "yes"),
        (Decimal("36.80"), "Cel", "36.80 °C"),
        (Decimal("0.9"), "mg/dL", "0.9 mg/dL"),
        ("third_to_half", None, "third to half"),
        (Decimal("1E+2"), "10*3/uL", "100 ×10³/µL"),
    ],
)
def test_a_value_is_said_with_its_digits_and_nothing_is_said_of_a_blank(
    value: Value | None, unit: str | None, words: str
) -> None:
    assert value_words(value, unit) == words


@pytest.mark.hazard("HZ-04")
@pytest.mark.parametrize(
    "minutes,words",
    [(0, "0 min"), (0.9, "0 min"), (59, "59 min"), (60, "1 h 0 min"), (310, "5 h 10 min"), (1441, "24 h 1 min"),
     (-1, "0 min")],
)  # fmt: skip
def test_an_age_is_whole_minutes_and_never_negative(minutes: float, words: str) -> None:
    assert age_words(AT - timedelta(minutes=minutes), AT) == words


def test_what_was_never_recorded_has_no_age() -> None:
    assert age_words(None, AT) == "never recorded"


def test_every_unit_and_every_reason_has_words() -> None:
    for measure in MEASURES.values():
        assert not MACHINE_WORDS.search(unit_words(measure.unit))
    assert all(why_words(why) for why in Why)


def test_a_protocol_that_covers_its_source_in_part_says_what_it_is_silent_about() -> None:
    assert silence_words(LVHN) is None
    assert silence_words(TIL) == (
        "til-2024 covers its source in part. It says nothing about: cardiovascular, pulmonary, hepatic,"
        " gastrointestinal, haemorrhagic, haematologic, infectious, dermatologic, musculoskeletal, neurologic."
    )
