"""Is what a protocol asks for said when its sentence answers why a criterion is open, and at no other time?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.explain import asked, because
from app.domain.protocol import Protocol
from app.domain.situation import Situation
from app.domain.vocabulary import Why
from tests.builders import (
    CONSENSUS,
    LVHN,
    MEASURES,
    SHIPPED,
    TIL,
    USPI,
    a_situation,
    decision,
    reading,
    readings,
)

ECG = "Record an ECG taken after the chest pain."
TITRATE = "Titrate oxygen to 95 % and record again."
MASK = "Chart the inspired oxygen of the mask; below 40 % no row covers it."
BEFORE = "Record how the test went before the cycle."
LASTED = "Recheck when it has lasted 2 hours."
NO_LIMIT = "The table has no limit for this vasopressor: ask the prescriber."
PRESSORS = "Say whether vasopressors are needed."
SLOW = "No row covers a treated or recurrent slow rhythm: ask the prescriber."
FAST = "Recheck the heart rate at least 15 minutes after correcting fever and hypotension and after stopping dopamine."
MIND = "Consciousness and the neurologic findings contradict each other: examine again and record both."
BEATS = "No row covers a run of ventricular tachycardia under 5 beats: ask the prescriber."
ECTOPY = (
    "Ask the prescriber: no row covers frequent ectopy or a run of ventricular tachycardia under 5 beats;"
    " count the beats of the longest run."
)
DREAMS = "Say whether the dreams are a change of mental status, and record it as one if so."
UNREAD = "No row that could be read covers consciousness: ask the prescriber."
ON_A_MASK = (reading("oxygen_device", "simple_mask"), reading("oxygen_flow", "6"), reading("spo2", 96))

NEEDED: list[tuple[Protocol, Situation, str]] = [
    (LVHN, a_situation(chest_pain=True), ECG),
    (LVHN, a_situation(reading("chest_pain", True, 300), reading("ecg_ischaemia", False, 310)), ECG),
    (LVHN, a_situation(spo2=94), TITRATE),
    (LVHN, a_situation(spo2=94, oxygen_device="nasal_cannula", oxygen_flow="2"), TITRATE),
    (LVHN, a_situation(*ON_A_MASK, absent=["fio2"]), MASK),
    (LVHN, a_situation(*ON_A_MASK, fio2=35), MASK),
    (LVHN, a_situation(fluid_refractory_hypotension=True), PRESSORS),
    (LVHN, a_situation(systolic_bp=79, diastolic_bp=44), PRESSORS),
    (LVHN, a_situation(rhythm="bradycardia_treated_or_recurrent"), SLOW),
    (LVHN, a_situation(consciousness="voice"), MIND),
    (CONSENSUS, a_situation(heart_rate=110), FAST),
    (CONSENSUS, a_situation(norepinephrine_rate="0.1"), NO_LIMIT),
    (CONSENSUS, a_situation(dopamine_rate="2"), NO_LIMIT),
    (CONSENSUS, a_situation(other_vasopressor=True), NO_LIMIT),
    (CONSENSUS, a_situation(disorientation=True), LASTED),
    (CONSENSUS, a_situation(confusion_or_agitation=True), LASTED),
    (CONSENSUS, a_situation(lethargy_or_somnolence=True), LASTED),
    (CONSENSUS, a_situation(serial_sevens="fail", baseline_tests=None), BEFORE),
    (CONSENSUS, a_situation(world_backward="fail", baseline_tests=None), BEFORE),
    (CONSENSUS, a_situation(consciousness="new_confusion"), MIND),
    (USPI, a_situation(rhythm="ventricular_ectopy_frequent"), ECTOPY),
    (USPI, a_situation(rhythm="ventricular_tachycardia"), ECTOPY),
    (USPI, a_situation(rhythm="ventricular_tachycardia", vt_beats=3), BEATS),
    (USPI, a_situation(vivid_dreams=True), DREAMS),
    (USPI, a_situation(consciousness="pain"), MIND),
    (TIL, a_situation(consciousness="pain"), UNREAD),
]  # fmt: skip


def said(situation: Situation, protocol: Protocol) -> tuple[str, ...]:
    """What is asked for, which the reasons repeat word for word."""
    made = decision(situation, protocol)
    found = asked(made)
    assert set(found) <= set(because(made, MEASURES))
    return found


@pytest.mark.parametrize("protocol,situation,sentence", NEEDED)
def test_what_answers_the_open_criterion_is_asked_for(protocol: Protocol, situation: Situation, sentence: str) -> None:
    assert set(said(situation, protocol)) == {sentence} | ({ECTOPY} if sentence == BEATS else set())


def test_every_sentence_of_every_protocol_is_asked_for_somewhere() -> None:
    for protocol in SHIPPED:
        written = {one.ask for row in protocol.rows for one in row.criteria if one.ask is not None}
        assert written == {sentence for of, _, sentence in NEEDED if of is protocol} | (
            {ECG, TITRATE, MASK, PRESSORS, SLOW} if protocol is CONSENSUS else set()
        )


@pytest.mark.hazard("HZ-14")
@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_a_patient_of_whom_all_is_old_or_nothing_is_known_is_asked_for_values_alone(protocol: Protocol) -> None:
    measures = dict.fromkeys(one.measure for row in protocol.rows for one in row.criteria if one.ask is not None)
    for measure in measures:
        assert said(a_situation(absent=[measure]), protocol) == ()
        well = MEASURES[measure].well
        if well is not None:
            assert said(a_situation(reading(measure, well, 300)), protocol) == ()


@pytest.mark.parametrize(
    "protocol,situation",
    [
        (LVHN, a_situation(reading("chest_pain", False, 300))),
        (LVHN, a_situation(readings("spo2", ("94", 12), ("96", 10)))),
        (LVHN, a_situation(reading("spo2", "94", 300))),
        (LVHN, a_situation(absent=["oxygen_device"])),
        (LVHN, a_situation(readings("oxygen_device", ("simple_mask", 12), ("room_air", 10)), absent=["fio2"])),
        (CONSENSUS, a_situation(reading("serial_sevens", "fail", 300), baseline_tests=None)),
        (CONSENSUS, a_situation(readings("disorientation", (True, 12), (False, 10)))),
        (CONSENSUS, a_situation(readings("heart_rate", ("99", 12), ("100", 10)))),
        (USPI, a_situation(reading("vt_beats", 3, 3000), last_given_at=reading("vt_beats", 3, 2000).at)),
    ],
)  # fmt: skip
def test_a_value_that_is_old_or_denied_is_asked_for_as_such(protocol: Protocol, situation: Situation) -> None:
    made = decision(situation, protocol)
    assert made.missing != ()
    assert asked(made) == ()


def test_only_what_no_other_row_asks_for_is_asked_for_while_it_is_missing() -> None:
    made = decision(a_situation(*ON_A_MASK, absent=["fio2"]), LVHN)
    (mask,) = {one.criterion.measure: one for one in made.open()}.values()
    assert (mask.why, mask.blame) == (Why.MISSING, "fio2")

    assert asked(replace(made, findings=(mask,))) == (MASK,)
    elsewhere = mask._replace(blame="oxygen_device"), mask._replace(why=Why.STALE)
    for other in (*elsewhere, mask._replace(criterion=replace(mask.criterion, when_taken=False))):
        assert asked(replace(made, findings=(other,))) == ()
