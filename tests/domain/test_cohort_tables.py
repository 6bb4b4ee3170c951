"""Do the sentences and tables over many cycles say what was counted, also where there is little or nothing to count?"""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain import cohort, cohort_tables
from app.domain.cohort import Group
from app.domain.table import Cell, Table
from tests.builders import AT
from tests.cohorts import a_cycle, creatinine

TITLE = "Side by side"


def _names(table: Table) -> list[str]:
    return [name for name, _ in table.columns]


@pytest.mark.parametrize(
    "share,percent",
    [
        (Fraction(0), 0),
        (Fraction(1), 100),
        (Fraction(1, 2), 50),
        (Fraction(1, 3), 33),
        (Fraction(5, 8), 63),
        (Fraction(1, 201), 0),
        (Fraction(1, 200), 1),
    ],
)
def test_half_a_percent_is_rounded_up_and_less_is_left_off(share: Fraction, percent: int) -> None:
    assert cohort_tables.percent(share) == percent


@pytest.mark.parametrize(
    "value,digits,said",
    [(None, 1, "–"), ("-1.25", 1, "-1.3"), ("-0.5", 1, "-0.5"), ("2.125", 2, "2.13"), ("100", 2, "100")],
)
def test_a_computed_number_keeps_its_sign_and_none_is_a_dash(value: str | None, digits: int, said: str) -> None:
    assert cohort_tables.number_words(None if value is None else Decimal(value), digits) == said


def test_doses_of_finished_cycles_alone_are_said_without_running_ones() -> None:
    table = cohort_tables.doses_table([a_cycle(8), a_cycle(6)])
    assert table.sentence == "Doses given in 2 finished cycles: median 7, from 6 to 8."
    assert table.rows[5:] == ((5, 0), (6, 1), (7, 0), (8, 1))


def test_no_cycle_at_all_has_a_sentence_and_no_rows() -> None:
    table = cohort_tables.doses_table([])
    assert (table.sentence, table.rows) == ("Doses given in 0 finished cycles.", ())


def test_the_curve_is_told_by_dose_and_by_where_it_falls_to_half_or_less() -> None:
    table = cohort_tables.receiving_table([a_cycle(2), a_cycle(4), a_cycle(4), a_cycle(5)])
    assert table.sentence == (
        "Of 4 cycles, the share still receiving doses after each dose; it falls to half or less after dose 4."
    )
    assert _names(table) == ["dose", "cycles", "ended", "still_receiving_percent"]
    assert table.rows == ((0, 4, 0, 100), (1, 4, 0, 100), (2, 4, 1, 75), (3, 3, 0, 75), (4, 3, 2, 25), (5, 1, 1, 0))


def test_exactly_half_is_half_and_a_little_more_is_not() -> None:
    exactly = cohort_tables.receiving_table([a_cycle(1), a_cycle(3)])
    assert exactly.sentence.endswith("; it falls to half or less after dose 1.")
    more = cohort_tables.receiving_table([a_cycle(1), a_cycle(1), a_cycle(3), a_cycle(3), a_cycle(3)])
    assert more.sentence.endswith("; it falls to half or less after dose 3.")


def test_a_curve_that_never_falls_to_half_says_nothing_of_half() -> None:
    table = cohort_tables.receiving_table([a_cycle(3, over=False)])
    assert table.sentence == "Of 1 cycle, the share still receiving doses after each dose."


def test_without_a_withheld_dose_no_reason_is_the_most_frequent() -> None:
    table = cohort_tables.reasons_table("reasons", TITLE, (), 0)
    assert (table.title, table.sentence, table.rows) == (TITLE, "0 doses withheld by a criterion.", ())


def test_only_a_second_cycle_with_fewer_doses_counts_as_one_with_fewer() -> None:
    courses = {"same": (10, 10), "fewer": (9, 7), "more": (5, 7)}
    cycles = [
        a_cycle(given, course_id=course, number=number)
        for course, both in courses.items()
        for number, given in enumerate(both, start=1)
    ]
    table = cohort_tables.pairs_table(cycles)
    assert table.sentence == "3 courses with both cycles finished; fewer doses in the second cycle in 1 of 3."
    assert table.rows == ((5, 7, 1), (9, 7, 1), (10, 10, 1))


