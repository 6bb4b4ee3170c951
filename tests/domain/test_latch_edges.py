"""What keeps a latched row set, or clears it, where several classes, other measures or a held dose have a say?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.answer import Answer, certain
from app.domain.band import Band
from app.domain.facts import Facts
from app.domain.grading import Grading
from app.domain.measure import Value
from app.domain.protocol import Protocol, Row
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Class, Verdict, Why
from app.domain.windows_latched import latched
from tests.builders import SHIPPED, USPI, Plain, a_situation, ago, decision, finding, reading, readings

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
Series = tuple[tuple[Plain, int], ...]


def row(name: str) -> Row:
    return next(one for one in USPI.rows if one.id == name)


RHYTHM, BLOOD, SATURATION = row("rhythm"), row("frank-blood"), row("saturation")
CLEARED_BY_A_TEST = BLOOD.window.clear
"""A negative test for occult blood: another measure than the row's own."""


def answered(one: Row, situation: Situation) -> Answer:
    return latched(one, Facts(situation, USPI))


# ---- Several classes


@pytest.mark.parametrize(
    "series,withhold,permanent",
    [
        ((("uncontrolled", 90), ("atrial_fibrillation", 10)), NOT_MET, MET),
        ((("atrial_fibrillation", 90), ("uncontrolled", 12), ("sinus", 10)), MET, UNKNOWN),
        ((("uncontrolled", 200), ("sinus", 100), ("uncontrolled", 12), ("sinus", 10)), NOT_MET, MET),
    ],
)
def test_the_gravest_class_that_is_set_stays_set_and_a_graver_one_open(
    series: Series, withhold: Verdict, permanent: Verdict
) -> None:
    situation = a_situation(readings("rhythm", *series))
    assert finding(situation, USPI, "rhythm-withhold").verdict is withhold
    assert finding(situation, USPI, "rhythm-permanent").verdict is permanent


def test_a_class_that_does_not_latch_is_not_cleared_by_another_measure() -> None:
    seen = a_situation(reading("frank_blood", True, 60), stool_occult_blood="negative")
    assert answered(BLOOD, seen)[1] == 0
    uncovered = replace(BLOOD, criteria=(replace(BLOOD.criteria[0], cls=Class.UNCOVERED),))
    assert answered(uncovered, seen) == certain(uncovered, 1, True, ago(60))


def test_a_permanent_class_left_open_is_not_cleared_by_another_measure() -> None:
    pair = readings("frank_blood", (True, 62), (False, 60))
    seen = a_situation(pair, reading("stool_occult_blood", "negative", 30))
    assert answered(BLOOD, seen)[:2] == (0, 0)
    permanent = replace(BLOOD, criteria=(replace(BLOOD.criteria[0], cls=Class.PERMANENT),))
    low, high, _, _, why, _ = answered(replace(permanent, window=replace(BLOOD.window, event=False)), seen)
    assert (low, high, why) == (0, 1, Why.DISCORDANT)


def test_the_class_of_the_reading_itself_says_whether_another_measure_clears_it() -> None:
    window = replace(RHYTHM.window, clear=CLEARED_BY_A_TEST, quiet=())
    mixed = replace(RHYTHM, window=window)
    seen = a_situation(reading("rhythm", "atrial_fibrillation", 60), stool_occult_blood="negative")
    assert answered(mixed, seen) == certain(mixed, 0, "atrial_fibrillation", ago(60))


def test_a_graver_class_that_does_not_latch_is_told_while_it_lasts_and_the_latch_after_it() -> None:
    withhold, graver = SATURATION.criteria[0], replace(SATURATION.criteria[0], cls=Class.ABSOLUTE, grade=2)
    bands = [
        (Band(None, False, Decimal(80), True), 2),
        (Band(Decimal(80), False, Decimal(90), True), 1),
        (Band(Decimal(90), False, None, False), 0),
    ]
    both = replace(SATURATION, criteria=(withhold, graver), grade=Grading(bands, {}).of)
    assert answered(both, a_situation(spo2=75)) == certain(both, 2, Decimal(75), ago(30))
    over = a_situation(readings("spo2", (75, 60), (90, 30)))
    assert answered(both, over) == certain(both, 1, Decimal(75), ago(60))


# ---- Readings side by side


def test_a_reading_that_clears_denies_the_one_beside_it_and_another_does_not() -> None:
    def told(beside: str) -> Answer:
        pair = (("atrial_fibrillation", 90), ("atrial_fibrillation", 12), (beside, 10))
        return answered(RHYTHM, a_situation(readings("rhythm", *pair)))

    assert told("sinus") == certain(RHYTHM, 2, "atrial_fibrillation", ago(90))
    assert told("ventricular_ectopy_frequent") == certain(RHYTHM, 2, "atrial_fibrillation", ago(12))


def test_without_conditions_only_a_reading_that_meets_nothing_denies() -> None:
    plain = replace(RHYTHM, window=replace(RHYTHM.window, clear=(), quiet=()))
    graver = (("uncontrolled", 90), ("uncontrolled", 12), ("atrial_fibrillation", 10))
    assert answered(plain, a_situation(readings("rhythm", *graver))) == certain(plain, 3, "uncontrolled", ago(12))
    denied = (("uncontrolled", 90), ("uncontrolled", 12), ("sinus", 10))
    assert answered(plain, a_situation(readings("rhythm", *denied))) == certain(plain, 3, "uncontrolled", ago(90))


