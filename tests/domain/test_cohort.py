"""Do the figures over many cycles count what happened, and nothing that has not happened yet?"""

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