def test_no_course_with_two_cycles_has_no_share_with_fewer_doses() -> None:
    assert cohort_tables.pairs_table([a_cycle(8)]).sentence == "0 courses with both cycles finished."


def test_peak_creatinine_is_said_to_a_tenth_and_tabled_to_a_hundredth() -> None:
    peaks = ("2.14", "2.115", "3.10")
    cycles = [a_cycle(8, recovered=creatinine(1, 1, peak)) for peak in peaks[:2]]
    table = cohort_tables.creatinine_table([*cycles, a_cycle(8, recovered=creatinine(1, 1, peaks[2]), number=2)])
    assert table.sentence == ("Peak creatinine in mg/dL: cycle 1 median 2.1 (n = 2), cycle 2 median 3.1 (n = 1).")
    assert table.rows == ((1, 2, "2.115", "2.13", "2.14"), (2, 1, "3.10", "3.1", "3.10"))


def test_creatinine_nobody_charted_is_said_to_be_not_charted() -> None:
    table = cohort_tables.creatinine_table([a_cycle(8)])
    assert (table.sentence, table.rows) == ("Peak creatinine: not charted in any cycle.", ())


def test_recovery_is_told_for_each_time_with_those_that_can_be_judged() -> None:
    cycles = [a_cycle(8, recovered=creatinine(took, seen)) for took, seen in ((3, 3), (10, 10), (None, 14))]
    table = cohort_tables.recovery_table(cycles)
    assert table.rows == ((7, 1, 3), (14, 2, 3), (30, 2, 2))
    assert table.sentence == (
        "Creatinine back to within a tenth of the value before treatment:"
        " 1 of 3 by 7 days, 2 of 3 by 14 days, 2 of 2 by 30 days."
    )


def test_where_nobody_can_be_judged_yet_that_is_said_for_that_time_alone() -> None:
    table = cohort_tables.recovery_table([a_cycle(8, recovered=creatinine(None, 7))])
    assert table.rows == ((7, 0, 1), (14, 0, 0), (30, 0, 0))
    assert table.sentence.endswith(": 0 of 1 by 7 days, nobody can say yet by 14 days, nobody can say yet by 30 days.")


def test_a_group_has_its_counts_its_ends_and_its_medians() -> None:
    cycles = [
        a_cycle(6, ("creatinine",), recovered=creatinine(1, 1, "2.14")),
        a_cycle(9, recovered=creatinine(1, 1, "2.115")),
        a_cycle(3, over=False),
        a_cycle(5, first_due_at=AT + timedelta(days=90)),
    ]
    table = cohort_tables.groups_table("quarters", TITLE, cohort.by_quarter(cycles))
    assert (table.id, table.title) == ("quarters", TITLE)
    assert table.sentence == (
        "Doses given: 2026 Q1 median 7.5 of 2 finished cycles; 2026 Q2 median 5 of 1 finished cycle."
    )
    rows: list[dict[str, Cell]] = [dict(zip(_names(table), row, strict=True)) for row in table.rows]
    assert list(rows[0].values()) == ["2026 Q1", 3, 2, "7.5", 6, 9, 1, "2.13"]
    assert list(rows[1].values()) == ["2026 Q2", 1, 1, "5", 5, 5, 0, None]


def test_a_group_with_nothing_finished_has_no_median_and_no_ends() -> None:
    table = cohort_tables.groups_table("groups", TITLE, [Group("2026 Q1", 2, (), 0, ())])
    assert table.rows == (("2026 Q1", 2, 0, None, None, None, 0, None),)
    assert table.sentence == "Doses given: 2026 Q1 median – of 0 finished cycles."


def test_four_groups_are_named_in_the_sentence_and_five_are_counted() -> None:
    groups = [Group(f"group {number}", 1, (number,), 0, ()) for number in range(1, 6)]
    four, five = (cohort_tables.groups_table("groups", TITLE, groups[:many]) for many in (4, 5))
    assert four.sentence.count("median") == 4
    assert five.sentence == "Doses given: 5 groups."
    assert len(five.rows) == 5


def test_no_group_is_said_to_be_no_cycle() -> None:
    table = cohort_tables.groups_table("groups", TITLE, ())
    assert (table.sentence, table.rows) == ("Doses given: no cycle.", ())