def test_a_reading_denies_a_set_state_only_when_every_condition_on_its_measure_holds() -> None:
    (above_90,) = SATURATION.window.clear
    above_94 = replace(above_90, band=Band(Decimal(94), True, None, False))
    both = replace(SATURATION, window=replace(SATURATION.window, clear=(above_90, above_94)))
    for beside, since in ((92, 12), (95, 90)):
        situation = a_situation(readings("spo2", (88, 90), (88, 12), (beside, 10)))
        low, _, _, at, _, _ = answered(both, situation)
        assert (low, at) == (1, ago(since)) if beside == 92 else (0, ago(10))


def test_a_reading_that_clears_nothing_by_itself_does_not_deny_a_set_state() -> None:
    told = replace(BLOOD, window=replace(BLOOD.window, event=False))
    series = ((True, 90), (True, 12), (False, 10))
    situation = a_situation(readings("frank_blood", *series), absent=["stool_occult_blood"])
    assert answered(told, situation) == certain(told, 1, True, ago(12))


def test_what_a_test_cleared_is_the_last_blood_and_not_the_last_look() -> None:
    pair = readings("frank_blood", (True, 12), (False, 10))
    for minutes, verdict in ((11, NOT_MET), (13, MET)):
        situation = a_situation(pair, reading("stool_occult_blood", "negative", minutes))
        assert finding(situation, USPI, "frank-blood-withhold").verdict is verdict


# ---- Nothing charted, nothing wrong


def test_a_state_that_was_never_looked_at_is_open() -> None:
    for name in ("frank_blood", "infection_suspected", "spo2", "rhythm"):
        for criterion in (one for row in USPI.rows if row.measure == name for one in row.criteria):
            found = finding(a_situation(absent=[name]), USPI, criterion.id)
            assert (found.verdict, found.why, found.blame) == (UNKNOWN, Why.MISSING, name)


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_of_a_well_patient_no_finding_has_anything_to_explain(protocol: Protocol) -> None:
    assert {found.why for found in decision(a_situation(), protocol).findings} == {None}


def test_a_state_carried_over_is_cleared_by_the_very_first_reading() -> None:
    """Cleared and then not looked at again: open, not set."""
    first = a_situation(reading("infection_suspected", False, 10_000), unresolved=("infection-withhold",))
    found = finding(first, USPI, "infection-withhold")
    assert (found.verdict, found.why) == (UNKNOWN, Why.STALE)


# ---- Symptoms


def test_symptoms_count_from_when_the_state_was_first_set() -> None:
    def set_twice(*symptom: tuple[Plain, int]) -> Situation:
        return a_situation(
            readings("rhythm", ("atrial_fibrillation", 200), ("atrial_fibrillation", 100), ("sinus", 60)),
            readings("dyspnoea_at_rest", *symptom, (False, 50)),
        )

    assert finding(set_twice((True, 150)), USPI, "rhythm-withhold").verdict is MET
    assert finding(set_twice((True, 250)), USPI, "rhythm-withhold").verdict is NOT_MET


# ---- The dose before was held on it


def held(*charted: tuple[str, Value]) -> Previous:
    return Previous(Action.HOLD, charted)


def test_a_value_that_held_the_dose_before_sets_the_row_of_its_own_measure_only() -> None:
    before = held(("spo2", Decimal(88)))
    situation = a_situation(previous=before, absent=["spo2", "stool_occult_blood"])
    assert finding(situation, USPI, "saturation-withhold").verdict is MET
    assert finding(situation, USPI, "frank-blood-withhold").verdict is NOT_MET
    elsewhere = a_situation(previous=before, absent=["rhythm"])
    assert finding(elsewhere, USPI, "rhythm-withhold").verdict is UNKNOWN


def test_a_harmless_value_of_a_dose_that_was_held_sets_nothing() -> None:
    for harmless in (("frank_blood", False), ("infection_suspected", False), ("rhythm", "sinus")):
        situation = a_situation(previous=held(harmless), absent=[harmless[0], "stool_occult_blood"])
        (row,) = (one for one in USPI.rows if one.measure == harmless[0])
        for criterion in row.criteria:
            assert finding(situation, USPI, criterion.id).verdict is UNKNOWN


def test_what_was_named_as_permanent_is_not_lost_behind_what_held_the_dose() -> None:
    before = held(("rhythm", "atrial_fibrillation"))
    situation = a_situation(previous=before, unresolved=("rhythm-permanent",), absent=["rhythm"])
    assert finding(situation, USPI, "rhythm-permanent").verdict is MET


def test_a_value_that_held_the_dose_before_sets_no_permanent_class() -> None:
    situation = a_situation(previous=held(("rhythm", "atrial_fibrillation")), absent=["rhythm"])
    assert finding(situation, USPI, "rhythm-withhold").verdict is MET
    assert finding(situation, USPI, "rhythm-permanent").verdict is UNKNOWN


@pytest.mark.parametrize(
    "name,measure,value", [("infection", "infection_suspected", True), ("frank-blood", "frank_blood", True)]
)
def test_what_held_the_dose_before_is_set_until_something_clears_it(name: str, measure: str, value: Value) -> None:
    gone = [measure, "stool_occult_blood"]
    criterion = f"{name}-withhold"
    assert finding(a_situation(previous=held((measure, value)), absent=gone), USPI, criterion).verdict is MET
    assert finding(a_situation(absent=gone), USPI, criterion).verdict is UNKNOWN


def test_a_value_clears_alone_only_when_every_condition_on_its_measure_holds() -> None:
    (above_90,) = SATURATION.window.clear
    above_94 = replace(above_90, band=Band(Decimal(94), True, None, False))
    both = replace(SATURATION, window=replace(SATURATION.window, clear=(above_90, above_94)))
    for value, expected in ((92, 1), (95, None)):
        situation = a_situation(previous=held(("spo2", Decimal(value))), absent=["spo2"])
        assert answered(both, situation)[0] == (expected or 0)
