"""Is every CTCAE v5 grade the one its numbers give, and is nothing missing ever grade 0?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.flowsheet import Flowsheet
from app.domain.observation import Reading
from app.domain.scores.evidence import evidence_of
from app.domain.scores.grade import Open, Ungraded
from app.domain.vocabulary import Outcome
from tests.builders import AT, an_administration, an_observation, hourly, reading, readings
from tests.domain.scores.seen import BOOK, before, grade, said, scored, sheet, without_limits

TERMS = {
    "fever": "temperature",
    "urine_output_decreased": "urine_volume",
    "creatinine_increased": "creatinine",
    "weight_gain": "weight",
    "platelet_count_decreased": "platelets",
    "blood_bilirubin_increased": "bilirubin",
    "ast_increased": "ast",
    "alt_increased": "alt",
}


def test_the_terms_are_those_that_numbers_can_grade() -> None:
    assert {term.id: term.measure for term in BOOK.ctcae.terms} == TERMS
    judged = {"hypotension", "sinus_tachycardia", "confusion", "capillary_leak_syndrome"}
    assert judged.isdisjoint(TERMS)


# ---- One unit below, at, and one above each printed bound.


@pytest.mark.parametrize(
    "value,expected",
    [
        ("37.9", 0), ("38.0", 1), ("38.1", 1), ("38.9", 1), ("39.0", 1), ("39.1", 2), ("39.9", 2), ("40.0", 2),
        ("40.1", 3),
    ],
)  # fmt: skip
def test_fever_by_its_height(value: str, expected: int) -> None:
    assert grade("fever", sheet(temperature=value)).grade == expected


@pytest.mark.parametrize(
    "value,expected", [("24", 4), ("25", 3), ("26", 3), ("49", 3), ("50", 2), ("51", 2), ("74", 2), ("75", 1),
                       ("76", 1), ("149", 1), ("150", 0), ("151", 0)],
)  # fmt: skip
def test_platelets_exactly_at_a_bound_belong_to_the_milder_grade(value: str, expected: int) -> None:
    assert grade("platelet_count_decreased", sheet(platelets=value)).grade == expected


@pytest.mark.parametrize(
    "value,expected", [("83.9", 0), ("84.0", 1), ("84.1", 1), ("87.9", 1), ("88.0", 2), ("88.1", 2), ("95.9", 2),
                       ("96.0", 3), ("96.1", 3)],
)  # fmt: skip
def test_weight_gain_from_the_baseline_of_the_cycle(value: str, expected: int) -> None:
    """The baseline is 80.0 kg."""
    assert grade("weight_gain", sheet(before("weight", "80.0"), weight=value)).grade == expected


@pytest.mark.parametrize(
    "value,expected", [("1.00", 0), ("1.10", 0), ("1.11", 1), ("1.65", 1), ("1.66", 2), ("3.30", 2), ("3.31", 3),
                       ("6.60", 3), ("6.61", 4)],
)  # fmt: skip
def test_creatinine_against_the_limit_of_normal(value: str, expected: int) -> None:
    """The limit for a woman is 1.1 mg/dL; a baseline of 20 leaves the other arm silent."""
    found = sheet(before("creatinine", "20"), creatinine=value)
    assert (grade("creatinine_increased", found).grade, said("creatinine_increased", found)[2:]) == (
        expected, "times_upper",
    )  # fmt: skip


@pytest.mark.parametrize(
    "value,expected", [("0.50", 0), ("0.60", 0), ("0.61", 2), ("1.20", 2), ("1.21", 3), ("1.30", 3)]
)
def test_creatinine_against_the_baseline(value: str, expected: int) -> None:
    """The baseline is 0.40 mg/dL: its arm speaks below the limit of normal, which is 1.3 for a man."""
    assert grade("creatinine_increased", sheet(before("creatinine", "0.40"), sex="male", creatinine=value)).grade == (
        expected
    )


@pytest.mark.parametrize(
    "value,expected", [("1.0", 0), ("1.1", 1), ("1.5", 1), ("1.6", 2), ("3.0", 2), ("3.1", 3), ("10.0", 3), ("10.1", 4)]
)
def test_bilirubin_with_a_normal_baseline(value: str, expected: int) -> None:
    """The limit is 1.0 mg/dL."""
    assert grade("blood_bilirubin_increased", sheet(before("bilirubin", "1.0"), bilirubin=value)).grade == expected


@pytest.mark.parametrize(
    "value,expected", [("2.0", 0), ("2.1", 1), ("3.0", 1), ("3.1", 2), ("6.0", 2), ("6.1", 3), ("20.0", 3), ("20.1", 4)]
)
def test_bilirubin_with_an_abnormal_baseline(value: str, expected: int) -> None:
    """The baseline is 2.0 mg/dL."""
    found = sheet(before("bilirubin", "2.0"), bilirubin=value)
    assert said("blood_bilirubin_increased", found) == f"{expected} times_baseline"


@pytest.mark.parametrize("term,measure", [("ast_increased", "ast"), ("alt_increased", "alt")])
@pytest.mark.parametrize(
    "value,expected", [("40", 0), ("41", 1), ("120", 1), ("121", 2), ("200", 2), ("201", 3), ("800", 3), ("801", 4)]
)
def test_aminotransferases_with_a_normal_baseline(term: str, measure: str, value: str, expected: int) -> None:
    """The limit is 40 U/L."""
    assert grade(term, sheet(before(measure, "40"), now={measure: value})).grade == expected


@pytest.mark.parametrize("term,measure", [("ast_increased", "ast"), ("alt_increased", "alt")])
@pytest.mark.parametrize(
    "value,expected",
    [("149", 0), ("150", 1), ("300", 1), ("301", 2), ("500", 2), ("501", 3), ("2000", 3), ("2001", 4)],
)
def test_aminotransferases_with_an_abnormal_baseline(term: str, measure: str, value: str, expected: int) -> None:
    """The baseline is 100 U/L; exactly 1.5 times it is grade 1."""
    assert grade(term, sheet(before(measure, "100"), now={measure: value})).grade == expected


# ---- Urine.


def over(hours: float, volume: str, until: float = 0) -> Reading:
    return reading("urine_volume", volume, until * 60, since=(until + hours) * 60)


@pytest.mark.parametrize("last_8_h,expected", [("79.999", "3 8 h"), ("80", "0 8 h"), ("80.001", "0 8 h")])
def test_oliguria_is_less_than_80_ml_in_8_hours(last_8_h: str, expected: str) -> None:
    assert said("urine_output_decreased", sheet(over(8, last_8_h), over(16, "900", 8))) == expected


@pytest.mark.parametrize("rest,expected", [("159.999", "4 24 h"), ("160", "0 8 h"), ("160.001", "0 8 h")])
def test_anuria_is_less_than_240_ml_in_24_hours(rest: str, expected: str) -> None:
    assert said("urine_output_decreased", sheet(over(8, "80"), over(16, rest, 8))) == expected


def test_oliguria_in_a_day_that_is_not_charted_might_be_anuria() -> None:
    found = sheet(over(8, "60"))
    assert said("urine_output_decreased", found) == "at least 3 8 h"
    assert grade("urine_output_decreased", found).open == (Open("24 h", "urine_volume", Ungraded.COVERAGE, AT),)


def test_enough_in_8_hours_is_enough_in_24() -> None:
    found = sheet(over(8, "240"))
    assert said("urine_output_decreased", found) == "0 8 h"
    assert grade("urine_output_decreased", found).open == ()


def test_too_little_in_8_hours_to_rule_out_anuria_gives_no_grade() -> None:
    assert said("urine_output_decreased", sheet(over(8, "239"))) == "none: coverage"


def test_what_is_charted_of_a_day_can_rule_out_anuria_and_never_give_it() -> None:
    assert said("urine_output_decreased", sheet(over(8, "60"), over(6, "180", 8))) == "3 8 h"
    assert said("urine_output_decreased", sheet(over(8, "60"), over(6, "179", 8))) == "at least 3 8 h"


def test_7_5_of_8_and_22_5_of_24_hours_are_enough() -> None:
    assert said("urine_output_decreased", sheet(over(7.5, "79"), over(15, "900", 8))) == "3 8 h"
    assert said("urine_output_decreased", sheet(over(7.4, "79"), over(16, "900", 8))).startswith("none")
    assert said("urine_output_decreased", sheet(over(8, "70"), over(14.5, "169", 8))) == "4 24 h"
    assert said("urine_output_decreased", sheet(over(8, "70"), over(14.4, "169", 8))) == "at least 3 8 h"


def test_overlapping_volumes_and_no_volumes_give_no_grade() -> None:
    assert said("urine_output_decreased", sheet(over(8, "900"), over(1, "50", 2))) == "none: overlap"
    assert said("urine_output_decreased", sheet(absent=("urine_volume",))) == "none: missing"


def test_a_third_of_a_volume_is_not_rounded_over_a_bound() -> None:
    """8/24 of 239.99 mL are 79.996…, not the 80.0 a tenth would make of it; 8/24 of 240 are exactly 80."""
    assert said("urine_output_decreased", sheet(over(24, "239.99"))) == "4 24 h"
    assert said("urine_output_decreased", sheet(over(24, "240"))) == "0 8 h"
    shown = grade("urine_output_decreased", sheet(over(12, "119.99"), over(12, "800", 12))).value
    assert isinstance(shown, Decimal)
    assert shown < 80


# ---- Fever that lasts.


def feverish(*hours: float | Fraction, value: str = "40.1") -> tuple[Reading, ...]:
    return readings("temperature", *((value, hour * 60) for hour in hours))


@pytest.mark.parametrize("first,expected", [(24, "3 value"), (Fraction(24 * 60 + 1, 60), "4 lasting")])
def test_fever_above_40_is_grade_4_after_more_than_24_hours(first: float, expected: str) -> None:
    assert said("fever", sheet(feverish(first, 21, 18, 15, 12, 9, 6, 3, 0))) == expected


def test_a_cooler_reading_ends_the_run() -> None:
    cooler = reading("temperature", "40.0", 12 * 60)
    assert said("fever", sheet(feverish(30, 27, 24, 21, 18, 15, 9, 6, 3, 0), cooler)) == "3 value"


def test_a_long_gap_in_the_run_leaves_open_whether_it_lasted() -> None:
    found = sheet(feverish(30, 12, 9, 6, 3, 0))
    assert said("fever", found) == "at least 3 value"
    assert grade("fever", found).open == (Open("lasting", "temperature", Ungraded.COVERAGE, AT),)


def test_a_gap_before_24_hours_of_certain_run_changes_nothing() -> None:
    assert said("fever", sheet(feverish(40, 25, 22, 19, 16, 13, 10, 7, 4, 1))) == "4 lasting"


# ---- What is missing.


@pytest.mark.hazard("HZ-06")
@pytest.mark.parametrize("term,measure", TERMS.items())
def test_a_measure_that_is_missing_has_no_grade(term: str, measure: str) -> None:
    charted = sheet()
    rows = tuple(row for row in charted.observations if row.measure != measure)
    found = grade(term, replace(charted, observations=rows))
    assert found.grade is None
    assert {one.why for one in found.open} == {Ungraded.MISSING}


@pytest.mark.hazard("HZ-04")
@pytest.mark.parametrize(
    "term,measure,hours",
    [("fever", "temperature", 4), ("weight_gain", "weight", 24), ("creatinine_increased", "creatinine", 24),
     ("platelet_count_decreased", "platelets", 24), ("ast_increased", "ast", 24)],
)  # fmt: skip
def test_a_value_that_is_too_old_has_no_grade_and_says_when_it_was_taken(term: str, measure: str, hours: int) -> None:
    value = {"temperature": "39.5", "weight": "90.0", "creatinine": "5.00", "platelets": "20", "ast": "900"}[measure]
    fresh = sheet(before(measure, value), reading(measure, value, hours * 60))
    assert grade(term, fresh).open == ()
    stale = grade(term, sheet(reading(measure, value, hours * 60 + 1)))
    assert stale.grade is None
    assert {(one.why, one.observed_at) for one in stale.open} == {
        (Ungraded.STALE, AT - timedelta(minutes=hours * 60 + 1))
    }


def test_without_a_baseline_the_limit_of_normal_still_answers() -> None:
    """One arm is open, so that the grade is at least what the other says."""
    found = sheet(creatinine="2.60")
    assert said("creatinine_increased", found) == "at least 2 times_upper"
    assert grade("creatinine_increased", found).open == (
        Open("times_baseline", "creatinine", Ungraded.BASELINE, AT - timedelta(minutes=30)),
    )


def test_the_gravest_grade_needs_no_other_arm() -> None:
    assert said("creatinine_increased", sheet(creatinine="7.00")) == "4 times_upper"


def test_a_normal_creatinine_without_a_baseline_is_not_grade_0() -> None:
    assert said("creatinine_increased", sheet(creatinine="0.90")) == "none: baseline"


def test_without_a_limit_of_normal_the_baseline_still_answers() -> None:
    found = sheet(before("creatinine", "0.90"), creatinine="2.60")
    assert said("creatinine_increased", found, without_limits()) == "at least 2 times_baseline"
    assert [one.why for one in grade("creatinine_increased", found, without_limits()).open] == [Ungraded.LIMIT]


@pytest.mark.parametrize("sex", ["other", "unknown"])
def test_a_limit_printed_by_sex_is_not_guessed(sex: str) -> None:
    assert said("creatinine_increased", sheet(creatinine="2.60", sex=sex)) == "none: limit baseline"


@pytest.mark.parametrize("sex,expected", [("female", 1), ("male", 0)])
def test_the_limit_is_that_of_the_sex_on_the_wristband(sex: str, expected: int) -> None:
    assert grade("creatinine_increased", sheet(before("creatinine", "1.2"), creatinine="1.20", sex=sex)).grade == (
        expected
    )


@pytest.mark.parametrize("term", ["blood_bilirubin_increased", "ast_increased", "alt_increased"])
def test_without_a_limit_nobody_can_say_whether_the_baseline_was_normal(term: str) -> None:
    found = sheet(before(TERMS[term], "99"), now={TERMS[term]: "99"})
    assert said(term, found, without_limits()) == "none: limit"


def test_without_a_baseline_a_liver_value_is_graded_as_if_it_had_been_normal() -> None:
    """The arm for a normal baseline is never the milder one."""
    assert said("ast_increased", sheet(ast="130")) == "2 times_upper"


def test_few_platelets_are_graded_without_a_limit_of_normal_and_many_are_not() -> None:
    assert said("platelet_count_decreased", sheet(platelets="74"), without_limits()) == "2 value"
    assert said("platelet_count_decreased", sheet(platelets="75"), without_limits()) == "none: limit"


# ---- Which readings count.


def test_the_grade_says_which_value_gave_it_and_what_it_was_compared_with() -> None:
    found = grade("creatinine_increased", sheet(before("creatinine", "0.80"), creatinine="3.00"))
    assert (found.grade, found.arm, found.value, found.unit, found.against) == (
        3, "times_baseline", Decimal("3.00"), "mg/dL", Decimal("0.80"),
    )  # fmt: skip
    assert found.observed_at == AT - timedelta(minutes=30)


def test_of_two_arms_that_agree_the_first_is_named() -> None:
    assert said("creatinine_increased", sheet(before("creatinine", "1.00"), creatinine="2.00")) == "2 times_upper"


def test_the_latest_reading_counts_whatever_the_order_of_entry() -> None:
    charted = readings("temperature", ("37.0", 10), ("39.5", 60))
    found = sheet(*charted)
    for observations in (found.observations, found.observations[::-1]):
        assert grade("fever", replace(found, observations=observations)).grade == 0


def test_a_corrected_reading_no_longer_counts() -> None:
    found = sheet(temperature="39.5")
    wrong = next(row for row in found.observations if row.measure == "temperature")
    right = an_observation(reading("temperature", "36.5"), supersedes=wrong)
    gone = an_observation(reading("temperature", "36.5"), supersedes=wrong, retracts=True)
    assert grade("fever", replace(found, observations=(*found.observations, right))).grade == 0
    assert grade("fever", replace(found, observations=(*found.observations, gone))).grade is None


def test_nothing_after_the_moment_counts() -> None:
    found = sheet(readings("temperature", ("40.5", 0), ("36.5", 30)))
    assert grade("fever", found).grade == 3
    assert grade("fever", found, at=AT - timedelta(minutes=1)).grade == 0


def test_the_lower_of_two_baselines_at_one_moment_counts() -> None:
    found = sheet(before("creatinine", "0.90"), before("creatinine", "0.60"), creatinine="1.00")
    assert grade("creatinine_increased", found).against == Decimal("0.60")


def test_the_baseline_is_the_last_value_at_or_before_the_first_dose_of_the_cycle() -> None:
    at_dose = reading("creatinine", "0.70", 32 * 60)
    later = reading("creatinine", "0.50", 32 * 60 - 1)
    found = sheet(before("creatinine", "0.90"), at_dose, later, creatinine="1.30")
    assert grade("creatinine_increased", found).against == Decimal("0.70")


def test_before_the_first_dose_the_last_value_is_the_baseline() -> None:
    found = replace(sheet(creatinine="1.00"), administrations=())
    assert said("creatinine_increased", found) == "0 times_upper"


def test_before_the_first_admission_there_is_a_grade_all_the_same() -> None:
    found = replace(sheet(temperature="39.5"), cycles=(), doses=(), administrations=())
    assert grade("fever", found).grade == 2


def test_grades_of_an_earlier_cycle_do_not_lend_their_baseline() -> None:
    found = sheet(before("creatinine", "0.90"), creatinine="2.60")
    cycle = replace(found.cycles[0], id="another", number=2, admitted_at=AT - timedelta(hours=2))
    again = replace(found, cycles=(*found.cycles, cycle))
    assert grade("creatinine_increased", again).against == Decimal("1.1")


def test_a_fault_grades_nothing_says_so_and_does_not_stop_the_charting() -> None:
    broken = replace(BOOK, ctcae=replace(BOOK.ctcae, terms=(replace(BOOK.ctcae.terms[0], arms=()),)))
    result = scored(sheet(), broken)
    assert result.news2.score is None
    assert {grade_.grade for grade_ in (*result.ctcae, result.crs, result.icans)} == {None}
    assert {one.why for grade_ in (*result.ctcae, result.crs) for one in grade_.open} == {Ungraded.FAULT}


def test_hourly_charting_of_a_well_patient_is_graded_0() -> None:
    assert said("urine_output_decreased", sheet(hourly("urine_volume", *["75"] * 24))) == "0 8 h"


def test_exactly_24_certain_hours_behind_a_gap_are_not_more_than_24() -> None:
    assert said("fever", sheet(feverish(40, 24, 21, 18, 15, 12, 9, 6, 3, 0))) == "at least 3 value"


@pytest.mark.parametrize("gap,expected", [(4, "4 lasting"), (Fraction(4 * 60 + 1, 60), "at least 3 value")])
def test_a_gap_is_long_where_a_reading_would_have_turned_stale(gap: Fraction, expected: str) -> None:
    last = Fraction(21)
    assert said("fever", sheet(feverish(last + gap, last, 18, 15, 12, 9, 6, 3, 0))) == expected


def test_intervals_that_overlap_before_the_last_8_hours_do_not_hide_what_these_rule_out() -> None:
    earlier = (over(6, "50", 8), over(2, "10", 9))
    assert said("urine_output_decreased", sheet(over(8, "240"), *earlier)) == "0 8 h"
    assert said("urine_output_decreased", sheet(over(8, "79"), *earlier)) == "at least 3 8 h"


def _second_cycle(found: Flowsheet, hours_ago: float) -> Flowsheet:
    """A second admission so long ago, with one dose given an hour ago."""
    cycle = replace(found.cycles[0], id="second", number=2, admitted_at=AT - timedelta(hours=hours_ago))
    dose = replace(found.doses[0], id="second-1", cycle_id=cycle.id)
    done = an_administration(dose, AT - timedelta(hours=1))
    return replace(
        found,
        cycles=(*found.cycles, cycle),
        doses=(*found.doses, dose),
        administrations=(*found.administrations, done),
    )


def test_the_baseline_is_that_of_the_cycle_alone() -> None:
    found = sheet(before("creatinine", "0.90"), creatinine="2.80")
    assert grade("creatinine_increased", found).against == Decimal("0.90")
    again = _second_cycle(found, 2)
    assert said("creatinine_increased", again) == "at least 2 times_upper"
    fresh = replace(again, observations=(*again.observations, an_observation(reading("creatinine", "1.00", 90))))
    assert grade("creatinine_increased", fresh).against == Decimal("1.1")
    assert grade("creatinine_increased", fresh).open == ()


def test_what_is_charted_just_before_an_admission_belongs_to_it() -> None:
    """The second admission is an hour ahead; what was charted up to a day before it is its own."""
    found = _second_cycle(sheet(reading("creatinine", "2.60", 30 * 60), creatinine="0.90"), -1)
    assert said("creatinine_increased", replace(found, administrations=())) == "0 times_upper"
    assert evidence_of(found, {"creatinine": timedelta(hours=24)}, timedelta(hours=24), AT).cycle_id == "second"
    assert evidence_of(found, {"creatinine": timedelta(hours=24)}, timedelta(0), AT).cycle_id != "second"


def test_a_first_dose_that_was_taken_back_leaves_the_baseline_to_the_next() -> None:
    between = reading("creatinine", "0.70", 28 * 60)
    found = sheet(before("creatinine", "0.90"), between, creatinine="1.40")
    first = found.administrations[0]
    back = replace(first, id="back", outcome=Outcome.NOT_GIVEN, supersedes=first.id)
    assert grade("creatinine_increased", found).against == Decimal("0.90")
    corrected = replace(found, administrations=(*found.administrations, back))
    assert grade("creatinine_increased", corrected).against == Decimal("0.70")
