"""Does an alert reach whoever is on duty at that moment, and never silently nobody?"""

from datetime import datetime, timedelta

import pytest

from app.domain.duty import Assignment, Shift, called, in_force
from app.domain.vocabulary import Duty
from tests.builders import AT, an_id

HOURS = timedelta(hours=1)


def _shift(person: str, duty: Duty, begins: datetime = AT - HOURS, ends: datetime = AT + HOURS) -> Shift:
    return Shift(an_id(), "ward", person, duty, begins, ends, AT - 2 * HOURS, "charge")


def _assigned(person: str, begins: datetime = AT - HOURS, ends: datetime = AT + HOURS) -> Assignment:
    return Assignment(an_id(), "cycle", person, begins, ends, AT - 2 * HOURS, "charge")


def test_a_shift_begins_at_its_first_moment_and_is_over_at_its_last() -> None:
    row = _shift("a", Duty.NURSE)
    moments = [row.begins - timedelta(microseconds=1), row.begins, row.ends - timedelta(microseconds=1), row.ends]
    assert [bool(in_force([row], at)) for at in moments] == [False, True, True, False]


def test_whoever_was_taken_off_is_not_called_nor_is_the_row_that_took_them_off() -> None:
    row = _shift("a", Duty.NURSE)
    off = Shift(an_id(), "ward", "a", Duty.NURSE, row.begins, row.ends, AT, "charge", cancels=row.id)
    assert in_force([row, off], AT) == ()


def test_the_patients_own_nurse_is_called_before_the_others() -> None:
    shifts = [_shift("a", Duty.NURSE), _shift("b", Duty.NURSE)]
    assert called(Duty.NURSE, shifts, [_assigned("b")], AT).people == ("b",)
    assert called(Duty.NURSE, shifts, [], AT).people == ("a", "b")


def test_of_two_own_nurses_the_one_on_duty_is_called() -> None:
    shifts = [_shift("a", Duty.NURSE), _shift("b", Duty.NURSE)]
    assert called(Duty.NURSE, shifts, [_assigned("c"), _assigned("b")], AT).people == ("b",)


def test_an_own_nurse_who_is_not_on_duty_is_called_with_those_who_are() -> None:
    shifts = [_shift("a", Duty.NURSE), _shift("b", Duty.CHARGE_NURSE)]
    found = called(Duty.NURSE, shifts, [_assigned("b")], AT)
    assert (found.people, found.standing_in) == (("b", "a"), None)
    assert called(Duty.NURSE, [], [_assigned("b")], AT).people == ("b",)


def test_an_assignment_that_is_over_calls_the_nurses_on_duty() -> None:
    found = called(Duty.NURSE, [_shift("a", Duty.NURSE)], [_assigned("b", ends=AT)], AT)
    assert found.people == ("a",)


def test_an_assignment_is_only_a_nurses() -> None:
    found = called(Duty.CHARGE_NURSE, [_shift("c", Duty.CHARGE_NURSE)], [_assigned("b")], AT)
    assert found.people == ("c",)


@pytest.mark.parametrize(
    "meant,there,stands_in",
    [
        (Duty.NURSE, Duty.CHARGE_NURSE, Duty.CHARGE_NURSE),
        (Duty.CHARGE_NURSE, Duty.ATTENDING, Duty.ATTENDING),
        (Duty.ATTENDING, Duty.SECOND_ATTENDING, Duty.SECOND_ATTENDING),
        (Duty.SECOND_ATTENDING, Duty.ATTENDING, Duty.ATTENDING),
        (Duty.ATTENDING, Duty.NURSE, Duty.NURSE),
        (Duty.ATTENDING, Duty.ATTENDING, None),
    ],
)
def test_where_nobody_is_on_the_duty_the_next_one_up_is_called_then_the_next_down(
    meant: Duty, there: Duty, stands_in: Duty | None
) -> None:
    found = called(meant, [_shift("x", there)], [], AT)
    assert (found.people, found.standing_in, found.meant) == (("x",), stands_in, meant)


def test_above_comes_before_below() -> None:
    shifts = [_shift("n", Duty.NURSE), _shift("a", Duty.ATTENDING)]
    assert called(Duty.CHARGE_NURSE, shifts, [], AT).people == ("a",)


def test_the_nearest_of_several_below_is_called() -> None:
    shifts = [_shift("n", Duty.NURSE), _shift("c", Duty.CHARGE_NURSE)]
    found = called(Duty.SECOND_ATTENDING, shifts, [], AT)
    assert (found.people, found.standing_in) == (("c",), Duty.CHARGE_NURSE)


def test_nobody_at_all_is_said() -> None:
    found = called(Duty.NURSE, [], [], AT)
    assert (found.people, found.standing_in) == ((), None)


def test_one_person_with_two_shifts_is_called_once() -> None:
    assert called(Duty.NURSE, [_shift("a", Duty.NURSE), _shift("a", Duty.NURSE)], [], AT).people == ("a",)
