"""Do the figures over many cycles count what happened, and nothing that has not happened yet?"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain import cohort, cohort_lines, cohort_tables
from app.domain.cohort import Pair, still_receiving
from app.domain.course import ProtocolPin
from tests.builders import AT
from tests.cohorts import DAY, a_cycle, creatinine


def test_a_running_cycle_is_in_no_distribution() -> None:
    cycles = [a_cycle(8), a_cycle(8), a_cycle(10), a_cycle(3, over=False)]
    found = cohort.doses_given(cycles)
    assert (found[8], found[10], found[3], found[0], max(found)) == (2, 1, 0, 0, 10)
    said = cohort_tables.doses_table(cycles).sentence
    assert said == "Doses given in 3 finished cycles: median 8, from 8 to 10; 1 running cycle not counted."


def test_no_cycles_have_no_distribution_no_median_and_no_curve() -> None:
    assert cohort.doses_given([]) == {}
    assert cohort.median([]) is None
    assert still_receiving([]) == ()


def test_a_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() -> None:
    assert cohort.median([1, 2, 4, 100]) == 3
    assert cohort.median([Decimal("2.5")]) == Fraction(5, 2)


def test_a_median_does_not_depend_on_the_order_and_of_an_odd_number_is_the_one_in_the_middle() -> None:
    assert cohort.median([10, 1, 2]) == 2
    assert cohort.median([100, 1, 4, 2]) == 3


def test_the_curve_falls_where_cycles_end_and_only_there() -> None:
    curve = still_receiving([a_cycle(2), a_cycle(4), a_cycle(4), a_cycle(14)])
    shares = {step.dose: step.share for step in curve}
    assert (shares[0], shares[1], shares[2], shares[3]) == (Fraction(1), Fraction(1), Fraction(3, 4), Fraction(3, 4))
    assert (shares[4], shares[13], shares[14]) == (Fraction(1, 4), Fraction(1, 4), Fraction(0))


def test_a_running_cycle_counts_up_to_its_last_dose_and_says_nothing_beyond() -> None:
    curve = still_receiving([a_cycle(2), a_cycle(3, over=False), a_cycle(5)])
    assert [(step.at_risk, step.stopped) for step in curve[2:6]] == [(3, 1), (2, 0), (1, 0), (1, 1)]
    assert curve[2].share == curve[4].share == Fraction(2, 3)


def test_a_cycle_in_which_nothing_went_in_ends_before_the_first_dose() -> None:
    assert still_receiving([a_cycle(0), a_cycle(1)])[0].share == Fraction(1, 2)


def test_reasons_are_counted_by_dose_the_most_frequent_first() -> None:
    cycles = [a_cycle(5, ("creatinine", "urine"), ("creatinine",)), a_cycle(5, ("rhythm",), ("creatinine",))]
    found = cohort.reasons_withheld(cycles, lambda one: one)
    assert [(one.name, one.doses, one.share) for one in found] == [
        ("creatinine", 3, Fraction(3, 4)),
        ("rhythm", 1, 1),
        ("urine", 1, 1),
    ]
    table = cohort_tables.reasons_table("reasons", "Why", found, cohort.withheld(cycles))
    assert table.sentence == "4 doses withheld by a criterion; most often creatinine: 3 of 4."
    assert table.rows[0] == ("creatinine", 3, 4, 3)


def test_the_most_frequent_reason_is_first_and_equally_frequent_ones_are_in_order_of_their_criteria() -> None:
    cycles = [a_cycle(5, ("urine", "rhythm"), ("urine", "creatinine"))]
    found = cohort.reasons_withheld(cycles, lambda one: one)
    assert [one.name for one in found] == ["urine", "creatinine", "rhythm"]


def test_equally_frequent_reasons_come_in_one_order_whatever_they_are_called() -> None:
    cycles = [a_cycle(5, ("a",), ("b", "c"), ("b", "c"), ("a",))]
    english = cohort.reasons_withheld(cycles, {"a": "kidney", "b": "lung", "c": "heart"}.__getitem__)
    spanish = cohort.reasons_withheld(cycles, {"a": "riñón", "b": "pulmón", "c": "corazón"}.__getitem__)
    assert [one.name for one in english] == ["kidney", "lung", "heart"]
    assert [one.name for one in spanish] == ["riñón", "pulmón", "corazón"]
    assert [one[1:] for one in english] == [one[1:] for one in spanish]


def test_two_criteria_of_one_organ_system_are_one_reason_of_that_system() -> None:
    cycles = [a_cycle(5, ("creatinine", "urine"))]
    (renal,) = cohort.reasons_withheld(cycles, lambda _one: "renal")
    assert renal.doses == 1


def test_only_courses_with_both_cycles_over_are_paired() -> None:
    cycles = [
        *(a_cycle(given, course_id="a", number=number) for number, given in ((1, 10), (2, 7))),
        *(a_cycle(given, course_id="b", number=number) for number, given in ((1, 10), (2, 7))),
        a_cycle(9, course_id="c"),
        a_cycle(9, course_id="d"),
        a_cycle(2, course_id="d", number=2, over=False),
    ]
    assert cohort.first_and_second(cycles) == (Pair(10, 7, 2),)
    assert "fewer doses in the second cycle in 2 of 2" in cohort_tables.pairs_table(cycles).sentence


def test_pairs_are_in_order_of_their_doses_however_the_courses_come() -> None:
    courses = {"a": (10, 7), "b": (8, 9), "c": (8, 4)}
    cycles = [
        a_cycle(given, course_id=course, number=number)
        for course, both in courses.items()
        for number, given in enumerate(both, start=1)
    ]
    assert cohort.first_and_second(cycles) == (Pair(8, 4, 1), Pair(8, 9, 1), Pair(10, 7, 1))


def test_what_was_never_charted_before_treatment_cannot_be_judged_to_be_back() -> None:
    (unknown,) = creatinine(None, 30)
    cycles = [a_cycle(8, recovered=(replace(unknown, baseline=None),)), a_cycle(8)]
    assert cohort.recovered_within(cycles, 7 * DAY) == (0, 0)


@pytest.mark.parametrize(
    "took,seen,counted",
    [(3, 3, (1, 1)), (7, 7, (1, 1)), (8, 8, (0, 1)), (None, 7, (0, 1)), (None, 6, (0, 0))],
)
def test_a_value_that_could_still_be_back_in_time_is_not_counted_as_late(
    took: int | None, seen: int, counted: tuple[int, int]
) -> None:
    assert cohort.recovered_within([a_cycle(8, recovered=creatinine(took, seen))], 7 * DAY) == counted


def test_a_value_that_hardly_moved_has_nothing_to_recover_from() -> None:
    cycles = [a_cycle(8, recovered=creatinine(0, 30, worst="1.1"))]
    assert cohort.recovered_within(cycles, 7 * DAY) == (0, 0)
    assert cohort.peaks(cycles) == (Decimal("1.1"),)
    assert "nobody can say yet by 7 days" in cohort_tables.recovery_table(cycles).sentence


def test_peaks_are_told_apart_by_cycle() -> None:
    cycles = [
        a_cycle(8, recovered=creatinine(1, 1, "2.4")),
        a_cycle(8, recovered=creatinine(1, 1, "3.2"), number=2),
        a_cycle(8, number=3),
    ]
    assert cohort.peaks_by_cycle(cycles) == {1: (Decimal("2.4"),), 2: (Decimal("3.2"),)}
    assert cohort_tables.creatinine_table(cycles).rows == (
        (1, 1, "2.4", "2.4", "2.4"),
        (2, 1, "3.2", "3.2", "3.2"),
    )


def test_peaks_are_the_lowest_first_and_cycles_in_order_of_their_number() -> None:
    cycles = [
        a_cycle(8, recovered=creatinine(1, 1, "3.2"), number=2),
        a_cycle(8, recovered=creatinine(1, 1, "2.9")),
        a_cycle(8, recovered=creatinine(1, 1, "2.4")),
    ]
    assert list(cohort.peaks_by_cycle(cycles).items()) == [
        (1, (Decimal("2.4"), Decimal("2.9"))),
        (2, (Decimal("3.2"),)),
    ]


def test_groups_are_by_version_and_by_quarter() -> None:
    other = ProtocolPin("own", "2.0.0", "0" * 64)
    cycles = [a_cycle(8), a_cycle(6, protocol=other), a_cycle(4, protocol=other, first_due_at=AT + timedelta(days=300))]
    assert [(one.name, one.cycles, one.doses) for one in cohort.by_version(cycles)] == [
        ("lvhn-2015 1.0.0", 1, (8,)),
        ("own 2.0.0", 2, (4, 6)),
    ]
    assert [one.name for one in cohort.by_quarter(cycles)] == ["2026 Q1", "2026 Q4"]


def test_small_numbers_are_said_as_they_are() -> None:
    assert cohort_tables.share_words(1, 7) == "1 of 7"
    assert cohort_tables.share_words(5, 20) == "5 of 20 (25 %)"
    assert cohort_tables.share_words(0, 0) == "0 of 0"


@pytest.mark.parametrize("value,said", [("7.25", "7.3"), ("10", "10"), ("0", "0"), ("2.04", "2")])
def test_a_computed_number_has_one_digit_at_most(value: str, said: str) -> None:
    assert cohort_tables.number_words(Decimal(value)) == said


def test_a_line_of_a_cycle_has_no_id_and_no_day() -> None:
    cycles = [a_cycle(8, ("creatinine",), recovered=creatinine(2, 3)), a_cycle(2)]
    table = cohort_lines.cycles_table(cycles, {"ward": "B4"})
    line = dict(zip((name for name, _ in table.columns), table.rows[0], strict=True))
    assert (line["course"], line["ward"], line["quarter"], line["withheld"]) == (1, "B4", "2026 Q1", 1)
    assert (line["missed"], line["creatinine_peak"], line["creatinine_back_after_hours"]) == (5, "2.0", 48)
    text = str(table)
    for one in cycles:
        assert one.course_id not in text
        assert one.cycle_id not in text


@pytest.mark.parametrize(
    "took,baseline,said",
    [(2, "1.0", ("1.0", "2.0", 48)), (None, "1.0", ("1.0", "2.0", None)), (None, None, (None, "2.0", None))],
)
def test_what_nobody_knows_of_creatinine_is_empty_in_the_line_of_a_cycle(
    took: int | None, baseline: str | None, said: tuple[object, ...]
) -> None:
    (one,) = creatinine(took, 3)
    known = replace(one, baseline=None if baseline is None else Decimal(baseline))
    (row,) = cohort_lines.cycles_table([a_cycle(8, recovered=(known,))], {}).rows
    assert row[-3:] == said


def test_courses_are_numbered_from_one_in_the_order_they_come() -> None:
    cycles = [a_cycle(8, course_id="b"), a_cycle(8, course_id="a"), a_cycle(6, course_id="b", number=2)]
    assert [row[:2] for row in cohort_lines.cycles_table(cycles, {}).rows] == [(1, 1), (2, 1), (1, 2)]
