"""Does a state of the label, met once, stay met until a later reading clears it, and not a moment longer?

Fine print 5 and 8 of the clinical rules; every time is in minutes before the decision.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import pytest

from app.domain.protocol import WindowKind
from app.domain.situation import Previous
from app.domain.vocabulary import Action, Class, Verdict, Why
from tests.builders import (
    SHIPPED,
    USPI,
    Plain,
    a_situation,
    action,
    ago,
    decision,
    every,
    finding,
    intervals,
    missing,
    reading,
    readings,
)

TICK = Fraction(1, 60_000_000)
Series: TypeAlias = tuple[tuple[Plain, float | Fraction], ...]
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


# ---- Saturation: set below 90, cleared above 90, left alone by exactly 90


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "series,verdict",
    [
        (((89, 10),), MET),
        (((90, 10),), NOT_MET),
        (((91, 10),), NOT_MET),
        (((88, 90), (90, 10)), MET),
        (((88, 90), (91, 10)), NOT_MET),
        (((88, 90), (91, 0)), NOT_MET),
        (((88, 90), (91, 60), (90, 10)), NOT_MET),
        (((88, 90), (91, 60), (89, 10)), MET),
        (((88, 20_000), (90, 10)), MET),
        (((88, 20_000), (91, 19_000), (90, 10)), NOT_MET),
        (((88, 90), (90, 60), (90, 30), (90, 10)), MET),
    ],
)
def test_saturation_is_withheld_below_90_until_it_is_above_90(series: Series, verdict: Verdict) -> None:
    situation = a_situation(readings("spo2", *series))
    assert finding(situation, USPI, "saturation-withhold").verdict is verdict
    assert action(situation, USPI) is (Action.HOLD if verdict is MET else Action.PROCEED)


@pytest.mark.parametrize(
    "series,verdict",
    [
        (((88, 12), (91, 10)), UNKNOWN),
        (((89, 12), (90, 10)), UNKNOWN),
        (((88, 15), (91, 10)), UNKNOWN),
        (((88, 15 + TICK), (91, 10)), NOT_MET),
        (((91, 90), (89, 60), (91, 57), (91, 10)), NOT_MET),
        (((91, 90), (89, 60), (91, 57), (90, 10)), NOT_MET),
        (((88, 90), (89, 12), (91, 10)), MET),
        (((88, 90), (91, 12), (89, 10)), MET),
        (((88, 90), (90, 12), (91, 10)), MET),
        (((88, 90), (89, 12), (90, 10)), MET),
        (((88, 90), (91, 60), (89, 57), (90, 10)), MET),
        (((88, 90), (91, 60), (89, 57), (91, 10)), NOT_MET),
        (((88, 200), (91, 100), (89, 12), (90, 10)), UNKNOWN),
    ],
)
def test_a_discordant_pair_of_saturations_neither_sets_nor_clears(series: Series, verdict: Verdict) -> None:
    found = finding(a_situation(readings("spo2", *series)), USPI, "saturation-withhold")
    assert found.verdict is verdict
    assert (found.why is Why.DISCORDANT) == (verdict is UNKNOWN)


@pytest.mark.parametrize(
    "series,value,minutes",
    [
        (((88, 90), (90, 10)), 88, 90),
        (((87, 300), (88, 90), (90, 10)), 88, 90),
        (((88, 90), (89, 10)), 89, 10),
        (((88, 90), (91, 12), (89, 10)), 88, 90),
        (((88, 20_000),), 88, 20_000),
    ],
)
def test_a_state_is_told_with_the_reading_that_set_it_last(series: Series, value: int, minutes: int) -> None:
    found = finding(a_situation(readings("spo2", *series)), USPI, "saturation-withhold")
    assert (found.verdict, found.value, found.observed_at) == (MET, Decimal(value), ago(minutes))
    assert found.why is None


def test_a_pair_that_disagrees_is_not_what_set_a_state() -> None:
    situation = a_situation(readings("infection_suspected", (True, 300), (True, 32), (False, 30)))
    assert finding(situation, USPI, "infection-withhold").observed_at == ago(300)


def test_a_state_from_before_the_readings_is_told_without_any() -> None:
    for situation in (
        a_situation(spo2=90, unresolved=("saturation-withhold",)),
        a_situation(spo2=90, previous=Previous(Action.HOLD, (("spo2", Decimal(88)),))),
    ):
        found = finding(situation, USPI, "saturation-withhold")
        assert (found.verdict, found.value, found.observed_at, found.why) == (MET, None, None, None)


@pytest.mark.parametrize(
    "before,held_at,now,verdict",
    [
        ("hold", 88, ((90, 10),), MET),
        ("hold", 90, ((90, 10),), MET),
        ("skip", 90, ((90, 10),), MET),
        ("hold", 91, ((90, 10),), NOT_MET),
        ("hold", 88, ((91, 10),), NOT_MET),
        ("hold", 88, ((91, 60), (90, 10)), NOT_MET),
        ("hold", 88, ((90, 60), (90, 10)), MET),
        ("hold", 88, ((90, 12), (91, 10)), MET),
        ("proceed", 88, ((90, 10),), NOT_MET),
        ("caution", 88, ((90, 10),), NOT_MET),
        ("incomplete", 88, ((90, 10),), NOT_MET),
        ("hold", None, ((90, 10),), NOT_MET),
    ],
)
def test_a_dose_held_on_saturation_leaves_it_set(
    before: str, held_at: int | None, now: Series, verdict: Verdict
) -> None:
    was = () if held_at is None else (("spo2", Decimal(held_at)),)
    situation = a_situation(readings("spo2", *now), previous=Previous(Action(before), was))
    assert finding(situation, USPI, "saturation-withhold").verdict is verdict


def test_a_saturation_that_held_and_was_never_taken_again_is_held_and_asked_for() -> None:
    previous = Previous(Action.HOLD, (("spo2", Decimal(88)),))
    situation = a_situation(absent=["spo2"], previous=previous)
    assert action(situation, USPI) is Action.HOLD
    assert missing(situation, USPI) == {"spo2": "missing"}


# ---- What a later reading of the same measure clears

FINDINGS = (
    "infection_suspected",
    "persistent_crying",
    "hallucinations",
    "disorientation",
    "confusion_or_agitation",
    "lethargy_or_somnolence",
    "coma_or_toxic_psychosis",
)
SAME_MEASURE: list[tuple[str, Plain, Plain]] = [
    *((name, True, False) for name in FINDINGS),
    ("stool_occult_blood", "positive", "negative"),
    ("oxygen_device", "intubated", "nasal_cannula"),
]
BY_ITSELF = pytest.mark.parametrize("measure,bad,good", SAME_MEASURE, ids=str)


def withheld(measure: str) -> str:
    """The id of the withhold criterion on a measure."""
    (name,) = [c.id for row in USPI.rows for c in row.criteria if row.measure == measure and c.cls is Class.WITHHOLD]
    return name


@pytest.mark.hazard("HZ-01")
@BY_ITSELF
def test_a_state_stays_until_a_later_reading_says_otherwise(measure: str, bad: Plain, good: Plain) -> None:
    name, flow = withheld(measure), reading("oxygen_flow", 2 if measure == "oxygen_device" else 0, 30)
    for series, verdict in (
        (((bad, 30),), MET),
        (((bad, 300), (good, 30)), NOT_MET),
        (((good, 300), (bad, 30)), MET),
        (((bad, 300), (good, 200), (bad, 30)), MET),
        (((bad, 300), (bad, 32), (good, 30)), MET),
        (((bad, 32), (good, 30)), UNKNOWN),
        (((good, 32), (bad, 30)), UNKNOWN),
        (((good, 300), (bad, 90), (good, 87), (good, 30)), NOT_MET),
    ):
        assert finding(a_situation(readings(measure, *series), flow), USPI, name).verdict is verdict, series


@BY_ITSELF
def test_an_old_state_that_nobody_looked_at_again_is_met_and_asked_for(measure: str, bad: Plain, good: Plain) -> None:
    """However old the reading that set it; a test that is judged only when taken is not asked for."""
    situation = a_situation(reading(measure, bad, 2000))
    assert finding(situation, USPI, withheld(measure)).verdict is MET
    assert missing(situation, USPI).get(measure) == ("stale" if measure in USPI.required else None)
    cleared = a_situation(readings(measure, (bad, 2000), (good, 1900)))
    assert finding(cleared, USPI, withheld(measure)).verdict is (UNKNOWN if measure in USPI.required else NOT_MET)


@BY_ITSELF
def test_what_was_set_before_the_readings_stays_until_one_of_them_clears_it(
    measure: str, bad: Plain, good: Plain
) -> None:
    name, flow = withheld(measure), reading("oxygen_flow", 2 if measure == "oxygen_device" else 0, 30)
    for charted, verdict in (
        ((reading(measure, good, 30),), NOT_MET),
        ((reading(measure, bad, 30),), MET),
        (readings(measure, (bad, 32), (good, 30)), MET),
        (readings(measure, (good, 300), (bad, 32), (good, 30)), UNKNOWN),
    ):
        situation = a_situation(charted, flow, unresolved=(name,))
        assert finding(situation, USPI, name).verdict is verdict, charted
    assert finding(a_situation(absent=[measure], unresolved=(name,)), USPI, name).verdict is MET


# ---- Rhythm and pressure clear together, and without symptoms

LOW = reading("diastolic_bp", 40, 30)
SET_BY: list[tuple[str, tuple[object, ...]]] = [
    ("rhythm-withhold", ("rhythm", "atrial_fibrillation")),
    ("rhythm-withhold", ("rhythm", "supraventricular_tachycardia")),
    ("rhythm-withhold", ("rhythm", "bradycardia_treated_or_recurrent")),
    ("low-systolic-withhold", ("systolic_bp", 89)),
]


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("name,set_by", SET_BY, ids=str)
@pytest.mark.parametrize(
    "rhythms,pressures,verdict",
    [
        ((("sinus", 30),), ((118, 30),), NOT_MET),
        ((("sinus", 30),), ((90, 30),), NOT_MET),
        ((("sinus", 30),), ((89, 30),), MET),
        ((("sinus", 60), ("sinus", 10)), ((89, 60), (90, 10)), NOT_MET),
        ((("sinus", 60),), ((89, 60), (90, 10)), NOT_MET),
        ((("atrial_fibrillation", 60), ("sinus", 10)), ((118, 60),), NOT_MET),
        ((("atrial_fibrillation", 10),), ((118, 10),), MET),
        ((("ventricular_ectopy_frequent", 10),), ((118, 10),), MET),
        ((("sinus", 12), ("atrial_fibrillation", 10)), ((118, 10),), MET),
        ((("sinus", 10),), ((89, 12), (118, 10)), MET),
    ],
)
def test_rhythm_and_pressure_clear_on_sinus_rhythm_with_90_or_more(
    name: str, set_by: tuple[str, Plain], rhythms: Series, pressures: Series, verdict: Verdict
) -> None:
    measure, value = set_by
    series = {"rhythm": rhythms, "systolic_bp": pressures}
    series[measure] = ((value, 120), *series[measure])
    situation = a_situation(*(readings(each, *rows) for each, rows in series.items()), LOW)
    now = series[measure][-1][0]
    expected = MET if now in ("atrial_fibrillation", 89) else verdict
    assert finding(situation, USPI, name).verdict is expected


@pytest.mark.parametrize("name,set_by", SET_BY, ids=str)
@pytest.mark.parametrize("symptom", ["chest_pain", "dyspnoea_at_rest"])
@pytest.mark.parametrize(
    "series,last_given,verdict",
    [
        (((False, 30),), None, NOT_MET),
        (((True, 200), (False, 30)), None, NOT_MET),
        (((True, 90), (False, 30)), None, MET),
        (((True, 10),), None, MET),
        (((True, 120), (False, 30)), None, NOT_MET),
        (((True, 0),), None, MET),
        (((True, 10),), 30, NOT_MET),
        (((True, 90), (False, 80)), 30, MET),
        (((True, 120),), None, MET),
        (((True, 150),), None, MET),
        (((True, 20_000),), None, MET),
        (((True, 150), (False, 145)), None, MET),
        (((True, 150), (False, 145 - TICK)), None, NOT_MET),
        (((True, 150), (False, 145), (False, 30)), None, NOT_MET),
        (((True, 120),), 30, MET),
        (((True, 120), (False, 20)), 30, NOT_MET),
        (((True, 150), (False, 90), (True, 10)), 30, NOT_MET),
        (((False, 31), (True, 29)), 30, NOT_MET),
    ],
    ids=[
        "none",
        "before it",
        "since",
        "after sinus rhythm",
        "in the same set",
        "at the decision",
        "after a dose that settled it",
        "before a dose given on it",
        "in the same set and never denied",
        "before it and never denied",
        "long before it and never denied",
        "denied within minutes",
        "denied after minutes",
        "denied within minutes and once more",
        "never denied before a dose given on it",
        "denied after a dose given on it",
        "denied before a dose that settled it",
        "minutes after a dose that settled it",
    ],
)
def test_a_symptom_recorded_since_or_never_denied_keeps_rhythm_and_pressure_set(
    name: str, set_by: tuple[str, Plain], symptom: str, series: Series, last_given: int | None, verdict: Verdict
) -> None:
    """A dose that was given while the state was clear settles it: what is recorded later is another matter."""
    measure, value = set_by
    good: dict[str, Plain] = {"rhythm": "sinus", "systolic_bp": 118}
    (other,) = good.keys() - {measure}
    situation = a_situation(
        readings(measure, (value, 120), (good[measure], 60)),
        reading(other, good[other], 60),
        reading("diastolic_bp", 40, 60),
        readings(symptom, *series),
        last_given_at=None if last_given is None else ago(last_given),
    )  # fmt: skip
    assert finding(situation, USPI, name).verdict is verdict


def test_a_rhythm_that_cannot_be_seen_to_have_cleared_stays_set() -> None:
    for charted in (readings("rhythm", ("atrial_fibrillation", 120), ("sinus", 30)),):
        situation = a_situation(charted, absent=["systolic_bp"])
        assert finding(situation, USPI, "rhythm-withhold").verdict is MET
    assert (
        finding(a_situation(absent=["rhythm"], unresolved=("rhythm-withhold",)), USPI, "rhythm-withhold").verdict is MET
    )
    assert finding(a_situation(unresolved=("rhythm-withhold",)), USPI, "rhythm-withhold").verdict is NOT_MET


def test_a_rhythm_that_cleared_stays_cleared_when_the_pressure_falls_later() -> None:
    """The pressure is then a state of its own."""
    situation = a_situation(
        readings("rhythm", ("atrial_fibrillation", 120), ("sinus", 60)),
        readings("systolic_bp", (118, 60), (85, 10)),
        reading("diastolic_bp", 40, 10),
    )
    assert finding(situation, USPI, "rhythm-withhold").verdict is NOT_MET
    assert finding(situation, USPI, "low-systolic-withhold").verdict is MET


def test_a_dose_given_before_the_rhythm_cleared_settles_nothing() -> None:
    situation = a_situation(
        readings("rhythm", ("atrial_fibrillation", 300), ("sinus", 100)),
        readings("dyspnoea_at_rest", (True, 150), (False, 140)),
        last_given_at=ago(200),
    )
    assert finding(situation, USPI, "rhythm-withhold").verdict is MET


def test_a_state_without_a_row_is_not_remembered() -> None:
    rhythms = readings("rhythm", ("ventricular_ectopy_frequent", 90), ("sinus", 10))
    situation = a_situation(rhythms, LOW, systolic_bp=85)
    assert finding(situation, USPI, "rhythm-uncovered").verdict is NOT_MET


def test_of_two_criteria_of_one_row_left_set_the_graver_counts() -> None:
    situation = a_situation(unresolved=("rhythm-withhold", "rhythm-permanent"))
    assert action(situation, USPI) is Action.DISCONTINUE
    assert action(a_situation(unresolved=situation.unresolved[::-1]), USPI) is Action.DISCONTINUE


def test_a_pressure_of_90_after_one_of_89_holds_while_the_rhythm_is_not_sinus() -> None:
    situation = a_situation(readings("systolic_bp", (89, 120), (118, 30)), LOW, rhythm="ventricular_ectopy_frequent")
    assert finding(situation, USPI, "low-systolic-withhold").verdict is MET
    assert action(situation, USPI) is Action.HOLD


@pytest.mark.parametrize(
    "series,withhold,permanent,uncovered",
    [
        ((("atrial_fibrillation", 90), ("uncontrolled", 12), ("atrial_fibrillation", 10)), MET, UNKNOWN, NOT_MET),
        ((("uncontrolled", 12), ("atrial_fibrillation", 10)), MET, UNKNOWN, NOT_MET),
        ((("uncontrolled", 12), ("sinus", 10)), UNKNOWN, UNKNOWN, UNKNOWN),
        ((("uncontrolled", 90), ("sinus", 10)), NOT_MET, MET, NOT_MET),
        ((("ventricular_ectopy_frequent", 12), ("sinus", 10)), NOT_MET, NOT_MET, UNKNOWN),
        ((("ventricular_ectopy_frequent", 90), ("sinus", 10)), NOT_MET, NOT_MET, NOT_MET),
        ((("ventricular_ectopy_frequent", 10),), NOT_MET, NOT_MET, UNKNOWN),
        ((("atrial_fibrillation", 90), ("ventricular_ectopy_frequent", 10)), MET, NOT_MET, NOT_MET),
    ],
)
def test_of_two_rhythms_the_graver_stays_open_and_what_both_are_is_met(
    series: Series, withhold: Verdict, permanent: Verdict, uncovered: Verdict
) -> None:
    made = decision(a_situation(readings("rhythm", *series)), USPI)
    said = {found.criterion.id: found.verdict for found in made.findings if found.criterion.measure == "rhythm"}
    assert (said["rhythm-withhold"], said["rhythm-permanent"]) == (withhold, permanent)
    assert said["rhythm-uncovered"] is uncovered


# ---- A seizure clears on "no" after the next dose, blood on a negative test


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "series,given,verdict",
    [
        (((True, 30),), None, MET),
        (((True, 500), (False, 30)), None, MET),
        (((True, 500), (False, 30)), 600, MET),
        (((True, 500), (False, 30)), 480, NOT_MET),
        (((True, 500), (False, 490), (False, 30)), 480, NOT_MET),
        (((True, 200), (False, 100)), 60, MET),
        (((True, 200), (False, 60)), 60, MET),
        (((True, 200), (False, 60 - TICK)), 60, NOT_MET),
        (((True, 60), (False, 30)), 60, MET),
        (((True, 60 + TICK), (False, 30)), 60, NOT_MET),
        (((True, 500), (True, 32), (False, 30)), 480, MET),
    ],
)
def test_a_seizure_clears_only_on_a_no_after_the_next_dose(series: Series, given: int | None, verdict: Verdict) -> None:
    last_given_at = None if given is None else ago(given)
    situation = a_situation(readings("seizure", *series), last_given_at=last_given_at)
    assert finding(situation, USPI, "seizure-withhold").verdict is verdict


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "tests,verdict",
    [
        ((), MET),
        ((("negative", 60),), NOT_MET),
        ((("negative", 300),), MET),
        ((("negative", 240),), MET),
        ((("negative", 240 - TICK),), NOT_MET),
        ((("positive", 60),), MET),
        ((("positive", 120), ("negative", 60)), NOT_MET),
        ((("negative", 62), ("positive", 60)), MET),
        ((("negative", 120), ("positive", 60)), NOT_MET),
    ],
)
def test_frank_blood_clears_on_a_negative_test_alone(tests: Series, verdict: Verdict) -> None:
    """That no more is seen clears nothing; a test that turns positive again is a criterion of its own."""
    for seen in ((), ((False, 30),), ((False, 200), (False, 30))):
        situation = a_situation(
            readings("frank_blood", (True, 240), *seen),
            readings("stool_occult_blood", *tests),
            absent=["stool_occult_blood"],
        )
        assert finding(situation, USPI, "frank-blood-withhold").verdict is verdict


# ---- A permanent criterion stays for the course

PERMANENT: list[tuple[str, str, Plain, Plain]] = [
    ("ischaemia-permanent", "ecg_ischaemia", True, False),
    ("chest-pain-permanent", "chest_pain", True, False),
    ("bowel-permanent", "bowel_ischaemia_or_perforation", True, False),
    ("rhythm-permanent", "rhythm", "uncontrolled", "sinus"),
    ("ventricular-tachycardia-permanent", "vt_beats", 5, 0),
]


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("name,measure,bad,good", PERMANENT)
def test_a_permanent_criterion_met_once_is_met_for_ever(name: str, measure: str, bad: Plain, good: Plain) -> None:
    for charted in (
        readings(measure, (bad, 20_000), (good, 30)),
        readings(measure, (bad, 20_000), (good, 10_000), (good, 30)),
        readings(measure, (bad, 30)),
    ):
        situation = a_situation(charted, last_given_at=ago(60))
        assert finding(situation, USPI, name).verdict is MET
        assert action(situation, USPI) is Action.DISCONTINUE
    assert action(a_situation(reading(measure, good, 30)), USPI) is Action.PROCEED


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "name,measure,bad,good",
    [
        *(row for row in PERMANENT if row[1] in ("ecg_ischaemia", "chest_pain", "vt_beats")),
        ("seizure-withhold", "seizure", True, False),
        ("frank-blood-withhold", "frank_blood", True, False),
    ],
)
def test_an_event_counts_although_a_reading_beside_it_denies_it(
    name: str, measure: str, bad: Plain, good: Plain
) -> None:
    """Fine print 8: an event that was true since the last dose is met; what is discordant are states, not events."""
    for series in (((bad, 33), (good, 30)), ((good, 33), (bad, 30)), ((bad, 30), (good, 30))):
        situation = a_situation(readings(measure, *series), absent=["stool_occult_blood"])
        assert finding(situation, USPI, name).verdict is MET, series


def test_every_permanent_criterion_that_was_carried_over_discontinues_a_well_patient() -> None:
    names = [c.id for row in USPI.rows for c in row.criteria if c.cls is Class.PERMANENT]
    assert len(names) == 8
    for name in names:
        made = decision(a_situation(unresolved=(name,)), USPI)
        assert made.action is Action.DISCONTINUE
        assert [found.criterion.id for found in made.met()] == [name]


def test_every_withhold_criterion_that_was_carried_over_holds_until_it_is_seen_to_have_cleared() -> None:
    names = {c.id: row for row in USPI.rows for c in row.criteria if c.cls is Class.WITHHOLD}
    for name, row in names.items():
        clearing = [condition.measure for condition in row.window.clear] or [row.measure]
        unseen = decision(a_situation(unresolved=(name,), absent=clearing), USPI)
        assert name in {found.criterion.id for found in unseen.met()}
        well = action(a_situation(unresolved=(name,)), USPI)
        assert well is (Action.HOLD if name == "seizure-withhold" else Action.PROCEED), name


def test_a_seizure_carried_over_clears_after_a_dose_that_is_known_to_have_followed_it() -> None:
    """It was set before the supplied readings, so a dose after the first of these followed it."""
    set_before, denied = ("seizure-withhold",), reading("seizure", False, 30)
    followed = a_situation(denied, unresolved=set_before, last_given_at=ago(60))
    assert action(followed, USPI) is Action.PROCEED
    unknown = a_situation(denied, unresolved=set_before, last_given_at=ago(20_000))
    assert action(unknown, USPI) is Action.HOLD


def test_a_seizure_carried_over_is_not_cleared_by_a_dose_at_the_very_moment_of_the_first_reading() -> None:
    """It may have happened at that moment, too: nobody knows which came first."""
    carried = a_situation(reading("seizure", False, 30), unresolved=("seizure-withhold",))
    first = min(one.at for one in every(carried))
    assert action(replace(carried, last_given_at=first), USPI) is Action.HOLD
    assert action(replace(carried, last_given_at=first + timedelta(microseconds=1)), USPI) is Action.PROCEED


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_a_criterion_of_another_protocol_carries_nothing(protocol: object) -> None:
    for shipped in SHIPPED:
        names = {c.id for row in shipped.rows for c in row.criteria}
        strangers = [c.id for other in SHIPPED for row in other.rows for c in row.criteria if c.id not in names]
        assert action(a_situation(unresolved=tuple(strangers)), shipped) is Action.PROCEED


# ---- Two seizures

P = "repeated-seizures-permanent"


@pytest.mark.parametrize(
    "series,verdict,why",
    [
        (((False, 30),), NOT_MET, None),
        (((True, 30),), NOT_MET, None),
        (((True, 300), (True, 30)), MET, None),
        (((True, 300), (False, 200), (True, 30)), MET, None),
        (((True, 20_000), (False, 10_000), (True, 300), (False, 30)), MET, None),
        (((True, 30), (True, 30)), NOT_MET, None),
        (((True, 30 + TICK), (True, 30)), MET, None),
        (((True, 300), (True, 200), (True, 30)), MET, None),
        (((True, 300), (False, 298), (True, 30)), MET, None),
        (((True, 33), (False, 30)), NOT_MET, None),
        (((True, 2000), (True, 1000)), MET, None),
        (((True, 1000),), UNKNOWN, Why.STALE),
        (((False, 1000),), UNKNOWN, Why.STALE),
    ],
)
def test_two_seizures_of_one_cycle_are_repeated_seizures(series: Series, verdict: Verdict, why: Why | None) -> None:
    found = finding(a_situation(readings("seizure", *series), last_given_at=ago(480)), USPI, P)
    assert (found.verdict, found.why) == (verdict, why)


def test_seizures_are_told_by_their_number_and_the_last_of_them() -> None:
    found = finding(a_situation(readings("seizure", (True, 300), (True, 60), (False, 10))), USPI, P)
    assert (found.value, found.observed_at, found.criterion.unit) == (Decimal(2), ago(60), "times")
    none = finding(a_situation(readings("seizure", (False, 60), (False, 10))), USPI, P)
    assert (none.value, none.observed_at) == (Decimal(0), ago(10))


def test_a_seizure_that_was_never_asked_about_is_no_count_of_none() -> None:
    found = finding(a_situation(absent=["seizure"]), USPI, P)
    assert (found.verdict, found.why) == (UNKNOWN, Why.MISSING)
    assert finding(a_situation(absent=["seizure"], unresolved=(P,)), USPI, P).verdict is MET


def test_a_seizure_of_an_earlier_cycle_is_not_counted_again() -> None:
    situation = a_situation(seizure=True, unresolved=("seizure-withhold",))
    assert finding(situation, USPI, P).verdict is NOT_MET
    assert action(situation, USPI) is Action.HOLD


# ---- Longer than 72 and 48 hours

LONG: list[tuple[str, str, Plain, Plain, int]] = [
    ("long-intubation-permanent", "oxygen_device", "intubated", "room_air", 72 * 60),
    ("long-coma-permanent", "coma_or_toxic_psychosis", True, False, 48 * 60),
]


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("name,measure,on,off,limit", LONG)
def test_a_state_is_permanent_strictly_after_its_hours(
    name: str, measure: str, on: Plain, off: Plain, limit: int
) -> None:
    for series, verdict in (
        (((on, 30),), NOT_MET),
        (((on, limit), (on, 30)), NOT_MET),
        (((on, limit + TICK), (on, 30)), MET),
        (((on, limit), (on, 0)), NOT_MET),
        (((on, limit + TICK), (on, 0)), MET),
        (((off, limit + 60), (on, limit), (on, 30)), NOT_MET),
        (((on, limit + 60), (off, limit - 60), (on, 30)), NOT_MET),
        (((on, limit + 60), (off, 30)), NOT_MET),
        (((on, limit + 999), (on, 998), (off, 30)), MET),
        (((on, limit + 998), (on, 998), (off, 30)), NOT_MET),
        (((on, limit + 998 + TICK), (on, 998), (off, 900), (on, 30)), MET),
        (((on, limit + 60), (off, 1000), (on, 997), (on, 30)), MET),
    ):
        found = finding(a_situation(readings(measure, *series)), USPI, name)
        assert found.verdict is verdict, series
    assert finding(a_situation(unresolved=(name,)), USPI, name).verdict is MET


@pytest.mark.parametrize("name,measure,on,off,limit", LONG)
def test_a_length_that_nobody_looked_at_lately_is_open(
    name: str, measure: str, on: Plain, off: Plain, limit: int
) -> None:
    stale = finding(a_situation(readings(measure, (on, limit), (on, 300))), USPI, name)
    assert (stale.verdict, stale.why) == (UNKNOWN, Why.STALE)
    assert finding(a_situation(absent=[measure]), USPI, name).why is Why.MISSING
    pair = finding(a_situation(readings(measure, (on, limit + 60), (on, 32), (off, 30))), USPI, name)
    assert pair.verdict is not NOT_MET
    assert finding(a_situation(readings(measure, (on, limit + 301), (on, 300))), USPI, name).verdict is MET


@pytest.mark.parametrize("name,measure,on,off,limit", LONG)
def test_a_shorter_state_is_withheld_and_a_longer_one_both(
    name: str, measure: str, on: Plain, off: Plain, limit: int
) -> None:
    flow = reading("oxygen_flow", 0, 30)
    short, long = ((on, limit - 1), (on, 30)), ((on, limit + 1), (on, 30))
    assert action(a_situation(readings(measure, *short), flow), USPI) is Action.HOLD
    assert action(a_situation(readings(measure, *long), flow), USPI) is Action.DISCONTINUE


def test_only_the_label_remembers() -> None:
    remembering = {WindowKind.LATCHED, WindowKind.COUNT, WindowKind.OUTLASTED}
    found = {protocol.pin.id for protocol in SHIPPED for row in protocol.rows if row.window.kind in remembering}
    assert found == {"uspi-2023"}


def test_a_volume_is_never_remembered() -> None:
    situation = a_situation(intervals("urine_volume", (960, 480, "0"), (480, 0, "900")))
    assert {str(action(situation, protocol)) for protocol in SHIPPED} == {"proceed"}
